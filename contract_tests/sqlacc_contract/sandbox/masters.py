"""The demo data's masters (accounts, terms, tax codes, suppliers ...) to look-ups by code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlacc_codegen.ir import Api, Master

Row = Mapping[str, Any]


class Masters:
    """Read-only records that documents refer to by code. A master without demo rows takes any code."""

    def __init__(self, api: Api) -> None:
        self.by_id: dict[str, Master] = {master.id: master for master in api.masters}
        demo: Mapping[str, Sequence[Row]] = api.demo.get("masters") or {}
        self.rows: dict[str, tuple[Row, ...]] = {id: _keyed(self.by_id.get(id), rows) for id, rows in demo.items()}
        self._by_code = {id: {str(row["code"]): row for row in rows} for id, rows in self.rows.items()}

    def get(self, id: str, code: str) -> Row | None:
        return self._by_code.get(id, {}).get(code)

    def known(self, id: str) -> bool:
        """Whether codes of this master can be checked."""
        return id in self._by_code


def _keyed(master: Master | None, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows with the key that the path of their endpoint needs."""
    key = master.key.lower() if master is not None and master.key else None
    if key is None or all(key in row for row in rows):
        return tuple(rows)
    return tuple({key: number, **row} for number, row in enumerate(rows, 1))
