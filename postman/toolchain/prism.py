"""Prism's mock of an OpenAPI document -> does it answer every operation as documented, and refuse what is wrong?

Usage: python prism.py PRISM_CLI OPENAPI. The last line it prints tells the number of calls; leaves with 1 at a finding.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import yaml

SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=mock"}  # a mock looks only whether it is there


def main(program: str, file: str) -> int:
    document = yaml.load(Path(file).read_bytes(), Loader=yaml.CSafeLoader)
    command = ["node", program, "mock", "--port", "0", "--errors", file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as prism:  # noqa: S603
        try:
            url = _address(prism)
            findings = [text for call in _calls(document) if (text := _judge(url, *call))]
            calls = sum(1 for _ in _calls(document))
        finally:
            prism.terminate()
    sys.stdout.write("".join(f"{text}\n" for text in findings) + f"= {calls} calls\n")
    return int(bool(findings) or calls < 50)


def _address(prism: subprocess.Popen[str]) -> str:
    assert prism.stdout is not None
    for line in prism.stdout:
        if "listening on" in line:
            threading.Thread(target=prism.stdout.read, daemon=True).start()  # what it logs must go somewhere
            return line.split("listening on")[1].strip()
    raise SystemExit("prism did not start")


Call = tuple[str, str, dict[str, str], Any, set[str]]


def _calls(document: dict[str, Any]) -> Iterator[Call]:
    """Method, path, headers, body and the statuses that are right."""
    for path, item in document["paths"].items():
        keys = {"{" + parameter["name"] + "}": parameter for parameter in item.get("parameters", ())}
        target = path
        for name, parameter in keys.items():
            target = target.replace(name, "7" if parameter["schema"]["type"] == "integer" else "300-A0001")
        for verb in ("get", "post", "put", "delete"):
            if verb not in item:
                continue
            operation = item[verb]
            good = {status for status in operation["responses"] if status[0] == "2"}
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            bodies = [example["value"] for example in content.get("examples", {}).values()] or [None]
            for body in bodies:
                yield verb, target, SIGNED, body, good
            yield verb, target, {}, bodies[0], {"401"}
            if content:
                yield verb, target, SIGNED, {"no_such_field": 1}, {"400", "422"}


def _judge(url: str, verb: str, target: str, headers: dict[str, str], body: Any, right: set[str]) -> str:
    answer = requests.request(verb, url + target, headers=headers, json=body, timeout=30)
    if str(answer.status_code) in right:
        return ""
    wanted = " or ".join(sorted(right))
    return f"{verb.upper()} {target}: {answer.status_code} instead of {wanted}: {answer.text[:300]}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
