"""Calls -> the specs of objects and masters: what descriptions say, and for the rest what samples show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlacc_codegen.names import TAKEN_IDS, TAKEN_PLURALS

from . import samples
from .calls import Call
from .infer import Inference, Table
from .report import Report
from .samples import Sample
from .secrets import Secrets
from .text import PATH, TAG, inferred, line, plural, tidy, words
from .variables import Variables
from .written import Written

_PAGING = {"offset", "limit", "search", "keyword", "page"}
_TEMPLATE = re.compile(r"application/pdf\s*;\s*template=(.+)", re.IGNORECASE)
_OPERATIONS = ("list", "find", "get", "create", "update", "delete", "pdf")
Spec = dict[str, Any]


@dataclass
class Endpoint:
    """All calls of one path."""

    path: str
    calls: list[Call] = field(default_factory=list)
    spec: Spec | None = None  # what a description says of it
    where: str = ""


@dataclass(frozen=True)
class Known:
    """What the specs say already: shared fields, objects and masters by path."""

    shared: Mapping[str, Mapping[str, Any]]
    objects: Mapping[str, Mapping[str, Any]]  # path -> the object's file
    masters: Mapping[str, tuple[str, Mapping[str, Any]]]  # path -> id, facts


class Builder:
    """Makes specs of calls."""

    def __init__(self, report: Report, secrets: Secrets, variables: Variables, known: Known) -> None:
        self._report, self._secrets, self._variables, self._known = report, secrets, variables, known
        self._written = Written(report)
        self._inference = Inference(report, known.shared)
        self._ids: set[str] = set()
        self._items: set[str] = set()
        self._plurals: set[str] = set()
        self.written: dict[str, bool] = {}  # paths of what a description told

    def build(self, calls: Iterable[Call], told: Mapping[str, Spec]) -> tuple[dict[str, Spec], dict[str, Spec]]:
        """Objects and masters by id; `told` are the masters that a description tells of."""
        endpoints = self._endpoints(calls)
        objects: dict[str, Spec] = {}
        masters: dict[str, Spec] = dict(told)
        paths = {master["path"] for master in told.values()}
        for endpoint in sorted(endpoints.values(), key=lambda e: e.spec is None):  # what is written first
            if endpoint.path in paths and all(call.method == "GET" for call in endpoint.calls):
                continue
            spec = self._object(endpoint)
            if spec is None:
                if any(_operation(call) for call in endpoint.calls):
                    masters.setdefault(*self._master(endpoint))
            elif spec["object"] in objects:
                self._report.add("lost", endpoint.where, f"a second object with the id {spec['object']}")
            else:
                objects[spec["object"]] = spec
        return objects, masters

    def _endpoints(self, calls: Iterable[Call]) -> dict[str, Endpoint]:
        endpoints: dict[str, Endpoint] = {}
        described: dict[str, tuple[Spec | None, str]] = {}
        seen: dict[tuple[Any, ...], str] = {}
        for call in calls:
            path = "/" + call.path.lower()
            if not re.fullmatch(PATH, path) or len(path) > 60:
                self._report.add("lost", call.where, f"the path {path} is none of this API: one word of letters")
                continue
            if path != "/" + call.path:
                self._report.add("unsure", call.where, f"the path /{call.path} was taken for {path}")
            endpoint = endpoints.setdefault(path, Endpoint(path, where=call.where))
            same = (call.method, path, call.key, call.body, tuple(call.query), tuple(call.headers.items()))
            endpoint.calls.append(call)
            for name, description in call.folders:
                if description not in described:
                    described[description] = (self._written.object(description, name), name)
                spec, folder = described[description]
                if spec is not None and spec["path"] == path and endpoint.spec is None:
                    endpoint.spec, endpoint.where = spec, folder
            if seen.setdefault(same, call.where) != call.where and endpoint.spec is None:
                self._report.add("unsure", call.where, f"the same request as {seen[same]}")
        for spec, name in described.values():
            if spec is not None and spec["path"] not in endpoints:
                endpoints[spec["path"]] = Endpoint(spec["path"], spec=spec, where=name)
        return endpoints

    # --- objects ------------------------------------------------------------------------------------------------

    def _object(self, endpoint: Endpoint) -> Spec | None:
        table, bodies = self._samples(endpoint)
        operations = self._operations(endpoint)
        if endpoint.spec is not None:
            return self._told(endpoint, endpoint.spec, table)
        empty = not table.columns and not table.tables
        known_master = self._known.masters.get(endpoint.path)
        keyed = endpoint.path in self._known.objects or (known_master and known_master[1]["key"])
        if not operations or (empty and not keyed and set(operations) <= {"list"}):
            return None
        id, title = self._name(endpoint)
        names = {call.key for call in endpoint.calls if call.key and call.key != "*"}
        there = self._known.objects.get(endpoint.path)
        fields = self._inference.fields(table, endpoint.where, there)
        lines = self._inference.lines(table, id, endpoint.where, there)
        key = self._key(endpoint, names, fields)
        if key not in fields:
            shared = self._known.shared.get(key)
            facts = dict(shared) if shared else {"type": "text" if key == "code" else "integer", "doc": "Key."}
            fields = {key: facts | {"evidence": inferred("the key in the path; no sample shows it")}, **fields}
        kind = "document" if key == "dockey" else "master"
        number = "docno" if kind == "document" else "code"  # what people know the record by
        spec: Spec = {
            "object": id,
            "plural": self._plural(id),
            "title": title,
            "doc": self._doc(endpoint, title),
            "kind": kind,
            "path": endpoint.path,
            "key": key,
            "counter": "updatecount" if fields.get("updatecount", {}).get("type") == "integer" else "none",
            "identity": [number if number in fields else key],
            "operations": operations,
            "evidence": known_master[1]["evidence"] if known_master else inferred(f"request {endpoint.calls[0].name}"),
            "fields": fields,
        }
        self._unique(lines)
        if lines:
            spec["lines"] = lines
        reports = self._reports(endpoint)
        if reports:
            spec["pdf"] = {
                "default": reports[0],
                "status": "working",
                "evidence": inferred("a request for it in the collection"),
                "reports": reports,
            }
        if known_master and known_master[1].get("doc"):
            spec["notes"] = [known_master[1]["doc"]]
        spec["examples"] = self._examples(bodies, spec)
        return spec

    def _told(self, endpoint: Endpoint, spec: Spec, table: Table) -> Spec:
        """What is written, and what samples show beyond it."""
        self.written[spec["path"]] = True
        self._ids.add(spec["object"])
        self._plurals.add(spec["plural"])
        _narrow(table, spec)
        spec["fields"] |= self._inference.fields(table, endpoint.where)
        for wire, inner in table.tables.items():
            if wire in spec.get("lines", {}):
                self._add_rows(spec["lines"][wire], inner, endpoint.where)
        new = {wire: inner for wire, inner in table.tables.items() if wire not in spec.get("lines", {})}
        lines = self._inference.lines(Table(tables=new), spec["object"], endpoint.where)
        if lines:
            spec["lines"] = spec.get("lines", {}) | lines
        key = spec["key"]
        if key not in spec["fields"]:
            spec["fields"][key] = {"type": "integer", "doc": "Key.", "evidence": inferred("the key in the path")}
        spec["identity"] = [wire for wire in spec.get("identity", ()) if wire in spec["fields"]] or [key]
        if spec["counter"] != "none" and spec["counter"] not in spec["fields"]:
            spec["counter"] = "none"
        spec["examples"] = self._written_examples(endpoint)
        pdf, notes, rules = spec.pop("pdf", None), spec.pop("notes", None), spec.pop("rules", None)
        for name, part in (("pdf", pdf), ("rules", rules), ("notes", notes)):
            if part:
                spec[name] = part
        return spec

    def _add_rows(self, spec: Spec, table: Table, where: str) -> None:
        _narrow(table, spec)
        spec["fields"] |= self._inference.fields(table, where)
        for wire, inner in table.tables.items():
            if wire in spec.get("lines", {}):
                self._add_rows(spec["lines"][wire], inner, where)

    def _written_examples(self, endpoint: Endpoint) -> Spec:
        found: Spec = {}
        told = [(self._written.sample(call.doc), call) for call in endpoint.calls]
        for facts, call in sorted(told, key=lambda pair: _number(pair[0].get("number", ""))):
            if not facts or facts["sample"] in found:
                continue
            payload = self._payload(facts["payload"]) if "payload" in facts else self._body(call)
            if payload is None or not isinstance(payload.value, dict) or not payload.value:
                self._report.add("lost", call.where, "the sample's body cannot be made out")
                continue
            example: Spec = {"title": facts.get("title") or call.name}
            if facts["sample"] != facts.get("purpose") and facts.get("purpose") in ("minimum", "full", "update"):
                example["purpose"] = facts["purpose"]
            if facts.get("regime") in ("gst", "sst"):
                example["regime"] = facts["regime"]
            example["evidence"] = facts.get("evidence") or f"inferred {TAG}"
            example["payload"] = _plain(payload.value)
            found[facts["sample"]] = example
        return found

    def _payload(self, text: str) -> Sample | None:
        try:
            return samples.parse(text)
        except (ValueError, RecursionError):
            return None

    def _name(self, endpoint: Endpoint) -> tuple[str, str]:
        """Id and title: those known for the path, else from a folder or request name that spells the path."""
        word = endpoint.path[1:]
        known = self._known.objects.get(endpoint.path)
        if known:
            id, title = str(known["object"]), str(known["title"])
        elif endpoint.path in self._known.masters:
            id, facts = self._known.masters[endpoint.path]
            title = str(facts["title"])
        else:
            id, title = word, word.capitalize()
            names = [name for call in endpoint.calls for name in (*(n for n, _ in reversed(call.folders)), call.name)]
            for name in names:
                parts = words(name)
                fit = _within(parts, word)
                if fit:
                    id, title = "_".join(fit), " ".join(part.capitalize() for part in fit)
                    break
            if not re.match(r"[a-z]", id):
                id = word
        while id in TAKEN_IDS or id in self._ids or id in self._plurals:
            id += "_too"
        self._ids.add(id)
        return id, title

    def _plural(self, id: str) -> str:
        known = next((o["plural"] for o in self._known.objects.values() if o["object"] == id), None)
        found = str(known or plural(id))
        while found in TAKEN_PLURALS or found in self._plurals or (found in self._ids and found != id):
            found += "_list"
        self._plurals.add(found)
        return found

    def _unique(self, lines: Spec) -> None:
        for table in lines.values():
            while table["item"].replace(" ", "") in self._items:
                table["item"] += " row"
            self._items.add(table["item"].replace(" ", ""))
            self._unique(table.get("lines", {}))

    def _doc(self, endpoint: Endpoint, title: str) -> str:
        for call in endpoint.calls:
            for _, description in reversed(call.folders[-1:]):
                if description.strip():
                    return tidy(description)
        return f"{title}, as a Postman collection has it."

    def _key(self, endpoint: Endpoint, names: set[str], fields: Mapping[str, Any]) -> str:
        known = self._known.objects.get(endpoint.path)
        if known and known.get("key"):
            return str(known["key"])
        if endpoint.path in self._known.masters and self._known.masters[endpoint.path][1]["key"]:
            return str(self._known.masters[endpoint.path][1]["key"])
        kinds = ("integer", "text", "code")
        for name in ("dockey", "code", "autokey", *sorted(names)):
            if name not in names or (name not in fields and name not in ("dockey", "code", "autokey")):
                continue
            if name not in fields or fields[name]["type"].partition("(")[0] in kinds:
                return name
        for name in ("dockey", "code", "autokey"):
            if name in fields:
                self._report.add("unsure", endpoint.where, f"{name} was taken for the key: no path names one")
                return name
        key = "dockey" if "docno" in fields or "docdate" in fields else "code"
        self._report.add("unsure", endpoint.where, f"{key} was taken for the key: nothing names one")
        return key

    def _operations(self, endpoint: Endpoint) -> list[str]:
        found = {_operation(call) for call in endpoint.calls}
        for call in endpoint.calls:
            if _operation(call) is None:
                self._report.add("lost", call.where, f"{call.method} {endpoint.path} is no operation of this API")
        return [kind for kind in _OPERATIONS if kind in found]

    def _reports(self, endpoint: Endpoint) -> list[str]:
        found = (_TEMPLATE.search(call.headers.get("content-type", "")) for call in endpoint.calls)
        return list(dict.fromkeys(line(match[1], 100) for match in found if match and line(match[1], 100)))

    def _master(self, endpoint: Endpoint) -> tuple[str, Spec]:
        if endpoint.path in self._known.masters:
            id, facts = self._known.masters[endpoint.path]
            return id, dict(facts)
        id, title = self._name(endpoint)
        self._report.add("unsure", endpoint.where, f"{endpoint.path}: no field is known, only that it can be read")
        operation = "list" if any("offset" in {p.name for p in call.query} for call in endpoint.calls) else "get"
        evidence = inferred(f"a request of {endpoint.where}")
        return id, {"title": title, "path": endpoint.path, "key": None, "operations": [operation], "evidence": evidence}

    # --- samples ------------------------------------------------------------------------------------------------

    def _samples(self, endpoint: Endpoint) -> tuple[Table, list[tuple[str, str, Any]]]:
        """What all samples of an endpoint show, and the bodies with their operation and name."""
        table, bodies = Table(), []
        seen: set[tuple[str, str]] = set()
        for call in endpoint.calls:
            operation = _operation(call) or ""
            again = call.body is not None and (operation, call.body) in seen  # a body shows what it shows once
            seen.add((operation, call.body or ""))
            body = None if again else self._body(call)
            if body is not None:
                records = body.value if isinstance(body.value, list) else [body.value]
                for record in records[:50]:
                    self._inference.take(table, record, f"request {call.name}", body.comments)
                if isinstance(body.value, dict) and body.value:
                    bodies.append((operation, call.name, body.value))
                elif not records or not isinstance(records[0], dict):
                    self._report.add("lost", call.where, "the body is no JSON object")
            answers = [text for text in call.answers if operation != "pdf" and ("answer", text) not in seen]
            seen |= {("answer", text) for text in answers}
            for text in answers:
                for row in _rows(self._answer(text, call.where)):
                    self._inference.take(table, row, f"saved answer of {call.name}", {})
            for parameter in call.query if operation in ("list", "find") else ():
                if parameter.name.lower() not in _PAGING:
                    wire = self._inference.wire(parameter.name, call.where)
                    if wire and wire not in table.tables:
                        self._inference.column(table, wire, None, f"filter of {call.name}", parameter.doc)
        return table, bodies

    def _body(self, call: Call) -> Sample | None:
        if call.form:
            comments = {name: doc for name, _, doc in call.form if doc}
            values = {name: value for name, value, _ in call.form}
            return Sample(self._secrets.clean(values, call.where), comments)
        if call.body is None:
            return None
        try:
            sample = samples.parse(self._variables.fill(call.body, call.where))
        except (ValueError, RecursionError) as error:
            self._report.add("lost", call.where, f"the body of {call.name} is no JSON: {error}")
            return None
        if sample.repaired:
            self._report.add("unsure", call.where, "the body is JSON only without its comments, commas or variables")
        sample.value = self._secrets.clean(sample.value, call.where)
        return sample

    def _answer(self, text: str, where: str) -> Any:
        try:
            return self._secrets.clean(samples.parse(text).value, where)
        except (ValueError, RecursionError):
            self._report.add("lost", where, "a saved answer is no JSON")
            return None

    def _examples(self, bodies: list[tuple[str, str, Any]], spec: Spec) -> Spec:
        creates = [(name, body) for operation, name, body in bodies if operation == "create"]
        creates.sort(key=lambda pair: _weight(pair[1]))
        found: Spec = {}
        for number, (name, body) in enumerate(creates):
            last = number == len(creates) - 1
            id = "full" if last else "minimum" if number == 0 else f"sample_{number + 1}"
            example = {"title": line(name) or id, "evidence": inferred("a body in the collection")}
            if id not in ("full", "minimum"):
                example["purpose"] = "full"
            payload = _sendable(_fitting(body, spec), spec, spec["counter"])
            if payload:
                found[id] = example | {"payload": payload}
        if "full" in found and "minimum" not in found:
            found = {"minimum": found["full"] | {"evidence": inferred("the only sample of a create")}, **found}
        for operation, name, body in bodies:
            rows = found.get("full", {}).get("payload", {})
            payload = _sendable(_fitting(body, spec), spec, spec["counter"], rows)
            payload.pop(spec["key"], None)
            if operation == "update" and "update" not in found and payload:
                found["update"] = {
                    "title": line(name) or "Update",
                    "evidence": inferred("a body in the collection"),
                    "payload": payload,
                }
        for purpose, operation in (("full", "create"), ("update", "update")):
            if operation in spec["operations"] and purpose not in found:
                self._report.add("unsure", spec["path"], f"no sample of a {operation}")
        return found


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 10_000


def _operation(call: Call) -> str | None:
    if call.method == "GET":
        if _TEMPLATE.search(call.headers.get("content-type", "")):
            return "pdf"
        return "list" if call.key is None else "find" if call.key == "*" else "get"
    if call.method == "POST":
        return "create" if call.key is None else None
    return None if call.key in (None, "*") else {"PUT": "update", "DELETE": "delete"}[call.method]


def _within(parts: list[str], word: str) -> list[str]:
    """The run of words that spells the path: ["sales", "quotation"] of "Create Sales Quotation"."""
    for begin in range(len(parts)):
        text = ""
        for end in range(begin, min(len(parts), begin + 8)):
            text += parts[end]
            if text == word:
                return parts[begin : end + 1]
            if len(text) > len(word):
                break
    return []


def _rows(answer: Any) -> list[Any]:
    if isinstance(answer, dict):
        for name in ("data", "items"):
            if isinstance(answer.get(name), list):
                return list(answer[name][:200])
            if isinstance(answer.get(name), dict):
                return [answer[name]]
        return [] if set(answer) <= {"message", "error", "pagination"} else [answer]
    return answer[:200] if isinstance(answer, list) else []


def _narrow(table: Table, spec: Spec) -> None:
    """Leave only what is not written."""
    for wire in [*spec["fields"], *spec.get("lines", {})]:
        table.columns.pop(wire, None)
        if wire in spec["fields"]:
            table.tables.pop(wire, None)


def _weight(body: Any) -> int:
    return len(json.dumps(body, default=str))


def _plain(value: Any) -> Any:
    """Numbers with a point as text, bare variables as null."""
    if isinstance(value, samples.Unset):
        return None
    if isinstance(value, samples.Fraction):
        return str(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {str(key): _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def _fitting(body: Any, spec: Spec) -> Spec:
    """What of a sample the fields of the spec can hold, each value as its field's type is written."""
    found: Spec = {}
    for key, value in body.items():
        wire = key.lower()
        if wire in spec["fields"] and not isinstance(value, (list, dict)):
            if not isinstance(value, samples.Unset):
                found[wire] = _value(value, spec["fields"][wire]["type"])
        elif wire in spec.get("lines", {}) and isinstance(value, list):
            rows = [_fitting(row, spec["lines"][wire]) for row in value if isinstance(row, dict)]
            found[wire] = [row for row in rows if row]
    return found


