"""More servers that break the contract: in their arithmetic, in texts, in what they keep and in what they let pass."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import lossless
from broken_servers import Asked, breakages, each_row, is_pdf, text, value, whole
from sqlacc_contract.sandbox import Backend, Delivery, Request, Response

JSON = [(b"content-type", b"application/json")]
CENT = Decimal("0.01")
Row = dict[str, Any]
WORSE: dict[str, Callable[[Backend], Backend]] = {}  # beside those of broken_servers
breakage = breakages(WORSE)


# --- texts, dates and keys ----------------------------------------------------------------------------------------


def strings(change: Callable[[str], str]) -> Callable[[Any], None]:
    """Every text of a record, below its rows too."""

    def walk(item: Any) -> Any:
        if isinstance(item, dict):
            return {name: walk(inner) for name, inner in item.items()}
        if isinstance(item, list):
            return [walk(inner) for inner in item]
        return change(item) if isinstance(item, str) else item

    def edit(record: Row) -> None:
        record.update(walk(record))

    return edit


def mojibake(one: str) -> str:
    return one.encode().decode("latin-1")


def no_leading_zeros(one: str) -> str:
    return one.lstrip("0") if re.fullmatch(r"0+[1-9][0-9]*", one) else one


def last_century(found: re.Match[str]) -> str:
    return f'"20{found[1][2:]}{found[2]}"' if found[1] < "1970" else f'"{found[1]}{found[2]}"'


WORSE |= {
    "reads UTF-8 as Latin-1": whole(value(strings(mojibake))),
    "composes letters": whole(value(strings(lambda one: unicodedata.normalize("NFC", one)))),
    "strips blanks": whole(value(strings(lambda one: one.rstrip(" ")))),
    "turns tabs into blanks": whole(value(strings(lambda one: one.replace("\t", " ")))),
    "drops line ends": whole(value(strings(lambda one: one.replace("\n", "")))),
    "loses emoji": whole(value(strings(lambda one: "".join(c if ord(c) < 0x10000 else "?" for c in one)))),
    "drops leading zeros": whole(value(strings(no_leading_zeros))),
    "escapes for HTML": whole(value(strings(lambda one: one.replace("&", "&amp;").replace("<", "&lt;")))),
    "doubles quotes": whole(value(strings(lambda one: one.replace("'", "''")))),
    "cuts the last character": whole(value(strings(lambda one: one[:-1] if len(one) >= 40 else one), "POST")),
    "writes dates with a time": whole(text(r'"(\d{4}-\d{2}-\d{2})"', r'"\1T00:00:00"')),
    "swaps day and month": whole(text(r'"(\d{4})-(0\d|1[0-2])-(0\d|1[0-2])"', r'"\1-\3-\2"')),
    "forgets dates before 1970": whole(text(r'"(\d{4})(-\d{2}-\d{2})"', last_century)),
    "writes flags as letters": whole(text(r":true\b", ':"T"')),
    "writes keys as text": whole(text(r'"dtlkey":(\d+)', r'"dtlkey":"\1"')),
    "writes flags as numbers": whole(text(r":false\b", ":0")),
    "upper-cases codes": whole(
        value(lambda record: record.update(code=record["code"].upper()) if record.get("code") else 0)
    ),
    "loses rows below rows": whole(
        value(each_row(lambda row: row.update({k: [] for k, v in row.items() if isinstance(v, list)})))
    ),
    "renumbers rows": whole(
        value(each_row(lambda row: row.update({k: v + 7 for k, v in row.items() if k == "dtlkey"})), "PUT")
    ),
    "answers null for missing": whole(
        lambda _, r: Response(200, JSON, b"null") if r.status in (400, 404) and b"not found" in r.body else r
    ),
    "says nothing to a create": whole(
        lambda q, r: replace(r, body=b"") if q.method == "POST" and r.status < 300 else r
    ),
    "says nothing to an update": whole(
        lambda q, r: replace(r, body=b"") if q.method == "PUT" and r.status < 300 else r
    ),
    "cuts a PDF": whole(lambda q, r: replace(r, body=r.body[: len(r.body) // 2]) if is_pdf(q) else r),
    "calls a PDF JSON": whole(lambda q, r: replace(r, headers=JSON) if is_pdf(q) and r.status < 300 else r),
    "drips slowly": whole(
        lambda _, r: (
            replace(r, delivery=Delivery(drip=max(1, len(r.body) // 40), pause=0.1)) if len(r.body) > 500 else r
        )
    ),
    "names a field twice": whole(text(r"^\{", '{"dockey":1,', "POST")),
    "writes NaN": whole(text(r'"(docamt|description)":("[^"]*"|null)', r'"\1":NaN')),
}


# --- arithmetic ---------------------------------------------------------------------------------------------------


def number(value: Any) -> Decimal:
    """An amount as text or, under one reading, as a number."""
    return Decimal(str(value or 0).strip(lossless.MARK))


def money(amount: Decimal, before: Any) -> str:
    """In the form of what stood there before."""
    mark = lossless.MARK if str(before).startswith(lossless.MARK) else ""
    return f"{mark}{amount:.2f}{mark}"


def lines_of(record: Row) -> list[Row]:
    rows = record.get("sdsdocdetail")
    return [row for row in rows if isinstance(row, dict) and "amount" in row] if isinstance(rows, list) else []


def recomputed(amount: Callable[[Row], Decimal | None]) -> Callable[[Any], None]:
    """Other amounts of lines, and a total that agrees with them."""

    def edit(record: Row) -> None:
        difference = Decimal(0)
        for row in lines_of(record):
            made = amount(row)
            if made is not None:
                difference += made - number(row["amount"])
                row["amount"] = money(made, row["amount"])
        if "docamt" in record and record["docamt"] is not None:
            record["docamt"] = money(number(record["docamt"]) + difference, record["docamt"])

    return edit


def product(row: Row) -> tuple[Decimal, Decimal] | None:
    """Quantity and price of a line without discount and without tax in its price."""
    quantity, price = row.get("qty"), row.get("unitprice", row.get("unitcost"))
    plain = not row.get("disc") and not row.get("taxinclusive")
    return (number(quantity), number(price)) if plain and quantity is not None and price is not None else None


def in_float(row: Row) -> Decimal | None:
    factors = product(row)
    return Decimal(f"{float(factors[0]) * float(factors[1]):.2f}") if factors else None


def half_even(row: Row) -> Decimal | None:
    factors = product(row)
    return (factors[0] * factors[1]).quantize(CENT, ROUND_HALF_EVEN) if factors else None


def truncated(row: Row) -> Decimal | None:
    factors = product(row)
    return (factors[0] * factors[1] // CENT) * CENT if factors else None


def total(edit: Callable[[Decimal, list[Row]], Decimal]) -> Callable[[Any], None]:
    def change(record: Row) -> None:
        rows = lines_of(record)
        if rows and record.get("docamt") is not None:
            record["docamt"] = money(edit(number(record["docamt"]), rows), record["docamt"])

    return change


def without_last(amount: Decimal, rows: list[Row]) -> Decimal:
    last = rows[-1]
    return amount - number(last["amount"]) - number(last.get("taxamt")) if len(rows) > 1 else amount


def one_side(record: Row) -> None:
    """The first debit a cent higher than it was sent."""
    for row in record.get("sdsdocdetail") or []:
        if number(row.get("dr")) > 0:
            row["dr"] = money(number(row["dr"]) + CENT, row["dr"])
            return


def full_tax(record: Row) -> None:
    """Tax on the price before discount."""
    for row in lines_of(record):
        if row.get("disc") and number(row.get("taxamt")):
            row["taxamt"] = money(number(row["taxamt"]) * 2, row["taxamt"])


WORSE |= {
    "computes in binary": whole(value(recomputed(in_float))),
    "rounds halves to even": whole(value(recomputed(half_even))),
    "cuts fractions of a cent": whole(value(recomputed(truncated))),
    "leaves the last line out of the total": whole(value(total(without_last))),
    "is a cent off on many lines": whole(value(total(lambda n, rows: n + CENT if len(rows) > 2 else n))),
    "leaves tax out of the total": whole(
        value(total(lambda n, rows: n - sum((number(row.get("taxamt")) for row in rows), Decimal(0))))
    ),
    "taxes the discount": whole(value(full_tax)),
    "unbalances journals": whole(value(one_side)),
}


# --- figures beside the amounts ------------------------------------------------------------------------------------


def moved(name: str, by: Decimal = CENT) -> Callable[[Any], None]:
    """A figure of each line that is a little off where it is not zero."""

    def edit(record: Row) -> None:
        for row in lines_of(record):
            if number(row.get(name)):
                digits = len(str(row[name]).strip(lossless.MARK).partition(".")[2])
                mark = lossless.MARK if str(row[name]).startswith(lossless.MARK) else ""
                row[name] = f"{mark}{number(row[name]) + by:.{digits}f}{mark}"

    return edit


def at_par(record: Row) -> None:
    """Foreign money counted as if it were the company's own."""
    if record.get("docamt") is not None and record.get("localdocamt") is not None:
        record["localdocamt"] = record["docamt"]


