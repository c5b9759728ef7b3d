"""Two runs side by side: which inputs differ, which code, and by how much each measure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Floats, Ints
from kidswear_brain.experiment.comparison import Estimate, estimate, simultaneous, unpaired
from kidswear_brain.experiment.stored import StoredRun
from kidswear_brain.scenario import Difference, differences

SIDES = ("baseline", "brain", "gain")
"""What is set side by side: either arm, and what the brain adds (brain - baseline)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of one side in two runs."""

    first: Estimate
    second: Estimate
    difference: Estimate
    """second - first; nan where either could not be measured."""
    differs: bool
    """Whether any replication has another value."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a second run differs from a first."""

    inputs: tuple[Difference, ...]
    code: tuple[Difference, ...]
    """Versions of the package, of its sources, of Python and of libraries, where they differ."""
    common: int
    """Replications with the same seed: over these alone differences are paired; 0: not paired."""
    changes: Mapping[str, Mapping[str, Change]]
    """Side -> measure -> change, for the measures both runs have."""


def contrast(first: StoredRun, second: StoredRun, among: int = 1) -> Contrast:
    """Set two runs side by side, as one of so many comparisons.

    The intervals of the differences are widened so that those of one measure hold together in all
    comparisons with 95 % (`simultaneous`).

    Replications with the same seed live through the same random draws, so where there are any,
    only they are compared, in pairs. Otherwise all replications of both are, as independent
    samples (Welch's interval).
    """
    one, two = _common(first.seeds, second.seeds)
    paired = len(one) > 0
    if not paired:
        one, two = np.arange(len(first.seeds)), np.arange(len(second.seeds))
    return Contrast(
        differences(first.scenario, second.scenario),
        _code(first, second),
        len(one) if paired else 0,
        {
            side: _changes(
                _side(first, side, one), _side(second, side, two), paired, simultaneous(among)
            )
            for side in SIDES
        },
    )


def _common(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[Ints, Ints]:
    """Places of the seeds both have, in the order of the first."""
    places = [(k, second.index(seed)) for k, seed in enumerate(first) if seed in second]
    both = np.array(places, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _side(run: StoredRun, side: str, which: Ints) -> dict[str, Floats]:
    measures = run.comparison.measures
    if side != "gain":
        return {name: values[which] for name, values in measures[side].items()}
    baseline = measures["baseline"]
    return {name: (v - baseline[name])[which] for name, v in measures["brain"].items()}


def _changes(
    first: Mapping[str, Floats], second: Mapping[str, Floats], paired: bool, confidence: float
) -> dict[str, Change]:
    changes = {}
    for name in first:
        if name in second:
            one, two = first[name], second[name]
            if paired:
                difference = estimate(two - one, confidence)
            else:
                difference = unpaired(one, two, confidence)
            differs = not (paired and np.array_equal(one, two, equal_nan=True))
            changes[name] = Change(estimate(one), estimate(two), difference, differs)
    return changes


def _code(first: StoredRun, second: StoredRun) -> tuple[Difference, ...]:
    one, two = _versions(first), _versions(second)
    return tuple(
        Difference(key, one.get(key, "-"), two.get(key, "-"))
        for key in dict.fromkeys([*one, *two])
        if one.get(key) != two.get(key)
    )


def _versions(run: StoredRun) -> dict[str, str]:
    manifest = run.manifest
    own = {"kidswear-brain": manifest["version"], "sources": manifest["code"][:8]}
    return {**own, "python": manifest["python"], **manifest["libraries"]}
