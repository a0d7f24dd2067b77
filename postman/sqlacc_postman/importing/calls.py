"""The items of a collection -> Calls: every request with its path, query, body and saved answers, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .reading import DEEPEST
from .report import Report
from .secrets import Secrets, is_secret_name
from .variables import VARIABLE, Variables

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?[^/?#]*", re.IGNORECASE)
_NAMED = re.compile(r"^(?::(.+)|\{\{(.*)\}\}|\{(.*)\}|<(.*)>|%7B(.*)%7D)$", re.IGNORECASE)


@dataclass(frozen=True)
class Parameter:
    """One query parameter."""

    name: str
    value: str
    doc: str = ""


@dataclass
class Call:
    """One request. `key` is the name of the path variable, "*" for the detail form, "" when the path ends before."""

    where: str
    name: str
    folders: tuple[tuple[str, str], ...]  # name and description, outermost first
    doc: str
    method: str
    path: str
    key: str | None
    query: list[Parameter]
    headers: dict[str, str]
    body: str | None
    form: list[tuple[str, str, str]]  # name, value, description
    answers: list[str] = field(default_factory=list)  # bodies of saved successes


class Walker:
    """Goes through a collection once; what does not fit is in the report."""

    def __init__(self, report: Report, secrets: Secrets, variables: Variables) -> None:
        self._report, self._secrets, self._variables = report, secrets, variables
        self._scripts = 0

    def calls(self, data: dict[str, Any]) -> Iterator[Call]:
        """Every request, in order."""
        self._auth(data.get("auth"), "auth")
        self._events(data.get("event"))
        stack: list[tuple[Any, str, tuple[tuple[str, str], ...]]] = [
            (item, f"item[{number}]", ()) for number, item in reversed(list(enumerate(data["item"])))
        ]
        while stack:
            item, where, folders = stack.pop()
            if not isinstance(item, dict):
                self._report.add("lost", where, "is neither a request nor a folder")
                continue
            name = _text(item.get("name")) or _text(item.get("id"))
            self._events(item.get("event"))
            self._variables.add(item.get("variable"), where)
            if isinstance(item.get("item"), list):
                if len(folders) > DEEPEST:
                    self._report.add("lost", where, "folders are nested too deep")
                    continue
                self._auth(item.get("auth"), where)
                inner = (*folders, (name, describe(item.get("description"))))
                stack += [
                    (child, f"{where}.item[{number}]", inner)
                    for number, child in reversed(list(enumerate(item["item"])))
                ]
            elif "request" in item:
                call = self._call(item, name, where, folders)
                if call:
                    yield call
            else:
                self._report.add("lost", where, f"{name or 'an item'} holds no request")
        if self._scripts:
            self._report.add("lost", "event", f"{self._scripts} scripts are not carried")

    def _events(self, events: Any) -> None:
        self._scripts += sum(isinstance(event, dict) for event in events) if isinstance(events, list) else 0

    def _call(self, item: dict[str, Any], name: str, where: str, folders: Any) -> Call | None:
        request = item["request"]
        if isinstance(request, str):
            request = {"method": "GET", "url": request}
        if not isinstance(request, dict):
            self._report.add("lost", where, f"{name or 'a request'} is empty or broken")
            return None
        self._auth(request.get("auth"), where)
        method = (_text(request.get("method")) or "GET").upper()
        if method not in ("GET", "POST", "PUT", "DELETE"):
            self._report.add("lost", where, f"the method {method} of {name} is none of this API")
            return None
        parts, query = self._url(request.get("url"), where)
        if not parts:
            self._report.add("lost", where, f"{name or 'a request'} has no path")
            return None
        if len(parts) > 2:
            self._report.add("lost", where, f"the path /{'/'.join(parts)} has more than two parts")
            return None
        body, form = self._body(request.get("body"), where)
        return Call(
            where=where,
            name=name,
            folders=folders,
            doc=describe(request.get("description")) or describe(item.get("description")),
            method=method,
            path=parts[0],
            key=_key(parts[1]) if len(parts) > 1 else None,
            query=query,
            headers=self._headers(request.get("header"), where),
            body=body,
            form=form,
            answers=list(self._answers(item.get("response"), where)),
        )

    def _url(self, url: Any, where: str) -> tuple[list[str], list[Parameter]]:
        if isinstance(url, str):
            url = {"raw": url}
        if not isinstance(url, dict):
            return [], []
        written = _text(url.get("raw")).strip()
        raw = self._variables.fill(written, where)
        path = url.get("path")
        if isinstance(path, str):
            path = path.split("/")
        if isinstance(path, list):
            parts = [_text(part.get("value") if isinstance(part, dict) else part) for part in path]
            parts = [piece for part in parts for piece in self._fill_part(part.split("?")[0], where).split("/")]
        else:
            parts = self._path(written, raw, where).split("?")[0].split("#")[0].split("/")
        query = list(self._query(url.get("query"), where))
        if not query and "?" in raw:
            pairs = raw.split("?", 1)[1].split("#")[0].split("&")
            query = [Parameter(*pair.partition("=")[::2]) for pair in pairs if pair]
        return [part.strip() for part in parts if part.strip()], query

    def _path(self, written: str, filled: str, where: str) -> str:
        """What comes after the host. A variable in front is the host, or a whole address with a path of its own."""
        front = VARIABLE.match(written)
        if front is None:
            return _HOST.sub("", filled, count=1)
        value = self._variables.fill(front[0], where)
        rest = self._variables.fill(written[front.end() :], where)
        if written[front.end() :].startswith((":", ".", "{{")) or (value != front[0] and "://" not in value):
            return _HOST.sub("", filled, count=1)
        return rest

    def _fill_part(self, part: str, where: str) -> str:
        return part if _NAMED.match(part) else self._variables.fill(part, where)

    def _query(self, query: Any, where: str) -> Iterator[Parameter]:
        if isinstance(query, str):
            for pair in query.lstrip("?").split("&"):
                name, _, value = pair.partition("=")
                yield Parameter(name, value)
        for entry in query if isinstance(query, list) else ():
            if isinstance(entry, dict) and _text(entry.get("key")):
                name = _text(entry["key"])
                value = _text(entry.get("value"))
                if is_secret_name(name) or name.lower().startswith("x-amz-"):
                    self._secrets.note(f"{where} ?{name}", name, value)
                    continue
                yield Parameter(name, self._variables.fill(value, where), describe(entry.get("description")))

    def _headers(self, headers: Any, where: str) -> dict[str, str]:
        found: dict[str, str] = {}
        if isinstance(headers, str):  # v2.0 allows one text
            headers = [
                {"key": name.strip(), "value": value.strip()}
                for name, _, value in (line.partition(":") for line in headers.splitlines())
            ]
        for entry in headers if isinstance(headers, list) else ():
            if not isinstance(entry, dict) or entry.get("disabled") is True:
                continue
            name, value = _text(entry.get("key")), _text(entry.get("value"))
            if is_secret_name(name) or name.lower().startswith("x-amz-"):
                self._secrets.note(f"{where} header", name, value)
            elif name:
                found[name.lower()] = self._variables.fill(value, where)
        return found

    def _body(self, body: Any, where: str) -> tuple[str | None, list[tuple[str, str, str]]]:
        if not isinstance(body, dict) or body.get("disabled") is True:
            return None, []
        mode = body.get("mode")
        if mode in ("urlencoded", "formdata"):
            entries = body.get(mode)
            if isinstance(entries, str):
                entries = [dict(zip(("key", "value"), pair.split("=", 1), strict=False)) for pair in entries.split("&")]
            form = []
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, dict) and entry.get("type") == "file":
                    self._report.add("lost", where, "a file in a form is not carried")
                elif isinstance(entry, dict) and _text(entry.get("key")):
                    value = self._variables.fill(_text(entry.get("value")), where)
                    form.append((_text(entry["key"]), value, describe(entry.get("description"))))
            if form:
                self._report.add("unsure", where, f"a body of mode {mode}: its fields were taken for text in JSON")
            return None, form
        if mode in ("file", "graphql"):
            self._report.add("lost", where, f"a body of mode {mode} is not carried")
            return None, []
        raw = body.get("raw")
        return (raw if isinstance(raw, str) and raw.strip() else None), []

    def _answers(self, responses: Any, where: str) -> Iterator[str]:
        for number, saved in enumerate(responses if isinstance(responses, list) else ()):
            if not isinstance(saved, dict):
                continue
            here = f"{where}.response[{number}]"
            original = saved.get("originalRequest")
            if isinstance(original, dict):
                self._headers(original.get("header"), here)
                self._auth(original.get("auth"), here)
                self._url(original.get("url"), here)
            self._headers(saved.get("header"), here)
            cookies = saved.get("cookie")
            for cookie in cookies if isinstance(cookies, list) else ():
                if isinstance(cookie, dict):
                    self._secrets.note(here, "cookie", cookie.get("value"))
            code = saved.get("code")
            if isinstance(code, int) and code < 300 and isinstance(saved.get("body"), str) and saved["body"].strip():
                yield saved["body"]

    def _auth(self, auth: Any, where: str) -> None:
        if not isinstance(auth, dict) or auth.get("type") in (None, "noauth"):
            return
        kind = _text(auth.get("type"))
        if kind != "awsv4":
            self._report.add("lost", where, f"authentication of type {kind} is none of this API")
        values = auth.get(kind)
        pairs = list(values.items()) if isinstance(values, dict) else []
        if isinstance(values, list):  # v2.1
            pairs = [(e.get("key"), e.get("value")) for e in values if isinstance(e, dict)]
        for name, value in pairs:
            if name in ("region", "service"):
                if isinstance(value, str) and value and not VARIABLE.search(value):
                    self._report.add("unsure", where, f"signed for {name} {value}; see scopes in api.yaml")
            elif name not in ("addAuthDataToQuery",) and isinstance(value, str):
                self._secrets.note(where, f"{kind} {name}", value)


def _key(part: str) -> str:
    """The name of a path variable in any notation; "*" for the detail form; "" for a value."""
    named = _NAMED.match(part)
    if named:
        return next(group for group in named.groups() if group is not None).strip().lower()
    return "*" if part in ("*", "%2A", "%2a") else ""


def describe(description: Any) -> str:
    """The text of a description in either form."""
    if isinstance(description, dict):
        description = description.get("content")
    return description if isinstance(description, str) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) and value is not True else ""
