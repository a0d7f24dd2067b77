"""The readings in force: one choice at every point where the evidence leaves the real server's behaviour open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlacc_codegen.ir import Api


class ReadingError(ValueError):
    """A reading or a value that the spec does not have."""


class Readings(Mapping[str, str]):
    """Name to value, the spec's defaults where nothing else is said."""

    def __init__(self, api: Api, chosen: Mapping[str, str] | None = None) -> None:
        self._choices = {reading.id: tuple(c.value for c in reading.choices) for reading in api.readings}
        self._values = {reading.id: reading.default for reading in api.readings}
        for name, value in (chosen or {}).items():
            self._check(name, value)
            self._values[name] = value

    def _check(self, name: str, value: object) -> None:
        if name not in self._choices:
            raise ReadingError(f'There is no reading "{name}"; there are {", ".join(sorted(self._choices))}')
        if value not in self._choices[name]:
            raise ReadingError(f'The reading "{name}" has no value "{value}"; it has {", ".join(self._choices[name])}')

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def value(self, name: str, default: str) -> str:
        """The reading's value, or `default` in a spec that does not have this reading."""
        return self._values.get(name, default)
