"""Two worlds of three firms, laid out by hand."""

import polars as pl
import pytest

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.firms_apart import groups, inequality, pair_firms
from kidswear_brain.experiment.waterfall import STEPS, waterfalls

SAME = {
    "firm_id": ["F1", "F2", "F3"],
    "region": ["zhili", "zhili", "henan"],
    "workers": [10, 30, 60],
    "size_class": ["under 20", "20 to 49", "50 and more"],
    "participates": [True, True, False],
    "capacity_min": [100.0, 200.0, 700.0],
}
GOOD = {
    ("baseline", 1): [50.0, 100.0, 350.0],
    ("brain", 1): [80.0, 101.0, 280.0],
    ("baseline", 2): [60.0, 100.0, 350.0],
    ("brain", 2): [80.0, 150.0, 349.0],
}
ZERO = ("wages_cny", "interest_cny", "owners_cny", "opening_cny", "owed_cny", "loan_cny")


@pytest.fixture
def run(tmp_path):
    firms, ledger = [], []
    for (arm, replication), good in GOOD.items():
        front = {"arm": [arm] * 3, "replication": [replication] * 3}
        money = {"earned_cny": good, "closing_cny": good} | {name: [0.0] * 3 for name in ZERO}
        firms.append(pl.DataFrame({**front, **SAME, "good_min": good, **money}))
        # all scheduled minutes are worth twice the capacity; a tenth of what is sewn is rejected
        for cause, worth in (
            ("producing", [g / 0.9 for g in good]),
            (
                "no_order",
                [2 * c - g / 0.9 for c, g in zip(SAME["capacity_min"], good, strict=True)],
            ),
            ("off_shift", [1e6] * 3),
        ):
            columns = {"firm_id": SAME["firm_id"], "cause": [cause] * 3, "plateau_min": worth}
            ledger.append(pl.DataFrame({**front, **columns}))
    pl.concat(firms).write_parquet(tmp_path / "firms.parquet")
    pl.concat(ledger).write_parquet(tmp_path / "ledger.parquet")
    return tmp_path


def test_who_gains_and_who_loses(run):
    found = {g.name: g for g in groups(pair_firms(run))}
    everybody = found["all firms"]
    assert everybody.baseline.mean == pytest.approx((0.50 + 0.51) / 2)
    assert everybody.points.mean == pytest.approx((-0.039 + 0.069) / 2)
    # F3 loses ten points in world 1, a seventh of a point, a trifle, in world 2
    assert everybody.worse["utilization"].mean == pytest.approx((1 / 3 + 0) / 2)
    # F2 gains half a point in world 1, a trifle too
    assert everybody.better["utilization"].mean == pytest.approx((1 / 3 + 2 / 3) / 2)
    assert everybody.worse["profit"].mean == pytest.approx(1 / 3)
    assert everybody.worse["funds"].mean == pytest.approx(1 / 3)
    assert found["henan"].profit.mean == pytest.approx((-70 - 1) / 2)
    assert found["under 20"].firms.mean == 1
    assert found["False"].points.mean == found["50 and more"].points.mean


def test_a_firm_is_paired_with_itself_not_with_its_place_in_the_table(run):
    table = pl.read_parquet(run / "firms.parquet")
    before = groups(pair_firms(run))
    table.reverse().write_parquet(run / "firms.parquet")
    after = {g.name: g for g in groups(pair_firms(run))}
    for group in before:
        for kind, share in group.worse.items():
            assert after[group.name].worse[kind].mean == pytest.approx(share.mean)


def test_gini_by_hand(run):
    found = inequality(pair_firms(run))
    # world 1: .5 .5 .5 -> 0; world 2: .5 .5 .6 -> (2 x .6 - 2 x .5) / (3 x 1.6)
    assert found["baseline"].mean == pytest.approx((0 + 0.2 / 4.8) / 2)
    assert found["points"].mean == pytest.approx(found["brain"].mean - found["baseline"].mean)


def test_the_waterfall_by_hand(run):
    whole, *parts = waterfalls(run)
    assert whole.steps["scheduled"].mean == pytest.approx(0)
    made = (-0.039 + 0.069) / 2
    assert whole.steps["no_order"].mean == pytest.approx(made / 0.9)
    assert whole.steps["rejected"].mean == pytest.approx(made - made / 0.9)
    for by in ("region", "size_class"):
        some = [p for p in parts if p.by == by]
        for step in STEPS:
            total = sum(p.steps[step].mean for p in some)
            assert total == pytest.approx(whole.steps[step].mean, abs=1e-12)


def test_a_run_without_its_firms_is_named(tmp_path):
    with pytest.raises(RunError, match=r"firms\.parquet: missing or damaged.*--force"):
        pair_firms(tmp_path)
