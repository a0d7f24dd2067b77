"""The Python client's driver with one fault built in: `python mutant_driver.py NAME`, run in `generated/python`."""

from __future__ import annotations

import sys
from pathlib import Path

from mutants import MUTANTS, client

sys.path.insert(0, str(Path.cwd()))
sys.dont_write_bytecode = True

if __name__ == "__main__":
    MUTANTS[sys.argv[1]]()
    client.driver.main()
