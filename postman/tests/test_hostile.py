"""Collections that are odd or mean harm: clear words or good specs, never a crash, never code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlacc_codegen.files import write
from sqlacc_codegen.language import language_ids
from sqlacc_codegen.lint import check_spec
from sqlacc_codegen.load import load
from sqlacc_codegen.problems import Problems
from sqlacc_codegen.source import read
from sqlacc_postman import tables
from sqlacc_postman.importing.importer import Imported, as_folder, read_collection
from sqlacc_postman.importing.layout import dump
from sqlacc_postman.importing.samples import parse

from .conftest import SCHEMA, SPEC, Import, collection, request

EVIL = 'x"; import os; os.system("rm") #\n*/ ?> """ \'\'\' ${x} {{7*7}} \\ \u202e \u0000 </script> 名前 | cell | `code`'
RESERVED = ["class", "def", "function", "return", "null", "true", "none", "self", "this", "static", "namespace", "yes"]


def sound(found: Imported, home: Path) -> None:
    """What was imported can be laid down, and generated from."""
    files = as_folder(found, SPEC)
    write(files, home / "spec")
    problems = [p for p in check_spec(home / "spec") if p.code != "missing-example"]
    assert not problems, problems[:3]


def test_names_that_are_code(imported: Import, tmp_path: Path) -> None:
    body = {EVIL: 1, "größe": 2, "DocNo": "A", "docno": "B", "good": EVIL, "__proto__": 3, "a_b": 1, "ab": 2, "": 4}
    folder = {
        "name": EVIL,
        "description": EVIL,
        "item": [request("POST", "/joborder", body, EVIL), request("GET", "/" + EVIL)],
    }
    found = imported(collection(folder, variable=[{"key": EVIL, "value": EVIL}]))
    spec = found.objects["joborder" if "joborder" in found.objects else "job_order"]
    assert set(spec["fields"]) >= {"docno", "good"}
    assert found.report.counts["lost"] >= 4
    assert "\x00" not in found.report.markdown()
    sound(found, tmp_path)


def test_reserved_words_of_every_language(imported: Import, tmp_path: Path) -> None:
    from sqlacc_codegen.emit import emit
    from sqlacc_codegen.language import language

    names = sorted({word for id in language_ids() for role in language(id).roles.values() for word in role.reserved})
    words = [word for word in {*RESERVED, *names} if word.isidentifier() and word.islower() and word.isascii()]
    items = [
        request(m, f"/{path}{tail}", dict.fromkeys(words, "x") if m != "GET" else None)
        for path in ("class", "list", "import")
        for m, tail in (("POST", ""), ("PUT", "/:code"), ("GET", "/:code"))
    ]
    found = imported(collection(*items))
    assert len(found.objects) == 3
    sound(found, tmp_path)
    api = load(tmp_path / "spec")
    assert all(emit(api, language(id)) for id in ("php", "node") if id in language_ids())


def test_requests_that_differ_by_case(imported: Import, tmp_path: Path) -> None:
    found = imported(collection(request("POST", "/JobOrder", {"a": 1}), request("POST", "/joborder", {"b": 1})))
    (spec,) = found.objects.values()
    assert set(spec["fields"]) >= {"a", "b"}
    assert "/JobOrder was taken for /joborder" in found.report.markdown().replace("\\", "")


def test_variables_in_a_circle_and_bombs(imported: Import) -> None:
    circle = [{"key": "a", "value": "{{b}}"}, {"key": "b", "value": "{{a}}"}]
    bomb = [{"key": f"v{n}", "value": f"{{{{v{n + 1}}}}}" * 10} for n in range(12)]
    found = imported(
        collection(request("POST", "/joborder", '{"x": "{{a}}", "y": "{{v0}}"}'), variable=[*circle, *bomb])
    )
    assert "refers to itself" in found.report.markdown()
    assert len(json.dumps(found.objects)) < 1_000_000


def test_deep_folders_and_bodies(imported: Import) -> None:
    item: Any = request("POST", "/joborder", '{"a":' * 300 + "1" + "}" * 300)
    for number in range(150):
        item = {"name": f"f{number}", "item": [item]}
    found = imported(collection(item, request("POST", "/joborder", {"b": 1})))
    assert "b" in next(iter(found.objects.values()))["fields"]
    deep = request("POST", "/joborder", '{"a":' * 100_000 + "1" + "}" * 100_000)
    assert imported(collection(deep, request("POST", "/joborder", {"b": 1}))).report.counts["lost"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "item",
    [
        None,
        1,
        "x",
        [],
        {},
        {"name": "n"},
        {"request": None},
        {"request": []},
        {"request": {}},
        {"request": {"url": 5}},
        {"request": {"url": {"path": [None, {"type": "string"}]}}},
        {"item": None},
        {"item": [None]},
        {"item": {}},
        {"request": {"method": 5, "url": "/a", "header": 7, "body": [], "auth": []}, "response": {}, "event": 1},
        {"request": {"method": "PATCH", "url": "https://h/joborder"}},
        {"request": {"url": "https://h/a/b/c/d"}},
        {"request": {"url": {"raw": "x", "query": [None, 5, {}, {"key": None}], "host": 1, "path": "a/b"}}},
    ],
)
def test_broken_requests_are_told(imported: Import, item: Any) -> None:
    found = imported(collection(item, request("POST", "/joborder", {"b": 1})))
    assert "job_order" in found.objects


