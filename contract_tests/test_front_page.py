"""What the first page of the project tells a newcomer to type, typed into a shell."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _block(heading: str) -> str:
    text = (ROOT / "README.md").read_text("utf-8").partition(f"\n## {heading}\n")[2]
    return re.findall(r"```sh\n(.*?)```", text, re.S)[0]


@pytest.mark.slow
def test_the_way_without_keys(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = _block("Try it without keys").replace("8080", str(port))
    assert script.count(str(port)) == 2
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SQLACC_")}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    environment["HOME"] = str(tmp_path)
    shell = subprocess.Popen(
        ["sh", "-e", "-c", script],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        status = shell.wait(timeout=120)
    finally:
        os.killpg(shell.pid, signal.SIGTERM)  # the sandbox that the script leaves running
    said, complaints = shell.communicate(timeout=30)
    assert status == 0, complaints
    assert "300-A" in said
    assert "50.20" in said  # two ants of 25.10
    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF-")
