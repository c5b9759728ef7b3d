"""Metres and procurement: laws over random small scenarios."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.materials import needs_of, skus_of
from kidswear_brain.results.tables import build_table
from kidswear_brain.scenario import Scenario, load_scenario
from kidswear_brain.simulation.run import ARMS, simulate_arm

SERVICES = ("manufacturing", "design", "recruitment", "finance")
ONLY_PROCUREMENT = {f"services.{name}.enabled": False for name in SERVICES}


def district(**overrides: object) -> Scenario:
    return load_scenario(
        "scenarios/tiny.yaml",
        {
            "calendar.days": 30,
            "calendar.warmup_days": 10,
            "calendar.followup_days": 20,
            **overrides,
        },
    )


few = settings(max_examples=3, deadline=None)


@few
@given(seed=st.integers(0, 10**6), skus=st.integers(1, 300), exponent=st.floats(0, 5))
def test_an_order_needs_distinct_colours_of_its_class_and_just_its_metres(seed, skus, exponent):
    scenario = district(**{"materials.skus": skus, "materials.zipf_exponent": exponent})
    cluster = build_cluster(scenario, seed)
    orders, kinds = cluster.orders, skus_of(scenario, seed)
    needs = needs_of(scenario, kinds, cluster, np.arange(orders.brand.size))
    assert (np.bincount(needs.order, minlength=orders.brand.size) == orders.colours).all()
    assert np.unique(np.stack([needs.order, needs.sku]), axis=1).shape[1] == needs.order.size
    assert (kinds.category[needs.sku] == orders.category[needs.order]).all()
    per_piece = np.array([c.fabric_m_per_piece for c in scenario.categories.values()])
    metres = np.bincount(needs.order, needs.metres, minlength=orders.brand.size)
    assert metres == pytest.approx(orders.pieces * per_piece[orders.category])


@few
@given(seed=st.integers(0, 10**6), share=st.floats(0, 1), window=st.floats(0, 7))
def test_metres_bought_are_used_or_in_stock_and_bills_are_paid(seed, share, window):
    scenario = district(
        **{"services.procurement.pooled_share": share, "services.procurement.window_days": window}
    )
    rows = simulate_arm(scenario, seed, "brain")
    table = build_table(rows, "materials")
    assert table["bought_m"].to_numpy() == pytest.approx(
        (table["used_m"] + table["stock_m"]).to_numpy()
    )
    for column in ("paid_cny", "freight_cny", "fee_cny"):
        bought, billed = getattr(rows.bought.purchases, column), getattr(rows.bought.needs, column)
        assert bought.sum() == pytest.approx(billed.sum())


@few
@given(seed=st.integers(0, 10**6))
def test_at_fee_0_and_window_0_pools_of_one_order_change_nothing_exactly(seed):
    nothing = {"services.procurement.window_days": 0, "services.procurement.fee_share": 0}
    scenario = district(**ONLY_PROCUREMENT, **nothing)
    cluster = build_cluster(scenario, seed)
    alone, brain = (simulate_arm(scenario, seed, arm, cluster) for arm in ("baseline", "brain"))
    assert brain.bought.purchases.pooled.any()
    for part in ("orders", "lots"):
        assert _same(getattr(alone, part), getattr(brain, part))
    for part in ("purchases", "needs"):
        one, other = getattr(alone.bought, part), getattr(brain.bought, part)
        assert _same(one, other, but={"pooled", "alone_cny"})


@pytest.mark.parametrize("rule", ["proportional", "equal_per_metre", "standalone"])
def test_how_a_bill_is_shared_changes_no_bill(rule):
    scenario = district(**{"services.procurement.sharing": rule})
    bought = simulate_arm(scenario, 3, "brain").bought
    assert bought.needs.paid_cny.sum() == pytest.approx(bought.purchases.paid_cny.sum())
    billed = bought.needs.paid_cny + bought.needs.freight_cny + bought.needs.fee_cny
    saving = 1 - (billed / bought.needs.alone_cny)[bought.needs.pooled]
    assert np.ptp(saving) > 0


def test_bought_alone_and_never_pooled_where_no_sku_is():
    scenario = district(**{"services.procurement.pooled_share": 0}, **ONLY_PROCUREMENT)
    alone, brain = (simulate_arm(scenario, 2, arm) for arm in ("baseline", "brain"))
    assert not brain.bought.purchases.pooled.any()
    assert _same(alone.orders, brain.orders)
    assert _same(alone.bought.purchases, brain.bought.purchases)


def _same(one: object, other: object, but: frozenset[str] | set[str] = frozenset()) -> bool:
    names = {field.name for field in dataclasses.fields(one)} - but  # type: ignore[arg-type]
    return all(np.array_equal(getattr(one, n), getattr(other, n)) for n in names)


def test_the_orders_both_arms_buy_for_are_the_same():
    arms = {arm: simulate_arm(district(), 1, arm).bought for arm in ARMS}
    flag = arms["brain"].in_both_arms
    np.testing.assert_array_equal(flag, arms["baseline"].in_both_arms)
    assert 0 < flag.sum() < flag.size
    for bought in arms.values():
        assert set(np.flatnonzero(flag)) <= set(bought.needs.order)
