"""The first gate: documents against the JSON Schemas of `spec/schema`, told in plain words at file:line:column."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from .hints import did_you_mean, quoted
from .problems import Place, Problem, Problems
from .source import Document
from .type_text import TypeTextError, parse_type

_KINDS = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping (key: value)",
    "null": "nothing",
}

Found = tuple[list[str | int], bool, str, str, str]  # path, place the key?, code, message, hint


class Gate:
    """The validators of one schema folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self, document: Document, schema: str) -> list[Problem]:
        """Everything in which the document does not fit the schema, in order."""
        path = self._folder / f"{schema}.schema.json"
        try:
            text = path.read_text("utf-8")
            errors = list(_validator(path.name, text).iter_errors(document.data))
        except Exception as error:
            # Checking a schema takes longer than using it, so it is checked when using it fails.
            raise Problems([Problem(Place(str(path)), "bad-schema", _blame(error, path))]) from None
        found = (item for error in errors for item in _explain(error))
        return sorted(
            {
                Problem(document.place(*path, key=key), code, f"{_where(path)}{message}", hint)
                for path, key, code, message, hint in found
            }
        )


@lru_cache(maxsize=16)
def _validator(name: str, text: str) -> Draft202012Validator:
    schema = json.loads(text)
    # An explicit registry: a reference to elsewhere is an error, never a download.
    registry: Registry[Any] = Registry().with_resource(name, DRAFT202012.create_resource(schema))
    return Draft202012Validator(schema, registry=registry)


def _blame(error: Exception, path: Path) -> str:
    try:
        Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))
    except SchemaError as wrong:
        return f"is no usable JSON Schema: {wrong.message}"
    except (OSError, ValueError, RecursionError) as wrong:
        return f"is no usable JSON Schema: {wrong}"
    return f"is no usable JSON Schema: {error}"


def _where(path: list[str | int]) -> str:
    """`field "docno": `: the nearest name that tells a reader where he is."""
    names = [
        (i, step) for i, step in enumerate(path[:-1]) if step in ("fields", "lines", "examples", "readings", "rules")
    ]
    if not names:
        return ""
    index, group = names[-1]
    step = path[index + 1]
    noun = {"fields": "field", "lines": "table", "examples": "example", "readings": "reading", "rules": "rule"}[
        str(group)
    ]
    return f"{noun} {step + 1}: " if isinstance(step, int) else f'{noun} "{step}": '


def _explain(error: Any) -> Iterator[Found]:
    path = list(error.absolute_path)
    explain = _names if "propertyNames" in error.absolute_schema_path else _EXPLAIN.get(str(error.validator))
    if explain:
        yield from explain(error, path)
    else:
        yield path, False, "schema", error.message, ""


def _name(path: list[str | int]) -> str:
    return str(path[-1]) if path and isinstance(path[-1], str) else "this"


def _type(error: Any, path: list[str | int]) -> Iterator[Found]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    words = " or ".join(_KINDS[kind] for kind in wanted)
    value, hint = error.instance, ""
    if (
        "boolean" in wanted
        and isinstance(value, str)
        and value.lower() in ("yes", "no", "on", "off", "y", "n", "t", "f")
    ):
        hint = f"write {'true' if value.lower() in ('yes', 'on', 'y', 't') else 'false'}"
    elif "string" in wanted and not isinstance(value, (dict, list, type(None))):
        shown = str(value).lower() if isinstance(value, bool) else value
        hint = f'write "{shown}"'
    yield path, False, "wrong-type", f"{_name(path)} is {quoted(value)}; {words} is expected", hint


def _extra(error: Any, path: list[str | int]) -> Iterator[Found]:
    known = list(error.schema.get("properties", ())) if isinstance(error.schema, dict) else []
    for key in error.instance:
        if key not in known:
            yield [*path, key], True, "unknown-key", f"unknown key {quoted(key)}", did_you_mean(key, known)


def _required(error: Any, path: list[str | int]) -> Iterator[Found]:
    for key in error.validator_value:
        if key not in error.instance:
            yield path, True, "missing-key", f'"{key}" is missing', f"add {key}: ..."


