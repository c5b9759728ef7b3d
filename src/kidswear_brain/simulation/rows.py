"""What one simulated arm leaves behind: rows as columns, before any table or measure.

The compiled kernels take the codes of causes and reasons from here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.cluster.columns import Cluster, Floats, Ints

CAUSES = (
    "shut_down",
    "off_shift",
    "shock",
    "vacancy",
    "absence",
    "change_over",
    "producing",
    "rework",
    "off_skill",
    "learning",
    "waiting_material",
    "waiting_cash",
    "refused",
    "no_order",
)
"""The causes of the line-minute ledger (MODEL section 7), in the order of the ledger's columns."""

REASONS = ("", "skill", "declined", "capacity", "material", "cash", "late", "unasked")
"""Why a firm refused an order, or an order was lost, by how far the order got; 0: no refusal.

skill: cannot make it; declined: price or trust; capacity: its queue ends too late; material: would
be in time but for the material; cash: working capital; late: the due date had passed; unasked:
nobody could be asked.
"""

PURPOSES = (
    "material",
    "freight",
    "fee",
    "piece_price",
    "collection",
    "garment",
    "wages",
    "interest",
    "loan",
    "repayment",
    "owner",
)
"""What payments are for; docs/materials-and-money.md says who pays whom."""

NEVER = np.iinfo(np.int64).min
"""Stands for a time that did not come within the simulated days."""


@dataclass(frozen=True, slots=True)
class OrderRows:
    """One row an order of the cluster, in its order."""

    release_min: Ints
    completion_min: Ints
    """Arrival of its last lot at the brand; NEVER if unfinished."""
    delivered_pieces: Ints
    on_time_pieces: Ints
    """Of the delivered ones, those that arrived by the due date."""
    in_progress_pieces: Ints
    lost_pieces: Ints
    rejected_pieces: Ints
    lost_cause: NDArray[np.uint8]
    """Code in REASONS."""
    lost_min: Ints
    """The epoch at which it was given up; NEVER if it was not."""
    style_family: Ints
    """The family in force in this arm."""
    by_brain: NDArray[np.bool_]
    """Whether the allocator placed it."""


@dataclass(frozen=True, slots=True)
class LotRows:
    """One row a lot, in order of acceptance."""

    order: Ints
    line: Ints
    pieces: Ints
    accepted_min: Ints
    start_min: Ints
    """Begin of its change-over; NEVER if not begun."""
    completion_min: Ints
    """End of sewing; NEVER if unfinished."""


@dataclass(frozen=True, slots=True)
class EpochRows:
    """What the brain did: flows planned by the allocator, prices, and refused offers."""

    flow_epoch_min: Ints
    flow_order: Ints
    flow_firm: Ints
    flow_period: Ints
    flow_standard_min: Floats
    price_epoch_min: Ints
    price_firm: Ints
    price_period: Ints
    shadow_price: Floats
    """CNY that one more operator-minute would save; rows with price 0 are left out."""
    refused_epoch_min: Ints
    refused_order: Ints
    refused_firm: Ints
    refused_reason: NDArray[np.uint8]
    plan_epoch_min: Ints
    """One row an optimized epoch: cost and standard minutes served, of the plan and its lots."""
    lp_cost: Floats
    lot_cost: Floats
    lp_served_min: Floats
    lot_served_min: Floats


@dataclass(frozen=True, slots=True)
class PurchaseRows:
    """One row a purchase (p,): some metres of one SKU from one supplier at one time."""

    time_min: Ints
    supplier: Ints
    """-1: the spot market."""
    sku: Ints
    metres: Floats
    tier: Ints
    """Price break it reached, from 0; -1 on the spot market."""
    list_cny: Floats
    paid_cny: Floats
    """Before freight and fee."""
    freight_cny: Floats
    fee_cny: Floats
    pooled: NDArray[np.bool_]
    """Whether it was bought through the platform."""


@dataclass(frozen=True, slots=True)
class NeedRows:
    """One row an order and colour (m,) whose material was bought."""

    order: Ints
    sku: Ints
    metres: Floats
    time_min: Ints
    """When it was bought."""
    pooled: NDArray[np.bool_]
    """Whether through the platform."""
    supplier: Ints
    """Who sold it; of no meaning where pooled, for a pool may be bought in parts."""
    paid_cny: Floats
    """Its part of the bill before freight and fee."""
    freight_cny: Floats
    fee_cny: Floats
    alone_cny: Floats
    """What it would have cost bought alone, freight included."""


@dataclass(frozen=True, slots=True)
class Bought:
    """All that was bought in an arm, and the buying programs solved for it."""

    purchases: PurchaseRows
    needs: NeedRows
    sku_category: Ints
    """(k,) class of each SKU."""
    sku_list_cny_per_m: Floats
    supplier_id: tuple[str, ...]
    tiers: int
    """How many price breaks there are, the price below the first included."""
    needed_list_cny: Floats
    """(k,) list value of what the orders of the measured window need, bought or not."""
    in_both_arms: NDArray[np.bool_]
    """(n,) orders whose material both arms have bought before they end."""
    program_gap: Floats
    """(windows,) how far each window's buying can be from the least cost, relative."""
    program_solved: NDArray[np.bool_]
    """(windows,) whether it took the mixed-integer program."""


@dataclass(frozen=True, slots=True)
class PaymentRows:
    """One row a payer, payee, purpose and day (p,), in order of time."""

    time_min: Ints
    """Begin of the day."""
    payer: NDArray[np.int32]
    """Number of the party in CashBook.party_id."""
    payee: NDArray[np.int32]
    purpose: NDArray[np.uint8]
    """Code in PURPOSES."""
    amount_cny: Floats


@dataclass(frozen=True, slots=True)
class CashBook:
    """Every payment of an arm, and where parties stand; firms are the first parties."""

    party_id: tuple[str, ...]
    payments: PaymentRows
    opening_cny: Floats
    """(parties,) cash when the warm-up begins: own capital of firms, 0 of all others."""
    closing_cny: Floats
    """(parties,) cash at the end."""
    owed_cny: Floats
    """(f,) piece prices of delivered pieces not received by the end."""
    loan_cny: Floats
    """(months, f) at the end of each month."""
    line_cny: Floats
    """(months, f) the most the firm may owe."""
    earned_cny: Floats
    """(f,) piece prices of what arrived on measured days."""
    wages_cny: Floats
    """(f,) wages of measured days."""
    arrived_pieces: int
    """Good pieces that arrived on measured days."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything one arm of one replication leaves behind."""

    cluster: Cluster
    arm: str
    participates: NDArray[np.bool_]
    """(f,): firms on the manufacturing platform by the last measured day of this arm's scenario,
    the same in both arms."""
    members: Ints
    """(months, 2): firms and brands that at least one service serves on the last measured day of
    each month that has any; none in the baseline."""
    orders: OrderRows
    lots: LotRows
    epochs: EpochRows
    clock_min: NDArray[np.int16]
    """(lines, days, causes): the ledger; sums to 1,440 over causes."""
    good_min: Floats
    """(lines, days): good standard minutes, rejects deducted, on the day they were worked."""
    attended_min: Floats
    """(lines, days): operator-minutes attended, overtime included, absence and vacancy off."""
    working_day: NDArray[np.bool_]
    """(days,): scheduled working days, shocks not deducted: those of the sustainable capacity."""
    bought: Bought
    cash: CashBook
