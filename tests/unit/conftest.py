"""A hand-made arm, small enough to count by hand: 2 firms, 3 lines, 4 orders, 4 lots.

Firm A (region zhili) has lines of 100 and 50 standard minutes a day, firm B (henan) one of 50.
Two warm-up days, then the measured days; every third day rests.
"""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from kidswear_brain.cluster import columns as c
from kidswear_brain.simulation import rows as r

DAY = 1440
WARMUP = 2


def make_days(measured: int, followup: int = 1) -> c.Days:
    number = np.arange(-WARMUP, measured + followup)
    dates = [dt.date(2021, 1, 1) + dt.timedelta(days=int(n)) for n in number]
    return c.Days(
        first=-WARMUP,
        rest=number % 3 == 2,
        shut_down=np.zeros(len(number), dtype=bool),
        month=np.array([12 * d.year + d.month - 1 for d in dates]),
        since_festival=np.full(len(number), np.inf),
        harvest=np.zeros(len(number), dtype=bool),
        measured=(number >= 0) & (number < measured),
    )


def make_cluster(days: c.Days) -> c.Cluster:
    orders = c.Orders(
        brand=np.array([0, 0, 1, 1]),
        day=np.array([-1, 0, 0, 1]),
        number=np.array([0, 0, 0, 1]),
        key=np.arange(4, dtype=np.uint64),
        category=np.array([0, 0, 1, 1]),
        family_alone=np.array([3, 3, 7, 7]),
        family_shared=np.array([1, 1, 2, 2]),
        pieces=np.array([100, 100, 50, 50]),
        smv=np.array([10.0, 10.0, 20.0, 20.0]),
        colours=np.array([1, 1, 1, 1]),
        ordered_min=np.array([-DAY + 60, 60, 120, DAY + 60]),
        due_min=np.array([5, 6, 2, 4]) * DAY,
        patience_min=np.full(4, DAY),
        matchable=np.ones(4, dtype=bool),
    )
    return c.Cluster(
        seed=5,
        regions=c.Regions(
            ("zhili", "henan"), np.array([0, DAY]), np.array([0.1, 0.2]), np.array([0.2, 0.4])
        ),
        categories=("t_shirt", "shirt"),
        firms=c.Firms(
            firm_id=("F1", "F2"),
            region=np.array([0, 1]),
            workers=np.array([30, 10]),
            tier=np.array([0, 0]),
            plateau=np.array([0.5, 0.5]),
            skill=np.ones((2, 2)),
            piece_rate=np.array([0.5, 0.5]),
            wage=np.array([0.5, 0.5]),
            own_capital_days=np.array([100.0, 100.0]),
            shift_min=np.array([600, 600]),
            first_line=np.array([0, 2, 3]),
            capacity_per_day=np.array([150.0, 50.0]),
        ),
        lines=c.Lines(
            firm=np.array([0, 0, 1]),
            posts=np.array([20, 10, 10]),
            plateau_per_day=np.array([200.0, 100.0, 100.0]),
            capacity_per_day=np.array([100.0, 50.0, 50.0]),
        ),
        brands=c.Brands(
            ("B1", "B2"),
            np.array([1.0, 1.0]),
            np.ones((2, 2), dtype=bool),
            np.array([0, 1, 2]),
            np.array([0, 1]),
        ),
        orders=orders,
        days=days,
    )


def make_orders() -> r.OrderRows:
    """Order 0 warm-up; 1 in time but for a late lot; 2 two days late; 3 lost for want of cash."""
    return r.OrderRows(
        release_min=np.array([0, 60, 120, DAY + 60]),
        completion_min=np.array([4 * DAY, 7 * DAY + 60, 4 * DAY, r.NEVER]),
        delivered_pieces=np.array([100, 98, 40, 0]),
        on_time_pieces=np.array([100, 60, 0, 0]),
        in_progress_pieces=np.array([0, 0, 10, 0]),
        lost_pieces=np.array([0, 0, 0, 50]),
        rejected_pieces=np.array([0, 2, 0, 0]),
        lost_cause=np.array([0, 0, 0, r.REASONS.index("cash")], dtype=np.uint8),
        lost_min=np.array([r.NEVER, r.NEVER, r.NEVER, 3 * DAY]),
        style_family=np.array([3, 3, 7, 7]),
        by_brain=np.array([False, True, False, False]),
    )