def unshared(record: Row) -> None:
    for row in lines_of(record):
        if "landingcost1" in row:
            row["landingcost1"] = money(Decimal(0), row["landingcost1"])


def all_applied(record: Row) -> None:
    if "unappliedamt" in record:
        record["unappliedamt"] = money(Decimal(0), record["unappliedamt"])


WORSE |= {
    "counts boxes as pieces": whole(value(moved("sqty", Decimal(1)))),
    "is a cent off in home currency": whole(value(moved("localamount"))),
    "is a cent off with tax": whole(value(moved("amountwithtax"))),
    "taxes another amount than it says": whole(value(moved("taxableamt"))),
    "takes foreign money for its own": whole(value(at_par)),
    "keeps landing costs from the lines": whole(value(unshared)),
    "applies money that was not matched": whole(value(all_applied)),
}


# --- what is kept, and what passes --------------------------------------------------------------------------------


def lets_pass(name: str, method: str, *words: bytes, into: dict[str, Callable[[Backend], Backend]] = WORSE) -> None:
    """A refusal with these words becomes an acknowledgement of what was sent."""

    class Lenient(Asked):
        def respond(self, request: Request) -> Response:
            response = self.inner.respond(request)
            refused = response.status in (400, 404, 409) and (not words or any(word in response.body for word in words))
            if request.method != method or not refused:
                return response
            return Response(200, JSON, request.body) if request.body else Response(200)

    into[name] = Lenient


