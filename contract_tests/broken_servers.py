"""Servers that break the contract: each stands between the sandbox and the witness and changes what passes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import lossless
from sqlacc_contract.sandbox import Backend, Delivery, Request, Response

HTML = (b"content-type", b"text/html")
Change = Callable[[Request, Response], Response]
BREAKAGES: dict[str, Callable[[Backend], Backend]] = {}


class Broken:
    """A backend whose answers go through `change`."""

    def __init__(self, inner: Backend, change: Change) -> None:
        self.inner, self.change = inner, change

    def respond(self, request: Request) -> Response:
        return self.change(request, self.inner.respond(request))


def is_record(response: Response) -> bool:
    """A successful answer in JSON."""
    return response.status < 300 and response.body.startswith(b"{")


def text(pattern: str, new: str | Callable[[re.Match[str]], str], *methods: str) -> Change:
    """Successful JSON answers, as text."""

    def change(request: Request, response: Response) -> Response:
        if (
            response.status >= 300
            or not response.body.startswith(b"{")
            or request.method not in (methods or ("GET", "POST", "PUT"))
        ):
            return response
        return replace(response, body=re.sub(pattern, new, response.body.decode()).encode())

    return change


def value(edit: Callable[[Any], Any], *methods: str) -> Change:
    """Successful JSON answers, each record by itself."""

    def change(request: Request, response: Response) -> Response:
        if (
            response.status >= 300
            or not response.body.startswith(b"{")
            or request.method not in (methods or ("GET", "POST", "PUT"))
        ):
            return response
        body = lossless.loads(response.body)
        records = body["data"] if isinstance(body.get("data"), list) else [body]
        for record in records:
            edit(record)
        return replace(response, body=lossless.dumps(body))

    return change


def each_row(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Any], None]:
    def every(record: Any) -> None:
        for table in record.values():
            for row in table if isinstance(table, list) else ():
                edit(row)

    return every


def next_day(found: re.Match[str]) -> str:
    return f'"{found[1]}-{int(found[2]) % 28 + 1:02d}"'


def reverse_rows(record: Any) -> None:
    for name, table in record.items():
        if isinstance(table, list):
            record[name] = table[::-1]


def drop_last_row(record: Any) -> None:
    for table in record.values():
        if isinstance(table, list) and len(table) > 1:
            table.pop()


def with_body(response: Response, body: bytes) -> Response:
    return replace(response, body=body)


def delivered(response: Response, how: Delivery) -> Response:
    """Long answers travel badly."""
    return replace(response, delivery=how) if len(response.body) > 500 else response


def whole(change: Change) -> Callable[[Backend], Backend]:
    return lambda inner: Broken(inner, change)


def is_pdf(request: Request) -> bool:
    return (request.header(b"content-type") or b"").startswith(b"application/pdf")


BREAKAGES |= {
    "answers numbers for decimals": whole(text(r'"(-?\d+\.\d+)"', r"\1")),
    "drops a field": whole(text(r'"description":("[^"]*"|null),?', "")),
    "adds an undocumented field": whole(text(r"\{\"", '{"surprise":1,"', "POST")),
    "shifts dates": whole(text(r'"(\d{4}-\d{2})-(\d{2})"', next_day)),
    "garbles text": whole(
        lambda _, r: replace(r, body=r.body.decode().encode("ascii", "replace")) if r.body[:1] == b"{" else r
    ),
    "reverses lines": whole(value(reverse_rows, "PUT")),
    "cuts texts silently": whole(text(r'"([^"]{30})[^"]*"', r'"\1"', "POST")),
    "leaves totals stale": whole(text(r'"docamt":"[^"]*"', '"docamt":"1.00"')),
    "drops the last line": whole(
        value(lambda record: [v.pop() for v in record.values() if isinstance(v, list) and len(v) > 1])
    ),
    "writes rounded amounts": whole(text(r'"amount":"(-?\d+)\.\d+"', r'"amount":"\1.00"')),
    "gives every row one key": whole(value(each_row(lambda row: row.update({k: 1 for k in row if k == "dtlkey"})))),
    "gives HTML for a PDF": whole(
        lambda q, r: Response(200, [(b"content-type", b"text/html")], b"<html>no</html>") if is_pdf(q) else r
    ),
    "gives JSON as text": whole(
        lambda _, r: (
            replace(r, headers=[(b"content-type", b"text/plain")]) if r.body[:1] == b"{" and r.status < 300 else r
        )
    ),
    "answers 200 for missing": whole(lambda _, r: replace(r, status=200) if r.status in (400, 404) else r),
    "answers 500 for everything wrong": whole(lambda _, r: replace(r, status=500) if 400 <= r.status < 500 else r),
    "cuts the body": whole(
        lambda _, r: replace(r, delivery=Delivery(cut=len(r.body) // 2)) if len(r.body) > 500 else r
    ),
    "says a wrong length": whole(
        lambda _, r: replace(r, delivery=Delivery(declared=len(r.body) + 7)) if len(r.body) > 500 else r
    ),
    "redirects": whole(lambda q, r: Response(302, [(b"location", b"/version")]) if q.method == "POST" else r),
}


def breakages(kept: dict[str, Callable[[Backend], Backend]]) -> Callable[[str], Callable[[type[Any]], type[Any]]]:
    """A decorator that keeps servers by name."""

    def breakage(name: str) -> Callable[[type[Any]], type[Any]]:
        def register(kind: type[Any]) -> type[Any]:
            kept[name] = kind
            return kind

        return register

    return breakage


breakage = breakages(BREAKAGES)


def other_key(record: dict[str, Any], number: int) -> dict[str, Any]:
    """The key under which the record would be another one."""
    return {"dockey": number} if "dockey" in record else {"code": f"X{number}"}


class Asked:
    """A server that gets another request than the one sent."""

    def __init__(self, inner: Backend) -> None:
        self.inner = inner
        self.last: dict[bytes, Response] = {}
        self.count = 0

    def respond(self, request: Request) -> Response:
        raise NotImplementedError


@breakage("ignores authentication")
class NoAuthentication(Asked):
    """Answers what it knows already, whoever asks."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if response.status == 401:
            return Response(200, [(b"content-type", b"application/json")], b'{"data":[]}')
        return response