def _choice(error: Any, path: list[str | int]) -> Iterator[Found]:
    wanted = [error.validator_value] if error.validator == "const" else list(error.validator_value)
    shown = ", ".join(str(item) if isinstance(item, str) else quoted(item) for item in wanted)
    hint = did_you_mean(str(error.instance), [str(item) for item in wanted])
    message = f"{_name(path)} is {quoted(error.instance)}; it can be {shown}"
    yield path, False, "not-one-of", message, "" if hint.startswith("known") else hint


def _pattern(error: Any, path: list[str | int]) -> Iterator[Found]:
    title = error.schema.get("title") if isinstance(error.schema, dict) else None
    if title == "Type":
        try:
            parse_type(error.instance, {"1": ""} if error.instance.startswith("enum") else None)
        except TypeTextError as wrong:
            yield path, False, "unknown-type", str(wrong), wrong.hint
            return
    if title == "Evidence":
        grade = error.instance.split(" ")[0]
        hint = did_you_mean(grade, ["documented", "observed", "inferred"])
        hint = (
            hint
            if grade not in ("documented", "observed", "inferred")
            else "write a grade, then tags: documented WB PM"
        )
        yield path, False, "bad-evidence", f"cannot make out the evidence {quoted(error.instance)}", hint
        return
    name = _name(path)
    hint = f"it must match {error.validator_value}"
    yield path, False, "bad-form", f"{name} is {quoted(error.instance)}, which has not the form it must have", hint


def _names(error: Any, path: list[str | int]) -> Iterator[Found]:
    hint = f"names here match {error.validator_value}" if error.validator == "pattern" else ""
    yield [*path, error.instance], True, "bad-key", f"{quoted(error.instance)} is no good name here", hint


def _size(error: Any, path: list[str | int]) -> Iterator[Found]:
    least = str(error.validator).startswith("min")
    bound = error.validator_value
    if least and error.instance in ("", [], {}):
        yield path, False, "empty", f"{_name(path)} is empty", ""
    else:
        noun = {"Length": " characters", "Items": " items", "Properties": " keys"}.get(str(error.validator)[3:], "")
        yield path, False, "wrong-size", f"{_name(path)} has {'less' if least else 'more'} than {bound}{noun}", ""


def _unique(error: Any, path: list[str | int]) -> Iterator[Found]:
    seen: list[Any] = []
    for index, item in enumerate(error.instance):
        if item in seen:
            yield [*path, index], False, "duplicate-item", f"{quoted(item)} stands twice in {_name(path)}", "remove one"
        seen.append(item)


def _alternatives(error: Any, path: list[str | int]) -> Iterator[Found]:
    """Of several shapes, the one that was meant: its `kind` fits, or it comes nearest."""
    branches: dict[Any, list[Any]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [errors for errors in branches.values() if not any(e.validator == "const" for e in errors)]
    if len(fitting) == 1:
        for inner in fitting[0]:
            yield from _explain(inner)
        return
    constants = [e for errors in branches.values() for e in errors if e.validator == "const"]
    if constants and not fitting:
        first = constants[0]
        wanted = [str(e.validator_value) for e in constants]
        message = f"{_name(list(first.absolute_path))} is {quoted(first.instance)}; it can be {', '.join(wanted)}"
        hint = did_you_mean(str(first.instance), wanted)
        yield list(first.absolute_path), False, "not-one-of", message, "" if hint.startswith("known") else hint
        return
    nearest = best_match(error.context) if error.context else None
    if nearest is None:
        yield path, False, "schema", f"{_name(path)} fits none, or more than one, of the allowed shapes", ""
    else:
        yield from _explain(nearest)


def _never(_: Any, path: list[str | int]) -> Iterator[Found]:
    yield path, True, "unknown-key", f"{_name(path)} is not allowed here", ""


_EXPLAIN: dict[str, Callable[[Any, list[str | int]], Iterator[Found]]] = {
    "type": _type,
    "additionalProperties": _extra,
    "required": _required,
    "enum": _choice,
    "const": _choice,
    "pattern": _pattern,
    "uniqueItems": _unique,
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "None": _never,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _size),
    **dict.fromkeys(("minimum", "maximum"), _size),
}
