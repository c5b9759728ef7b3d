"""The procurement measures of the hand-made arm, counted by hand (see conftest)."""

import pytest

from kidswear_brain.results.measures import measure


def test_index_by_hand(rows):
    """Measured: SKU 0 paid 7,800 + 160 + 80 for 8,000; SKU 1 570 for 500; SKU 2 the mean."""
    values = measure(rows)
    mean = (8040 + 570) / 8500
    expected = 0.8 * 8040 / 8000 + 0.1 * 570 / 500 + 0.1 * mean
    assert values["procurement_cost_index"] == pytest.approx(expected)
    fee = 0.8 * 80 / 8000 + 0.1 * 80 / 8500
    assert values["procurement_cost_index_fee"] == pytest.approx(fee)
    parts = sum(values[f"procurement_cost_index_{part}"] for part in ("price", "freight", "fee"))
    assert parts == pytest.approx(expected)


def test_index_over_orders_of_both_arms_by_hand(rows):
    """Order 0 is of the warm-up, 2 bought in one arm only: 1 paid 6,030 + 570 for 6,500."""
    assert measure(rows)["procurement_cost_index_shared_orders"] == pytest.approx(6600 / 6500)


def test_tiers_and_members_by_hand(rows):
    values = measure(rows)
    tiers = [values[f"procurement_tier_{tier}"] for tier in ("spot", "0", "1")]
    assert tiers == pytest.approx([50 / 450, 100 / 450, 300 / 450])
    assert values["procurement_pooled_share"] == pytest.approx(400 / 450)
    assert values["procurement_member_saving"] == pytest.approx(1 - (6030 + 2010) / (6600 + 2000))
    assert values["procurement_outside_share"] == 0.5
    assert values["procurement_gap_max"] == 0.001


def test_nothing_bought_is_nothing_to_measure(empty_rows):
    values = measure(empty_rows)
    assert all(values[name] != values[name] for name in values if name.startswith("procurement_"))
