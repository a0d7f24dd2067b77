"""Files take the place of a folder all at once, and the comparison tells every difference."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlacc_codegen.files import MARK, Files, diff, diff_file, write, write_file
from sqlacc_codegen.problems import Problems
from sqlacc_codegen.swap import replace_file

NAMES = st.sampled_from(["a", "b.txt", "é", "x y"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TREES = st.dictionaries(PATHS, st.text(st.characters(exclude_categories=("Cs",)), max_size=30), min_size=1, max_size=6)


def _read(root: Path) -> Files:
    paths = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes().decode() for path in paths}


def _refusal(files: Files, root: Path) -> str:
    with pytest.raises(Problems) as caught:
        write(files, root)
    (problem,) = caught.value.found
    return problem.code


def test_a_folder_holds_exactly_the_files(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "out"
    assert [d.kind for d in write({"a.txt": "1\n", "b/c.txt": "2\n"}, root)] == ["missing", "missing"]
    assert _read(root) == {"a.txt": "1\n", "b/c.txt": "2\n"}
    found = write({"a.txt": "1\n", "b": "now a file\n"}, root)
    assert [(d.path, d.kind) for d in found] == [("b", "missing"), ("b/c.txt", "stale")]
    assert _read(root) == {"a.txt": "1\n", "b": "now a file\n"}
    assert [path.name for path in root.parent.iterdir()] == ["out"]


def test_nothing_is_touched_when_nothing_changes(tmp_path: Path) -> None:
    root = tmp_path / "out"
    write({"a.txt": "1\n"}, root)
    before = (root.stat().st_ino, (root / "a.txt").stat().st_mtime_ns)
    assert write({"a.txt": "1\n"}, root) == []
    assert (root.stat().st_ino, (root / "a.txt").stat().st_mtime_ns) == before


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TREES, TREES)
def test_written_is_read_and_then_nothing_differs(tmp_path: Path, old: Files, new: Files) -> None:
    root = tmp_path / "out"
    for files in (old, new):
        if not any(f"{path}/".startswith(f"{other}/") for path in files for other in files if path != other):
            write({**files, "mark": MARK}, root)
            assert _read(root) == {**files, "mark": MARK}
            assert diff({**files, "mark": MARK}, root) == []


def test_the_diff_is_unified(tmp_path: Path) -> None:
    root = tmp_path / "out"
    write({"changed.txt": "one\ntwo\n", "stale.txt": "old\n"}, root)
    texts = "".join(d.text for d in diff({"changed.txt": "one\n2", "missing.txt": "new\n"}, root))
    assert texts == (
        f"--- {root}/changed.txt\n+++ {root}/changed.txt\n@@ -1,2 +1,2 @@\n"
        " one\n-two\n+2\n\\ No newline at end of file\n"
        f"--- /dev/null\n+++ {root}/missing.txt\n@@ -0,0 +1 @@\n+new\n"
        f"--- {root}/stale.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n"
    )


def test_the_diff_of_empty_and_odd_files(tmp_path: Path) -> None:
    root = tmp_path / "out"
    root.mkdir()
    (root / "binary").write_bytes(b"\0\xff")
    (root / "latin").write_bytes(b"\xe9\n")
    (root / "empty").write_text("")
    (root / "link").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe")
    found = {d.path: d for d in diff({"latin": "é\n", "new_empty": "", "link": "text\n"}, root)}
    assert {path: d.kind for path, d in found.items()} == {
        "binary": "stale",
        "empty": "stale",
        "latin": "changed",
        "link": "changed",
        "new_empty": "missing",
        "pipe": "stale",
    }
    assert all(d.text.startswith("--- ") for d in found.values())
    assert "root:" not in found["link"].text


def test_what_tools_leave_behind_is_no_difference(tmp_path: Path) -> None:
    root = tmp_path / "out"
    write({"a.py": "1\n"}, root)
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "a.pyc").write_text("x")
    assert diff({"a.py": "1\n"}, root) == []


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "", "a\\b", "a\0b"])
def test_paths_that_leave_the_folder(tmp_path: Path, path: str) -> None:
    assert _refusal({path: ""}, tmp_path / "out") == "bad-output-path"
    assert list(tmp_path.iterdir()) == []


def test_a_file_and_a_folder_of_one_name(tmp_path: Path) -> None:
    assert _refusal({"a": "", "a/b": ""}, tmp_path / "out") == "output-collision"


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert _refusal({"a": "1\n"}, tmp_path / "out") == "not-a-folder"
    assert (tmp_path / "out").read_text() == "mine"


def test_a_file_above_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert _refusal({"a": "1\n"}, tmp_path / "file" / "out") == "cannot-write"


def test_work_that_was_not_generated_is_not_replaced(tmp_path: Path) -> None:
    root = tmp_path / "out"
    root.mkdir()
    (root / "thesis.txt").write_text("mine")
    assert _refusal({"a": "1\n"}, root) == "not-generated"
    assert _read(root) == {"thesis.txt": "mine"}


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    write({"a": "1\n"}, tmp_path / "out")
    write({"a": "2\n"}, tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert _read(tmp_path / "real") == {"a": "2\n"}


def test_links_inside_are_replaced_and_what_they_point_at_is_left(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    root = tmp_path / "out"
    write({"a": "1\n", "b": "1\n"}, root)
    (root / "a").unlink()
    (root / "a").symlink_to(tmp_path / "precious")
    write({"a": "2\n"}, root)
    assert _read(root) == {"a": "2\n"}
    assert not (root / "a").is_symlink()
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_place(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert _refusal({"a": "1\n"}, tmp_path / "out") == "cannot-write"
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "out"
    write({"a": "1\n"}, root)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert _refusal({"a": "2\n"}, root) == "cannot-write"
    monkeypatch.undo()
    assert _read(root) == {"a": "1\n"}
    write({"a": "3\n"}, root)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_without_an_exchange_of_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlacc_codegen.swap._swap", lambda *_: False)
    root = tmp_path / "out"
    write({"a": "1\n"}, root)
    write({"a": "2\n"}, root)
    assert _read(root) == {"a": "2\n"}
    root.rename(tmp_path / ".out.sqlacc-old")  # as a run leaves it that is killed between two renames
    write({"a": "2\n"}, root)
    assert _read(root) == {"a": "2\n"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_a_single_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.yaml"
    assert [d.kind for d in write_file("1\n", path)] == ["missing"]
    assert [d.kind for d in diff_file("2\n", path)] == ["changed"]
    assert write_file("1\n", path) == []
    with pytest.raises(Problems):
        write_file("1\n", tmp_path / "deep")


_WRITER = """
import sys
from pathlib import Path
from sqlacc_codegen.files import write
root, round = Path(sys.argv[1]), 0
print("ready", flush=True)
while True:
    round += 1
    write({f"folder{i % 7}/file{i}.txt": f"{round}\\n" * 50 for i in range(120)}, root)
