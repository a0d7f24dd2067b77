"""Recipes of the specs -> the sample files that example programs read, so that both always fit."""

from __future__ import annotations

import csv
import io

from .files import Files
from .ir import Api


def recipe_samples(api: Api, folder: str) -> Files:
    """`<folder>/<recipe>.csv` for each recipe: a line of column names, then the sample rows."""
    files: Files = {}
    for workflow in api.workflows:
        if workflow.kind == "recipe" and workflow.args.get("sample"):
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, list(workflow.args["columns"]), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(workflow.args["sample"])
            files[f"{folder}/{workflow.id}.csv"] = text.getvalue()
    return files