def make_lots() -> r.LotRows:
    return r.LotRows(
        order=np.array([0, 1, 1, 2]),
        line=np.array([0, 0, 2, 1]),
        pieces=np.array([100, 60, 40, 50]),
        accepted_min=np.array([0, 60, 60, 120]),
        start_min=np.array([0, DAY, 2 * DAY, r.NEVER]),
        completion_min=np.array([-60, 3 * DAY, 4 * DAY, r.NEVER]),
    )


def make_epochs() -> r.EpochRows:
    one = np.array
    return r.EpochRows(
        flow_epoch_min=one([0, DAY]),
        flow_order=one([1, 1]),
        flow_firm=one([0, 1]),
        flow_period=one([0, 1]),
        flow_standard_min=one([600.0, 400.0]),
        price_epoch_min=one([DAY]),
        price_firm=one([1]),
        price_period=one([0]),
        shadow_price=one([0.3]),
        refused_epoch_min=one([DAY]),
        refused_order=one([3]),
        refused_firm=one([1]),
        refused_reason=one([r.REASONS.index("cash")], dtype=np.uint8),
        plan_epoch_min=one([-DAY, 0, DAY]),  # the first in the warm-up
        lp_cost=one([9.0, 100.0, 300.0]),
        lot_cost=one([99.0, 101.0, 303.0]),
        lp_served_min=one([9.0, 1000.0, 3000.0]),
        lot_served_min=one([1.0, 1000.0, 2992.0]),
    )


def make_bought() -> r.Bought:
    """Order 0 buys 100 m in the warm-up, 1 and 2 a pool of 400 m, 1 also 50 m on the spot market.

    SKUs 0 and 1 (list 20 and 10 CNY a metre) are of the first class, 2 of the second is not bought.
    """
    one = np.array
    purchases = r.PurchaseRows(
        time_min=one([-DAY, DAY, DAY, 2 * DAY]),
        supplier=one([0, 0, 1, -1]),
        sku=one([0, 0, 0, 1]),
        metres=one([100.0, 300.0, 100.0, 50.0]),
        tier=one([0, 1, 0, -1]),
        list_cny=one([2000.0, 6000.0, 2000.0, 500.0]),
        paid_cny=one([2200.0, 5700.0, 2100.0, 550.0]),
        freight_cny=one([90.0, 120.0, 40.0, 20.0]),
        fee_cny=one([0.0, 60.0, 20.0, 0.0]),
        pooled=one([False, True, True, False]),
    )
    needs = r.NeedRows(
        order=one([0, 1, 1, 2]),
        sku=one([0, 0, 1, 0]),
        metres=one([100.0, 300.0, 50.0, 100.0]),
        time_min=one([-DAY, DAY, 2 * DAY, DAY]),
        pooled=one([False, True, False, True]),
        supplier=one([0, 0, -1, 0]),
        paid_cny=one([2200.0, 5850.0, 550.0, 1950.0]),
        freight_cny=one([90.0, 120.0, 20.0, 40.0]),
        fee_cny=one([0.0, 60.0, 0.0, 20.0]),
        alone_cny=one([2290.0, 6600.0, 570.0, 2000.0]),
    )
    return r.Bought(
        purchases=purchases,
        needs=needs,
        sku_category=one([0, 0, 1]),
        sku_list_cny_per_m=one([20.0, 10.0, 30.0]),
        supplier_id=("S1", "S2"),
        tiers=2,
        needed_list_cny=one([8000.0, 1000.0, 1000.0]),
        in_both_arms=one([True, True, False, True]),
        program_gap=one([0.0, 0.001]),
        program_solved=one([False, True]),
    )


