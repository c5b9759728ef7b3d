"""Which service earns how much: every set of services switched on, on the same random worlds.

All coalitions of the services that a scenario enables are simulated under common random numbers;
the empty one is the baseline arm. In each replication the services play a game for every measure,
whose Shapley shares sum to what the brain changes. Intervals are over replications.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.errors import RunError, SolverError
from kidswear_brain.experiment.comparison import Estimate, estimate
from kidswear_brain.experiment.pool import Progress
from kidswear_brain.experiment.seeds import replication_seed
from kidswear_brain.experiment.shapley import shapley_interactions, shapley_shares
from kidswear_brain.experiment.work import Task, compute, failures
from kidswear_brain.scenario import Scenario

SERVICES = ("manufacturing", "procurement", "design", "recruitment", "finance")
"""The players, in the order of their bits."""
RELATIVE = ("utilization", "procurement_cost_index", "pieces_per_worker_day", "unit_cost")
"""Measures of which the relative change, value / baseline - 1, is shared out too."""


@dataclass(frozen=True, slots=True)
class Game:
    """One measure shared out among the services, in points or relative to the baseline."""

    measure: str
    relative: bool
    total: Estimate
    """What all services change together; the shares sum to it."""
    share: dict[str, Estimate]
    """By service, its Shapley share."""
    alone: dict[str, Estimate]
    """By service, what it changes as the only one."""
    last: dict[str, Estimate]
    """By service, what is lost if it alone is switched off."""
    interaction: dict[tuple[str, str], Estimate]
    """By pair, what two change together beyond what each does by itself."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Every measure shared out."""

    services: tuple[str, ...]
    """The players: services the scenario enables."""
    seed: int
    replications: int
    values: pl.DataFrame
    """coalition (names joined by +, empty: the baseline), replication, measure, value."""
    games: tuple[Game, ...]
    """In the order of the measures; only of measures that every coalition has in every world."""

    def game(self, measure: str, relative: bool = False) -> Game:
        """Find the game of a measure.

        Raises
        ------
        RunError
            If there is none.
        """
        for game in self.games:
            if (game.measure, game.relative) == (measure, relative):
                return game
        raise RunError(f"measure: found {measure!r}, which cannot be shared out")


@dataclass(frozen=True, slots=True)
class AttributionRequest:
    """What is attributed, over which worlds."""

    scenario: Scenario
    replications: int
    seed: int
    workers: int = 1


def attribute(
    request: AttributionRequest,
    store: Path,
    progress: Progress = lambda finished, total: None,
) -> Attribution:
    """Simulate every coalition of the enabled services and share their work out.

    Parameters
    ----------
    request : AttributionRequest
        Scenario and worlds: replication r has the seed ``replication_seed(seed, r)``, as in `run`.
    store : Path
        Where finished arms are kept; what it holds already is not simulated again.
    progress : callable
        Told how many arms are finished, and how many there are.

    Raises
    ------
    RunError
        If no service is enabled, or a number is out of range.
    SolverError
        If an arm could not be simulated; nothing is shared out then.
    WorkerError
        If a worker process dies; finished arms stay in the store.
    """
    scenario = request.scenario
    players = tuple(s for s in SERVICES if getattr(scenario.services, s).enabled)
    if not players:
        raise RunError("services: found all switched off, allowed at least one enabled")
    if request.replications < 1 or request.workers < 1:
        raise RunError("replications, workers: allowed 1 or more")
    seeds = [replication_seed(request.seed, r) for r in range(1, request.replications + 1)]
    tasks = [
        Task(coalition_scenario(scenario, players, c), seed, "brain" if c else "baseline")
        for seed in seeds  # world by world, so that an interrupted attribution has whole ones
        for c in range(2 ** len(players))
    ]
    found = compute(tasks, store, workers=request.workers, progress=progress)
    keys = [task.key() for task in tasks]
    _check_complete(found, keys, store)
    measures, table = _table(found, keys, len(seeds))
    return Attribution(
        players,
        request.seed,
        request.replications,
        _values(players, measures, table),
        tuple(_games(players, measures, table)),
    )


def coalition_scenario(scenario: Scenario, players: Sequence[str], coalition: int) -> Scenario:
    """Leave only the services of a coalition on; bit p stands for player p."""
    services = {
        name: getattr(scenario.services, name).model_copy(
            update={"enabled": name in players and bool(coalition >> players.index(name) & 1)}
        )
        for name in SERVICES
    }
    return scenario.model_copy(update={"services": scenario.services.model_copy(update=services)})


