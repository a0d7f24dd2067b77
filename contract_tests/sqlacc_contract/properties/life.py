"""Steps of a life among records, as JSON -> calls, beside a small model that says how each has to end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..cases.subject import Subject
from ..decode import Outcome
from ..play import Play, Row
from ..tagged import Tagged, bare
from .records import Maker
from .scene import REFUSED, Scene
from .suites.calls import BAD_DAYS
from .suites.money import CENT, OUTSTANDING, QUANTITY, flow_of, invoice_of, payment_of
from .suites.records import resolved
from .sums import value

Step = Mapping[str, Any]
ONE_BAD_DAY = ("429", "503", "502 page", "dropped", "lost", "cut", "emptied")


@dataclass
class Entry:
    """A record as the model knows it."""

    maker: Maker
    record: Row
    versions: list[Row] = field(default_factory=list)  # as it was read before each update
    taken: dict[Any, Decimal] = field(default_factory=dict)  # by row key: quantity carried over to invoices
    settled: Decimal = Decimal(0)
    source: tuple[Entry, Any, Decimal] | None = None  # order, row key, quantity
    pays: tuple[Entry, Decimal] | None = None
    gone: bool = False

    @property
    def subject(self) -> Subject:
        return self.maker.subject

    @property
    def key(self) -> Tagged:
        return self.subject.key(self.record)

    @property
    def is_needed(self) -> bool:
        return self.settled > 0 or any(quantity > 0 for quantity in self.taken.values())


class Life:
    """One life. `do` carries out a step, or raises `Wrong`."""

    def __init__(self, play: Play, makers: Sequence[Maker]) -> None:
        self.play, self.makers = play, makers
        self.entries: list[Entry] = []
        self.number = 0
        self.settle, self.transfer = flow_of(play.api, "settle"), flow_of(play.api, "transfer")
        consumed = str(self.transfer.args["consumed"]) if self.transfer else ""
        # What other documents change in a record, beside what the model keeps count of.
        self.derived = {OUTSTANDING, f"local{OUTSTANDING}", "balsqty", consumed}

    def do(self, step: Step) -> None:
        self.number += 1
        acts: dict[str, Callable[[Step], None]] = {
            "create": self._create,
            "read": self._read,
            "update": self._update,
            "stale": self._stale,
            "delete": self._delete,
            "list": self._list,
            "print": self._print,
            "transfer": self._carry_over,
            "pay": self._pay,
            "batch": self._batch,
        }
        acts[step["do"]](step)

    # --- what there is to choose from -----------------------------------------------------------------------------

    def living(self, object: str = "") -> list[Entry]:
        return [e for e in self.entries if not e.gone and (not object or e.subject.o.id == object)]

    def source_of(self, kind: str) -> str:
        flow = self.transfer if kind == "transfer" else self.settle
        return str(flow.args["source" if kind == "transfer" else "document"]) if flow else "none"

    def _chosen(self, step: Step, object: str = "") -> Entry | None:
        living = self.living(object)
        return living[step["which"] % len(living)] if living else None

    def _scene(self, maker: Maker) -> Scene:
        return Scene(self.play, maker, "L")

    # --- steps ----------------------------------------------------------------------------------------------------

    def _create(self, step: Step) -> None:
        maker = self.makers[step["object"] % len(self.makers)]
        scene = self._scene(maker)
        record = scene.labelled(step["record"], self.number)
        outcome = self._call(step, maker.subject.op("create"), record=record)
        with scene.held("P2"):
            self._expected(step, outcome)
        if outcome.ok and outcome.value is not None:
            self.entries.append(Entry(maker, outcome.value))
        elif step.get("fault"):
            self._look_for(maker, record)

    def _read(self, step: Step) -> None:
        entry = self._chosen(step)
        if entry:
            outcome = self._call(step, entry.subject.op("get"), key=entry.key)
            self._expected(step, outcome)
            if outcome.ok:
                self._compare(entry, outcome.value)

    def _update(self, step: Step) -> None:
        entry = self._chosen(step)
        if entry is None or not entry.subject.can("update"):
            return
        before = self._now(entry)
        changes = resolved(entry.maker, before, step["changes"])
        outcome = self._call(step, entry.subject.op("update"), record=before, changes=changes)
        scene = self._scene(entry.maker)
        with scene.held("P6"):
            self._expected(step, outcome)
        after = self._now(entry, unknown=True)
        if outcome.ok:
            scene.echoed({w: v for w, v in changes.items() if w not in entry.subject.o.tables}, after, "P7")
        counter = entry.subject.o.counter
        moved = counter is not None and bare(after.get(counter)) != bare(before.get(counter))
        if outcome.ok and counter:
            scene.check("P8", moved, f"the counter stayed {bare(after.get(counter))}")
        if moved:
            entry.versions.append(before)
        entry.record = after

    def _stale(self, step: Step) -> None:
        """Somebody who missed two updates; one may be forgiven, by one reading."""
        entry = self._chosen(step)
        if entry is None or len(entry.versions) < 2 or not entry.subject.o.counter:
            return
        with self._scene(entry.maker).held("P10"):
            self.play.error(entry.subject.op("update"), "stale", record=entry.versions[-2], changes={})
        self._compare(entry, self._now(entry))

    def _delete(self, step: Step) -> None:
        entry = self._chosen(step)
        if entry is None or not entry.subject.can("delete"):
            return
        scene, op = self._scene(entry.maker), entry.subject.op("delete")
        with scene.held("P13"):
            if entry.is_needed:
                self.play.error(op, REFUSED, key=entry.key)
                self._compare(entry, self._now(entry))
                return
            outcome = self._call(step, op, key=entry.key)
            self._expected(step, outcome)
        with scene.held("P14"):
            left = self.play.call(entry.subject.op("get"), key=entry.key)
            self.play.check(left.ok or left.kind == "not_found", f"a get ended with {left.kind}: {left.message}")
            self.play.check(not (outcome.ok and left.ok), "a deleted record is still there")
        if not left.ok:
            self._bury(entry)

    def _list(self, step: Step) -> None:
        maker = self.makers[step["object"] % len(self.makers)]
        scene = self._scene(maker)
        keys = scene.keys(page_limit=step["page"])
        scene.check("P16", len(keys) == len(set(keys)), "a row came twice")
        mine = [bare(e.key) for e in self.living(maker.o.id)]
        scene.check("P17", set(mine) <= set(keys), "a record is not in the list")
        gone = {bare(e.key) for e in self.entries if e.gone and e.subject.o.id == maker.o.id} - set(mine)
        scene.check("P14", not gone & set(keys), "a deleted record is in the list")

    def _print(self, step: Step) -> None:
        entry = self._chosen(step)
        if entry and entry.subject.can("pdf"):
            with self._scene(entry.maker).held("P5"):
                self._expected(step, self._call(step, entry.subject.op("pdf"), key=entry.key))

    def _carry_over(self, step: Step) -> None:
        order = self._chosen(step, self.source_of("transfer"))
        if order is None or self.transfer is None:
            return
        facts = self.transfer.args
        target = next((m for m in self.makers if m.o.id == facts["target"]), None)
        rows = order.record[facts["table"]]
        row = rows[step["row"] % len(rows)]
        key, whole = bare(row[facts["row_key"]]), value(row[facts["quantity"]])
        quantity = max((whole * step["per_cent"] / 100).quantize(QUANTITY), QUANTITY)
        if target is None or whole <= 0:
            return
        record = invoice_of(self._scene(order.maker), facts, order.record, row, quantity, f"LT{self.number}")
        before = order.taken.get(key, Decimal(0))
        with self._scene(order.maker).held("P29"):
            if before + quantity > whole:
                self._refused(target.subject.op("create"), record)
            else:
                made = self.play.value(target.subject.op("create"), record=record)
                order.taken[key] = before + quantity
                self.entries.append(Entry(target, made, source=(order, key, quantity)))
            self._compare(order, self._now(order))

    def _pay(self, step: Step) -> None:
        invoice = self._chosen(step, self.source_of("settle"))
        if invoice is None or self.settle is None:
            return
        facts = self.settle.args
        payment = next((m for m in self.makers if m.o.id == facts["payment"]), None)
        total = value(invoice.record[facts["total"]])
        amount = max((total * step["per_cent"] / 100).quantize(CENT), CENT)
        if payment is None or total <= 0:
            return
        record = payment_of(self._scene(invoice.maker), facts, invoice.record, amount, self.number)
        with self._scene(invoice.maker).held("P28"):
            if invoice.settled + amount > total:
                self._refused(payment.subject.op("create"), record)
            else:
                made = self.play.value(payment.subject.op("create"), record=record)
                invoice.settled += amount
                self.entries.append(Entry(payment, made, pays=(invoice, amount)))
            self._compare(invoice, self._now(invoice))

    def _batch(self, step: Step) -> None:
        """A batch with a journal, cut short, and begun again."""
        maker = self.makers[step["object"] % len(self.makers)]
        scene = self._scene(maker)
        records = [scene.labelled(r, self.number * 100 + n) for n, r in enumerate(step["records"])]
        op, before = maker.subject.op("create_many"), scene.keys()
        cut = step["cut"] % len(records)
        with scene.held("P25"), tempfile.TemporaryDirectory(prefix="sqlacc-verify-") as folder:
            args = {"records": records, "journal": str(Path(folder) / "journal.jsonl")}
            self.play.fault(*[None] * cut, BAD_DAYS[step["fault"]]())
            self.play.value(op, stop_on_error=True, **args)
            self.play.fault()
            results = self.play.value(op, **args)["results"]
            told = [one["status"] for one in results]
            self.play.check({"created", "found"} >= set(told), f"after a cut and a second run: {', '.join(told)}")
            self.play.equal(len(before) + len(records), len(scene.keys()), "the number of records after two runs")
        for record in records:
            self._look_for(maker, record)

    # --- the server beside the model ------------------------------------------------------------------------------

    def _call(self, step: Step, op: str, **args: Tagged) -> Outcome:
        fault = step.get("fault")
        self.play.fault(*([BAD_DAYS[fault]()] if fault else []))
        outcome = self.play.call(op, **args)
        self.play.fault()
        return outcome

    def _expected(self, step: Step, outcome: Outcome) -> None:
        """Without a bad day it has to succeed."""
        if not step.get("fault"):
            told = f"{outcome.side}_error {outcome.kind}: {outcome.message}"
            self.play.check(outcome.ok, f"expected a value, received {told}")

    def _refused(self, op: str, record: Row) -> None:
        self.play.configure(validate=False)
        self.play.error(op, REFUSED, record=record)
        self.play.configure(validate=True)

    def _look_for(self, maker: Maker, record: Row) -> None:
        """A record that may have been stored."""
        where = {name: record[name] for name in maker.o.identity if name in record}
        found = self.play.value(maker.subject.op("find"), where=where)
        if found is not None:
            self.entries.append(Entry(maker, found))

    def _now(self, entry: Entry, unknown: bool = False) -> Row:
        """The record as it is; unless it may just have changed, as the model knows it."""
        found: Row = self.play.value(entry.subject.op("get"), key=entry.key)
        if not unknown:
            self._compare(entry, found)
        return found

    def _compare(self, entry: Entry, found: Row) -> None:
        scene = self._scene(entry.maker)
        scene.same("P4", self._plain(entry.record), self._plain(found), f"{entry.subject.o.id} {bare(entry.key)}")
        if self.transfer and entry.taken and "order_offset" not in self.play.readings:
            facts = self.transfer.args
            for row in found[facts["table"]]:
                taken = entry.taken.get(bare(row[facts["row_key"]]), Decimal(0))
                shown = value(row.get(facts["consumed"]))
                scene.check("P29", shown == taken, f"{taken} was transferred, the order says {shown}")
        entry.record = found

    def _plain(self, record: Any) -> Any:
        if isinstance(record, list):
            return [self._plain(row) for row in record]
        if not isinstance(record, dict):
            return record
        return {wire: self._plain(v) for wire, v in record.items() if wire not in self.derived}

    def _bury(self, entry: Entry) -> None:
        entry.gone = True
        if entry.source:
            order, key, quantity = entry.source
            order.taken[key] -= quantity
        if entry.pays:
            invoice, amount = entry.pays
            invoice.settled -= amount
