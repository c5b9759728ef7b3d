"""The commands `kidswear trace record` and `trace verify`: golden traces of small scenarios."""

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kidswear_brain.cli_options import Debug, Seed
from kidswear_brain.errors import RunError

DIFFERS = 1
_FIRST = "# kidswear trace "


class Arm(StrEnum):
    """With the brain or without."""

    baseline = "baseline"
    brain = "brain"


def record(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="YAML or kidswear:NAME.")],
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    seed: Seed = None,
    arm: Annotated[Arm, typer.Option(help="Which arm.")] = Arm.brain,
    force: Annotated[bool, typer.Option("--force", help="Replace a trace in the way.")] = False,
    debug: Debug = False,
) -> None:
    """Write down what happens in a small scenario, in time order, a line each."""
    from kidswear_brain.results.trace import trace
    from kidswear_brain.scenario import load_scenario, scenario_hash

    if file.exists() and not (force and _is_trace(file)):
        raise RunError(f"{file}: exists already; give another name, or --force to replace a trace")
    loaded = load_scenario(scenario)
    chosen = loaded.experiment.seed if seed is None else seed
    lines = trace(loaded, chosen, arm.value)
    head = {
        "scenario": _from(file, scenario), "seed": chosen, "arm": arm.value,
        "hash": scenario_hash(loaded),
    }  # fmt: skip
    text = "\n".join([_FIRST + json.dumps(head), *lines]) + "\n"
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(f"{file}: cannot be written: {error.strerror}") from error
    typer.echo(f"{file}: {len(lines):,} happenings")


def verify(
    file: Annotated[Path, typer.Argument(help="A trace written by `trace record`.")],
    debug: Debug = False,
) -> None:
    """Simulate anew and show the first difference to a trace; exit 1 if there is one."""
    from kidswear_brain.results.trace import first_difference, trace
    from kidswear_brain.scenario import load_scenario, scenario_hash

    head, then = _read(file)
    loaded = load_scenario(_towards(file, head["scenario"]))
    difference = first_difference(then, trace(loaded, head["seed"], head["arm"]))
    changed = scenario_hash(loaded) != head["hash"]
    if difference is not None:
        typer.echo(f"{file}: {difference}")
        if changed:
            typer.echo(f"{head['scenario']} or the keys a scenario has are not as they were then")
        raise typer.Exit(DIFFERS)
    also = ", under a scenario that has changed" if changed else ""
    typer.echo(f"{file}: the same {len(then):,} happenings{also}")


def _is_trace(file: Path) -> bool:
    try:
        return file.read_text(encoding="utf-8").startswith(_FIRST)
    except (OSError, UnicodeDecodeError):
        return False


def _read(file: Path) -> tuple[dict[str, Any], list[str]]:
    """Return what a trace says of itself, and its happenings."""
    try:
        first, *lines = file.read_text(encoding="utf-8").splitlines() or [""]
        head = json.loads(first.removeprefix(_FIRST)) if first.startswith(_FIRST) else {}
    except OSError as error:
        raise RunError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError:
        head, lines = {}, []
    kinds = {"scenario": str, "seed": int, "arm": str, "hash": str}
    if not all(isinstance(head.get(key), kind) for key, kind in kinds.items()):
        raise RunError(
            f"{file}:1: found no head of a trace, allowed files written by kidswear trace record, "
            "record it anew"
        )
    return head, lines


def _from(file: Path, scenario: str) -> str:
    """Name a scenario file as seen from the folder of the trace, so that both may move."""
    if scenario.startswith("kidswear:"):
        return scenario
    return Path(os.path.relpath(scenario, file.parent)).as_posix()


def _towards(file: Path, scenario: str) -> str:
    return scenario if scenario.startswith("kidswear:") else str(file.parent / scenario)
