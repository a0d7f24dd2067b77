"""The Api: what the specs say, frozen, resolved and in no programming language.

Wire names are verbatim strings. References between parts are by id (`"customer"`) or by wire name (`"docno"`),
already checked to exist; `Api.object(id)` and `Object.field(wire)` resolve them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

from .names import Name

Grade = Literal["documented", "observed", "inferred"]
Presence = Literal["required", "optional", "unknown"]
Json = Any  # a JSON value; decimals are strings, as on the wire


@dataclass(frozen=True)
class Evidence:
    """How a fact is known: the grade, the tags of its sources (`Api.sources`), and a caveat."""

    grade: Grade
    sources: tuple[str, ...] = ()
    note: str = ""


# --- types of values: a closed sum -----------------------------------------------------------------------------


@dataclass(frozen=True)
class TextType:
    """Text. `size` in characters; `longer` is the larger size that a rival source gives."""

    kind: ClassVar[str] = "text"
    size: int | None = None
    longer: int | None = None

    @property
    def largest(self) -> int | None:
        """The size that binds requests: a text that one source allows is not refused."""
        return max(filter(None, (self.size, self.longer)), default=None)


@dataclass(frozen=True)
class IntegerType:
    """A signed 64-bit integer."""

    kind: ClassVar[str] = "integer"


@dataclass(frozen=True)
class FlagType:
    """JSON true or false."""

    kind: ClassVar[str] = "flag"


@dataclass(frozen=True)
class DecimalType:
    """An exact decimal number, a JSON string on the wire. `scale`: digits after the point, when known."""

    kind: ClassVar[str] = "decimal"
    scale: int | None = None


@dataclass(frozen=True)
class DateType:
    """A calendar date, `YYYY-MM-DD`, without zone."""

    kind: ClassVar[str] = "date"


@dataclass(frozen=True)
class MomentType:
    """A point in time, ISO 8601 with `Z`."""

    kind: ClassVar[str] = "moment"


@dataclass(frozen=True)
class EpochType:
    """Seconds since 1970-01-01 UTC, an integer."""

    kind: ClassVar[str] = "epoch"


@dataclass(frozen=True)
class CodeType:
    """The code of a record of `target` (an object id or a master id); `----` or empty means none."""

    kind: ClassVar[str] = "code"
    target: str
    size: int | None = None


@dataclass(frozen=True)
class EnumType:
    """A known set of values that may grow: unknown values are values. `base` is `text` or `integer`."""

    kind: ClassVar[str] = "enum"
    base: Literal["text", "integer"]
    values: tuple[tuple[str | int, str], ...]  # value, meaning
    size: int | None = None


@dataclass(frozen=True)
class BlobType:
    """A binary column: base64 or plain text in requests; null, text or JSON in answers."""

    kind: ClassVar[str] = "blob"


Type = (
    TextType | IntegerType | FlagType | DecimalType | DateType | MomentType | EpochType | CodeType | EnumType | BlobType
)


# --- fields and lines -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Default:
    """What the server fills in: a `value`, a copy of another field (`field`), or the date of `today`."""

    kind: Literal["value", "field", "today"]
    value: Json = None


@dataclass(frozen=True)
class Field:
    """One column of a record or line."""

    wire: str
    name: Name
    type: Type
    doc: str
    evidence: Evidence
    create: Presence = "unknown"  # must a create carry it?
    sdk: Presence | Literal["conditional"] | None = None  # the mandatory column of the vendor's SDK workbook
    read_only: bool = False  # the server's own; a client need not send it
    detail_only: bool = False  # absent from list rows
    default: Default | None = None
    example: Json = None
    unit: str = ""
    personal: str = ""  # name, address, phone, email, tax_id or bank: scrubbed from recordings
    note: str = ""


@dataclass(frozen=True)
class Lines:
    """A table of rows below a record (or below a row)."""

    wire: str
    name: Name
    item: Name  # what one row is called: sales invoice line
    key: str | None  # wire name of the server-issued row key: dtlkey, autokey, or none
    fields: tuple[Field, ...]
    lines: tuple[Lines, ...]
    doc: str
    evidence: Evidence

    @cached_property
    def by_wire(self) -> Mapping[str, Field]:
        return {f.wire: f for f in self.fields}


# --- what can be done with an object ----------------------------------------------------------------------------

OperationKind = Literal["list", "find", "get", "create", "update", "delete", "pdf"]


@dataclass(frozen=True)
class Operation:
    """One call: `GET /salesinvoice/{dockey}`. `find` is the detail form `/salesinvoice/*?docno=`."""

    kind: OperationKind
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    doc: str
    evidence: Evidence


@dataclass(frozen=True)
class Pdf:
    """Documents as PDF: `default` is the report asked for when none is named."""

    reports: tuple[str, ...]
    default: str
    status: Literal["working", "not ready"]
    evidence: Evidence
    category: str = ""
    note: str = ""


@dataclass(frozen=True)
class Example:
    """A payload: `purpose` is minimum, full or update; `regime` is gst or sst where tax applies.

    `object` is the id of the object that it is a payload of, empty when a workflow's example is of none.
    """

    id: str
    title: str
    purpose: Literal["minimum", "full", "update"]
    payload: Json
    evidence: Evidence
    regime: Literal["gst", "sst"] | None = None
    object: str = ""


@dataclass(frozen=True)
class Rule:
    """A condition on a whole record, checked by clients before sending and by the sandbox.

    `kind` says which; `args` are wire names:
    - `some_lines`: table                          at least one row on create
    - `balanced`: table, debit, credit, tolerance  sums over the rows are equal (debit, credit: lists of wire names,
                                                   the first that is present in a row counts); not checked by
                                                   clients when a row has a value in the field `unless`
    - `within`: table, amount, flag, total         the sum of `amount` over rows whose `flag` is not false
                                                   is not above the header's `total`
    - `positive`: field                            the decimal is above zero
    """

    kind: Literal["some_lines", "balanced", "within", "positive"]
    args: Mapping[str, Json]
    message: str
    evidence: Evidence


@dataclass(frozen=True)
class Object:
    """One kind of record: `sales_invoice`."""

    id: str
    name: Name
    plural: Name
    title: str
    doc: str
    path: str
    other_paths: tuple[str, ...]  # rival paths that some source uses
    kind: Literal["document", "master"]
    doctype: str  # two letters: IV; empty for masters
    key: str  # wire name of the path key: dockey or code
    counter: str | None  # wire name of the optimistic-lock counter, none on masters
    identity: tuple[str, ...]  # wire names that identify a record for people: docno; docno and code; code
    indexed: tuple[str, ...]  # wire names allowed in the detail form `/*?`
    fields: tuple[Field, ...]
    lines: tuple[Lines, ...]
    operations: tuple[Operation, ...]
    rules: tuple[Rule, ...]
    pdf: Pdf | None
    examples: tuple[Example, ...]
    behaviour: Mapping[str, Json]  # the product's rules for this object, as the sandbox plays them (spec/schema)
    notes: tuple[str, ...]
    evidence: Evidence

    @cached_property
    def by_wire(self) -> Mapping[str, Field]:
        return {f.wire: f for f in self.fields}

    @cached_property
    def tables(self) -> Mapping[str, Lines]:
        return {t.wire: t for t in self.lines}

    @cached_property
    def by_operation(self) -> Mapping[str, Operation]:
        return {o.kind: o for o in self.operations}

    def all_tables(self) -> Iterator[tuple[tuple[str, ...], Lines]]:
        """Every line table with its path of wire names, nested ones after their parents."""
        yield from _walk((), self.lines)

    def every_field(self) -> Iterator[Field]:
        """The fields of the record itself, then those of all its line tables."""
        yield from self.fields
        for _, table in self.all_tables():
            yield from table.fields


def _walk(path: tuple[str, ...], tables: tuple[Lines, ...]) -> Iterator[tuple[tuple[str, ...], Lines]]:
    for table in tables:
        here = (*path, table.wire)
        yield here, table
        yield from _walk(here, table.lines)


@dataclass(frozen=True)
class Statement:
    """A rule in words, and how it is known."""

    doc: str
    evidence: Evidence


@dataclass(frozen=True)
class Workflow:
    """A task over several calls. `kind` names what the runtimes implement; `args` are its facts."""

    id: str
    name: Name
    title: str
    doc: str
    kind: Literal["transfer", "settle", "recipe"]
    objects: tuple[str, ...]
    steps: tuple[str, ...]
    args: Mapping[str, Json]
    examples: tuple[Example, ...]
    evidence: Evidence
    rules: tuple[Statement, ...] = ()
    notes: tuple[str, ...] = ()


# --- the service ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One value of a reading, and what it means."""

    value: str
    doc: str
    evidence: Evidence


