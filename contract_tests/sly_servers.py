"""Servers that break a rule of the product and stay well-formed: in what they fill in, move, free, filter and print."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import lossless
from broken_servers import Asked, breakages, is_pdf
from sqlacc_contract.sandbox import Backend, Request, Response, Sandbox
from sqlacc_contract.sandbox.caller import Caller
from worse_servers import lets_pass

Row = dict[str, Any]
SLY: dict[str, Callable[[Backend], Backend]] = {}  # beside those of broken_servers and worse_servers
breakage = breakages(SLY)


def place(request: Request, record: Row) -> bytes:
    """Where a record is read, also when it has just been made."""
    return request.path if request.method != "POST" else request.path + b"/%d" % record.get("dockey", 0)


class Case:
    """Which example is under way: each has a server as new, which gives the same keys again."""

    def __init__(self) -> None:
        self.name = b""

    def is_another(self, request: Request) -> bool:
        before, self.name = self.name, (request.header(b"x-case") or b"").partition(b"#")[0]
        return self.name != before


class Edited(Asked):
    """Changes the records of its answers, knowing the request. `touched`: what has happened to the record there."""

    def __init__(self, inner: Backend) -> None:
        super().__init__(inner)
        self.touched: dict[bytes, Row] = {}
        self.case = Case()

    def edit(self, request: Request, record: Row) -> None:
        raise NotImplementedError

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if self.case.is_another(request):
            self.touched.clear()
        if response.status >= 300 or not response.body.startswith(b"{"):
            return response
        body = lossless.loads(response.body)
        for record in body["data"] if isinstance(body.get("data"), list) else [body]:
            self.edit(request, record)
        return replace(response, body=lossless.dumps(body))


def asked(inner: Backend, method: str, target: str, body: bytes | None = None) -> Response:
    """Another request in place of the one that came, signed anew."""
    assert isinstance(inner, Sandbox)
    return Caller(inner)(method, target, body).response


def rows_of(record: Row) -> list[Row]:
    return [row for row in record.get("sdsdocdetail") or [] if isinstance(row, dict)]


# --- updates ------------------------------------------------------------------------------------------------------


@breakage("leaves amounts as they were")
class Sticky(Edited):
    """Another quantity or price in an update, and the first amounts for ever."""

    def edit(self, request: Request, record: Row) -> None:
        first = self.touched.setdefault(place(request, record), {})
        for at, part, names in [
            ("", record, ("docamt", "localdocamt")),
            *((row.get("dtlkey"), row, ("amount", "taxamt", "localamount", "localtaxamt")) for row in rows_of(record)),
        ]:
            part.update({name: first.setdefault(f"{at}.{name}", part[name]) for name in names if name in part})


@breakage("empties what an update did not change")
class Emptying(Edited):
    def edit(self, request: Request, record: Row) -> None:
        if request.method == "PUT" or place(request, record) in self.touched:
            self.touched[place(request, record)] = {}
            record.update({"terms": "----"} if record.get("terms") else {})


@breakage("changes the line below as well")
class Neighbourly(Edited):
    def edit(self, request: Request, record: Row) -> None:
        rows = rows_of(record)
        if request.method == "PUT" or place(request, record) in self.touched:
            self.touched[place(request, record)] = {}
            rows[1:2] = [row | {"description2": rows[0].get("description2")} for row in rows[1:2]]
            record.update({"sdsdocdetail": rows} if rows else {})


@breakage("raises the counter by two")
class Leaping(Edited):
    def respond(self, request: Request) -> Response:
        if request.method == "PUT":
            sent = re.sub(rb'"updatecount":(\d+)', lambda n: b'"updatecount":%d' % (int(n[1]) // 2 + 1), request.body)
            if sent != request.body:
                return self._doubled(asked(self.inner, "PUT", request.path.decode(), sent))
        return self._doubled(self.inner.respond(request))

    def _doubled(self, response: Response) -> Response:
        body = re.sub(rb'"updatecount":(\d+)', lambda n: b'"updatecount":%d' % (2 * int(n[1])), response.body)
        return replace(response, body=body) if response.body.startswith(b"{") else response


# --- what is filled in --------------------------------------------------------------------------------------------


class Misfilled(Edited):
    """Fills in something else where the client sent nothing."""

    header: Row = {}
    row: Row = {}

    def edit(self, request: Request, record: Row) -> None:
        if request.method != "POST" or "docno" not in record:
            return
        sent = lossless.loads(request.body)
        for source, part, wrong in [
            (sent, record, self.header),
            *((one, row, self.row) for one, row in zip(rows_of(sent), rows_of(record), strict=False)),
        ]:
            part.update({wire: value for wire, value in wrong.items() if not source.get(wire) and part.get(wire)})


def fills_in(name: str, header: Row | None = None, row: Row | None = None) -> None:
    SLY[name] = type("Misfilled", (Misfilled,), {"header": header or {}, "row": row or {}})


fills_in("names another customer", {"companyname": "SOMEBODY ELSE SDN BHD"})
fills_in("writes another address", {"address1": "1, Jalan Lain"})
fills_in("gives everybody the same terms", {"terms": "90 Days"})
fills_in("posts by the day of entry", {"postdate": "2026-01-16"})
fills_in("delivers on another day", row={"deliverydate": "2026-01-16"})
fills_in("describes another item", row={"description": "Something else"})
fills_in("books on another account", row={"account": "980-000"})
fills_in("takes the price of another item", row={"unitprice": "1.00000000"})
fills_in("takes the second rate of a tax", row={"taxrate": "7%"})


# --- what documents do to others ----------------------------------------------------------------------------------


@breakage("forgets to move stock")
class Still(Edited):
    def edit(self, _request: Request, record: Row) -> None:
        if "balsqty" in record:
            record["balsqty"] = self.touched.setdefault(b"stock", {}).setdefault(record["code"], record["balsqty"])


class Frozen(Asked):
    """Once a record of one kind is deleted or changed, those of another kind are answered as they were."""

    done: tuple[str, bytes] = ("DELETE", b"")
    frozen: bytes = b""

    def __init__(self, inner: Backend) -> None:
        super().__init__(inner)
        self.case = Case()

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.path.startswith(self.done[1] + b"/") and request.method == self.done[0] and response.status < 300:
            self.count += 1
        if self.case.is_another(request):
            self.count = 0
            self.last.clear()
        if request.method == "GET" and request.path.startswith(self.frozen + b"/") and response.status == 200:
            if self.count and request.path in self.last:
                return self.last[request.path]
            self.last[request.path] = response
        return response


def frozen(name: str, method: str, done: bytes, kept: bytes) -> None:
    SLY[name] = type("Frozen", (Frozen,), {"done": (method, done), "frozen": kept})


frozen("keeps a deleted payment in the books", "DELETE", b"/customerpayment", b"/customer")
frozen("keeps a void payment in the books", "PUT", b"/customerpayment", b"/customer")
frozen("frees nothing when an invoice goes", "DELETE", b"/salesinvoice", b"/salesorder")
frozen("keeps the stock of a void document", "PUT", b"/salesinvoice", b"/stockitem")
frozen("keeps the stock of a deleted document", "DELETE", b"/salesinvoice", b"/stockitem")

lets_pass("settles more than was paid", "POST", b"more than the payment", into=SLY)
lets_pass("sells to whom it must not", "POST", b"gets no new documents", into=SLY)
lets_pass("transfers from a void order", "POST", b"is cancelled", into=SLY)
lets_pass("takes less than was transferred", "PUT", b"must cover that quantity", into=SLY)
lets_pass("voids what is settled", "PUT", b"cannot be cancelled", into=SLY)


# --- reading ------------------------------------------------------------------------------------------------------


class Filtering(Asked):
    """Asks for something else when a list is filtered."""

    def asked(self, wire: str, value: str) -> str:
        raise NotImplementedError

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        found = re.fullmatch(r"(?:(.*?)&)?([a-z0-9_]+)=([^&]+)(&offset=.*)", request.query.decode())
        if request.method != "GET" or found is None or found[2] in ("offset", "limit") or response.status != 200:
            return response
        query = self.asked(found[2], found[3])
        if query == f"{found[2]}={found[3]}":
            return response
        target = f"{request.path.decode()}?{query}{found[4]}".replace("?&", "?")
        return asked(self.inner, "GET", target)


@breakage("ignores filters")
class Unfiltered(Filtering):
    def asked(self, wire: str, value: str) -> str:  # noqa: ARG002
        return ""


@breakage("filters only by texts")
class Wordy(Filtering):
    def asked(self, wire: str, value: str) -> str:
        return "" if value in ("true", "false") or re.fullmatch(r"[0-9-]+", value) else f"{wire}={value}"


@breakage("filters by the beginning")
class Beginning(Filtering):
    def asked(self, wire: str, value: str) -> str:
        return f"{wire}={value[: max(1, len(value) // 2)].rstrip('%')}*"


@breakage("filters without regard to case")
class CaseBlind(Filtering):
    def asked(self, wire: str, value: str) -> str:
        plain = value.isascii() and "%" not in value
        return f"{wire}={value.upper() if plain else value}"


@breakage("prints the first document for all")
class Copier(Asked):
    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if is_pdf(request) and response.status == 200:
            return self.last.setdefault(request.path.split(b"/")[1], response)
        return response
