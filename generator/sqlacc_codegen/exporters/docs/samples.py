"""Api -> sample code by object and operation, each with what it printed when it was last run."""

from __future__ import annotations

from collections import defaultdict

from ...ir import Api
from ...snippets import Snippet, printed, snippets


class Samples:
    """The snippets of all operations, rendered once."""

    def __init__(self, api: Api) -> None:
        self._found: dict[tuple[str, str], list[tuple[Snippet, str | None]]] = defaultdict(list)
        for snippet in snippets(api):
            self._found[snippet.object, snippet.operation].append((snippet, printed(snippet)))

    def of(self, object: str, operation: str) -> list[tuple[Snippet, str | None]]:
        """Each language's sample, and its output."""
        return self._found[object, operation]
