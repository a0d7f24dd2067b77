"""`sqlacc release`: what the changelog of each package says of a change of the specs, and the version it gets."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sqlacc_codegen.commands.release import release
from sqlacc_codegen.difference.changelog import entry, next_version, released, top
from sqlacc_codegen.difference.compare import compare
from sqlacc_codegen.difference.effects import with_effects
from sqlacc_codegen.emit import emit
from sqlacc_codegen.ir import Api, DecimalType, Object, TextType
from sqlacc_codegen.language import Language, language, language_ids
from sqlacc_codegen.load import load
from sqlacc_codegen.problems import Problems

from .changed_specs import Edit, edits

SPEC = Path(__file__).parents[2] / "spec"
API = load(SPEC)
LANGUAGES = [language(id) for id in language_ids()]
OLD = "# Changes\n\n## 0.1.0\n\nFirst version.\n"


def in_package(tmp_path: Path, lang: Language, changelog: str) -> Language:
    (tmp_path / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    return replace(lang, package=tmp_path)


def changed(**objects: Object) -> Api:
    return replace(API, objects=tuple(objects.get(o.id, o) for o in API.objects))


def with_field(wire: str, **facts: object) -> Api:
    customer = API.object("customer")
    fields = tuple(replace(f, **facts) if f.wire == wire else f for f in customer.fields)  # type: ignore[arg-type]
    return changed(customer=replace(customer, fields=fields))


def told(new: Api, lang: Language) -> str:
    return entry(with_effects(compare(API, new), API, new, [lang]), lang)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES, ids=lambda lang: lang.id)
def test_names_are_those_of_the_package(lang: Language) -> None:
    """What an entry names stands in the emitted sources, spelled so."""
    sources = "\n".join(emit(API, lang).values())
    customer = API.object("customer")
    new = changed(
        customer=replace(
            customer,
            fields=tuple(f for f in customer.fields if f.wire != "creditterm"),
            operations=tuple(o for o in customer.operations if o.kind != "delete"),
        )
    )
    text = told(new, lang)
    named = re.findall(r"`([^`]+)` is gone", text)
    assert len(named) == 2
    for name in named:
        assert all(word in sources for word in re.findall(r"[A-Za-z_]{3,}", name.replace("client", ""))), name
    assert "### Breaking" in text
    assert "(reading)" in text
    assert "(writing)" in text


@pytest.mark.parametrize("lang", LANGUAGES, ids=lambda lang: lang.id)
@pytest.mark.parametrize(
    ("facts", "section", "words"),
    [
        ({"type": TextType(9)}, "Breaking", "is stricter; largest size: from 200 to 9 (writing)"),
        ({"type": DecimalType(2)}, "Breaking", "(?s)(is of type `.+`, no longer `.+`|type: from text.200. to decimal)"),
        ({"create": "required"}, "Breaking", "must be given to create (writing)"),
        ({"doc": "Other words."}, "Documentation", "Words or examples changed in one place"),
    ],
)
def test_an_entry_says_what_a_user_must_do(lang: Language, facts: dict[str, object], section: str, words: str) -> None:
    base = with_field("companyname", type=TextType(200), create="optional")
    customer = base.object("customer")
    fields = tuple(replace(f, **facts) if f.wire == "companyname" else f for f in customer.fields)  # type: ignore[arg-type]
    new = replace(base, objects=tuple(replace(o, fields=fields) if o.id == "customer" else o for o in base.objects))
    text = entry(with_effects(compare(base, new), base, new, [lang]), lang)
    assert text.startswith(f"### {section}\n\n- ")
    assert words in text or re.search(words, text)


@pytest.mark.parametrize(
    ("version", "step", "expected"),
    [
        ("0.1.0", "major", "0.2.0"),
        ("0.1.0", "minor", "0.1.1"),
        ("0.9.3", "patch", "0.9.4"),
        ("1.4.2", "major", "2.0.0"),
        ("1.4.2", "minor", "1.5.0"),
        ("1.4.2", "patch", "1.4.3"),
    ],
)
def test_versions(version: str, step: str, expected: str) -> None:
    assert next_version(version, step) == expected


def test_an_entry_goes_on_top_once_and_takes_what_was_written_by_hand(tmp_path: Path) -> None:
    waiting = OLD.replace("## 0.1.0", "## Unreleased\n\nRetries wait longer.\n\n## 0.1.0")
    lang = in_package(tmp_path, LANGUAGES[0], waiting)
    changes = with_effects(compare(API, with_field("companyname", doc="x")), API, API, [lang])
    text, version = released(waiting, changes, lang)
    assert version == "0.1.1"
    assert text.startswith("# Changes\n\n## 0.1.1\n\nRetries wait longer.\n\n### Documentation\n\n- ")
    assert text.endswith("\n\n## 0.1.0\n\nFirst version.\n")
    assert "nreleased" not in text
    lang = in_package(tmp_path, lang, text)
    assert lang.version == "0.1.1"
    assert released(text, changes, lang) == (text, "0.1.1")
    assert released(OLD, (), in_package(tmp_path, lang, OLD)) == (OLD, "0.1.0")


def test_a_package_without_a_version_is_a_problem(tmp_path: Path) -> None:
    lang = in_package(tmp_path, LANGUAGES[0], "# Changes\n\n## Unreleased\n")
    with pytest.raises(Problems, match="topmost heading"):
        lang.version  # noqa: B018


@pytest.mark.slow
@given(st.lists(edits(API), max_size=2), st.sampled_from(LANGUAGES))
def test_every_change_is_one_line_and_none_is_left_out(several: list[Edit], lang: Language) -> None:
    new = API
    for edit in several:
        new = edit(new)
    changes = with_effects(compare(API, new), API, new, [lang])
    text = entry(changes, lang)
    lines = [line for line in text.split("\n") if line]
    assert all(line.startswith(("### ", "- ")) for line in lines)
    assert bool(lines) == bool(changes)
    assert ("### Breaking" in lines) == any(change.weight == "breaking" for change in changes)


def run(*args: str) -> str:
    result = CliRunner().invoke(release, list(args), standalone_mode=False, catch_exceptions=False)
    assert result.return_value == 0
    return result.output


@pytest.mark.slow
def test_the_command_shows_and_writes_the_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = tmp_path / "spec"
    shutil.copytree(SPEC, new)
    file = new / "objects" / "agent.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"^title: .*$", "title: Salesman", text, flags=re.M), encoding="utf-8")
    before = {lang.id: (lang.tree / "CHANGELOG.md").read_bytes() for lang in LANGUAGES}
    shown = run(str(SPEC), str(new), "--dry-run")
    assert all(f"{lang.title}: {lang.version} -> " in shown for lang in LANGUAGES)
    assert before == {lang.id: (lang.tree / "CHANGELOG.md").read_bytes() for lang in LANGUAGES}
    assert "nothing new since" in run(str(SPEC), str(SPEC), "--lang", LANGUAGES[0].id)

    lang = in_package(tmp_path, LANGUAGES[0], OLD)
    monkeypatch.setattr("sqlacc_codegen.language.language", lambda _: lang)
    assert "0.1.0 -> 0.1.1" in run(str(SPEC), str(new), "--lang", lang.id)
    written = (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8")
    assert top(written).startswith("## 0.1.1\n\n### Documentation\n\n- Words or examples changed in one place.\n")
    assert "nothing new since 0.1.1" in run(str(SPEC), str(new), "--lang", lang.id)
