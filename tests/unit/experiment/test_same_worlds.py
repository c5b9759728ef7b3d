"""Replication r of compare(seed) is simulate(seed=replication_seed(seed, r)) in both arms."""

import numpy as np

import kidswear_brain as kb
from kidswear_brain.results.schema import TABLE_NAMES


def test_compare_lives_through_the_worlds_of_simulate():
    tiny = kb.load_scenario("kidswear:tiny")
    pair = kb.compare(tiny, replications=2, seed=3, workers=1)
    for arm in ("baseline", "brain"):
        alone = kb.simulate(tiny, seed=kb.replication_seed(3, 2), arm=arm)
        assert alone.arm == arm
        together = [values[1] for values in pair.measures[arm].values()]
        np.testing.assert_array_equal(list(alone.measures.values()), together)
        assert list(alone.measures) == list(pair.measures[arm])
        assert alone.table("measures")["measure"].to_list() == list(alone.measures)
        assert all(alone.table(name) is not None for name in TABLE_NAMES)


def test_all_services_off_is_the_baseline_in_every_table():
    services = ("manufacturing", "procurement", "design", "recruitment", "finance")
    off = {f"services.{name}.enabled": False for name in services}
    tiny = kb.load_scenario("kidswear:tiny", off)
    baseline, brain = (kb.simulate(tiny, seed=5, arm=arm) for arm in ("baseline", "brain"))
    for name in TABLE_NAMES:
        assert baseline.table(name).equals(brain.table(name)), name
    assert baseline.table("orders").height > 100