def coalition_name(players: Sequence[str], coalition: int) -> str:
    """Name a coalition by its members, joined by +; the baseline has none."""
    return "+".join(name for p, name in enumerate(players) if coalition >> p & 1)


def _check_complete(found: pl.DataFrame, keys: list[str], store: Path) -> None:
    missing = set(keys) - set(found["key"].unique())
    if missing:
        errors = failures(store).filter(pl.col("key").is_in(missing))["error"]
        raise SolverError(
            f"{len(missing)} of {len(keys)} arms could not be simulated, so that nothing can be "
            f"shared out; the first said: {errors[0] if len(errors) else 'nothing'}"
        )


def _table(found: pl.DataFrame, keys: list[str], worlds: int) -> tuple[list[str], Floats]:
    """Return measures (m,) and their values (coalitions, worlds, m); nan where there is none."""
    measures = found["measure"].unique(maintain_order=True).to_list()
    wide = found.pivot("measure", index="key", values="value")
    ordered = pl.DataFrame({"key": keys}).join(wide, on="key", how="left", maintain_order="left")
    values = ordered.select(measures).fill_null(float("nan")).to_numpy()
    return measures, values.reshape(worlds, -1, len(measures)).swapaxes(0, 1)


def _values(players: Sequence[str], measures: list[str], table: Floats) -> pl.DataFrame:
    coalitions, worlds, _ = table.shape
    names = [coalition_name(players, c) for c in range(coalitions)]
    return pl.DataFrame(
        {
            "coalition": np.repeat(names, worlds * len(measures)),
            "replication": np.tile(np.repeat(np.arange(1, worlds + 1), len(measures)), coalitions),
            "measure": np.tile(measures, coalitions * worlds),
            "value": table.ravel(),
        }
    )


def _games(players: Sequence[str], measures: list[str], table: Floats) -> list[Game]:
    games = []
    for m, measure in enumerate(measures):
        values = table[:, :, m]
        if not np.isfinite(values).all():
            continue
        games.append(_game(players, measure, False, values))
        if measure in RELATIVE and (values[0] > 0).all():
            games.append(_game(players, measure, True, values / values[0] - 1))
    return games


def _game(players: Sequence[str], measure: str, relative: bool, values: Floats) -> Game:
    """Share one measure out; values (coalitions, worlds)."""
    shares, pairs = shapley_shares(values), shapley_interactions(values)
    everybody = values.shape[0] - 1
    by_player = partial(_by_player, players)
    return Game(
        measure=measure,
        relative=relative,
        total=estimate(values[-1] - values[0]),
        share=by_player([shares[p] for p in range(len(players))]),
        alone=by_player([values[1 << p] - values[0] for p in range(len(players))]),
        last=by_player([values[-1] - values[everybody ^ 1 << p] for p in range(len(players))]),
        interaction={
            (one, other): estimate(pairs[i, j])
            for i, one in enumerate(players)
            for j, other in enumerate(players)
            if i < j
        },
    )


def _by_player(players: Sequence[str], values: list[Floats]) -> dict[str, Estimate]:
    return {name: estimate(one) for name, one in zip(players, values, strict=True)}


def share_table(found: Attribution) -> pl.DataFrame:
    """Lay the shares out: one row a measure, kind and service, and one for the total.

    Columns: measure, relative, service (``total`` for all), part (``share``, ``alone``, ``last``),
    mean, low, high, n.
    """
    rows = [
        (g.measure, g.relative, service, part, *_plain(one))
        for g in found.games
        for part, ones in (
            ("share", {**g.share, "total": g.total}),
            ("alone", g.alone),
            ("last", g.last),
        )
        for service, one in ones.items()
    ]
    names = ("measure", "relative", "service", "part", "mean", "low", "high", "n")
    return pl.DataFrame(rows, schema=_schema(names), orient="row")


def interaction_table(found: Attribution) -> pl.DataFrame:
    """Lay the interactions out: one row a measure, kind and pair: mean, low, high, n."""
    rows = [
        (g.measure, g.relative, one, other, *_plain(value))
        for g in found.games
        for (one, other), value in g.interaction.items()
    ]
    names = ("measure", "relative", "service", "other", "mean", "low", "high", "n")
    return pl.DataFrame(rows, schema=_schema(names), orient="row")


def _plain(one: Estimate) -> tuple[float, float | None, float | None, int]:
    return one.mean, one.low, one.high, one.n


def _schema(names: Sequence[str]) -> dict[str, pl.DataType]:
    kinds = {"relative": pl.Boolean(), "n": pl.Int64()}
    numbers = dict.fromkeys(("mean", "low", "high"), pl.Float64())
    return {name: kinds.get(name) or numbers.get(name) or pl.String() for name in names}
