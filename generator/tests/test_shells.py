"""The completion scripts in the shells they are for: words are typed at a terminal, with the Tab key behind them."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PATIENCE = 60
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(sqlacc completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'bindkey -e; eval "$(sqlacc completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "sqlacc completion fish | source"),
}
TYPED = {
    "sqlacc ver": "sqlacc verify",
    "sqlacc call sales_invoice p": "sqlacc call sales_invoice pdf",
    "sqlacc show sales_i": "sqlacc show sales_invoice",
    "sqlacc verify --reading omitted_lines=d": "sqlacc verify --reading omitted_lines=deleted",
}


def installed(shell: str) -> str:
    """Without it the test is skipped on a desk, and fails in CI."""
    found = shutil.which(shell)
    if found:
        return found
    missing = f"needs {shell}: ./dev setup contract_tests"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def environment(home: Path) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    return {"PATH": path, "HOME": str(home), "TERM": "dumb", "PS1": "> ", "LC_ALL": "C.UTF-8"}


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, command: list[str], home: Path) -> None:
        self.terminal, end = pty.openpty()
        command = ["setsid", "--ctty", *command]
        self.shell = subprocess.Popen(command, stdin=end, stdout=end, stderr=end, cwd=home, env=environment(home))
        os.close(end)

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def until(self, wanted: str) -> str:
        seen, end = "", time.monotonic() + PATIENCE
        while not re.search(wanted, seen):
            assert time.monotonic() < end, f"never saw {wanted}: {seen}"
            if select.select([self.terminal], [], [], 0.2)[0]:
                seen += os.read(self.terminal, 65536).decode(errors="replace")
        return seen

    def close(self) -> None:
        self.shell.kill()
        self.shell.wait()
        os.close(self.terminal)


@pytest.fixture(params=SHELLS)
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    command, evaluate = SHELLS[request.param]
    installed(command[0])
    terminal = Terminal(command, tmp_path)
    try:
        terminal.type(f"{evaluate}; echo rea''dy\r")
        assert "not found" not in terminal.until("ready")
        yield terminal
    finally:
        terminal.close()


def test_a_word_that_is_begun_is_finished_by_tab(terminal: Terminal) -> None:
    for typed, finished in TYPED.items():
        # Ctrl-A goes to where the line begins, so that what Tab made of it is printed, not run.
        terminal.type(f"{typed}\t\x01echo is=\x05=\r")
        assert f"\nis={finished}=" in terminal.until(r"\nis=.*=\s").replace(" =", "=")


def test_a_description_with_commas_is_told_whole(tmp_path: Path) -> None:
    script = "sqlacc completion fish | source; complete -C 'sqlacc check --list'"
    command = [installed("fish"), "--no-config", "-c", script]
    told = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=True)
    assert told.stdout == "--list-rules\tList every code with what it means, and stop.\n"
