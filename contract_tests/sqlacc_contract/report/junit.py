"""Lines of the log -> JUnit XML: a suite per client, a test case per case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..results import Line, of_type
from .matrix import clients

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 cannot hold them


def junit(lines: Sequence[Line]) -> str:
    root = Element("testsuites", {"name": "sqlacc verify"})
    cases = of_type(lines, "case")
    for client in clients(lines):
        suite = SubElement(root, "testsuite", {"name": client["language"]})
        for line in cases:
            if line["language"] == client["language"]:
                _case(suite, line)
        _client(suite, client, [p["message"] for p in of_type(lines, "problem") if p["language"] == client["language"]])
        _count(suite)
    of_nobody = [p["message"] for p in of_type(lines, "problem") if not p["language"]]
    if not cases and not of_nobody:
        of_nobody = ["nothing was tested"]
    if of_nobody:
        suite = SubElement(root, "testsuite", {"name": "verify"})
        for message in of_nobody:
            _add(_add(suite, "testcase", {"classname": "verify", "name": "run"}), "error", {"message": message})
        _count(suite)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, line: Line) -> None:
    name = line["id"].split("/", 2)[2]
    about = {"classname": f"{line['language']}.{line['subject']}", "name": name, "time": f"{line['seconds']:.3f}"}
    case = _add(suite, "testcase", about)
    if line["verdict"] == "skipped":
        _add(case, "skipped", {"message": line["message"]})
    elif line["verdict"] != "passed":
        told = "\n".join(
            f"{d['path']}: expected {d['expected']}, received {d['received']}" for d in line["differences"]
        )
        _add(case, "failure", {"type": line["verdict"], "message": line["message"]}).text = _fit(told)


def _client(suite: Element, client: Line, problems: list[str]) -> None:
    """What went wrong beside the cases."""
    about = {"classname": client["language"], "name": "client"}
    if client["verdict"] == "failed":
        problems = [*problems, client["message"]]
    for message in problems:
        _add(_add(suite, "testcase", about), "error", {"message": message})
    if client["verdict"] == "skipped":
        _add(_add(suite, "testcase", about), "skipped", {"message": client["message"]})


def _count(suite: Element) -> None:
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{sum(float(case.get('time', 0)) for case in suite):.3f}")


def _add(parent: Element, tag: str, attributes: Mapping[str, str]) -> Element:
    return SubElement(parent, tag, {name: _fit(value) for name, value in attributes.items()})


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
