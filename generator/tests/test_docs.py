"""The sources of the documentation: complete, in step with the specs, and safe from what texts hold."""

from __future__ import annotations

import html
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from click import Command, Context, Group
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from sqlacc_codegen.cli import COMMANDS, main
from sqlacc_codegen.exporters import docs, jsonschema
from sqlacc_codegen.exporters.docs import signing, text
from sqlacc_codegen.files import Files
from sqlacc_codegen.ir import Api, Json
from sqlacc_codegen.language import languages
from sqlacc_codegen.load import load

from .conftest import PROJECT
from .test_hostile_texts import ANY, TEXTS


@pytest.fixture(scope="session")
def files(real_api: Api) -> Files:
    return docs.export(real_api)


def test_every_object_and_workflow_has_its_page(files: Files, real_api: Api) -> None:
    pages = {f"objects/{object.id}.md" for object in real_api.objects}
    pages |= {f"recipes/{workflow.id}.md" for workflow in real_api.workflows}
    assert pages <= files.keys()
    for object in real_api.objects:
        page = files[f"objects/{object.id}.md"]
        for operation in object.operations:
            assert f"{operation.method} {operation.path}" in page
        for holder in (object, *(table for _, table in object.all_tables())):
            assert not [field.wire for field in holder.fields if f"<code>{field.wire}</code></th>" not in page]


def test_a_workflow_shows_its_code_in_every_language(files: Files, real_api: Api) -> None:
    for workflow in real_api.workflows:
        page = files[f"recipes/{workflow.id}.md"]
        assert re.findall(r'data-tab="(\w+)"', page) == [language.id for language in languages()]
        if workflow.kind == "recipe":
            assert f"extra/payloads/{workflow.id}.csv" in files


def test_every_operation_has_a_sample_in_every_language(files: Files, real_api: Api) -> None:
    tabs = ["curl", *(language.id for language in languages())]
    for object in real_api.objects:
        found = re.findall(r'data-tab="(\w+)"', files[f"objects/{object.id}.md"])
        assert found == tabs * len(object.operations)


def test_payload_files_are_the_examples_and_fit_the_schemas(files: Files, real_api: Api) -> None:
    index = json.loads(files["extra/payloads/index.json"])["payloads"]
    assert len(index) == sum(len(thing.examples) for thing in (*real_api.objects, *real_api.workflows))
    schemas = {path: json.loads(body) for path, body in jsonschema.export(real_api).items()}
    for entry in index:
        payload = json.loads(files[f"extra/payloads/{entry['file']}"])
        place, _, name = entry["file"].removesuffix(".json").partition("/")
        things = [thing for thing in (*real_api.objects, *real_api.workflows) if thing.id == place]
        assert payload == next(example.payload for thing in things for example in thing.examples if example.id == name)
        if entry["object"]:
            document = schemas[f"{entry['object']}.json"]
            purpose = "update" if entry["purpose"] == "update" else "create"
            Draft202012Validator({"$ref": f"#/$defs/{purpose}", "$defs": document["$defs"]}).validate(payload)


def test_every_reading_and_source_is_told(files: Files, real_api: Api) -> None:
    for reading in real_api.readings:
        assert f"(reading-{reading.id.replace('_', '-')})=" in files["guide/readings.md"]
    for source in real_api.sources:
        assert f"`{source.tag}`" in files["guide/evidence.md"]


def test_readings_that_pages_name_exist(real_api: Api) -> None:
    known = {reading.id for reading in real_api.readings}
    for path in sorted((Path(docs.__file__).parent / "tree/guide").glob("*.j2")):
        for ids in re.findall(r'm\.readings\("([^"]*)"\)', path.read_text()):
            assert set(ids.split()) <= known, path.name


def test_fact_sections_that_pages_name_exist(real_api: Api) -> None:
    for path in sorted((Path(docs.__file__).parent / "tree/guide").glob("*.j2")):
        for section in re.findall(r'm\.said\("([a-z_]+)"', path.read_text()):
            assert section in real_api.facts, path.name


def _commands(files: Files) -> Iterator[list[str]]:
    for body in files.values():
        for block in re.findall(r"^```sh\n(.*?)^```", body, re.M | re.S):
            for line in block.replace("\\\n", " ").splitlines():
                if line.lstrip().startswith("sqlacc "):
                    yield shlex.split(line.split(" &")[0])[1:]


def test_commands_in_the_pages_exist_with_their_options(files: Files) -> None:
    seen = 0
    for words in _commands(files):
        command: Command | None = main.get_command(Context(main), words[0])
        assert command is not None, words
        for word in words[1:]:
            if isinstance(command, Group) and word in command.commands:
                command = command.commands[word]
            if word.startswith("--"):
                assert command is not None
                options = {option for parameter in command.params for option in parameter.opts}
                assert word.partition("=")[0] in options, words
        seen += 1
    assert seen > 100
    for body in files.values():
        for name in re.findall(r"`sqlacc ([a-z]+)", body):
            assert name in COMMANDS, name


