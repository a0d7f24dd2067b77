"""Where the generated Python client is: installed, or in a checkout's generated folder."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from .toolchain import generated_folder


def client_module(name: str = "", generated: Path | None = None) -> ModuleType:
    """`sqlacc_client` or one of its modules. The client of a checkout wins over an installed one."""
    folder = (generated or generated_folder()) / "python"
    if (folder / "sqlacc_client" / "__init__.py").is_file():
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    elif importlib.util.find_spec("sqlacc_client") is None:
        raise click.ClickException(
            f"the Python client is neither installed nor in {folder}; run `sqlacc generate --lang python`, "
            "or `pip install sqlacc-client`"
        )
    sys.dont_write_bytecode = True  # generated/ holds what is generated, nothing else
    try:
        return importlib.import_module(f"sqlacc_client.{name}" if name else "sqlacc_client")
    except ImportError as error:
        raise click.ClickException(f"the Python client cannot be imported: {error}") from error


def resolved(profile: str | None, base_url: str | None) -> Any:
    """The keys, scope and address of a profile, or of the environment; why there are none ends the command."""
    try:
        return client_module("profiles").resolve(profile, base_url=base_url)
    except client_module("errors").ConfigurationError as error:
        raise click.ClickException(str(error)) from None
