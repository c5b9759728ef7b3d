"""Is a claim true? How likely over what is held possible, where, and under which definitions.

Every point of the parameter space is simulated without and with the brain in one random world of
its own; a statement holds at a point or it does not. The box in which it holds is sought where a
surrogate answers, and then held against the simulated points themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import beta

from kidswear_brain.cluster.columns import Bools, Floats
from kidswear_brain.economics.moments import Moment
from kidswear_brain.economics.points import points_table
from kidswear_brain.economics.prim import Box, find_box
from kidswear_brain.economics.priors import Axis
from kidswear_brain.economics.surrogate import LEAST_POINTS, fit_surrogate
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.errors import RunError, SolverError
from kidswear_brain.scenario.claims import DEFINITIONS, Claim, Reading, Statement

ASKED = 8192
"""Points the surrogate is asked at when a box is sought."""
QUANTILES = (0.05, 0.5, 0.95)
ALL = "all statements"


@dataclass(frozen=True, slots=True)
class Probability:
    """Share of the points at which something holds, with its 95 % interval."""

    share: float
    low: float
    high: float
    points: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How a statement fares under one definition of its measure and one reading."""

    measure: str
    reading: Reading
    quantiles: Floats
    """(3,) 5, 50, 95 % points of the change."""
    holds: Probability


@dataclass(frozen=True, slots=True)
class Region:
    """The box of parameters in which a statement, or all of them, holds."""

    name: str
    box: Box
    """In coordinates of the cube; its shares are those of the surrogate."""
    error: tuple[float, ...]
    """Cross-validated error of the surrogate of each change it rests on."""
    inside: int
    """Simulated points inside the box."""
    holding: int
    """Of these, those at which it holds."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found over the points."""

    claim: Claim
    cube: tuple[Axis, ...]
    points: Floats
    """(n, d)"""
    changes: Floats
    """(n, s): the change each statement speaks of; nan where a run failed."""
    probabilities: dict[str, Probability]
    """By statement, and of all together."""
    reaches: dict[str, tuple[Reach, ...]]
    """By statement: under every definition of its subject and either reading."""
    regions: tuple[Region, ...]
    """Empty where points are no draws from the priors, or too few."""
    failed: int
    errors: tuple[str, ...]

    def table(self) -> pl.DataFrame:
        """The points in the parameters' own units, with the change of each statement."""
        names = [statement.name for statement in self.claim.statements]
        return points_table(self.cube, self.points, self.changes, names)


def audited_moments(claim: Claim) -> tuple[Moment, ...]:
    """List what has to be simulated to audit a claim: both arms of every measure it may mean."""
    measures = dict.fromkeys([*(s.measure for s in claim.statements), *DEFINITIONS.values()])
    return tuple(
        Moment(f"{measure} {side}", measure, side, 0, 0, "check", "", "", "")
        for measure in measures
        for side in ("baseline", "brain")
    )


def audit(worlds: Worlds, claim: Claim, points: Floats, size: float, from_priors: bool) -> Audit:
    """Audit a claim over points.

    Parameters
    ----------
    worlds : Worlds
        Whose moments are those of `audited_moments`.
    points : (n, d) array
        Of the cube; each is simulated in a world of its own, so that chance is part of the answer.
    size : float
        Share of the cluster.
    from_priors : bool
        Whether the points fill the cube evenly, so that a box may be sought.

    Raises
    ------
    RunError, ScenarioError
        If the scenario or a number is wrong.
    SolverError
        If every run failed.
    """
    if not len(points):
        raise RunError("points: found none, allowed one or more")
    found = worlds.values(points, [[k + 1] for k in range(len(points))], size)
    values = np.array([rows[0] for rows in found])
    by_measure = {
        moment.measure: values[:, 2 * k : 2 * k + 2] for k, moment in enumerate(worlds.moments[::2])
    }
    known = np.isfinite(values).any(axis=1)
    if not known.any():
        raise SolverError("every run failed: " + "; ".join(worlds.errors()[:3]))
    changes = np.column_stack([_changes(s, by_measure[s.measure]) for s in claim.statements])
    holds = np.column_stack([_holds(s, by_measure[s.measure]) for s in claim.statements])
    probabilities = {s.name: _probability(holds[known, k]) for k, s in enumerate(claim.statements)}
    probabilities[ALL] = _probability(holds[known].all(axis=1))
    return Audit(
        claim,
        worlds.cube,
        points,
        changes,
        probabilities,
        {s.name: _reaches(s, by_measure, known) for s in claim.statements},
        _regions(claim, points[known], changes[known]) if from_priors else (),
        int((~known).sum()),
        tuple(worlds.errors()) if not known.all() else (),
    )


def _changes(statement: Statement, values: Floats) -> Floats:
    return np.array([statement.change(before, after) for before, after in values])


def _holds(statement: Statement, values: Floats) -> Bools:
    return np.array([statement.holds(before, after) for before, after in values])


def _probability(holds: Bools) -> Probability:
    """Share and its 95 % interval after Jeffreys, which is sound near 0 and 1 too."""
    n, k = len(holds), int(holds.sum())
    low = float(beta.ppf(0.025, k + 0.5, n - k + 0.5)) if k else 0.0
    high = float(beta.ppf(0.975, k + 0.5, n - k + 0.5)) if k < n else 1.0
    return Probability(k / n, low, high, n)


def _reaches(
    statement: Statement, by_measure: dict[str, Floats], known: Bools
) -> tuple[Reach, ...]:
    """Hold the statement's bounds against every definition of its subject, in both readings."""
    reaches = []
    for measure in dict.fromkeys([statement.measure, *DEFINITIONS.values()]):
        for reading in ("relative", "points"):
            bounds = (statement.at_least, statement.at_most)
            other = Statement(statement.name, measure, reading, *bounds)
            if other.subject == statement.subject:
                values = by_measure[measure][known]
                changes = _changes(other, values)
                seen = changes[np.isfinite(changes)]
                quantiles = np.quantile(seen, QUANTILES) if len(seen) else np.full(3, np.nan)
                holds = _probability(_holds(other, values))
                reaches.append(Reach(measure, reading, quantiles, holds))
    return tuple(reaches)


def _regions(claim: Claim, points: Floats, changes: Floats) -> tuple[Region, ...]:
    """Seek a box for each statement, and one for all of them where there are several."""
    if np.isfinite(changes).sum(axis=0).min() < LEAST_POINTS:
        return ()
    surrogate = fit_surrogate(points, changes, [s.name for s in claim.statements])
    asked = np.random.default_rng(1).random((ASKED, points.shape[1]))
    answered = _within(claim.statements, surrogate(asked))
    simulated = _within(claim.statements, changes)
    subjects = [(s.name, [k]) for k, s in enumerate(claim.statements)]
    if len(subjects) > 1:
        subjects.append((ALL, list(range(len(subjects)))))
    regions = []
    for name, columns in subjects:
        box = find_box(asked, np.asarray(answered[:, columns].all(axis=1)))
        inside = box.inside(points)
        holding = int((inside & simulated[:, columns].all(axis=1)).sum())
        error = tuple(float(surrogate.error[k]) for k in columns)
        regions.append(Region(name, box, error, int(inside.sum()), holding))
    return tuple(regions)


def _within(statements: Sequence[Statement], changes: Floats) -> Bools:
    low = np.array([s.at_least for s in statements])
    high = np.array([s.at_most for s in statements])
    return np.asarray((changes >= low) & (changes <= high))
