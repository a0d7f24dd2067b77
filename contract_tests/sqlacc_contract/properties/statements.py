"""What has to hold of every server and client, by number; suites say which of these they try."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """One property. `needs`: operations without which it cannot be tried."""

    id: str
    text: str
    needs: tuple[str, ...] = ()


STATEMENTS = (
    Statement("P1", "an answer has the names and types of the spec", ("get",)),
    Statement("P2", "a record that fits the spec is accepted", ("create",)),
    Statement("P3", "a create answers what was sent", ("create",)),
    Statement("P4", "a record read is the record that was created", ("create", "get")),
    Statement("P5", "a PDF has its type, its first bytes and its end", ("pdf",)),
    Statement("P6", "an update with a fresh counter is accepted", ("get", "update")),
    Statement("P7", "an update answers what was sent, rows in order and with their keys", ("get", "update")),
    Statement("P8", "an update raises the counter", ("get", "update")),
    Statement("P9", "a record read is the record that an update answered", ("get", "update")),
    Statement("P10", "a stale update is refused and changes nothing", ("get", "update")),
    Statement("P11", "a value of a wrong type or size is refused and changes nothing", ("create", "list")),
    Statement("P12", "without credentials, or with wrong ones, nothing is answered", ("list",)),
    Statement("P13", "a record that nothing refers to can be deleted; a referenced one cannot", ("create", "delete")),
    Statement(
        "P14", "a deleted record is gone: from get, from lists, for a second delete", ("create", "delete", "get")
    ),
    Statement("P15", "a page has at most 50 rows, and no more than were asked for", ("list",)),
    Statement("P16", "no row comes twice", ("list",)),
    Statement("P17", "no row is missed, and the order of rows does not change", ("list",)),
    Statement("P18", "a line's amount is quantity times price less discount, its tax is worked out of it", ("get",)),
    Statement("P19", "a document's total is the sum of its lines and their taxes", ("get",)),
    Statement("P20", "a text comes back as it was sent, of any characters, up to the largest size", ("create", "get")),
    Statement("P21", "a date comes back as the same day", ("create", "get")),
    Statement("P22", "a create that is refused leaves nothing behind", ("create", "list")),
    Statement("P23", "a row key of another record never changes that record", ("create", "get", "update")),
    Statement("P24", "the same call gives the same target and the same body in every language", ("create",)),
    Statement("P25", "attempts and waits follow the retry policy, and nothing is booked twice", ("list",)),
    Statement("P26", "each recorded interaction fits the spec"),
    Statement("P27", "the debits of a stored journal are its credits; others are refused", ("create", "get")),
    Statement("P28", "what is outstanding and what was knocked off add up to the total, never more", ("create", "get")),
    Statement("P29", "quantities transferred never exceed the order's", ("create", "get")),
    Statement("P30", "what a create leaves out is filled in from its party, its items and the defaults", ("create",)),
    Statement("P31", "documents move stock, orders do not; what goes or is void has moved nothing", ("create", "get")),
    Statement("P32", "a filter gives the rows that have the value, all of them and no others", ("list",)),
    Statement("P33", "parties get new documents as their status allows", ("create", "list")),
)
BY_ID = {statement.id: statement for statement in STATEMENTS}