"""


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_the_old_or_the_new_tree(tmp_path: Path) -> None:
    root, chance = tmp_path / "out", random.Random(7)
    rounds = set()
    for _ in range(12):
        process = subprocess.Popen([sys.executable, "-c", _WRITER, str(root)], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        while not root.exists():  # a busy machine may finish no round in the time below
            time.sleep(0.01)
        time.sleep(chance.uniform(0.01, 0.12))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if root.exists():
            tree = _read(root)
            assert len(tree) == 120
            assert len(set(tree.values())) == 1, "files of two rounds lie side by side"
            rounds.add(next(iter(tree.values()))[:4])
    assert rounds, "no round was ever finished"
    write({"a": MARK, "folder0/file0.txt": "1\n"}, root)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


@pytest.mark.slow
def test_two_writers_at_once_take_turns(tmp_path: Path) -> None:
    root = tmp_path / "out"
    code = _WRITER.replace("while True:", "for _ in range(15):")
    writers = [subprocess.Popen([sys.executable, "-c", code, str(root)], stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(set(_read(root).values())) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_two_writers_of_one_file_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    texts = [letter * 300_000 for letter in (b"a", b"b", b"c")]
    with ThreadPoolExecutor(3) as several:
        list(several.map(lambda number: replace_file(path, texts[number % 3]), range(30)))
    assert path.read_bytes() in texts
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_what_is_no_file_stays_what_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_bytes)
        replace_file(pipe, b"a report")
        assert read.result(10) == b"a report"
    assert pipe.is_fifo()
    with pytest.raises(Problems):
        replace_file(tmp_path, b"a report")