def _value(value: Any, type: str) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if type.startswith("decimal") or (isinstance(value, int) and type.startswith(("text", "code", "date", "moment"))):
        return str(value)
    return tidy(str(value), 4000) if isinstance(value, str) else value


def _sendable(payload: Spec, spec: Spec, counter: str, stored: Spec | None = None) -> Spec:
    """Without what the server fills in. Row keys of somebody's database mean nothing and are left out.

    `stored` is the record that an update is of: its rows are numbered, and the update's rows name them by number.
    """
    sent: Spec = {}
    for wire, value in payload.items():
        if wire in spec.get("lines", {}):
            table = spec["lines"][wire]
            there = (stored or {}).get(wire, [])
            rows = [
                _sendable(row, table, "", there[number] if number < len(there) else None)
                for number, row in enumerate(value)
            ]
            if table.get("key"):
                rows = [{table["key"]: n, **row} if row and n <= len(there) else row for n, row in enumerate(rows, 1)]
            if any(rows):
                sent[wire] = [row for row in rows if row]
        elif wire != counter and (wire == "code" or wire != spec.get("key")) and not _read_only(spec, wire):
            sent[wire] = value
    return sent


def _read_only(spec: Spec, wire: str) -> bool:
    return bool(spec["fields"][wire].get("read_only"))
