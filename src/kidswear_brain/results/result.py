"""One arm of one replication, simulated: its measures and its tables."""

from dataclasses import dataclass, field

import polars as pl

from kidswear_brain.cluster.columns import Cluster
from kidswear_brain.errors import RunError
from kidswear_brain.results.measures import measure
from kidswear_brain.results.tables import build_table
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.simulation.rows import Rows
from kidswear_brain.simulation.run import ARMS, simulate_arm


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What one arm of one replication came to."""

    arm: str
    seed: int
    measures: dict[str, float]
    """Every measure by name, in the order of the measures reference; nan = nothing to measure."""
    _rows: Rows = field(repr=False)

    def table(self, name: str) -> pl.DataFrame:
        """Build a table of a run directory, without the columns arm and replication.

        Parameters
        ----------
        name : str
            ``measures``, ``orders``, ``lots``, ``line_minutes``, ``allocations``, ``prices``,
            ``purchases``, ``materials``, ``payments`` or ``refusals``; every one exists, possibly
            empty.

        Raises
        ------
        KeyError
            If there is no such table.
        """
        return build_table(self._rows, name)


def simulate(
    scenario: Scenario, seed: int = 1, arm: str = "brain", *, cluster: Cluster | None = None
) -> SimulationResult:
    """Simulate one arm of one random world.

    Parameters
    ----------
    scenario : Scenario
        Everything the run depends on besides its seed.
    seed : int
        Chooses the random world; both arms of a seed share it.
    arm : {"brain", "baseline"}
        With the services the scenario enables, or without any.
    cluster : Cluster, optional
        The world of this scenario and seed where it is built already.

    Raises
    ------
    RunError
        If there is no such arm.
    """
    if arm not in ARMS:
        raise RunError(f"arm: found {arm!r}, allowed {' or '.join(ARMS)}")
    rows = simulate_arm(scenario, seed, arm, cluster)
    return SimulationResult(arm, seed, measure(rows), rows)
