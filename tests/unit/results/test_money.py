"""The money measures of the hand-made arm, counted by hand (see conftest)."""

import pytest

from kidswear_brain.results.measures import measure
from kidswear_brain.results.tables import build_table


def test_money_by_hand(rows):
    """Measured: freight 30 (not 60: it passes through the platform), interest 5, wages 395."""
    values = measure(rows)
    assert values["freight"] == 30
    assert values["interest"] == 5
    assert values["wages"] == 395
    assert values["unit_cost"] == pytest.approx((30 + 5 + 395) / 50)
    assert values["firm_margin"] == pytest.approx(1 - 400 / 500)
    assert values["firm_margin_p50"] == pytest.approx((1 - 250 / 400 + 1 - 150 / 100) / 2)
    assert values["firms_at_loss_share"] == 0.5


def test_payments_name_their_parties(rows):
    payments = build_table(rows, "payments")
    assert payments["payer_id"].to_list() == ["B1", "B1", "B1", "platform", "F1"]
    assert payments["purpose"].to_list()[-2:] == ["freight", "interest"]


def test_no_money_is_no_margin(empty_rows):
    values = measure(empty_rows)
    assert values["unit_cost"] != values["unit_cost"]
    assert values["firm_margin"] != values["firm_margin"]
