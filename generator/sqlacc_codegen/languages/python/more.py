"""Api -> files that no template can make: models, the facts that the runtime reads, sample data of the examples."""

from __future__ import annotations

import json

from ...files import Files
from ...ir import Api
from ...language import Language
from ...samples import recipe_samples
from ...shape import shape
from .models import model_files


def more_files(api: Api, language: Language) -> Files:
    """Every such file, by its path below generated/python."""
    files = model_files(api, language)
    for object in api.objects:
        path = f"sqlacc_client/_shapes/{object.id}.json"
        files[path] = json.dumps(shape(object), ensure_ascii=True, indent=1) + "\n"
    for workflow in api.workflows:
        if workflow.kind in ("transfer", "settle"):
            facts = shape(workflow)["args"]
            files[f"sqlacc_client/_shapes/{workflow.id}.workflow.json"] = json.dumps(facts, indent=1) + "\n"
    return files | recipe_samples(api, "examples")