def make_cash() -> r.CashBook:
    """Two firms, two brands: on day 1 B1 pays F1 90 and the platform, which pays the carrier."""
    one = np.array
    payments = r.PaymentRows(
        time_min=one([-DAY, DAY, DAY, DAY, 2 * DAY]),
        payer=one([2, 2, 2, 8, 0], dtype=np.int32),
        payee=one([0, 0, 8, 6, 7], dtype=np.int32),
        purpose=one(
            [r.PURPOSES.index(p) for p in ("piece_price", "piece_price", "freight", "freight",
                                           "interest")], dtype=np.uint8,
        ),
        amount_cny=one([50.0, 90.0, 30.0, 30.0, 5.0]),
    )  # fmt: skip
    return r.CashBook(
        party_id=("F1", "F2", "B1", "B2", "S1", "spot", "carrier", "bank", "platform"),
        payments=payments,
        opening_cny=np.zeros(9),
        closing_cny=np.zeros(9),
        owed_cny=np.zeros(2),
        loan_cny=np.zeros((1, 2)),
        line_cny=np.zeros((1, 2)),
        earned_cny=one([400.0, 100.0]),
        wages_cny=one([245.0, 150.0]),
        arrived_pieces=50,
    )


def make_rows(measured: int = 6) -> r.Rows:
    """On each working day the lines do 80, 20 and 0 good minutes, attended 300 a post."""
    days = make_days(measured)
    cluster = make_cluster(days)
    working = ~(days.rest | days.shut_down)
    clock = np.zeros((3, len(days.month), len(r.CAUSES)), dtype=np.int16)
    clock[:, :, r.CAUSES.index("off_shift")] = np.where(working, 840, DAY)
    clock[0, working, r.CAUSES.index("producing")] = 500
    clock[0, working, r.CAUSES.index("learning")] = 100
    clock[1, working, r.CAUSES.index("change_over")] = 300
    clock[1, working, r.CAUSES.index("vacancy")] = 300
    clock[2, working, r.CAUSES.index("no_order")] = 600
    return r.Rows(
        cluster=cluster,
        arm="brain",
        participates=np.array([True, False]),
        members=np.tile([2, 1], (np.unique(days.month[days.measured]).size, 1)),
        orders=make_orders(),
        lots=make_lots(),
        epochs=make_epochs(),
        clock_min=clock,
        good_min=np.array([[80.0], [20.0], [0.0]]) * working,
        attended_min=np.array([[6000.0], [3000.0], [3000.0]]) * working,
        working_day=working,
        bought=make_bought(),
        cash=make_cash(),
    )


def without_orders(rows: r.Rows) -> r.Rows:
    """The same arm had nobody ordered anything and nobody worked."""

    def none(columns):  # type: ignore[no-untyped-def]
        names = [field.name for field in dataclasses.fields(columns)]
        return dataclasses.replace(columns, **{n: getattr(columns, n)[:0] for n in names})

    return dataclasses.replace(
        rows,
        cluster=dataclasses.replace(rows.cluster, orders=none(rows.cluster.orders)),
        orders=none(rows.orders),
        lots=none(rows.lots),
        epochs=none(rows.epochs),
        bought=dataclasses.replace(
            rows.bought,
            purchases=none(rows.bought.purchases),
            needs=none(rows.bought.needs),
            needed_list_cny=rows.bought.needed_list_cny * 0,
            in_both_arms=rows.bought.in_both_arms[:0],
            program_gap=rows.bought.program_gap[:0],
        ),
        cash=dataclasses.replace(
            rows.cash,
            payments=none(rows.cash.payments),
            earned_cny=rows.cash.earned_cny * 0,
            wages_cny=rows.cash.wages_cny * 0,
            arrived_pieces=0,
        ),
        good_min=rows.good_min * 0,
        attended_min=rows.attended_min * 0,
    )


@pytest.fixture
def rows() -> r.Rows:
    return make_rows()


@pytest.fixture
def empty_rows() -> r.Rows:
    return without_orders(make_rows())


@pytest.fixture
def year_rows() -> r.Rows:
    return make_rows(measured=365)


@pytest.fixture
def rows_factory():  # type: ignore[no-untyped-def]
    return make_rows
