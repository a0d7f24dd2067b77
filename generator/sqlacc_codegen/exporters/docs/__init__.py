"""Api -> the sources of the documentation: Markdown pages, payloads as JSON, a style and a script."""

from __future__ import annotations

from ...files import Files
from ...ir import Api
from ...outputs import Output


def export(api: Api) -> Files:
    """Every source file by path; `sqlacc docs build` makes the site of them."""
    from .pages import pages  # imports Jinja
    from .payloads import payload_files

    return dict(sorted((pages(api) | payload_files(api)).items()))


OUTPUT = Output("docs", "Documentation", "generated/docs", export)
