"""The cash book of an arm: who paid whom, when and for what, once the arm has run.

Nothing here acts on the shop floor: what cash carries there is the working-capital limit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.cluster.columns import Bools, Cluster, Floats, Ints
from kidswear_brain.cluster.dates import LOAD_YEAR_DAYS, days_between, working
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.simulation.firm_cash import YEAR_DAYS, Balances, Months, Terms, run_months
from kidswear_brain.simulation.payments import Parties, Payments, parties_of
from kidswear_brain.simulation.rows import CAUSES, NEVER, Bought, CashBook, LotRows
from kidswear_brain.simulation.spells import Spells, spell_at

OVERTIME_FACTOR = 1.5
"""Wage of an overtime minute over that of any other [S, law]."""
_DAY = 1440


@dataclass(frozen=True, slots=True)
class Done:
    """What the shop floor did in an arm, as far as money follows from it."""

    spells: Spells
    lots: LotRows
    by_brain: Bools
    """(n,) orders placed by the allocator."""
    clock_min: NDArray[np.int16]
    """(l, d, causes)"""
    attended_min: Floats
    """(l, d)"""
    end: int


@dataclass(frozen=True, slots=True)
class _Delivered:
    """Lots that reached their brand (q,)."""

    firm: Ints
    brand: Ints
    order: Ints
    day: Ints
    """Of arrival."""
    pieces: Ints
    """Good ones."""
    sewn: Ints
    """Rejects included."""
    price_cny: Floats
    """What the brand owes the firm."""


def keep_cash_book(scenario: Scenario, cluster: Cluster, done: Done, bought: Bought) -> CashBook:
    """Work out every payment of an arm and where each party stands at its end."""
    parties = parties_of(cluster, bought.supplier_id)
    months = _months(cluster)
    last = cluster.days.first + cluster.days.rest.size - 1
    book = Payments(len(parties.party_id), last, parties.other("bank"), parties.other("owners"), [])
    delivered, spells = _delivered(scenario, cluster, done), done.spells
    _material(book, parties, cluster, bought)
    _garments(book, parties, scenario, cluster, delivered, done.by_brain)
    received, factoring, owed = _piece_prices(book, parties, scenario, cluster, delivered, spells)
    wages = _wages(cluster, done)
    monthly = _by_month(months, wages)
    firm = np.arange(wages.shape[0])
    for month, day in enumerate(months.last_day):
        workers = parties.other("workers")
        book.note("wages", np.full(firm.size, day), firm, workers, monthly[month])
    terms = _terms(scenario, cluster, months, spells)
    due = monthly + _by_month(months, factoring)
    balances = run_months(months, terms, _by_month(months, received), due, book)
    return _closed(cluster, parties, book, (delivered, owed), wages, (balances, terms))


def _months(cluster: Cluster) -> Months:
    month = cluster.days.month
    _, first, of_day, days = np.unique(
        month, return_index=True, return_inverse=True, return_counts=True
    )
    return Months(of_day, cluster.days.first + first + days - 1, days)


def _by_month(months: Months, daily: Floats) -> Floats:
    """(m, f): sums over the days of each month of (f, d)."""
    first = np.concatenate([[0], np.flatnonzero(np.diff(months.of_day)) + 1])
    return np.ascontiguousarray(np.add.reduceat(daily, first, axis=1).T)


def _delivered(scenario: Scenario, cluster: Cluster, done: Done) -> _Delivered:
    lots, orders = done.lots, cluster.orders
    firm = cluster.lines.firm[lots.line]
    arrival = lots.completion_min + cluster.regions.lead_min[cluster.firms.region[firm]]
    here = (lots.completion_min != NEVER) & (arrival <= done.end)
    firm, order, pieces = firm[here], lots.order[here], lots.pieces[here]
    good = pieces - half_up(pieces * scenario.line.reject_share)
    return _Delivered(
        firm=firm,
        brand=orders.brand[order],
        order=order,
        day=np.minimum(arrival[here], done.end - 1) // _DAY,
        pieces=good,
        sewn=pieces,
        price_cny=good * orders.smv[order] * cluster.firms.piece_rate[firm],
    )


def _material(book: Payments, parties: Parties, cluster: Cluster, bought: Bought) -> None:
    """Brands pay sellers and carrier, or the platform that bought for them and pays those."""
    needs, bulk = bought.needs, bought.purchases
    day, brand = needs.time_min // _DAY, parties.brands + cluster.orders.brand[needs.order]
    carrier, platform = parties.other("carrier"), parties.other("platform")
    seller = np.where(needs.pooled, platform, parties.supplier(needs.supplier))
    book.note("material", day, brand, seller, needs.paid_cny)
    book.note("freight", day, brand, np.where(needs.pooled, platform, carrier), needs.freight_cny)
    book.note("fee", day, brand, platform, needs.fee_cny)
    some = bulk.pooled
    day = bulk.time_min[some] // _DAY
    book.note("material", day, platform, parties.supplier(bulk.supplier[some]), bulk.paid_cny[some])
    book.note("freight", day, platform, carrier, bulk.freight_cny[some])


def _garments(
    book: Payments,
    parties: Parties,
    scenario: Scenario,
    cluster: Cluster,
    delivered: _Delivered,
    by_brain: Bools,
) -> None:
    """Customers pay brands the ex-works price; brands pay the carrier, both ways, at arrival."""
    price = np.array([c.price_cny for c in scenario.categories.values()])
    worth = delivered.pieces * price[cluster.orders.category[delivered.order]]
    brand = parties.brands + delivered.brand
    book.note("garment", delivered.day, parties.other("customers"), brand, worth)
    region, lanes = cluster.firms.region[delivered.firm], cluster.regions
    each = np.where(by_brain[delivered.order], lanes.freight[region], lanes.freight_ad_hoc[region])
    carrier = parties.other("carrier")
    book.note("freight", delivered.day, brand, carrier, 2 * each * delivered.sewn)


def _piece_prices(
    book: Payments,
    parties: Parties,
    scenario: Scenario,
    cluster: Cluster,
    delivered: _Delivered,
    spells: Spells,
) -> tuple[Floats, Floats, Floats]:
    """Note what brands pay for sewing, and what the bank pays firms before.

    Returns (f, d) receipts and interest on factored receivables by day, and (f,) what firms are
    still owed at the end.
    """
    firm, brand = delivered.firm, parties.brands + delivered.brand
    term = half_up(scenario.finance.receivable_days)
    spell = spell_at(spells, delivered.day)
    waits = half_up(spells.receivable_min[spell, firm] / _DAY)
    factored = waits < term
    paid, bank = delivered.day + waits, parties.other("bank")
    amount = delivered.price_cny
    book.note("piece_price", paid[~factored], brand[~factored], firm[~factored], amount[~factored])
    some = factored
    book.note("piece_price", paid[some], bank, firm[some], amount[some])
    collected = (delivered.day + term)[some]
    book.note("collection", collected, brand[some], bank, amount[some])
    rate = spells.loan_rate[spell, firm][some]
    interest = amount[some] * rate * (term - waits[some]) / YEAR_DAYS
    book.note("interest", collected, firm[some], bank, interest)
    shape = cluster.firms.region.size, cluster.days.rest.size
    received = _by_day(cluster, shape, firm, paid, amount)
    owed = np.bincount(firm, np.where(paid > book.last_day, amount, 0.0), minlength=shape[0])
    factoring = _by_day(cluster, shape, firm[some], collected, interest)
    return received, factoring, np.asarray(owed, dtype=np.float64)


def _by_day(
    cluster: Cluster, shape: tuple[int, ...], firm: Ints, day: Ints, amount: Floats
) -> Floats:
    """(f, d): amounts by firm and simulated day; later ones are left out."""
    column = day - cluster.days.first
    inside = column < shape[1]
    place = firm[inside] * shape[1] + column[inside]
    total = np.bincount(place, amount[inside], minlength=shape[0] * shape[1])
    return np.asarray(total.reshape(shape), dtype=np.float64)


def _wages(cluster: Cluster, done: Done) -> Floats:
    """(f, d): attended minutes x wage, those of overtime x 1.5.

    A line's overtime share of a day is what its working minutes exceed the scheduled ones by.
    """
    clock, lines = done.clock_min, cluster.lines
    away = [CAUSES.index(cause) for cause in ("shut_down", "off_shift", "shock")]
    there = _DAY - clock[:, :, away].sum(axis=2, dtype=np.int64)
    shock = clock[:, :, CAUSES.index("shock")]
    scheduled = np.where(working(cluster.days), cluster.firms.shift_min[lines.firm][:, None], 0)
    extra = np.maximum(there - (scheduled - shock), 0)
    share = np.divide(extra, there, out=np.zeros(there.shape), where=there > 0)
    cost = done.attended_min * (1 + (OVERTIME_FACTOR - 1) * share)
    by_firm = np.add.reduceat(cost, cluster.firms.first_line[:-1], axis=0)
    return np.asarray(by_firm * cluster.firms.wage[:, None])


def _terms(scenario: Scenario, cluster: Cluster, months: Months, spells: Spells) -> Terms:
    """Opening cash is own capital, the line credit, in days of sustainable output x piece rate."""
    firms, spell = cluster.firms, spell_at(spells, months.last_day)
    year = days_between(scenario.calendar, 0, LOAD_YEAR_DAYS)
    per_day = firms.capacity_per_day * working(year).sum() / LOAD_YEAR_DAYS * firms.piece_rate
    return Terms(
        opening_cny=firms.own_capital_days * per_day,
        line_cny=np.where(spells.credit[spell], scenario.finance.credit_days, 0.0) * per_day,
        rate_per_year=spells.loan_rate[spell],
    )


def _closed(
    cluster: Cluster,
    parties: Parties,
    book: Payments,
    sewing: tuple[_Delivered, Floats],
    wages: Floats,
    firms: tuple[Balances, Terms],
) -> CashBook:
    payments, count = book.rows(), len(parties.party_id)
    (delivered, owed), (balances, terms) = sewing, firms
    opening = np.zeros(count)
    opening[: parties.brands] = terms.opening_cny
    came = np.bincount(payments.payee, payments.amount_cny, minlength=count)
    went = np.bincount(payments.payer, payments.amount_cny, minlength=count)
    closing = opening + came - went
    closing[: parties.brands] = balances.cash_cny[-1]
    inside = cluster.days.measured[delivered.day - cluster.days.first]
    measured = cluster.days.measured
    return CashBook(
        party_id=parties.party_id,
        payments=payments,
        opening_cny=opening,
        closing_cny=closing,
        owed_cny=owed,
        loan_cny=balances.loan_cny,
        line_cny=terms.line_cny,
        earned_cny=np.bincount(
            delivered.firm[inside], delivered.price_cny[inside], minlength=parties.brands
        ).astype(np.float64),
        wages_cny=wages[:, measured].sum(axis=1),
        arrived_pieces=int(delivered.pieces[inside].sum()),
    )
