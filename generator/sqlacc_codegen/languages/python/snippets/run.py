"""Runs samples: the name of one on each line of standard input, what it printed as a line of JSON on standard output.

Called in the folder of the generated client, with the folder of the samples.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
from pathlib import Path


def main() -> None:
    sys.path.insert(0, str(Path.cwd()))
    folder = Path(sys.argv[1])
    os.chdir(folder)
    answers = sys.stdout
    for line in sys.stdin:
        path = folder / f"{line.strip()}.py"
        said, error = io.StringIO(), ""
        try:
            with contextlib.redirect_stdout(said):
                exec(compile(path.read_text("utf-8"), str(path), "exec"), {"__name__": "__main__"})  # noqa: S102
        except BaseException:
            error = traceback.format_exc(limit=-3)
        answers.write(json.dumps({"printed": said.getvalue(), "error": error}) + "\n")
        answers.flush()


main()
