"""Test scripts of the exported requests: status, shape, and what later requests need. Right under every reading."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlacc_codegen.ir import Json, Lines, Object

_KINDS = {"code": "text", "enum": "text", "moment": "text", "epoch": "integer"}

_ROWS = """\
const answer = (() => { try { return pm.response.json(); } catch (error) { return null; } })();
const found = !answer || typeof answer !== "object" ? [] : Array.isArray(answer) ? answer
  : Array.isArray(answer.data) ? answer.data : Array.isArray(answer.items) ? answer.items
  : answer.data && typeof answer.data === "object" ? [answer.data] : [answer];"""

_SHAPE = """\
// Known fields that are there and not null are of the kind that the spec says; unknown fields may come.
const kinds = %s;
const fits = {
  text: (v) => ["string", "number"].includes(typeof v),
  integer: (v) => Number.isInteger(v) || typeof v === "boolean",
  flag: (v) => typeof v === "boolean",
  decimal: (v) => typeof v === "number" || (typeof v === "string" && /^(-?\\d+(\\.\\d+)?)?$/.test(v)),
  date: (v) => typeof v === "string" && /^(\\d{4}-\\d\\d-\\d\\d)?$/.test(v),
  blob: () => true,
};
const wrong = [];
const look = (row, known, path) => Object.keys(known).forEach((name) => {
  const value = row[name];
  if (value === undefined || value === null) return;
  if (typeof known[name] === "string") { if (!fits[known[name]](value)) wrong.push(path + name); return; }
  if (!Array.isArray(value)) { wrong.push(path + name); return; }
  value.forEach((inner, index) => look(inner, known[name], path + name + "[" + index + "]."));
});
if (pm.response.code < 300 && found.length && !(answer && answer.message)) {
  found.forEach((row) => look(row, kinds, ""));
  pm.test("fields are of the kinds that the spec says", () => pm.expect(wrong).to.eql([]));
}"""


def shape(object: Object) -> list[str]:
    """For the folder: runs after every request in it."""
    kinds = json.dumps(_kinds(object), ensure_ascii=False, separators=(",", ":"))
    return f"{_ROWS}\n{_SHAPE.replace('%s', kinds)}".split("\n")


def _kinds(holder: Object | Lines) -> dict[str, Json]:
    known: dict[str, Json] = {
        field.wire: "integer"
        if field.type.kind == "enum" and getattr(field.type, "base", "") == "integer"
        else _KINDS.get(field.type.kind, field.type.kind)
        for field in holder.fields
    }
    return known | {table.wire: _kinds(table) for table in holder.lines}


def rows() -> list[str]:
    """A list or a find: 200 and a list of rows."""
    return [
        *_ROWS.split("\n"),
        *_test("answers 200", "pm.response.to.have.status(200)"),
        *_test("holds a list of at most 50 rows", 'pm.expect(found).to.be.an("array").with.lengthOf.at.most(50)'),
    ]


def found_one(object: Object) -> list[str]:
    """A find of the record made before."""
    return [
        *rows(),
        *_test(
            "finds the record",
            f"pm.expect(found.map((row) => row[{_js(object.identity[0])}])).to.include("
            f"pm.collectionVariables.get({_js(variable(object, object.identity[0]))}))",
        ),
    ]


def stored(object: Object, row_keys: Mapping[str, tuple[str, str, int]]) -> list[str]:
    """A record comes back; its key, counter and row keys are kept for the requests after it.

    `row_keys`: variable -> table, name of the row's key, row counted from 0.
    """
    has_key = f"pm.expect(found.length && found[0]).to.have.property({_js(object.key)})"
    lines = [
        *_ROWS.split("\n"),
        *_test("is stored or found", "pm.expect(pm.response.code).to.be.oneOf([200, 201])"),
        *_test("answers one record with its key", has_key),
        "if (pm.response.code < 300 && found.length) {",
        "  const record = found[0];",
        f"  pm.collectionVariables.set({_js(variable(object, 'key'))}, encodeURIComponent(record[{_js(object.key)}]));",
    ]
    lines += [
        f"  pm.collectionVariables.set({_js(variable(object, wire))}, record[{_js(wire)}]);"
        for wire in object.identity[:1]
    ]
    if object.counter:
        lines.append(
            f"  pm.collectionVariables.set({_js(variable(object, object.counter))}, "
            f"(Number(record[{_js(object.counter)}]) || 0) + 1);"
        )
    for name, (table, key, number) in row_keys.items():
        lines.append(f"  const {name} = (record[{_js(table)}] || [])[{number}];")
        lines.append(f"  if ({name}) pm.collectionVariables.set({_js(name)}, {name}[{_js(key)}]);")
    return [*lines, "}"]


def deleted() -> list[str]:
    """What the body holds is not known."""
    return _test("is deleted", "pm.expect(pm.response.code).to.be.oneOf([200, 202, 204])")


def gone() -> list[str]:
    """The record is no longer there; 400 or 404 by reading."""
    return _test("is gone", "pm.expect(pm.response.code).to.be.oneOf([400, 404])")


def printed() -> list[str]:
    """A PDF."""
    return [
        *_test("answers 200", "pm.response.to.have.status(200)"),
        *_test("is a PDF", 'pm.expect(pm.response.stream.slice(0, 5).toString()).to.equal("%PDF-")'),
    ]


def reached() -> list[str]:
    """An endpoint of which only the path is known: signed rightly; 501 is a stand-in that does not play it."""
    return _test("is let in", "pm.expect(pm.response.code).to.be.oneOf([200, 204, 400, 403, 404, 501])")


def variable(object: Object, what: str) -> str:
    """`sales_invoice_key`: the collection variable that carries something of an object between requests."""
    return f"{object.id}_{what}"


def _test(name: str, body: str) -> list[str]:
    return [f"pm.test({_js(name)}, () => {{ {body}; }});"]


def _js(text: str) -> str:
    return json.dumps(text)
