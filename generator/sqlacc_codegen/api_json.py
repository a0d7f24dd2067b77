"""Api <-> JSON: what `sqlacc show --json` prints, and the digest by which a driver and the harness compare specs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from .ir import Api, Json, Type
from .names import Name


def as_json(thing: Any) -> Json:
    """Plain JSON of any part of the IR: names as snake_case text, types with their `kind`."""
    if isinstance(thing, Name):
        return thing.snake()
    if is_dataclass(thing):
        kind = getattr(type(thing), "kind", None)  # only types carry it on the class
        head = {"kind": kind} if isinstance(kind, str) else {}
        return head | {f.name: as_json(getattr(thing, f.name)) for f in fields(thing)}
    if isinstance(thing, Mapping):
        return {str(key): as_json(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [as_json(item) for item in thing]
    return thing


def spec_sha256(api: Api) -> str:
    """Hex digest of everything the specs say; comments, order of keys and layout of the YAML do not count."""
    known: dict[str, str] = vars(api)  # every start of a driver asks; an Api does not change, a `replace`d one is new
    if "spec_sha256" not in known:
        text = json.dumps(as_json(api), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        known["spec_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return known["spec_sha256"]


def from_json(data: Json) -> Api:
    """The Api of `as_json(api)`. Raises ValueError, TypeError or KeyError when it is something else."""
    found = _build(Api, data)
    assert isinstance(found, Api)
    return found


_TYPES: dict[str, type] = {kind.kind: kind for kind in get_args(Type)}


def _build(wanted: Any, data: Any) -> Any:
    """A value of the annotation `wanted`: a dataclass, a tuple of one, a Name, or plain JSON."""
    if wanted == Type:
        return _record(_TYPES[data["kind"]], data)
    if get_origin(wanted) in (Union, UnionType):
        inner = [option for option in get_args(wanted) if option is not type(None)]
        return None if data is None else _build(inner[0], data) if len(inner) == 1 else data
    if get_origin(wanted) is tuple:
        item, *others = get_args(wanted)
        kinds = [item] * len(data) if others == [Ellipsis] else [item, *others]
        return tuple(_build(kind, part) for kind, part in zip(kinds, data, strict=True))
    if wanted is Name:
        return Name.parse(data)
    return _record(wanted, data) if is_dataclass(wanted) else data


def _record(wanted: Any, data: Mapping[str, Any]) -> Any:
    if not isinstance(data, Mapping):
        raise TypeError(f"expected the JSON of {wanted.__name__}")
    hints = get_type_hints(wanted)
    return wanted(**{f.name: _build(hints[f.name], data[f.name]) for f in fields(wanted) if f.name in data})
