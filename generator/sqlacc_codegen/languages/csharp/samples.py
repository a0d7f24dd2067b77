"""Recipes of the spec -> the sample files that the example programs read, so that both always fit."""

from __future__ import annotations

import csv
import io

from ...files import Files
from ...ir import Api


def samples(api: Api) -> Files:
    """One CSV file for each recipe that carries sample rows."""
    files: Files = {}
    for workflow in api.workflows:
        if workflow.kind == "recipe" and workflow.args.get("sample"):
            text = io.StringIO()
            writer = csv.DictWriter(text, list(workflow.args["columns"]), lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(workflow.args["sample"])
            files[f"examples/data/{workflow.id}.csv"] = text.getvalue()
    return files