lets_pass("takes anything", "POST")
lets_pass("takes any change", "PUT", b"must be", b"must not", b"has more than", b"fit: ", b"there is no")
lets_pass("takes a number twice", "POST", b"already", b"uplicate")
lets_pass("deletes what is referred to", "DELETE", b"cannot be deleted")
lets_pass("settles more than is open", "POST", b"outstanding amount")
lets_pass("transfers more than was ordered", "POST", b"exceeds what is outstanding")
lets_pass("books half a journal", "POST", b"tally")
lets_pass("takes unknown codes", "POST", b"there is no")
lets_pass("takes long texts", "POST", b"characters, at most")
lets_pass("deletes what is gone", "DELETE", b"not found")


@breakage("wraps the update counter")
class Wrapping(Asked):
    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if response.status >= 300 or not response.body.startswith(b"{"):
            return response
        return replace(response, body=re.sub(rb'"updatecount":([1-9]\d*)', b'"updatecount":1', response.body))


@breakage("forgets the update counter")
class Uncounted(Asked):
    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        return replace(response, body=re.sub(rb'"updatecount":\d+', b'"updatecount":null', response.body))


class Listed(Asked):
    """A server whose lists are wrong."""

    def page(self, rows: list[Row], request: Request) -> list[Row]:
        raise NotImplementedError

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method != "GET" or b"offset=" not in request.query or response.status >= 300:
            return response
        body = lossless.loads(response.body)
        name = "data" if "data" in body else "items"
        if isinstance(body, dict) and isinstance(body.get(name), list):
            body[name] = self.page(body[name], request)
        return replace(response, body=lossless.dumps(body))


@breakage("changes the order of lists")
class Shuffled(Listed):
    def page(self, rows: list[Row], _request: Request) -> list[Row]:
        self.count += 1
        return rows[::-1] if self.count % 2 else rows