@breakage("ignores the offset")
class NoOffset(Asked):
    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        path = request.path
        if request.method == "GET" and b"offset=0" in request.query:
            self.last[path] = response
        elif b"offset=" in request.query and path in self.last and b"offset=0" not in request.query:
            return self.last[path]
        return response


@breakage("gives 51 a page")
class LongPages(Asked):
    """Repeats the last row of a full page under another key."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method == "GET" and b"limit=50" in request.query and response.status == 200:
            body = lossless.loads(response.body)
            if len(body.get("data", ())) == 50:
                extra = dict(body["data"][-1])
                extra.update(
                    {
                        k: 900_000 + self.count if isinstance(v, int) else f"X{self.count}"
                        for k, v in extra.items()
                        if k in ("dockey", "code")
                    }
                )
                self.count += 1
                body["data"].append(extra)
                return replace(response, body=lossless.dumps(body))
        return response


@breakage("does not persist")
class Forgetful(Asked):
    """Acknowledges a create with what was sent, under a key of its own."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method == "POST" and response.status == 200:
            body = lossless.loads(response.body)
            body.update({k: 900_000 for k in body if k == "dockey"})
            if "dockey" not in body:
                body["code"] = "NOT-THERE"
            return replace(response, body=lossless.dumps(body))
        return response


@breakage("does not delete")
class Keeper(Asked):
    def respond(self, request: Request) -> Response:
        return Response(200) if request.method == "DELETE" else self.inner.respond(request)


@breakage("ignores a change")
class Stubborn(Asked):
    """Answers an update with the record as it was."""

    def respond(self, request: Request) -> Response:
        if request.method == "GET" and request.query == b"" and not is_pdf(request):
            response = self.inner.respond(request)
            self.last.setdefault(request.path, response)
            return self.last[request.path] if request.path in self.last and response.status == 200 else response
        if request.method == "PUT" and request.path in self.last:
            return self.last[request.path]
        return self.inner.respond(request)


@breakage("ignores the update counter")
class Careless(Asked):
    """Takes any update as the newest one."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method == "PUT" and response.status == 400 and b"another user" in response.body:
            return Response(200, [(b"content-type", b"application/json")], request.body)
        return response


@breakage("adds lines on every update")
class Doubling(Asked):
    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method == "PUT" and response.status == 200:
            body = lossless.loads(response.body)
            for table in body.values():
                if isinstance(table, list) and table:
                    table.append(table[-1])
            return replace(response, body=lossless.dumps(body))
        return response


@breakage("takes wrong types")
class Gullible(Asked):
    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method == "POST" and response.status == 400 and b"must be" in response.body:
            return Response(200, [(b"content-type", b"application/json")], request.body)
        return response


@breakage("keeps a refused create")
class Halfway(Asked):
    """Counts one more record after a refusal."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        self.count += request.method == "POST" and response.status == 400
        if self.count and request.method == "GET" and b"offset=0" in request.query and response.status == 200:
            body = lossless.loads(response.body)
            if body.get("data"):
                ghost = dict(body["data"][-1])
                ghost.update(
                    {k: 900_001 if isinstance(v, int) else "GHOST" for k, v in ghost.items() if k in ("dockey", "code")}
                )
                body["data"].append(ghost)
            return replace(response, body=lossless.dumps(body))
        return response


@breakage("is busy for ever")
class Busy(Asked):
    def respond(self, request: Request) -> Response:
        self.count += 1
        return Response(503) if self.count > 40 else self.inner.respond(request)
