"""One call through the generated Python client, its answer shown, its error told with a hint."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from sqlacc_codegen.ir import Api, Master, Object
from sqlacc_codegen.swap import replace_file

from . import shown
from .client_package import client_module
from .curl import curl

READS = ("list", "get")
HINTS = {
    "configuration": "set SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY, or name a profile with --profile",
    "authentication": "check the key pair and the scope (SQLACC_REGION, SQLACC_SERVICE); `sqlacc ping` tries them",
    "clock_skew": "set this machine's clock; signatures hold for a few minutes only",
    "connection": "check the base URL and the network; `sqlacc ping` tries them",
    "timeout": "the server did not answer in time; a read can be tried again",
    "ambiguous_write": "the record may be stored: look for it before you send it again",
    "not_found": "look for the key with `sqlacc call OBJECT find --where ...`",
    "stale": "somebody changed the record in the meantime; read it again and repeat the change",
    "rate_limit": "wait a minute or two",
    "unexpected_response": "a proxy or another service may have answered; check the base URL",
    "line_not_removed": "all else is stored; this server keeps rows that an update leaves out",
}


class Halt(Exception):  # noqa: N818 - ends a dry run
    """The request that would have been sent is known."""


class Capture:
    """A transport that shows requests and sends none."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def send(self, request: Any, /) -> Any:
        self.requests.append(request)
        raise Halt


def run_call(
    *,
    object: str,
    operation: str,
    key: str | None,
    where: dict[str, str],
    data: str | None,
    offset: int,
    limit: int | None,
    template: str | None,
    base_url: str | None,
    profile: str | None,
    as_json: bool,
    dry_run: bool,
    output: Path | None,
    spec_dir: Path | None,
) -> int:
    from sqlacc_codegen.load import load
    from sqlacc_codegen.spec import default_spec

    api = load(spec_dir or default_spec())
    thing = _thing(api, object)
    operation = operation.replace("-", "_")
    _check(thing, operation, key, where, data, template, output)
    payload = _payload(data)
    transport = Capture() if dry_run else None
    with _errors(), _client(profile, base_url, transport) as client:
        try:
            if isinstance(thing, Master):
                answer = _master(client, thing, key, where, offset, limit)
            else:
                answer = _call(client, thing, operation, key, where, payload, offset, limit, template)
        except Halt:
            assert transport is not None
            _show_dry(transport, thing, operation)
            return 0
        _show(thing, operation, answer, as_json, output)
    return 0


def run_ping(base_url: str | None, profile: str | None, as_json: bool) -> int:
    with _errors(), _client(profile, base_url, None) as client:
        found = client.ping()
        facts = {"profile": found.profile, "version": shown.wire(found.version), "skew_seconds": found.skew}
        if as_json:
            click.echo(shown.as_json(facts))
        else:
            clock = "not told" if found.skew is None else f"{found.skew:+.0f} s beside this machine's"
            version = found.version.get("version") if isinstance(found.version, dict) else found.version
            click.echo(f"profile {found.profile}: reached, keys accepted, version {version}, server's clock {clock}")
    return 0


# --- what is asked ------------------------------------------------------------------------------------------------


def _thing(api: Api, name: str) -> Object | Master:
    wanted = name.replace("-", "_").strip("/").lower()
    for o in api.objects:
        if wanted in (o.id, o.plural.snake(), o.path.strip("/")):
            return o
    for master in api.masters:
        if master.path and wanted in (master.id, master.path.strip("/")):
            return master
    from sqlacc_codegen.hints import did_you_mean

    known = [o.id for o in api.objects] + [m.id for m in api.masters if m.path]
    raise click.UsageError(f"no object {name!r}. {did_you_mean(wanted, known)} There are: {', '.join(known)}".strip())


def _check(
    thing: Object | Master,
    operation: str,
    key: str | None,
    where: Mapping[str, str],
    data: str | None,
    template: str | None,
    output: Path | None,
) -> None:
    if isinstance(thing, Master):
        offered = [name for name in READS if name in thing.operations]
    else:
        offered = [*thing.by_operation, *(["iterate"] if "list" in thing.by_operation else [])]
    if operation not in offered:
        raise click.UsageError(f"{thing.title} has no operation {operation!r}; it has: {', '.join(offered)}")
    needs_key = operation in ("get", "update", "delete", "pdf")
    needs_data = operation in ("create", "update")
    if needs_key != (key is not None):
        raise click.UsageError(f"{operation} {'needs' if needs_key else 'takes no'} --key")
    if needs_data != (data is not None):
        raise click.UsageError(f"{operation} {'needs' if needs_data else 'takes no'} --data")
    if operation == "find" and not where:
        raise click.UsageError("find needs --where")
    if where and operation not in ("list", "iterate", "find"):
        raise click.UsageError(f"{operation} takes no --where")
    if template and operation != "pdf":
        raise click.UsageError("--template goes with pdf")
    if operation == "pdf" and output is None and sys.stdout.isatty():
        raise click.UsageError("a PDF does not go to a terminal; give -o FILE")