def test_the_worked_signatures_are_botocores(real_api: Api) -> None:
    scope = real_api.scopes[0]
    for method, target, body in (
        ("GET", "/salesinvoice?offset=0&limit=2", ""),
        ("POST", "/salesinvoice", '{"code":"300-C0001"}'),
        ("GET", "/salesinvoice/*?docno=IV-00001", ""),
    ):
        worked = signing.worked(real_api, method, target, body)
        request = AWSRequest(method, real_api.base_url + target, data=body or None)
        request.context["timestamp"] = signing.MOMENT
        request.headers["X-Amz-Date"] = signing.MOMENT
        signer = SigV4Auth(Credentials(signing.ACCESS_KEY, signing.SECRET_KEY), scope.service, scope.region)
        canonical = signer.canonical_request(request)
        assert worked["canonical_request"] == canonical
        assert worked["string_to_sign"] == signer.string_to_sign(request, canonical)
        assert worked["signature"] == signer.signature(worked["string_to_sign"], request)
        assert worked["host"] == urlsplit(real_api.base_url).netloc


def test_a_new_object_gets_its_page(tmp_path: Path) -> None:
    spec = Path(shutil.copytree(PROJECT / "spec", tmp_path / "spec"))
    agent = (spec / "objects/agent.yaml").read_text()
    new = agent.replace("object: agent", "object: cashier").replace("plural: agents", "plural: cashiers")
    (spec / "objects/cashier.yaml").write_text(new.replace("path: /agent", "path: /cashier"))
    made = docs.export(load(spec))
    assert "`POST /cashier`" in made["objects/cashier.md"]
    assert "cashier.md" in made["objects/index.md"]
    assert "objects/cashier.md" in made["extra/llms.txt"]
    assert "extra/payloads/cashier/minimum.json" in made


SECTIONS = ("tax", "einvoice", "numbering", "on_premise", "update_rule", "lengths", "worked", "rounding", "limits")
PARTS = ("sst", "gst", "timeline", "states", "idtype", "defaults", "releases", "system", "refusal", "line_tax", "doc")


@pytest.mark.parametrize("value", [None, 1, "text", [], [1], [{}], [[]], {}, {"a": None}, {"a": {"b": [{}]}}])
def test_facts_of_any_shape_make_pages(kitchen_sink: Api, value: Json) -> None:
    facts: dict[str, Json] = {section: dict.fromkeys(PARTS, value) | {"evidence": "inferred"} for section in SECTIONS}
    facts["tax"]["gst"] = {"output": value, "input": value}
    facts["einvoice"]["idtype"] = {"values": value}
    docs.export(replace(kitchen_sink, facts=facts))


# --- texts of the specs ------------------------------------------------------------------------------------------

MARKDOWN = MarkdownIt("commonmark").enable("table")


def _shown(source: str, pattern: str) -> str:
    """What a reader sees of the one text in `source`."""
    found = re.fullmatch(pattern, MARKDOWN.render(source), re.S)
    assert found, MARKDOWN.render(source)
    assert "<" not in found[1], found[1]
    return html.unescape(found[1])


@pytest.mark.parametrize("value", TEXTS)
def test_hostile_texts_are_shown_and_do_nothing(value: str) -> None:
    _is_shown(value)


@given(ANY | st.text(max_size=20))
def test_any_text_is_shown(value: str) -> None:
    _is_shown(value)


def _is_shown(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:  # a spec cannot hold lone surrogates
        return
    plain = text.plain(value)
    if plain:
        assert _shown(text.md(value), r"<p>(.*)</p>\n") == plain
        assert _shown(f"| a |\n|---|\n| {text.md(value)} |", r".*<td>(.*)</td>.*") == plain
        assert _shown(f"x {text.code(value)}", r"<p>x <code>(.*)</code></p>\n") == plain
        assert _shown(f"| a |\n|---|\n| {text.code(value)} |", r".*<td><code>(.*)</code></td>.*") == plain
    assert html.unescape(text.html(value)) == plain
    assert not set(text.html(value)) & set("<>\"'")
    block = text.fence(value, "json")
    assert [token.type for token in MARKDOWN.parse(f"a\n\n{block}\n\nb")][3:4] == ["fence"]
    assert MARKDOWN.render(f"{block}\n\nlast").endswith("</code></pre>\n<p>last</p>\n")
    assert json.loads(text.json_text({"a": [{"b": value}, value]})) == {"a": [{"b": value}, value]}
