"""Records as JSON text in SQLite: a table per object, counters, and what saved records do to others.

A record is kept as it is answered: `head` is what lists show, `tail` the rest. `effect` rows say what a record does
to another (an invoice line takes quantity from an order line), `balance` holds their sums, so that a check costs
one look-up however many records there are. Amounts there are integers: hundredths of money, ten-thousandths of
quantities.
"""

# ruff: noqa: S608 - names of tables and columns come from the spec, where a pattern holds them; values are bound

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlacc_codegen.ir import Api, IntegerType, Object

from . import jsontext

FORMAT = 1  # of the tables below
KEPT = 4096  # parsed records held in memory
LARGEST = 2**53  # of a balance; sums of some of them still fit into 64 bits

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS effect (
  object TEXT NOT NULL, key NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, code NOT NULL,
  row INTEGER NOT NULL, place TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS effect_by_source ON effect (object, key);
CREATE INDEX IF NOT EXISTS effect_by_target ON effect (target, code, kind);
CREATE TABLE IF NOT EXISTS balance (
  kind TEXT NOT NULL, target TEXT NOT NULL, code NOT NULL, row INTEGER NOT NULL, place TEXT NOT NULL,
  amount INTEGER NOT NULL, PRIMARY KEY (kind, target, code, row, place)) WITHOUT ROWID;
"""

Key = int | str


class Effect(NamedTuple):
    """What a saved record does to a target."""

    kind: str  # use, transfer, settle, stock, owe, barcode
    target: str  # object id
    code: Key  # key or code of the target
    row: int = 0  # row key within the target
    place: str = ""  # location of stock
    amount: int = 0


class Record(NamedTuple):
    """A stored record: its key, how often it was changed (None: never), and its JSON in two parts."""

    key: Key
    version: int | None
    head: str
    tail: str

    @property
    def text(self) -> str:
        return self.head[:-1] + "," + self.tail[1:] if self.tail != "{}" else self.head


class Store:
    """All records of one company. Not safe to use from two threads at once."""

    def __init__(self, api: Api, path: str | Path = ":memory:") -> None:
        self._objects = api.objects
        self.file = str(path) != ":memory:"
        self.db = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=512)
        weakref.finalize(self, self.db.close)
        self._parsed: dict[tuple[str, Key], dict[str, Any]] = {}
        self._written: set[tuple[str, Key]] = set()  # what goes back to what it was when all is restored
        try:
            self._open()
        except BaseException:
            self.db.close()
            raise
        self._restored: tuple[sqlite3.Connection, int] | None = None  # what from, and the changes up to then
        self._sql = {object.id: _Statements(object.id) for object in self._objects}

    def _open(self) -> None:
        if self.file:
            self.db.execute("PRAGMA busy_timeout=500")
            self.db.execute("PRAGMA locking_mode=EXCLUSIVE")  # what is held in memory must not change behind our back
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA case_sensitive_like=ON")
        with self.transaction():
            for statement in _TABLES.split(";"):
                self.db.execute(statement)
            for object in self._objects:
                self._create(object)
            self.db.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?)", (str(FORMAT),))
        found = self.meta("format")
        if found != str(FORMAT):
            raise sqlite3.DatabaseError(f"made by another version of the sandbox (format {found}, expected {FORMAT})")

    def _create(self, object: Object) -> None:
        kind = "INTEGER" if isinstance(object.by_wire[object.key].type, IntegerType) else "TEXT"
        columns = f"key {kind} PRIMARY KEY, version INTEGER, head TEXT NOT NULL, tail TEXT NOT NULL"
        self.db.execute(f'CREATE TABLE IF NOT EXISTS "r_{object.id}" ({columns})')
        for wire in sorted({*object.indexed, *object.identity, *_references(object)}):
            self.db.execute(f'CREATE INDEX IF NOT EXISTS "i_{object.id}_{wire}" ON "r_{object.id}" ({column(wire)})')

    def close(self) -> None:
        self.db.close()

    # --- transactions, snapshots -----------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what is done inside is kept when it ends well, undone when it raises."""
        begin, keep, *undo = _INSIDE if self.db.in_transaction else _ALONE
        self.db.execute(begin)
        try:
            yield
        except BaseException:
            for statement in undo:
                self.db.execute(statement)
            self._parsed.clear()
            raise
        self.db.execute(keep)
        if not self.db.in_transaction:
            self._written.clear()  # nothing of this will be undone

    def restore(self, snapshot: sqlite3.Connection) -> None:
        """Everything as it was when `snapshot` was taken; nothing is done when nothing was changed since. Where it
        is done again and again, all that follows in memory is one transaction, which is undone without copying."""
        if self._restored == (snapshot, self.db.total_changes):
            return
        again = self._restored is not None and self._restored[0] is snapshot
        if again and self.db.in_transaction:
            self.db.execute("ROLLBACK TO restored")
            for at in self._written:
                self._parsed.pop(at, None)
        else:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            snapshot.backup(self.db)
            self._parsed.clear()
            if again and not self.file:
                self.db.execute("SAVEPOINT restored")
        self._written.clear()
        self._restored = snapshot, self.db.total_changes

    def snapshot(self) -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.db.backup(copy)
        return copy

    # --- records ---------------------------------------------------------------------------------------------

    def text(self, id: str, key: Key) -> Record | None:
        row = self.db.execute(self._sql[id].get, (key,)).fetchone()
        return Record(*row) if row else None

    def get(self, id: str, key: Key) -> dict[str, Any] | None:
        """A record's values. Shared: not to be changed."""
        found = self._parsed.get((id, key))
        if found is None:
            record = self.text(id, key)
            if record is None:
                return None
            found = jsontext.restore(record.text)
            if len(self._parsed) >= KEPT:
                self._parsed.clear()
            self._parsed[id, key] = found
        return found

    def put(self, id: str, key: Key, version: int | None, head: Mapping[str, Any], tail: Mapping[str, Any]) -> Record:
        record = Record(key, version, jsontext.dumps(head), jsontext.dumps(tail))
        self.db.execute(self._sql[id].put, record)
        self._forget(id, key)
        return record

    def set_head(self, id: str, key: Key, wire: str, value: str) -> None:
        """One value of a record's head, without reading the record."""
        self.db.execute(f'UPDATE "r_{id}" SET head = json_set(head, \'$."{wire}"\', ?) WHERE key = ?', (value, key))
        self._written.add((id, key))
        if (id, key) in self._parsed:
            self._parsed[id, key][wire] = value

    def set_tail(self, id: str, key: Key, tail: Mapping[str, Any]) -> None:
        self.db.execute(f'UPDATE "r_{id}" SET tail = ? WHERE key = ?', (jsontext.dumps(tail), key))
        self._forget(id, key)

    def delete(self, id: str, key: Key) -> None:
        self.db.execute(self._sql[id].delete, (key,))
        self._forget(id, key)

    def _forget(self, id: str, key: Key) -> None:
        self._written.add((id, key))
        self._parsed.pop((id, key), None)

    def keys(self, id: str, where: str, values: Sequence[Any], limit: int = 2) -> list[Key]:
        rows = self.db.execute(f'SELECT key FROM "r_{id}" WHERE {where} ORDER BY key LIMIT {limit}', values)
        return [row[0] for row in rows]

    def page(self, id: str, where: str, values: Sequence[Any], offset: int, limit: int) -> list[Record]:
        order = f"WHERE {where} ORDER BY key LIMIT ? OFFSET ?" if where else "ORDER BY key LIMIT ? OFFSET ?"
        rows = self.db.execute(f'SELECT key, version, head, tail FROM "r_{id}" {order}', (*values, limit, offset))
        return [Record(*row) for row in rows]

    def heads(self, id: str, where: str, values: Sequence[Any], offset: int, limit: int) -> list[str]:
        order = f"WHERE {where} ORDER BY key LIMIT ? OFFSET ?" if where else "ORDER BY key LIMIT ? OFFSET ?"
        return [row[0] for row in self.db.execute(f'SELECT head FROM "r_{id}" {order}', (*values, limit, offset))]

    def count(self, id: str, where: str = "", values: Sequence[Any] = ()) -> int:
        condition = f"WHERE {where}" if where else ""
        return int(self.db.execute(f'SELECT count(*) FROM "r_{id}" {condition}', values).fetchone()[0])

    # --- counters and meta -----------------------------------------------------------------------------------

    def next(self, name: str, step: int = 1) -> int:
        """The next number of a counter that starts at 1, taken."""
        row = self.db.execute(_TAKE, (name, 1 + step, step)).fetchone()
        return int(row[0]) - step

    def peek(self, name: str) -> int:
        row = self.db.execute("SELECT next FROM counter WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 1

    def set_counter(self, name: str, next: int) -> None:
        self.db.execute("INSERT OR REPLACE INTO counter VALUES (?, ?)", (name, next))

    def meta(self, name: str) -> str | None:
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # --- effects ---------------------------------------------------------------------------------------------

    def effects(self, object: str, key: Key) -> list[Effect]:
        return [Effect(*row) for row in self.db.execute(_EFFECTS, (object, key))]

    def replace_effects(self, object: str, key: Key, old: Iterable[Effect], new: Sequence[Effect]) -> None:
        """Take back what a record did to others and do something else."""
        changes: dict[tuple[str, str, Key, int, str], int] = {}
        for sign, effects in ((-1, old), (1, new)):
            for kind, target, code, row, place, amount in effects:
                if amount:
                    at = (kind, target, code, row, place)
                    changes[at] = changes.get(at, 0) + sign * amount
        self.db.execute("DELETE FROM effect WHERE object = ? AND key = ?", (object, key))
        self.db.executemany(_ADD_EFFECT, [(object, key, *effect) for effect in new])
        for (kind, target, code, row, place), amount in changes.items():
            if amount:
                made = self.balance(kind, target, code, row, place) + amount
                if abs(made) > LARGEST:
                    raise OverflowError(f"{kind} of {target} {code}")
                self.db.execute(_SET_BALANCE, (kind, target, code, row, place, made))

    def balance(self, kind: str, target: str, code: Key, row: int = 0, place: str = "") -> int:
        found = self.db.execute(_BALANCE, (kind, target, code, row, place)).fetchone()
        return int(found[0]) if found else 0

    def total(self, kind: str, target: str, code: Key) -> int:
        """A balance over all rows and places."""
        found = self.db.execute(_TOTAL, (kind, target, code)).fetchone()
        return int(found[0] or 0)

    def user(self, target: str, codes: Sequence[Key], besides: Key) -> tuple[str, Key, str] | None:
        """A record that does something to the target, and what; `besides` is the target's own key."""
        marks = ",".join("?" * len(codes))
        row = self.db.execute(
            f"SELECT object, key, kind FROM effect WHERE target = ? AND code IN ({marks}) "
            "AND NOT (object = ? AND key = ?) ORDER BY kind DESC LIMIT 1",
            (target, *codes, target, besides),
        ).fetchone()
        return (row[0], row[1], row[2]) if row else None


_ALONE = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_INSIDE = ("SAVEPOINT change", "RELEASE change", "ROLLBACK TO change", "RELEASE change")
_TAKE = "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next = next + ? RETURNING next"
_EFFECTS = "SELECT kind, target, code, row, place, amount FROM effect WHERE object = ? AND key = ?"
_ADD_EFFECT = "INSERT INTO effect VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SET_BALANCE = "INSERT OR REPLACE INTO balance VALUES (?, ?, ?, ?, ?, ?)"
_BALANCE = "SELECT amount FROM balance WHERE kind = ? AND target = ? AND code = ? AND row = ? AND place = ?"
_TOTAL = "SELECT sum(amount) FROM balance WHERE kind = ? AND target = ? AND code = ?"


class _Statements:
    def __init__(self, id: str) -> None:
        self.get = f'SELECT key, version, head, tail FROM "r_{id}" WHERE key = ?'
        self.put = f'INSERT OR REPLACE INTO "r_{id}" VALUES (?, ?, ?, ?)'
        self.delete = f'DELETE FROM "r_{id}" WHERE key = ?'


def column(wire: str) -> str:
    """SQL for a value of a record's head."""
    return f"json_extract(head, '$.\"{wire}\"')"


def _references(object: Object) -> list[str]:
    """Free references, which integrators search by."""
    return [wire for wire in object.by_wire if wire.startswith("docref")]
