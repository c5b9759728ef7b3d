"""Hold the twin's event list against the product's.

As a program, ``python -m twin.comparison WORLD...``, it does so with the kernels interpreted, so
that a spoiled copy of the package need not be compiled, and says ``different`` or ``equal``.
"""

import importlib
import os
import sys

import numpy as np

HALF_MINUTE = 0.5 + 1e-4
"""A rounded time lies within half a minute of the exact one, but for sums in another order."""


def lots_and_losses(scenario, seed, build=None):
    """Raise AssertionError unless both builds leave the same; return how many lots and losses.

    The other build is the twin, or what `build` makes of scenario and cluster.
    """
    from kidswear_brain.cluster.build import build_cluster
    from kidswear_brain.simulation.rows import REASONS
    from kidswear_brain.simulation.run import simulate_arm
    from twin.market import Twin

    cluster = build_cluster(scenario, seed)
    rows = simulate_arm(scenario, seed, "baseline", cluster)
    twin = (build or Twin)(scenario, cluster)
    lots = twin.run()
    found = np.array(
        [(lot.order, lot.line, lot.pieces, lot.accepted_min) for lot in lots], dtype=np.int64
    ).reshape(-1, 4)
    names = ("order", "line", "pieces", "accepted_min")
    expected = np.column_stack([getattr(rows.lots, name) for name in names])
    np.testing.assert_array_equal(expected, found, "lots accepted: " + ", ".join(names))
    for name in ("start_min", "completion_min"):
        _same_times(name, getattr(rows.lots, name), [getattr(lot, name) for lot in lots])
    o = rows.orders
    lost = {
        int(number): (int(o.lost_min[number]), REASONS[o.lost_cause[number]])
        for number in np.flatnonzero(o.lost_pieces > 0)
    }
    twins = {order.number: (int(order.lost_min), order.lost) for order in twin.lost}
    assert lost == twins, f"lost orders: {sorted(lost.items() ^ twins.items())}"
    return len(lots), len(lost)


def _same_times(name, theirs, exact):
    """Compare whole minutes of the product with the twin's exact times, None for never."""
    from kidswear_brain.simulation.rows import NEVER

    came = np.array([time is not None for time in exact], dtype=bool)
    np.testing.assert_array_equal(theirs != NEVER, came, f"{name}: came at all")
    mine = np.array([time for time in exact if time is not None], dtype=float)
    apart = np.abs(theirs[came] - mine)
    worst = int(np.argmax(apart)) if apart.size else 0
    assert apart.max(initial=0) <= HALF_MINUTE, (
        f"{name}: lot {np.flatnonzero(came)[worst]} at {theirs[came][worst]}, twin {mine[worst]}"
    )


def interpret_kernels():
    """Leave the kernels uncompiled; must come before any of them is imported."""
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    state = importlib.import_module("kidswear_brain.simulation.state")
    for name, kind in list(vars(state).items()):
        if isinstance(kind, np.dtype):
            # compiled code reads fields as attributes; NumPy does so of records only
            setattr(state, name, np.dtype((np.record, kind)))


def main(worlds):
    """Compare the worlds one after the other, up to the first difference."""
    interpret_kernels()
    from twin.worlds import small_world

    for number in worlds:
        try:
            lots_and_losses(small_world(number), number)
        except AssertionError as difference:
            sys.stdout.write(f"different\nworld {number}\n{difference}\n")
            return
    sys.stdout.write("equal\n")


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:]])