def _payload(data: str | None) -> Any:
    if data is None:
        return None
    try:
        text = data
        if data == "@-":
            text = sys.stdin.read()
        elif data.startswith("@"):
            text = Path(data[1:]).read_text("utf-8")
        value = json.loads(text, parse_float=Decimal)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise click.UsageError(f"--data: {error}") from None
    if not isinstance(value, dict):
        raise click.UsageError("--data: a JSON object is needed")
    return value


# --- calling ------------------------------------------------------------------------------------------------------


@contextmanager
def _client(profile: str | None, base_url: str | None, transport: Any) -> Iterator[Any]:
    package = client_module()
    given = {"profile": profile, "base_url": base_url, "transport": transport}
    with package.Client(**{name: value for name, value in given.items() if value is not None}) as client:
        yield client


@contextmanager
def _errors() -> Iterator[None]:
    """The client's errors in words: kind, message, what to do."""
    errors = client_module("errors")
    try:
        yield
    except errors.SqlaccError as error:
        kind = getattr(error, "kind", "error")
        click.echo(f"{kind}: {error}", err=True)
        for problem in getattr(error, "problems", ()):
            if problem.path:
                click.echo(f"  {problem.path}: {problem.message}", err=True)
        if kind in HINTS:
            click.echo(f"hint: {HINTS[kind]}", err=True)
        raise click.exceptions.Exit(2 if kind in ("usage",) else 1) from None


def _call(
    client: Any,
    o: Object,
    operation: str,
    key: str | None,
    where: Mapping[str, str],
    payload: Any,
    offset: int,
    limit: int | None,
    template: str | None,
) -> Any:
    resource = getattr(client, o.plural.snake())
    path_key = _key(o, key)
    calls: dict[str, Callable[[], Any]] = {
        "list": lambda: list(resource.list(where=where, offset=offset, limit=limit)),
        "iterate": lambda: list(resource.iterate(where=where, offset=offset, max=limit)),
        "find": lambda: resource.find(where=where),
        "get": lambda: resource.get(path_key),
        "create": lambda: resource.create(payload),
        "update": lambda: resource.update(resource.get(path_key), payload),
        "delete": lambda: resource.delete(path_key),
        "pdf": lambda: resource.pdf(path_key, template),
    }
    return calls[operation]()


def _key(o: Object, key: str | None) -> Any:
    if key is None or o.by_wire[o.key].type.kind != "integer":
        return key
    if not key.lstrip("-").isdigit():
        raise click.UsageError(f"the key of {o.title} is its {o.key}, a whole number; {key!r} is none")
    return int(key)


def _master(
    client: Any, master: Master, key: str | None, where: Mapping[str, str], offset: int, limit: int | None
) -> Any:
    if key is not None:
        from urllib.parse import quote

        return client.call("GET", f"{master.path}/{quote(key, safe='-._~')}").value
    return client.call("GET", master.path, query={**where, "offset": offset, "limit": limit or 50}).value


# --- showing ------------------------------------------------------------------------------------------------------


def _show(thing: Object | Master, operation: str, answer: Any, as_json: bool, output: Path | None) -> None:
    if isinstance(answer, bytes):
        if output is None:
            sys.stdout.buffer.write(answer)
        else:
            replace_file(output, answer)
            click.echo(f"{output}: {len(answer)} bytes", err=True)
        return
    value = shown.wire(answer)
    if output is not None:
        replace_file(output, (shown.as_json(value) + "\n").encode())
    elif as_json:
        click.echo(shown.as_json(value))
    elif value is None:
        click.echo("nothing found" if operation == "find" else "done")
    else:
        shown.table(thing if isinstance(thing, Object) else None, value)


def _show_dry(transport: Capture, thing: Object | Master, operation: str) -> None:
    for request in transport.requests:
        base = request.url[: len(request.url) - len(request.target)]
        exchange = {
            "method": request.method,
            "target": request.target,
            "headers": list(request.headers.items()),
            "body": request.body.decode("utf-8"),
        }
        click.echo(curl(exchange, base))
    if operation == "update":
        click.echo(f"# then PUT with the {thing.title} that was read, the changes merged, and its counter one higher")
