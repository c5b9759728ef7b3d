"""What the measured window of an arm came to firm by firm: work, money, and the ledger."""

import numpy as np
import polars as pl

from kidswear_brain.cluster.columns import Floats, Ints
from kidswear_brain.cluster.tiers import TIERS
from kidswear_brain.results.money import money_of
from kidswear_brain.results.window import work_of
from kidswear_brain.simulation.rows import CAUSES, PURPOSES, Rows

Columns = dict[str, pl.Series | Ints | Floats]

SIZE_CLASSES = ("under 20", "20 to 49", "50 and more")
"""Firms by workers, from the smallest; below 20 is what Chinese statistics call micro."""
_SIZE_EDGES = (20, 50)


def size_class(workers: Ints) -> pl.Series:
    """Which of `SIZE_CLASSES` firms of so many workers belong to."""
    place = np.searchsorted(_SIZE_EDGES, workers, side="right")
    return pl.Series(SIZE_CLASSES, dtype=pl.String).gather(place)


def firm_columns(rows: Rows) -> Columns:
    """Lay out the firms of one arm, in the order of the cluster."""
    cluster, cash, firms = rows.cluster, rows.cash, rows.cluster.firms
    count = len(firms.firm_id)
    work, money = work_of(rows), money_of(rows)
    return {
        "firm_id": pl.Series(firms.firm_id, dtype=pl.String),
        "region": pl.Series(cluster.regions.key, dtype=pl.String).gather(firms.region),
        "workers": firms.workers,
        "size_class": size_class(firms.workers),
        "tier": pl.Series(TIERS, dtype=pl.String).gather(firms.tier),
        "participates": pl.Series(rows.participates),
        "capacity_min": work.capacity,
        "good_min": work.good,
        "earned_cny": money.earned,
        "wages_cny": cash.wages_cny,
        "interest_cny": money.costs - cash.wages_cny,
        "owners_cny": _owners_paid_in(rows),
        "opening_cny": cash.opening_cny[:count],
        "closing_cny": cash.closing_cny[:count],
        "owed_cny": cash.owed_cny,
        "loan_cny": cash.loan_cny[-1] if len(cash.loan_cny) else np.zeros(count),
    }


def ledger_columns(rows: Rows) -> Columns:
    """Lay out the ledger of one arm by firm and cause; causes of no minutes have no row."""
    lines, firms = rows.cluster.lines, rows.cluster.firms
    clock = rows.clock_min[:, rows.cluster.days.measured].sum(axis=1, dtype=np.int64)
    worth = clock * (lines.plateau_per_day / firms.shift_min[lines.firm])[:, None]
    by_firm = np.zeros((len(firms.firm_id), len(CAUSES)), dtype=np.int64)
    worth_by_firm = np.zeros(by_firm.shape)
    np.add.at(by_firm, lines.firm, clock)
    np.add.at(worth_by_firm, lines.firm, worth)
    firm, cause = np.nonzero(by_firm)
    return {
        "firm_id": pl.Series(firms.firm_id, dtype=pl.String).gather(firm),
        "cause": pl.Series(CAUSES, dtype=pl.String).gather(cause),
        "clock_min": by_firm[firm, cause],
        "plateau_min": worth_by_firm[firm, cause],
    }


def _owners_paid_in(rows: Rows) -> Floats:
    """(f,): CNY that owners put in over all simulated days."""
    payments = rows.cash.payments
    paid_in = payments.purpose == PURPOSES.index("owner")
    count = len(rows.cluster.firms.firm_id)
    whole = np.bincount(payments.payee[paid_in], payments.amount_cny[paid_in], count)
    return whole.astype(np.float64)