@dataclass(frozen=True)
class Reading:
    """A point where the evidence is silent or contradictory: the possible behaviours of the real server."""

    id: str
    title: str
    doc: str
    default: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Master:
    """A record that codes refer to, or another endpoint, known by its path only."""

    id: str
    title: str
    path: str
    key: str | None
    operations: tuple[str, ...]
    evidence: Evidence
    doc: str = ""


@dataclass(frozen=True)
class Source:
    """What a source tag stands for."""

    tag: str
    grade: Grade
    doc: str


@dataclass(frozen=True)
class Scope:
    """A pair of SigV4 region and service."""

    id: str
    region: str
    service: str
    doc: str
    evidence: Evidence


@dataclass(frozen=True)
class ErrorForm:
    """An error as seen: `kind` is what clients raise; `status` 0 is any; `pattern` finds it in the message."""

    kind: str
    status: int
    pattern: str
    message: str
    doc: str
    evidence: Evidence


@dataclass(frozen=True)
class Api:
    """Everything the specs say."""

    version: str
    title: str
    doc: str
    base_url: str
    scopes: tuple[Scope, ...]  # the first is the default
    page_size: int
    sources: tuple[Source, ...]
    masters: tuple[Master, ...]
    readings: tuple[Reading, ...]
    errors: tuple[ErrorForm, ...]
    facts: Mapping[str, Json]  # the rest of api.yaml, as written: hosts, headers, limits, product rules
    objects: tuple[Object, ...]
    workflows: tuple[Workflow, ...]
    demo: Mapping[str, Json] = field(default_factory=dict)  # seed records of the sandbox

    @cached_property
    def by_id(self) -> Mapping[str, Object]:
        return {o.id: o for o in self.objects}

    def object(self, id: str) -> Object:
        return self.by_id[id]