@breakage("misses a row of a list")
class Missing(Listed):
    def page(self, rows: list[Row], _request: Request) -> list[Row]:
        return rows[:5] + rows[6:]


@breakage("lists a row twice")
class Twice(Listed):
    def page(self, rows: list[Row], _request: Request) -> list[Row]:
        return [*rows[:1], *rows[:-1]] if len(rows) > 1 else rows


@breakage("begins at the second row")
class OffByOne(Listed):
    def page(self, rows: list[Row], request: Request) -> list[Row]:
        return rows[1:] if b"offset=0" in request.query else rows


@breakage("lists other values than it reads")
class Differing(Listed):
    def page(self, rows: list[Row], _request: Request) -> list[Row]:
        return [{**row, **{k: "-" for k in ("description", "companyname") if row.get(k)}} for row in rows]


@breakage("lists rows of lines")
class Wordy(Listed):
    def page(self, rows: list[Row], _request: Request) -> list[Row]:
        return [{**row, "sdsdocdetail": []} for row in rows]


@breakage("reads the record before")
class Neighbour(Asked):
    """Answers a get with what another get was answered."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method != "GET" or request.query or is_pdf(request) or response.status != 200:
            return response
        path = b"any"
        before, self.last[path] = self.last.get(path), response
        return before or response


@breakage("bursts of 503")
class Bursts(Asked):
    def respond(self, request: Request) -> Response:
        self.count += 1
        return Response(503) if self.count % 60 > 50 else self.inner.respond(request)


@breakage("bursts of 429")
class Limits(Asked):
    def respond(self, request: Request) -> Response:
        self.count += 1
        return Response(429, [(b"retry-after", b"1")]) if self.count % 60 > 50 else self.inner.respond(request)


@breakage("books a create twice")
class Doubled(Asked):
    """Stores every new record of its own number once more."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method == "POST" and response.status == 200:
            self.count += 1
        if self.count and request.method == "GET" and b"offset=0" in request.query and response.status == 200:
            body = lossless.loads(response.body)
            rows = body.get("data") or []
            if rows:
                copy = dict(rows[-1])
                copy.update(
                    {
                        k: 900_000 + self.count if isinstance(v, int) else f"{v}-2"
                        for k, v in copy.items()
                        if k in ("dockey", "code")
                    }
                )
                body["data"] = [*rows, copy]
            return replace(response, body=lossless.dumps(body))
        return response


@breakage("keeps a refused change")
class Swayed(Asked):
    """After a refused update the record reads as if it had been taken."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method == "PUT" and response.status == 400:
            self.last[request.path] = response
        if request.method == "GET" and request.path in self.last and response.status == 200 and not is_pdf(request):
            body = lossless.loads(response.body)
            record = body["data"][0] if isinstance(body.get("data"), list) else body
            record["updatecount"] = (record.get("updatecount") or 0) + 1
            return replace(response, body=lossless.dumps(body))
        return response


@breakage("trusts any signature")
class Trusting(Asked):
    """Lets everybody in who says a name it knows."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        said = request.header(b"authorization") or b""
        if response.status == 401 and b"Credential=00112233445566778899aabbccddeeff" in said:
            body = json.dumps({"pagination": {"offset": 0, "limit": 50, "count": 0}, "data": []}).encode()
            return Response(200, JSON, body)
        return response


@breakage("changes rows of other records")
class Meddling(Asked):
    """A row key of another record in an update changes that record."""

    def respond(self, request: Request) -> Response:
        response = self.inner.respond(request)
        if request.method == "PUT" and response.status == 200:
            sent = {row.get("dtlkey") for row in lines_of(lossless.loads(request.body))}
            kept = {row.get("dtlkey") for row in lines_of(lossless.loads(response.body))}
            for key in sent - kept - {None, 0, -1}:
                self.last[b'"dtlkey":%d,' % key] = response
        for mark in self.last if response.status == 200 else ():
            if mark in response.body:
                body = lossless.loads(response.body)
                for record in body["data"] if isinstance(body.get("data"), list) else [body]:
                    for row in lines_of(record):
                        if mark == b'"dtlkey":%d,' % row["dtlkey"]:
                            row["description"] = "stolen"
                return replace(response, body=lossless.dumps(body))
        return response
