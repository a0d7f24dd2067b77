"""A language -> the README of its package as a page: the same words and code below the language's name."""

from __future__ import annotations

import re
from dataclasses import replace

from ...emit import templates
from ...ir import Api
from ...language import Language
from .text import md

_HEADING = re.compile(r"\A.*?^# [^\n]*\n", re.M | re.S)


def readme(api: Api, language: Language) -> str:
    """Markdown without its first heading; empty when the package has no README."""
    for name in ("README.md.j2", "README.md"):
        path = language.tree / name
        if path.is_file():
            text = path.read_text("utf-8")
            if name.endswith(".j2"):
                known = {"api": _inert(api), "lang": language, "spec_version": api.version, "generated": ""}
                text = templates(language, language.tree).from_string(text).render(known)
            return _HEADING.sub("", text).strip("\n")
    return ""


def _inert(api: Api) -> Api:
    """READMEs are written for this project's specs; texts of others must not become Markdown or HTML of the site."""
    return replace(
        api,
        title=md(api.title),
        doc=md(api.doc),
        objects=tuple(replace(object, title=md(object.title), doc=md(object.doc)) for object in api.objects),
        workflows=tuple(replace(flow, title=md(flow.title), doc=md(flow.doc)) for flow in api.workflows),
        scopes=tuple(replace(scope, region=_word(scope.region), service=_word(scope.service)) for scope in api.scopes),
    )


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "", text)
