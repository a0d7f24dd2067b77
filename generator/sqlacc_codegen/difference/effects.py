"""A Change -> what the users of each language see, in Markdown: the names of their own code, not of the specs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..ir import Api
from ..language import Language
from .change import Change
from .report import plain
from .symbols import Symbol, symbol

_GONE = ("field-removed", "object-removed", "operation-removed", "table-removed")
_NEW = ("field-added", "object-added", "operation-added", "table-added")
_QUIET = ("doc-changed", "evidence-changed", "examples-changed", "personal-changed")
_NEEDS = {"required": "must be given to create", "optional": "need not be given to create"}


def with_effects(changes: Iterable[Change], old: Api, new: Api, languages: Iterable[Language]) -> tuple[Change, ...]:
    """The changes, each with `effects` for the languages in which it shows in code."""
    languages = tuple(languages)
    return tuple(replace(change, effects=_effects(change, old, new, languages)) for change in changes)


def _effects(change: Change, old: Api, new: Api, languages: tuple[Language, ...]) -> dict[str, str]:
    if change.code in _QUIET:
        return {}
    found = {}
    for language in languages:
        was, now = symbol(change.where, old, language), symbol(change.where, new, language)
        if was or now:
            found[language.id] = _effect(change, was, now, language)
    return found


def _effect(change: Change, was: Symbol | None, now: Symbol | None, language: Language) -> str:
    text = (now or was or Symbol("")).text
    if change.code in _GONE:
        return f"`{text}` is gone"
    if change.code in _NEW:
        must = now and now.field and now.field.create == "required"
        return f"`{text}` is new" + (", and must be given to create" if must else "")
    if was and now and was.text != now.text:
        return f"`{was.text}` is called `{now.text}` now"
    if was and now and was.field and now.field:
        if change.code == "type-changed":
            types = [language.type(field.type, "read") for field in (was.field, now.field)]
            if types[0] != types[1]:
                return f"`{text}` is of type `{types[1]}`, no longer `{types[0]}`"
        if change.code == "presence-changed":
            return f"`{text}` {_NEEDS.get(now.field.create, 'may have to be given to create: it is not known')}"
        if change.code == "narrowed":
            return f"validation of `{text}` is stricter; {plain(change.message)}"
    return f"`{text}`: {plain(change.message)}"
