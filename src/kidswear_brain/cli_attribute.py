"""The command `kidswear attribute`: Shapley shares of the five services in every measure."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import (
    STORE,
    AsJson,
    Debug,
    Lang,
    Language,
    Overrides,
    Replications,
    ScenarioPath,
    Seed,
    Store,
    Workers,
)
from kidswear_brain.cli_running import cores, kept_when_stopped, load_set, stem_of
from kidswear_brain.cli_tables import screen, sheet, spread

if TYPE_CHECKING:
    from kidswear_brain.experiment.attribution import Attribution, AttributionRequest, Game

SHOWN: tuple[tuple[str, bool, float, int], ...] = (
    ("utilization", False, 100, 1),
    ("utilization", True, 100, 1),
    ("procurement_cost_index", True, 100, 1),
    ("fill_rate", False, 100, 1),
    ("lost_share", False, 100, 1),
    ("lead_time_days", False, 1, 2),
    ("pieces_per_worker_day", True, 100, 1),
    ("unit_cost", True, 100, 1),
    ("gini_utilization", False, 1, 3),
)
"""Measures on screen: whether relative, what they are multiplied by, and their decimals."""


def attribute(  # noqa: PLR0913 - one parameter an option
    scenario: ScenarioPath,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/attribute-NAME-HASH8.")
    ] = None,
    store: Store = STORE,
    overrides: Overrides = None,
    lang: Lang = Language.en,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Say which service earns how much: all sets of services, on the same random worlds.

    The same command goes on where an interrupted one stopped; a higher -n adds worlds.
    """
    from kidswear_brain.experiment.attribution import (
        AttributionRequest,
        interaction_table,
        share_table,
    )
    from kidswear_brain.results.outcome import outcome_of, write_outcome
    from kidswear_brain.scenario import scenario_hash, scenario_warnings

    loaded = load_set(scenario, overrides)
    for warning in scenario_warnings(loaded):
        typer.echo(f"warning: {warning}", err=True)
    request = AttributionRequest(
        loaded,
        replications or loaded.experiment.replications,
        loaded.experiment.seed if seed is None else seed,
        workers or cores(),
    )
    stem = stem_of(scenario)
    question = (scenario_hash(loaded), request.seed)
    outcome = outcome_of(out, f"attribute-{stem}", "attribution", question)
    found = _watched(request, store)
    document = _document(request, found, outcome.folder)
    tables = {
        "values": found.values,
        "shares": share_table(found),
        "interactions": interaction_table(found),
    }
    write_outcome(outcome, tables, document)
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(request, found, outcome.folder, lang.value)


def _watched(request: "AttributionRequest", store: Path) -> "Attribution":
    """Attribute with a bar; an interrupt keeps what is finished."""
    from rich.console import Console

    from kidswear_brain.cli_screen import progress_bar
    from kidswear_brain.experiment.attribution import attribute as attributed

    kept = f"finished work is kept in {store}; the same command goes on"
    bar = progress_bar(Console(stderr=True), "arms")
    with kept_when_stopped(store, kept), bar as progress:
        return attributed(request, store, progress)


def _document(request: "AttributionRequest", found: "Attribution", folder: Path) -> dict[str, Any]:
    from kidswear_brain.scenario import scenario_hash

    return {
        "title": request.scenario.title,
        "hash": scenario_hash(request.scenario),
        "seed": found.seed,
        "replications": found.replications,
        "services": list(found.services),
        "directory": str(folder),
        "games": [_plain_game(game) for game in found.games],
    }


def _plain_game(game: "Game") -> dict[str, Any]:
    from kidswear_brain.experiment.summary import plain_estimate

    return {
        "measure": game.measure,
        "relative": game.relative,
        "total": plain_estimate(game.total),
        **{
            part: {name: plain_estimate(one) for name, one in getattr(game, part).items()}
            for part in ("share", "alone", "last")
        },
        "interaction": [
            {"services": list(pair), **plain_estimate(one)}
            for pair, one in game.interaction.items()
        ],
    }


def _show(request: "AttributionRequest", found: "Attribution", folder: Path, language: str) -> None:
    from kidswear_brain.results.labels import label

    def word(key: str) -> str:
        return label(key, language)

    console = screen()
    console.print(request.scenario.title, style="bold", markup=False)
    facts = (
        f"{2 ** len(found.services)} {word('sets')}",
        f"{word('replications')} {found.replications}",
        f"{word('seed')} {found.seed}",
    )
    console.print(", ".join(facts))
    games = {(g.measure, g.relative): g for g in found.games}
    shown = [(games[m, r], factor, digits) for m, r, factor, digits in SHOWN if (m, r) in games]
    for first in range(0, len(shown), 3):
        console.print(_share_table(found.services, shown[first : first + 3], word))
    if ("utilization", False) in games and len(found.services) > 1:
        console.print(_pair_table(found.services, games["utilization", False], word))
    said = f"{word('attribution_note')}\n{word('written_to')} {folder}"
    console.print(said, markup=False, soft_wrap=True)


def _share_table(
    services: tuple[str, ...], shown: "list[tuple[Game, float, int]]", word: Callable[[str], str]
) -> Any:
    table = sheet(word("share_in"))
    for game, _, _ in shown:
        heading = word(game.measure).strip()
        table.add_column(f"{heading}, %" if game.relative else heading, justify="right")
    for service in services:
        table.add_row(
            word(f"service_{service}"), *(spread(g.share[service], d, f, "+") for g, f, d in shown)
        )
        ends = [
            f"{g.alone[service].mean * f:+.{d}f} / {g.last[service].mean * f:+.{d}f}"
            for g, f, d in shown
        ]
        table.add_row(word("alone_last"), *ends, style="dim")
    table.add_section()
    table.add_row(word("total"), *(spread(g.total, d, f, "+") for g, f, d in shown))
    return table


def _pair_table(services: tuple[str, ...], game: "Game", word: Callable[[str], str]) -> Any:
    table = sheet(word("pairs"))
    for service in services[1:]:
        table.add_column(word(f"service_{service}"), justify="right")
    for k, one in enumerate(services[:-1]):
        cells = [
            spread(game.interaction[one, other], 1, 100, "+") if place > k else ""
            for place, other in enumerate(services)
        ]
        table.add_row(word(f"service_{one}"), *cells[1:])
    return table
