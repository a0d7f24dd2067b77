"""The options of `sqlacc doctor` -> all findings, shown to people or to a program."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ..client_package import client_module
from ..toolchain import generated_folder
from .finding import Finding

MARKS = {"good": ("ok", "green"), "note": ("note", "yellow"), "bad": ("mend", "red")}


def run(
    *,
    profile: str | None,
    base_url: str | None,
    offline: bool,
    as_json: bool,
    spec_dir: Path | None,
    generated: Path | None,
) -> int:
    findings = []
    for finding in _findings(profile, base_url, offline, spec_dir, generated):
        findings.append(finding)
        if not as_json:
            _show(finding)
    bad = sum(finding.state == "bad" for finding in findings)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        click.echo(f"\n{bad} to mend" if bad else "\nnothing has to be mended")
    return 1 if bad else 0


def _findings(
    profile: str | None, base_url: str | None, offline: bool, spec_dir: Path | None, generated: Path | None
) -> Iterator[Finding]:
    from sqlacc_codegen.load import load
    from sqlacc_codegen.problems import Problems
    from sqlacc_codegen.spec import default_spec

    from .keys import keys, proxies
    from .machine import machine
    from .reach import reach

    specs = spec_dir or default_spec()
    yield from machine(specs, generated or generated_folder(spec_dir))
    try:
        client_module("profiles")
    except click.ClickException as error:
        yield Finding("calls", "bad", error.format_message(), "sqlacc generate --lang python")
        return
    found, chosen = keys(profile, base_url)
    yield from found
    where = _where(chosen, base_url)
    yield from proxies(where)
    if offline:
        return
    try:
        api = load(specs)
    except Problems:
        return
    yield from reach(api, where, chosen)


def _where(chosen: Any, base_url: str | None) -> str:
    if chosen is not None:
        return str(chosen.base_url)
    return base_url or os.environ.get("SQLACC_BASE_URL") or str(client_module("service").BASE_URL)


def _show(finding: Finding) -> None:
    mark, colour = MARKS[finding.state]
    plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
    shown = f"{mark:<5}" if plain else click.style(f"{mark:<5}", fg=colour)
    click.echo(f"{shown} {finding.check}: {finding.found}")
    if finding.todo and finding.state != "good":
        click.echo(f"      -> {finding.todo}")
