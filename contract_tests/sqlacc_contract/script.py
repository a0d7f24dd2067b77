"""The name of an operation and its arguments -> its conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .batch import create_many, ensure_many
from .conversation import Steps, Talk
from .tagged import Tagged
from .workflow import workflow_steps

BATCHES: dict[str, Callable[..., Steps[Tagged]]] = {"create_many": create_many, "ensure_many": ensure_many}


def steps(talk: Talk, op: str, args: Mapping[str, Tagged]) -> Steps[Tagged]:
    """The conversation of `sales_invoices.create` and its like."""
    resource, name = op.split(".")
    if resource == "client":
        return talk.ping() if name == "ping" else talk.raw(**args)
    if resource == "workflows":
        return workflow_steps(talk, next(w for w in talk.api.workflows if w.id == name), args)
    o = next(o for o in talk.api.objects if o.plural.snake() == resource)
    if name in BATCHES:
        return BATCHES[name](talk, o, **args)
    method: Callable[..., Steps[Tagged]] = getattr(talk, name)
    return method(o, **args)
