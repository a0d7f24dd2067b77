"""What Hypothesis draws -> many small decisions: it costs by the piece, and eight bytes are one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ..tagged import Tagged

T = TypeVar("T")

_ROLLS = st.binary(min_size=8, max_size=8)


class Dice:
    """Decisions between a few things each; 0 is the simplest. `draw` is for what is more than a decision."""

    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw
        self._left: list[int] = []

    def __call__(self, sides: int) -> int:
        """From 0 to below `sides`."""
        number = self._byte() if sides <= 256 else self._byte() << 8 | self._byte()
        return number % sides

    def _byte(self) -> int:
        if not self._left:
            self._left = list(self.draw(_ROLLS))
        return self._left.pop()

    def one_of(self, values: Sequence[T]) -> T:
        return values[self(len(values))]


Values = Callable[[Dice], Tagged]
