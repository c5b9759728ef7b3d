"""The laws of money over random small scenarios (MODEL section 10)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidswear_brain.scenario import load_scenario
from kidswear_brain.simulation.rows import NEVER, PURPOSES, Rows
from kidswear_brain.simulation.run import simulate_arm

DAY = 1440


def paid(rows: Rows, purpose: str, by_payer: bool = False) -> np.ndarray:  # type: ignore[type-arg]
    """(parties,): received for a purpose, or paid for it by each payer."""
    payments = rows.cash.payments
    some = payments.purpose == PURPOSES.index(purpose)
    side = payments.payer if by_payer else payments.payee
    return np.bincount(side[some], payments.amount_cny[some], len(rows.cash.party_id))


def check_laws(rows: Rows) -> None:
    cash, cluster, payments = rows.cash, rows.cluster, rows.cash.payments
    firms, parties = len(cluster.firms.firm_id), len(cash.party_id)
    came = np.bincount(payments.payee, payments.amount_cny, parties)
    went = np.bincount(payments.payer, payments.amount_cny, parties)
    scale = 1e-9 * (1 + payments.amount_cny.sum())
    assert np.abs(cash.opening_cny + came - went - cash.closing_cny).max() <= scale
    assert cash.opening_cny.sum() == pytest.approx(cash.closing_cny.sum(), abs=scale)
    assert cash.closing_cny[:firms].min() >= -scale
    assert cash.closing_cny[cash.party_id.index("platform")] == pytest.approx(
        rows.bought.purchases.fee_cny.sum(), abs=scale
    )
    assert (cash.loan_cny <= cash.line_cny + scale).all()
    check_piece_prices(rows, firms, scale)
    bought = rows.bought.purchases
    sales = np.bincount(
        bought.supplier + 1, bought.paid_cny, minlength=1 + len(rows.bought.supplier_id)
    )
    first = firms + len(cluster.brands.brand_id)
    received = paid(rows, "material")[first : first + sales.size]
    assert received == pytest.approx(np.append(sales[1:], sales[0]), abs=scale)


def check_piece_prices(rows: Rows, firms: int, scale: float) -> None:
    """A firm's receipts and what it is owed = delivered pieces x price."""
    cluster, lots, orders = rows.cluster, rows.lots, rows.cluster.orders
    firm = cluster.lines.firm[lots.line]
    lead = cluster.regions.lead_min[cluster.firms.region[firm]]
    end = (cluster.days.first + cluster.days.rest.size) * DAY
    here = (lots.completion_min != NEVER) & (lots.completion_min + lead <= end)
    good = lots.pieces - np.floor(lots.pieces * 0.01 + 0.5)
    worth = good * orders.smv[lots.order] * cluster.firms.piece_rate[firm]
    expected = np.bincount(firm[here], worth[here], firms)
    receipts = paid(rows, "piece_price")[:firms] + rows.cash.owed_cny
    assert receipts == pytest.approx(expected, abs=scale)
    assert good[here].sum() == rows.orders.delivered_pieces.sum()


@settings(max_examples=4, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    own=st.floats(0, 180),
    access=st.floats(0, 1),
    arm=st.sampled_from(("baseline", "brain")),
)
def test_every_party_closes_at_what_came_and_went(seed, own, access, arm):
    rows = simulate_arm(
        load_scenario(
            "scenarios/tiny.yaml",
            {
                "calendar.days": 30,
                "calendar.warmup_days": 20,
                "finance.own_capital_days": own,
                "finance.credit_access_share": access,
                "finance.receivable_days": 20,
                "services.finance.receivable_days": 10,
            },
        ),
        seed,
        arm,
    )
    check_laws(rows)


def test_wages_and_interest_by_their_rates():
    """No overtime: wages = attended minutes x rate; interest = balance x rate x days."""
    rows = simulate_arm(
        load_scenario(
            "scenarios/tiny.yaml",
            {
                "line.overtime_hours_per_day": 0,
                "finance.credit_access_share": 1,
                "finance.own_capital_days": 20,
            },
        ),
        4,
        "baseline",
    )
    cluster, firms = rows.cluster, len(rows.cluster.firms.firm_id)
    attended = np.add.reduceat(rows.attended_min.sum(axis=1), cluster.firms.first_line[:-1])
    assert paid(rows, "wages", by_payer=True)[:firms] == pytest.approx(
        attended * cluster.firms.wage
    )
    owed = np.vstack([np.zeros(firms), rows.cash.loan_cny[:-1]])
    _, days = np.unique(cluster.days.month, return_counts=True)
    interest = (owed * 0.10 * days[:, None] / 365).sum(axis=0)
    assert interest.sum() > 0
    assert paid(rows, "interest", by_payer=True)[:firms] == pytest.approx(interest)
    borrowed, repaid = paid(rows, "loan")[:firms], paid(rows, "repayment", by_payer=True)[:firms]
    assert borrowed - repaid == pytest.approx(rows.cash.loan_cny[-1])
