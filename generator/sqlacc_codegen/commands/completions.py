"""What a shell may offer for a word that is begun: objects, operations, languages, readings.

Completion never fails: where specs or files cannot be read, nothing is offered.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem


def languages(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    from ..language import language_ids

    return _items(begun, ((id, "") for id in language_ids()))


def objects(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    api = _api(ctx)
    return _items(begun, ((o.id, o.title) for o in api.objects)) if api else []


def things(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Objects, and the endpoints that the specs know by path only."""
    api = _api(ctx)
    if not api:
        return []
    known = [(o.id, o.title) for o in api.objects] + [(m.id, m.title) for m in api.masters if m.path]
    return _items(begun, known)


def operations(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Those of the object that stands before, else all."""
    api = _api(ctx)
    if not api:
        return []
    chosen = [o for o in api.objects if o.id == ctx.params.get("object")] or list(api.objects)
    found = {operation.kind: operation.path for o in chosen for operation in o.operations}
    if "list" in found:
        found |= {"iterate": "every page"}
    return _items(begun, ((kind, path if len(chosen) == 1 else "") for kind, path in found.items()))


def readings(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    api = _api(ctx)
    pairs = [(f"{r.id}={c.value}", c.doc) for r in api.readings for c in r.choices] if api else []
    return _items(begun, pairs)


def _api(ctx: click.Context) -> Any:
    with contextlib.suppress(Exception):
        from ..load import load
        from ..spec import default_spec

        return load(ctx.params.get("spec_dir") or default_spec())
    return None


def _items(begun: str, found: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    return [CompletionItem(value, help=text or None) for value, text in found if value.startswith(begun)]
