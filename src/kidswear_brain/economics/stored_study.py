"""A sensitivity study that stands beside a run: read without the libraries that made it."""

import json
from pathlib import Path
from typing import Any


def stored_study(folder: Path, digest: str) -> dict[str, Any] | None:
    """Find a sensitivity study of the scenario of this hash among the folders of a folder.

    The one with most draws is taken, None where there is none.
    """
    studies = []
    for file in sorted(folder.glob("*/sensitivity.json")):
        try:
            study = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # somebody else's file, or one being replaced
        if isinstance(study, dict) and study.get("hash") == digest:
            studies.append(study)
    return max(studies, key=lambda study: int(study["draws"]), default=None)
