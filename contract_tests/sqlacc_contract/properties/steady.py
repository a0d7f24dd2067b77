"""A seed -> the same values everywhere: Hypothesis without the constants that it borrows from imported modules."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis.internal.conjecture import providers

_lock = threading.Lock()
_inside = 0
_borrow: Any = None


@contextmanager
def steady() -> Iterator[None]:
    """Hypothesis mixes in numbers and texts from the source of whatever is imported, which differs from one process to
    the next. Its users keep that: it is put back when the last one leaves."""
    global _inside, _borrow
    with _lock:
        if not _inside and hasattr(providers, "_get_local_constants"):
            _borrow = providers._get_local_constants
            nothing = type(providers._local_constants)()
            providers._get_local_constants = lambda: nothing
            providers.CONSTANTS_CACHE.cache.clear()
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _borrow is not None:
                providers._get_local_constants = _borrow
                providers.CONSTANTS_CACHE.cache.clear()
                _borrow = None
