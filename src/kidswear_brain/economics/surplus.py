"""Who gains how much by the brain, what the platform takes for it, and what it could take.

Receipts by party in the measured window, as work is done and goods arrive rather than as cash
follows: every yuan a customer pays for garments ends with one of the parties, so the parties' gains
sum to what customers pay more. What suppliers, carriers and workers give for it is not deducted:
their own costs are not in the model.
"""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.experiment.comparison import Estimate, estimate
from kidswear_brain.experiment.pool import Crew, Progress, run_in_order
from kidswear_brain.scenario import Scenario
from kidswear_brain.simulation.rows import PURPOSES, Rows
from kidswear_brain.simulation.run import ARMS, simulate_arm

PARTIES = ("firms", "brands", "workers", "suppliers", "carriers", "bank", "platform")


@dataclass(frozen=True, slots=True)
class Surplus:
    """Change from without to with the brain in the measured window, over worlds, CNY."""

    gain: dict[str, Estimate]
    """By party; firms and brands net of all they pay, the others as received."""
    customers: Estimate
    """What customers pay more for garments: the sum of the gains."""
    per_firm: Estimate
    """The firms' gain a firm."""
    pooled: Estimate
    """What the platform buys for its members."""
    fee: Estimate
    """What the platform takes in fees: its income, to be held against its cost."""
    fee_share: Estimate
    """That, as a share of what it buys."""
    break_even_fee_share: Estimate
    """The fee at which firms and brands together would gain nothing, all behaviour unchanged."""


def surplus(
    scenario: Scenario,
    seeds: list[int],
    workers: int | Crew = 1,
    progress: Progress = lambda finished, total: None,
) -> Surplus:
    """Add up every party's receipts in both arms of every world.

    Parameters
    ----------
    scenario : Scenario
        With the services that are to be valued.
    seeds : list of int
        One world each.
    """
    worlds = run_in_order(_live, [_World(scenario, seed) for seed in seeds], workers, progress)
    gains = np.array([[one.after[p] - one.before[p] for p in PARTIES] for one in worlds])
    pooled = np.array([one.pooled for one in worlds])
    fee = np.array([one.after["platform"] for one in worlds])
    members = gains[:, :2].sum(axis=1)
    bought = np.where(pooled > 0, pooled, np.nan)
    return Surplus(
        gain={party: estimate(gains[:, k]) for k, party in enumerate(PARTIES)},
        customers=estimate(gains.sum(axis=1)),
        per_firm=estimate(gains[:, 0] / np.array([one.firms for one in worlds])),
        pooled=estimate(pooled),
        fee=estimate(fee),
        fee_share=estimate(fee / bought),
        break_even_fee_share=estimate((fee + members) / bought),
    )


@dataclass(frozen=True, slots=True)
class _World:
    """What a worker is asked for."""

    scenario: Scenario
    seed: int


@dataclass(frozen=True, slots=True)
class _Receipts:
    """Receipts of one world by party, without and with the brain."""

    before: dict[str, float]
    after: dict[str, float]
    pooled: float
    firms: int


def _live(world: _World) -> _Receipts:
    cluster = build_cluster(world.scenario, world.seed)
    baseline, brain = (simulate_arm(world.scenario, world.seed, arm, cluster) for arm in ARMS)
    pooled = _paid(brain, "material", payer="platform")
    count = len(cluster.firms.firm_id)
    return _Receipts(receipts(baseline), receipts(brain), pooled, count)


def receipts(rows: Rows) -> dict[str, float]:
    """Net receipts of every party in the measured window of one arm, CNY."""
    earned, wages = float(rows.cash.earned_cny.sum()), float(rows.cash.wages_cny.sum())
    interest = _paid(rows, "interest")
    freight = _paid(rows, "freight", payee="carrier")
    material = _paid(rows, "material") - _paid(rows, "material", payer="platform")
    to_suppliers = _paid(rows, "material") - _paid(rows, "material", payee="platform")
    from_brands = _paid(rows, "freight") - _paid(rows, "freight", payer="platform")
    fee = _paid(rows, "fee")
    return {
        "firms": earned - wages - interest,
        "brands": _paid(rows, "garment") - earned - material - from_brands - fee,
        "workers": wages,
        "suppliers": to_suppliers,
        "carriers": freight,
        "bank": interest,
        "platform": fee + material - to_suppliers + from_brands - freight,
    }


def _paid(rows: Rows, purpose: str, payer: str = "", payee: str = "") -> float:
    """CNY paid for one purpose on measured days, by or to one party where one is named."""
    payments, days = rows.cash.payments, rows.cluster.days
    chosen = days.measured[payments.time_min // 1440 - days.first]
    chosen &= payments.purpose == PURPOSES.index(purpose)
    for name, column in ((payer, payments.payer), (payee, payments.payee)):
        if name:
            chosen = chosen & (column == rows.cash.party_id.index(name))
    return float(payments.amount_cny[chosen].sum())
