"""Rules: every fact says how it is known, and by sources that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..hints import did_you_mean, quoted
from ..ir import Json
from ..resolve_fields import Path, evidence
from ..source import Document
from .core import Context, Finding, rule

_FORM = re.compile(r"(documented|observed|inferred)( [A-Z][A-Z0-9]*(-[A-Z0-9]+)*)*( \(.+\))?", re.DOTALL)

_OTHER = {"payload", "values", "columns", "sample"}  # whose keys are words of the data


def _stated(document: Document | None) -> Iterator[tuple[Document, Path, str]]:
    """Every `evidence: text` of a document that has the form of evidence or should have it."""
    if document is None or document.data is None:
        return
    stack: list[tuple[Path, Json]] = [((), document.data)]
    while stack:
        path, value = stack.pop()
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            if key == "evidence" and isinstance(item, str):
                yield document, (*path, key), item
            elif isinstance(item, (dict, list)) and key not in _OTHER:
                stack.append(((*path, key), item))


def _documents(context: Context) -> Iterator[Document]:
    for schema, document in context.spec.documents:
        if schema != "demo":
            yield document


@rule("bad-evidence", "Evidence is a grade, then tags of sources: documented WB PM.")
def form(context: Context) -> Iterator[Finding]:
    for document, path, text in _stated(context.spec.api):
        if not _FORM.fullmatch(text):
            yield Finding(document, path, f"cannot make out the evidence {quoted(text)}", "write: documented WB PM")


@rule("unknown-source", "Evidence names a source tag that api.yaml does not describe.")
def sources(context: Context) -> Iterator[Finding]:
    known = {source.tag for source in context.api.sources}
    for one in _documents(context):
        for document, path, text in _stated(one):
            for tag in evidence(text).sources if _FORM.fullmatch(text) else ():
                if tag not in known:
                    yield Finding(document, path, f"there is no source {quoted(tag)}", did_you_mean(tag, known))


@rule("unused-source", "A source tag is described, but no evidence names it.")
def unused_sources(context: Context) -> Iterator[Finding]:
    texts = {text for one in _documents(context) for _, _, text in _stated(one) if _FORM.fullmatch(text)}
    used = {tag for text in texts for tag in evidence(text).sources}
    for source in context.api.sources:
        if source.tag not in used:
            path = ("sources", source.tag)
            yield Finding(context.spec.api, path, f"no evidence names the source {quoted(source.tag)}", "", True)


@rule("missing-evidence", "Something is called documented or observed, but no source is named.")
def missing(context: Context) -> Iterator[Finding]:
    for one in _documents(context):
        for document, path, text in _stated(one):
            known = evidence(text) if _FORM.fullmatch(text) else None
            if known and known.grade != "inferred" and not known.sources:
                message = f"{quoted(text)} names no source"
                yield Finding(document, path, message, "add tags of sources, or say inferred")
