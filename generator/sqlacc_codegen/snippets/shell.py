"""An operation -> the command line that makes the call, and shows it as a curl command that signs for itself."""

from __future__ import annotations

import json
import shlex

from ..ir import Operation
from .subject import Subject

ID = "curl"
TITLE = "curl"
SYNTAX = "sh"


def code(about: Subject, operation: Operation) -> str:
    """`--dry-run` shows the curl command, the second line makes the call."""
    arguments = {
        "list": ["--where", _pair(about.pattern.field.wire, about.pattern.value)],
        "find": [part for v in about.identity for part in ("--where", _pair(v.field.wire, v.value))],
        "get": ["--key", _quoted(about.key)],
        "create": ["--data", '"$record"'],
        "update": ["--key", _quoted(about.key), "--data", '"$changes"'],
        "delete": ["--key", _quoted(about.spare)],
        "pdf": ["--key", _quoted(about.key), "-o", _quoted(about.file)],
    }[operation.kind]
    lines = []
    if operation.kind == "create":
        lines.append(f"record={shlex.quote(_json(about.payload))}")
    if operation.kind == "update":
        lines.append(f"changes={shlex.quote(_json({about.change.field.wire: about.change.value}))}")
    call = " ".join(["sqlacc call", about.object.id, operation.kind, *arguments])
    return "\n".join([*lines, f"{call} --dry-run", call]) + "\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pair(wire: str, value: object) -> str:
    return _quoted(f"{wire}={value}")


def _quoted(value: object) -> str:
    return shlex.quote(str(value))
