"""Arguments and options that several commands share: one name, one meaning, one help text."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

STORE = Path("runs/store")
"""Where finished work is kept unless another folder is named."""


class Language(StrEnum):
    """Languages of what is shown."""

    en = "en"
    zh = "zh"


ScenarioPath = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="YAML file, or kidswear:NAME for a shipped one.")
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a value; may be given repeatedly."),
]
Replications = Annotated[
    int | None,
    typer.Option("-n", "--replications", min=1, help="Random worlds; default: the scenario's."),
]
Seed = Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Default: the scenario's.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")]
Store = Annotated[
    Path, typer.Option(metavar="DIR", help="Where finished work is kept and looked up.")
]
Targets = Annotated[
    list[str] | None,
    typer.Option("--moment", metavar="NAME", help="What to meet; repeatable. Default: 3."),
]
Lang = Annotated[Language, typer.Option(help="Language of what is shown.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
