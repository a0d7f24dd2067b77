"""A folder -> a web server on this machine's loopback address."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".yaml": "text/yaml; charset=utf-8"}

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # a page made again is shown at once
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Listening already; `serve_forever` answers. Raises OSError when the port is taken."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