def test_many_bytes(imported: Import) -> None:
    body = {"shop": "x" * 1000, "sdsdocdetail": [{"a": "1.00"}] * 50}
    found = imported(collection(*(request("POST", "/joborder", body, f"n{n}") for n in range(1500))))
    assert list(found.objects) == ["job_order"]
    assert len(json.dumps(found.objects)) < 200_000_000


# --- every shape that the format allows -------------------------------------------------------------------------

texts = st.one_of(
    st.text(max_size=12), st.sampled_from(["{{base_url}}", EVIL, "joborder", "/agent", ":dockey", "*", ""])
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
descriptions = st.none() | texts | st.fixed_dictionaries({"content": texts, "type": st.just("text/markdown")})
variables = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": texts,
            "key": texts,
            "value": json_values,
            "type": st.sampled_from(["string", "any", "secret"]),
            "disabled": st.booleans(),
            "description": descriptions,
        },
    ),
    max_size=4,
)
pairs = st.lists(
    st.fixed_dictionaries(
        {"key": texts | st.none(), "value": texts | st.none()},
        optional={"disabled": st.booleans(), "description": descriptions},
    ),
    max_size=3,
)
urls = texts | st.fixed_dictionaries(
    {},
    optional={
        "raw": texts,
        "protocol": texts,
        "host": texts | st.lists(texts, max_size=3),
        "path": texts | st.lists(texts | st.fixed_dictionaries({"type": texts, "value": texts}), max_size=3),
        "query": pairs,
        "hash": texts,
        "variable": variables,
        "port": texts,
    },
)
auths = st.none() | st.fixed_dictionaries(
    {"type": st.sampled_from(["awsv4", "bearer", "basic", "noauth", "oauth2"])},
    optional={"awsv4": pairs | st.dictionaries(texts, texts, max_size=2), "bearer": pairs, "noauth": st.none()},
)
bodies = st.none() | st.fixed_dictionaries(
    {"mode": st.sampled_from(["raw", "urlencoded", "formdata", "file", "graphql"])},
    optional={
        "raw": texts | json_values.map(json.dumps),
        "urlencoded": pairs | texts,
        "formdata": pairs,
        "disabled": st.booleans(),
        "file": st.fixed_dictionaries({"src": texts}),
        "graphql": st.dictionaries(texts, texts, max_size=2),
    },
)
requests = texts | st.fixed_dictionaries(
    {},
    optional={
        "url": urls,
        "auth": auths,
        "method": st.sampled_from(["GET", "POST", "PUT", "DELETE", "COPY", "x"]),
        "description": descriptions,
        "header": pairs | texts | st.none(),
        "body": bodies,
    },
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "code": st.integers(100, 599),
        "body": st.none() | texts | json_values.map(json.dumps),
        "name": texts,
        "originalRequest": requests,
        "header": st.none() | texts | pairs,
        "cookie": pairs,
    },
)
events = st.lists(
    st.fixed_dictionaries({"listen": texts, "script": st.fixed_dictionaries({"exec": texts})}), max_size=2
)
items = st.recursive(
    st.fixed_dictionaries(
        {"request": requests},
        optional={
            "name": texts,
            "description": descriptions,
            "variable": variables,
            "event": events,
            "response": st.lists(answers, max_size=2),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {"item": st.lists(inner, max_size=3)},
        optional={"name": texts, "description": descriptions, "auth": auths, "event": events},
    ),
    max_leaves=6,
)
collections = st.fixed_dictionaries(
    {
        "info": st.fixed_dictionaries(
            {"name": texts, "schema": st.just(SCHEMA)}, optional={"description": descriptions}
        ),
        "item": st.lists(items, max_size=4),
    },
    optional={"event": events, "variable": variables, "auth": auths, "protocolProfileBehavior": st.just({})},
)


@st.composite
def whole(draw: st.DrawFn) -> Any:
    return draw(collections)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of the strategy, not of what it makes
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(whole())
def test_every_shape_of_the_format_is_imported(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    home = tmp_path_factory.mktemp("shape")
    (home / "c.json").write_text(json.dumps(data), encoding="utf-8")
    found = read_collection(home / "c.json", SPEC)
    assert found.report.markdown()
    assert json.loads(found.report.json())["source"]
    if found.objects:
        sound(found, home)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["wire", "type", "meaning"]), st.text(max_size=20), min_size=3), max_size=4
    )
)
def test_tables_keep_every_text(rows: list[dict[str, str]]) -> None:
    rows = [{key: text.replace("\x00", "").strip("\u2028\x85") for key, text in row.items()} for row in rows]
    lines = "\n".join(tables.write(("wire", "type", "meaning"), rows, keep=("wire", "type", "meaning")))
    found = [table for _, _, tables_ in tables.sections(lines) for table in tables_]
    assert found == [rows]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8), st.text() | st.integers(-(2**63), 2**63 - 1) | st.none() | st.booleans()
    )
)
def test_yaml_reads_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("yaml") / "a.yaml"
    text = dump({"top": {"inner": data, "list": [data, "x"]}, "more": data})
    path.write_text(text, encoding="utf-8")
    document = read(path, "a.yaml")
    assert not document.problems
    expected = {"top": {"inner": data, "list": [data, "x"]}, "more": data}
    assert document.data == expected


@settings(max_examples=100, deadline=None)
@given(st.text() | st.text(alphabet='{}[]",:/*#\\ \n{{x}}ab1.'))
def test_sample_bodies_are_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except (ValueError, RecursionError):
        return


def test_links_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problems):
        read_collection(tmp_path, SPEC)
    (tmp_path / "latin").write_bytes(b'{"item": "\xe9"}')
    with pytest.raises(Problems, match="UTF-8"):
        read_collection(tmp_path / "latin", SPEC)
