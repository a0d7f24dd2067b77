"""Where a server is -> the pause before each request: nobody knows how much a real one bears, one's own bears all."""

from __future__ import annotations

from urllib.parse import urlsplit

PAUSE = 0.5  # seconds


def is_here(host: str) -> bool:
    """Whether this machine answers to the name."""
    return host in ("localhost", "::1") or host.startswith("127.")


def pause_for(base_url: str) -> float:
    return 0.0 if is_here(urlsplit(base_url).hostname or "") else PAUSE
