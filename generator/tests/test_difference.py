"""What `sqlacc diff` says about pairs of specs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from sqlacc_codegen.api_json import as_json, from_json
from sqlacc_codegen.commands.diff import diff
from sqlacc_codegen.difference.change import bump
from sqlacc_codegen.difference.compare import compare
from sqlacc_codegen.ir import Api, DecimalType, EnumType, Field, Object, TextType
from sqlacc_codegen.load import load

SPEC = Path(__file__).parents[2] / "spec"


@pytest.fixture(scope="module")
def api() -> Api:
    return load(SPEC)


def run(*args: str) -> Result:
    """The command as `sqlacc` runs it: its return value is the exit code."""
    result = CliRunner().invoke(diff, list(args), standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def with_object(api: Api, object: Object) -> Api:
    return replace(api, objects=tuple(object if o.id == object.id else o for o in api.objects))


def with_field(api: Api, id: str, wire: str, **facts: object) -> Api:
    object = api.object(id)
    fields = tuple(replace(f, **facts) if f.wire == wire else f for f in object.fields)  # type: ignore[arg-type]
    return with_object(api, replace(object, fields=fields))


def without_field(api: Api, id: str, wire: str) -> Api:
    object = api.object(id)
    return with_object(api, replace(object, fields=tuple(f for f in object.fields if f.wire != wire)))


def only(old: Api, new: Api) -> tuple[str, str, str]:
    (change,) = compare(old, new)
    return change.code, change.readers, change.writers


def test_the_same_spec_has_no_changes(api: Api) -> None:
    assert compare(api, api) == ()
    assert bump(()) == "none"


def test_json_of_the_api_reads_back_as_the_same_api(api: Api) -> None:
    back = from_json(json.loads(json.dumps(as_json(api))))
    assert compare(api, back) == ()
    assert as_json(back) == as_json(api)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"type": TextType(9)}, ("narrowed", "safe", "breaking")),
        ({"type": TextType(999)}, ("widened", "risky", "safe")),
        ({"type": TextType(None)}, ("widened", "risky", "safe")),
        ({"type": DecimalType(2)}, ("type-changed", "breaking", "breaking")),
        ({"type": EnumType("text", (("A", "a"),), 25)}, None),
        ({"create": "required"}, ("presence-changed", "safe", "breaking")),
        ({"create": "unknown"}, ("presence-changed", "safe", "risky")),
        ({"read_only": True}, ("read-only-changed", "safe", "breaking")),
        ({"detail_only": True}, ("detail-only-changed", "breaking", "safe")),
        ({"doc": "Another text."}, ("doc-changed", "safe", "safe")),
        ({"personal": "name"}, ("personal-changed", "safe", "safe")),
    ],
)
def test_a_changed_field_is_weighed(api: Api, facts: dict[str, object], expected: tuple[str, str, str] | None) -> None:
    base = with_field(api, "sales_invoice", "docref1", create="optional", type=TextType(25))
    new = with_field(base, "sales_invoice", "docref1", **facts)
    if expected is None:
        assert compare(base, new) == ()
    else:
        assert only(base, new) == expected


def test_removing_and_adding_are_opposites(api: Api) -> None:
    less = without_field(api, "customer", "remark")
    assert only(api, less) == ("field-removed", "breaking", "risky")
    assert only(less, api) == ("field-added", "safe", "safe")
    assert bump(compare(api, less)) == "major"
    assert bump(compare(less, api)) == "minor"


def test_a_new_required_field_breaks_writers(api: Api) -> None:
    base = without_field(api, "customer", "remark")
    new = with_field(api, "customer", "remark", create="required")
    assert only(base, new) == ("field-added", "safe", "breaking")


def test_objects_and_operations_that_go_break(api: Api) -> None:
    less = replace(api, objects=tuple(o for o in api.objects if o.id != "agent"))
    assert only(api, less) == ("object-removed", "breaking", "breaking")
    agent = api.object("agent")
    no_delete = replace(agent, operations=tuple(o for o in agent.operations if o.kind != "delete"))
    assert only(api, with_object(api, no_delete)) == ("operation-removed", "safe", "breaking")
    no_list = replace(agent, operations=tuple(o for o in agent.operations if o.kind != "list"))
    assert only(api, with_object(api, no_list)) == ("operation-removed", "breaking", "safe")


def test_lines_are_compared_at_every_depth(api: Api) -> None:
    invoice = api.object("sales_invoice")
    (lines, *others) = invoice.lines
    (serials, *more) = lines.lines
    renamed: tuple[Field, ...] = tuple(replace(f, type=TextType(5)) for f in serials.fields)
    deep = replace(lines, lines=(replace(serials, fields=renamed), *more))
    (change,) = compare(api, with_object(api, replace(invoice, lines=(deep, *others))))
    assert change.where == "sales_invoice.sdsdocdetail.sdsserialnumber.serialnumber"
    assert change.code == "narrowed"


def test_enumerations_grow_at_the_risk_of_readers(api: Api) -> None:
    field = api.object("customer").by_wire["status"]
    assert isinstance(field.type, EnumType)
    more = replace(field.type, values=(*field.type.values, ("Z", "new")))
    assert only(api, with_field(api, "customer", "status", type=more)) == ("value-added", "risky", "safe")


@pytest.mark.slow
@given(st.sampled_from(["docno", "code", "docamt", "cancelled", "terms"]), st.sampled_from(["doc", "unit", "create"]))
def test_a_fingerprint_does_not_depend_on_other_changes(wire: str, attribute: str) -> None:
    api = load(SPEC)
    value = "required" if attribute == "create" else "other words"
    one = with_field(api, "sales_invoice", wire, **{attribute: value})
    both = with_field(one, "customer", "remark", doc="changed too")
    alone = {change.fingerprint for change in compare(api, one)}
    assert alone <= {change.fingerprint for change in compare(api, both)}


def edited(folder: Path) -> Path:
    """A copy of the specs in which customers lose their remark."""
    shutil.copytree(SPEC, folder)
    file = folder / "objects" / "customer.yaml"
    text = file.read_text()
    assert re.search(r"^  remark: .*\n", text, re.M)
    text = re.sub(r"^  remark: .*\n", "", text, flags=re.M)
    text = re.sub(r"^( +)remark: .*\n", "", text, flags=re.M)  # in the examples
    file.write_text(text)
    return folder


@pytest.mark.slow
def test_the_command_fails_on_what_breaks_until_it_is_approved(tmp_path: Path) -> None:
    new = edited(tmp_path / "spec")
    result = run(str(SPEC), str(new), "--format", "json")
    found = json.loads(result.output)
    assert result.return_value == 1
    assert found["suggested"] == "major"
    (removed,) = [c for c in found["changes"] if c["code"] == "field-removed"]
    assert removed["where"] == "customer.remark"
    assert "Customer" in removed["effects"]["python"]
    allow = tmp_path / "approved.txt"
    allow.write_text(f"{removed['fingerprint']}  # nobody used it\n")
    assert run(str(SPEC), str(new), "--allow", str(allow)).return_value == 0
    assert run(str(SPEC), str(new), "--fail-on", "never").return_value == 0
    assert run(str(new), str(SPEC)).return_value == 0


def test_sarif_points_into_the_new_spec(tmp_path: Path) -> None:
    new = edited(tmp_path / "spec")
    log = json.loads(run(str(SPEC), str(new), "--format", "sarif").output)
    (result,) = [r for r in log["runs"][0]["results"] if r["ruleId"] == "field-removed"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("objects/customer.yaml")
    assert result["level"] == "error"


def test_markdown_is_one_line_a_change_whatever_the_words(api: Api, tmp_path: Path) -> None:
    hostile = with_field(api, "agent", "description", unit="`x`\n# head <b>")
    file = tmp_path / "new.json"
    file.write_text(json.dumps(as_json(hostile)))
    text = run(str(SPEC), str(file)).output
    assert "\n# head" not in text
    assert "<b>" not in text.replace("\\<b\\>", "")


def test_a_git_revision_is_read_without_touching_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SPEC, tmp_path / "spec")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["init", "-q"], ["add", "spec"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    monkeypatch.chdir(tmp_path)
    assert run("HEAD", "spec").output == "No changes.\n"


@pytest.mark.parametrize("name", ["no-such-thing", "--upload-pack=x", "HEAD~999999", ":spec"])
def test_an_unknown_revision_is_a_problem_with_a_hint(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlacc_codegen.problems import Problems

    monkeypatch.chdir(SPEC.parent)
    with pytest.raises(Problems, match="give a spec folder"):
        run("--", name, str(SPEC))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"objects": 3}', "null", "not json"])
def test_a_file_that_is_no_export_is_a_problem(text: str, tmp_path: Path) -> None:
    from sqlacc_codegen.problems import Problems

    file = tmp_path / "export.json"
    file.write_text(text)
    with pytest.raises(Problems, match="neither specs nor an export"):
        run(str(file), str(SPEC))
