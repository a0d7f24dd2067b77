"""Faults that careless clients have, as patches of the generated Python client: `verify` has to notice every one."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import lossless


class _Client:
    """The modules of the client under test, imported when a patch is made."""

    def __getattr__(self, name: str) -> Any:
        return import_module(f"sqlacc_client.{name}")


client: Any = _Client()
Patch = Callable[[], None]
MUTANTS: dict[str, Patch] = {}


def mutant(name: str) -> Callable[[Patch], Patch]:
    def register(patch: Patch) -> Patch:
        MUTANTS[name] = patch
        return patch

    return register


# --- what is sent -------------------------------------------------------------------------------------------------


def rewritten(change: Callable[[Any], Any]) -> Patch:
    """Every request goes through `change` before it is signed."""

    def patch() -> None:
        send = client._calls.Caller.send
        client._calls.Caller.send = lambda self, call, options=None: send(self, change(call), options)

    return patch


def body(change: Callable[[dict[str, Any]], Any], *methods: str) -> Patch:
    """Bodies of these methods go through `change`."""

    def rewrite(call: Any) -> Any:
        if call.method not in (methods or ("POST", "PUT")) or not call.body:
            return call
        value = lossless.loads(call.body)
        change(value)
        return replace(call, body=lossless.dumps(value))

    return rewritten(rewrite)


def rows(change: Callable[[dict[str, Any]], Any], *methods: str) -> Patch:
    def each(value: dict[str, Any]) -> None:
        for table in value.values():
            for row in table if isinstance(table, list) else ():
                change(row)

    return body(each, *methods)


def text(pattern: str, new: str, *methods: str) -> Patch:
    """Bodies as text."""

    def rewrite(call: Any) -> Any:
        if call.method not in (methods or ("POST", "PUT")):
            return call
        return replace(call, body=re.sub(pattern, new, call.body.decode()).encode())

    return rewritten(rewrite)


def target(pattern: str, new: str) -> Patch:
    return rewritten(lambda call: replace(call, target=re.sub(pattern, new, call.target)))


def lower_counter(value: dict[str, Any]) -> None:
    if value.get("updatecount"):
        value["updatecount"] -= 1


def keys_renamed(value: dict[str, Any]) -> None:
    for name in list(value):
        value[name.title()] = value.pop(name)


MUTANTS |= {
    "drops an optional field": body(lambda value: value.pop("description", None)),
    "sends a number for a decimal": text(r'"(-?\d+\.\d+)"', r"\1"),
    "loses a trailing zero": text(r'"(-?\d+\.\d*?)0+"', r'"\g<1>0"'),
    "changes the case of names": body(keys_renamed),
    "sends dtlkey as text": rows(lambda row: row.update({k: str(v) for k, v in row.items() if k == "dtlkey"}), "PUT"),
    "updates without updatecount": body(lambda value: value.pop("updatecount", None), "PUT"),
    "sends updatecount unchanged": body(lower_counter, "PUT"),
    "drops dtlkey": rows(lambda row: row.pop("dtlkey", None), "PUT"),
    "asks for 100 rows": target(r"limit=50", "limit=100"),
    "encodes as latin-1": rewritten(lambda call: replace(call, body=call.body.decode().encode("latin-1", "replace"))),
    "sends absent as null": body(lambda value: value.setdefault("docref4", None), "POST"),
    "sends an empty docno": body(lambda value: value.setdefault("docno", ""), "POST"),
    "loses unknown fields on update": body(
        lambda value: [value.pop(name) for name in list(value) if name.startswith("udf_")], "PUT"
    ),
    "loses rows on update": body(
        lambda value: value.update({k: v[:1] for k, v in value.items() if isinstance(v, list)}), "PUT"
    ),
    "forgets the PDF header": rewritten(
        lambda call: replace(call, content_type="") if "pdf" in call.content_type else call
    ),
    "quotes the report name": rewritten(
        lambda call: replace(call, content_type=re.sub(r"template=(.*)", r'template="\1"', call.content_type))
    ),
    "signs a space as a plus": target("%20", "+"),
    "leaves parentheses unescaped": target("%28|%29", "("),
    "encodes the star of a filter": target(r"(?<=[=\w])\*", "%2A"),
    "encodes the star of the detail form": target(r"/\*\?", "/%2A?"),
    "drops the filter": target(r"\?(?!offset)[^&]*&?", "?"),
    "wires delete to get": rewritten(lambda call: replace(call, method="GET") if call.method == "DELETE" else call),
    "wires update to create": rewritten(
        lambda call: (
            replace(call, method="POST", target=call.target.rsplit("/", 1)[0]) if call.method == "PUT" else call
        )
    ),
    "asks another object": target("^/salesinvoice", "/salesorder"),
    "offset counts pages": target(r"offset=50", "offset=1"),
}


# --- signing ------------------------------------------------------------------------------------------------------


def signed(after: Callable[[Any], None]) -> Patch:
    def patch() -> None:
        sign = client._signing.Signer.sign

        def changed(self: Any, request: Any, now: Any) -> Any:
            made = sign(self, request, now)
            after(made)
            return made

        client._signing.Signer.sign = changed

    return patch


def canonical(pattern: str, new: str) -> Patch:
    def patch() -> None:
        make = client._signing._Auth.get_canonical_request
        client._signing._Auth.get_canonical_request = lambda *args: re.sub(pattern, new, make(*args), count=1)

    return patch


def unsigned(request: Any) -> None:
    for name in [name for name in request.headers if name.lower() == "authorization"]:
        del request.headers[name]


MUTANTS |= {
    "sends unsigned": signed(unsigned),
    "signs the star unescaped": canonical(r"%2A\n", "*\n"),
    "signs the path without its star": canonical(r"%2A\n", "\n"),
    "signs other bytes": canonical(r"[0-9a-f]{64}$", "0" * 64),
}


@mutant("uses local time")
def local_time() -> None:
    sign = client._signing.Signer.sign
    client._signing.Signer.sign = lambda self, request, now: sign(self, request, now + timedelta(hours=8))


@mutant("signs the wrong scope")
def wrong_scope() -> None:
    start = client._signing.Signer.__init__

    def changed(self: Any, access_key: str, secret_key: str, region: str, service: str, *rest: Any) -> None:
        start(self, access_key, secret_key, "ap-southeast-1", "execute-api", *rest)

    client._signing.Signer.__init__ = changed


@mutant("sorts the query wrongly")
def unsorted_query() -> None:
    def changed(self: Any, request: Any, headers: str, names: str) -> str:
        made = client._signing.urlsplit(request.url)
        path = client._signing.quote(made.path, safe="/~")
        digest = request.headers["x-amz-content-sha256"]
        return "\n".join((request.method, path, made.query, headers, names, digest))

    client._signing._Auth.get_canonical_request = changed


# --- what comes back ----------------------------------------------------------------------------------------------


def answered(change: Callable[[Any, Any], Any]) -> Patch:
    """Every answer goes through `change(request, response)`."""

    def patch() -> None:
        send = client.transport.RequestsTransport.send
        client.transport.RequestsTransport.send = lambda self, request: change(request, send(self, request))

    return patch


def swallow(request: Any, response: Any) -> Any:
    return replace(response, status=200) if response.status >= 400 else response


def html_taken(request: Any, response: Any) -> Any:
    if response.status < 300 and response.body.lstrip().startswith(b"<"):
        return replace(response, headers={"content-type": "application/json"}, body=b'{"data":[]}')
    return response


def shorter_pdf(request: Any, response: Any) -> Any:
    return (
        replace(response, body=response.body.decode("latin-1").replace("\r", "").encode("utf-8"))
        if response.body[:4] == b"%PDF"
        else response
    )


MUTANTS |= {
    "swallows errors": answered(swallow),
    "takes HTML for success": answered(html_taken),
    "mangles a PDF": answered(shorter_pdf),
    "loses rows of a page": answered(
        lambda request, response: (
            replace(response, body=re.sub(rb'"data":\[\{.*?\},\{', b'"data":[{', response.body, count=1))
            if "offset=" in request.url
            else response
        )
    ),
    "shows every 400 as not found": answered(
        lambda request, response: (
            replace(response, status=404, body=b'{"message":"not found"}') if response.status == 400 else response
        )
    ),
    "loses the server's words": answered(
        lambda request, response: replace(response, body=b'{"message":"error"}') if response.status == 400 else response
    ),
}


@mutant("returns floats")
def floats() -> None:
    tag = client._tagged.tag

    def changed(value: Any) -> Any:
        made = tag(value)
        return float(made["$dec"]) if isinstance(made, dict) and set(made) == {"$dec"} else made

    for module in (client._tagged, client._driver_ops, client.driver):
        module.tag = changed


@mutant("shifts dates by a zone")
def shifted_dates() -> None:
    tag = client._tagged.tag

    def changed(value: Any) -> Any:
        if type(value).__name__ == "date":
            value -= timedelta(days=1)
        return tag(value)

    for module in (client._tagged, client._driver_ops, client.driver):
        module.tag = changed


@mutant("follows a redirect")
def follows() -> None:
    send = client.transport.RequestsTransport.send

    def changed(self: Any, request: Any) -> Any:
        response = send(self, request)
        if 300 <= response.status < 400:
            base = request.url[: len(request.url) - len(request.target)]
            return send(self, replace(request, url=base + response.headers["location"]))
        return response

    client.transport.RequestsTransport.send = changed


# --- when to try again, and when to stop --------------------------------------------------------------------------


def retries(rule: Callable[[Any, Any, Any], bool]) -> Patch:
    def patch() -> None:
        wait = client._calls.Caller._wait_before_retry

        def changed(self: Any, call: Any, response: Any, failure: Any, retry: Any, attempt: int) -> float | None:
            if attempt >= retry.attempts or not rule(call, response, failure):
                return None
            return wait(self, call, response, failure, retry, attempt) or 0.05

        client._calls.Caller._wait_before_retry = changed

    return patch


def bad(response: Any, failure: Any) -> bool:
    return failure is not None or response.status in (429, 502, 503, 504)


MUTANTS |= {
    "repeats a POST": retries(lambda call, response, failure: bad(response, failure)),
    "does not repeat a GET": retries(lambda call, response, failure: False),
    "repeats a GET on 500": retries(
        lambda call, response, failure: not call.write and (bad(response, failure) or response.status == 500)
    ),
    "gives up on 429": retries(
        lambda call, response, failure: (
            not call.write and bad(response, failure) and (failure or response.status != 429)
        )
    ),
}


@mutant("ignores Retry-After")
def impatient() -> None:
    client._answers.retry_after = lambda *args: None


@mutant("does not wait between tries")
def restless() -> None:
    client._calls.Caller._wait = lambda *args: None


@mutant("stops after the first page")
def first_page() -> None:
    pages = client._reading.pages

    def changed(*args: Any, **options: Any) -> Any:
        yield next(pages(*args, **options))

    client._reading.pages = changed


@mutant("loops on a full last page")
def loops() -> None:
    pages = client._reading.pages

    def changed(caller: Any, shape: Any, where: Any, offset: int, size: int, options: Any, **more: Any) -> Any:
        yield from pages(caller, shape, where, offset, size, options, **more)
        while True:
            yield from pages(caller, shape, where, offset, size, options, **more)

    client._reading.pages = changed


@mutant("skips a row between pages")
def skips_rows() -> None:
    list_call = client._reading.list_call
    client._reading.list_call = lambda shape, where, offset, limit: list_call(
        shape, where, offset + (offset > 0), limit
    )


@mutant("says every row was removed")
def removed() -> None:
    client._update.still_there = lambda *args: []
    client._writing.still_there = lambda *args: []


@mutant("finds the first of several")
def first_found() -> None:
    multiple = client._reading.MultipleFoundError

    def changed(caller: Any, shape: Any, where: Any, options: Any) -> Any:
        try:
            return find(caller, shape, where, options)
        except multiple as error:
            return error.records[0]

    find = client._reading.find
    client._reading.find = changed


@mutant("believes every filter")
def believes() -> None:
    client._reading.matches = lambda *args: True


@mutant("validates nothing")
def validates_nothing() -> None:
    client._calls.Caller.settings = lambda self, options, given=client._calls.Caller.settings: replace(
        given(self, options), validate=False
    )


@mutant("takes no rows for an error")
def no_rows() -> None:
    refuse = client._answers.refuse_error

    def changed(response: Any, sent: Any) -> None:
        refuse(response, sent)
        if response.body.endswith(b"[]}"):
            raise client._answers.api_error("not_found", "nothing", response, sent)

    client._answers.refuse_error = changed


@mutant("decodes the key of a path")
def raw_key() -> None:
    client._url._quote = lambda given, safe="": given.replace(" ", "%20")


# --- the program --------------------------------------------------------------------------------------------------


def operation(when: str, act: Callable[[], Any]) -> Patch:
    def patch() -> None:
        call = client._driver_ops.call

        def changed(client: Any, op: str, args: Any, options: Any) -> Any:
            if op == when:
                return act()
            return call(client, op, args, options)

        client._driver_ops.call = changed

    return patch


MUTANTS |= {
    "dies on a case": operation("sales_invoices.get", lambda: os._exit(7)),
    "hangs on a case": operation("sales_invoices.get", lambda: time.sleep(60)),
    "returns from memory": operation("agents.list", lambda: {"records": [], "offset": 0, "count": 0, "more": False}),
    "prints into the protocol": operation("agents.get", lambda: os.write(3, b"debug\n")),
}


@mutant("never deletes")
def never_deletes() -> None:
    send = client.transport.RequestsTransport.send

    def changed(self: Any, request: Any) -> Any:
        return client.transport.HttpResponse(200) if request.method == "DELETE" else send(self, request)

    client.transport.RequestsTransport.send = changed


@mutant("signs the user agent")
def signs_everything() -> None:
    client._signing.SIGNED = frozenset({*client._signing.SIGNED, "user-agent"})
