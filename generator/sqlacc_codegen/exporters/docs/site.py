"""Api -> the files of the site, made by Sphinx from the documentation's sources; nothing is fetched."""

from __future__ import annotations

import io
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

from ...files import Files
from ...ir import Api
from .. import jsonschema, openapi
from . import export

INSTALL = "pip install 'sqlacc[docs]'"
_TEXT = frozenset({".html", ".css", ".js", ".json", ".svg", ".txt", ".yaml", ".csv", ".map"})


def missing() -> list[str]:
    """The packages of the extra `docs` that are not installed."""
    return [name for name in ("sphinx", "furo", "myst_parser") if find_spec(name) is None]


_MORE = "\n```{toctree}\n:hidden:\n:caption: Command line\n\n%s\n```\n"


def site(api: Api, progress: TextIO | None = None, more: Files | None = None) -> tuple[Files, str]:
    """The files, and what Sphinx warned of, empty when all is well. `more` are pages of the command line."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "source"), Path(folder, "site")
        sources = export(api)
        if more:
            names = "\n".join(path.removesuffix(".md") for path in more)
            sources |= {**more, "index.md": sources["index.md"] + _MORE % names}
        for path, text in sources.items():
            target = source / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        with patch_docutils(source), docutils_namespace():
            app = Sphinx(source, source, out, Path(folder, "trees"), "html", status=progress, warning=warnings)
            app.build()
        # What Sphinx needs between builds, and pictures that no page shows, stay behind.
        made = {
            path.relative_to(out).as_posix(): path.read_bytes().decode()
            for path in sorted(out.rglob("*"))
            if path.is_file() and path.suffix in _TEXT
        }
        told = warnings.getvalue().replace(f"{source}/", "")
    made |= openapi.export(api)
    made |= {f"jsonschema/{path}": text for path, text in jsonschema.export(api).items()}
    return made | {".nojekyll": ""}, told  # hosts of static pages otherwise hide folders such as _static
