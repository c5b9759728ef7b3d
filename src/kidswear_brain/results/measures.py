"""The measures: one definition each, in a fixed order (MODEL section 7).

Families (names ending in capitals) give one value per region, cause or percentile.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kidswear_brain.results import formulas, money, procurement
from kidswear_brain.simulation.rows import Rows


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of the registry: a measure, or a family whose name ends in capitals."""

    name: str
    unit: str
    definition: str
    source: str
    compute: Callable[[formulas.Sums], float | Mapping[str, float]]
    """The value; for a family the values by what replaces the capitals."""


def measure(rows: Rows) -> dict[str, float]:
    """Compute every measure of one arm, by name, in the order of the registry."""
    sums = formulas.sums_of(rows)
    values: dict[str, float] = {}
    for entry in MEASURES:
        value = entry.compute(sums)
        if isinstance(value, Mapping):
            stem = family_stem(entry.name)
            values.update({stem + key: float(one) for key, one in value.items()})
        else:
            values[entry.name] = float(value)
    return values


def family_stem(name: str) -> str:
    """Take the capitals off the name of a family: ``ledger_CAUSE`` -> ``ledger_``."""
    return name.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


_S7 = "MODEL 7"
_S8 = "MODEL 8"

MEASURES: tuple[Measure, ...] = (
    Measure(
        "utilization",
        "share, may exceed 1",
        "good standard minutes worked on measured days / sustainable capacity: the sum over lines "
        "of capacity a scheduled day x scheduled working days of the window, shocks not deducted",
        "MODEL 1.3, 7",
        formulas.utilization,
    ),
    Measure(
        "utilization_unweighted",
        "share",
        "plain mean over firms of each firm's utilization; can rise by moving work to small firms",
        "MODEL 1.5, 7",
        formulas.utilization_unweighted,
    ),
    Measure(
        "utilization_plateau",
        "share",
        "good standard minutes / standard minutes if every post were attended and every line at "
        "its plateau on all scheduled working days: no minute for change-over or learning",
        _S7,
        formulas.utilization_plateau,
    ),
    Measure(
        "utilization_busy",
        "share",
        "busy / available line time: clock minutes of change_over, producing, rework, off_skill "
        "and learning / all clock minutes but shut_down and off_shift (scheduled + overtime)",
        _S7,
        formulas.utilization_busy,
    ),
    Measure(
        "utilization_participants",
        "share",
        "utilization of the firms that are on the manufacturing platform of this scenario by the "
        "last measured day, the same firms in both arms",
        _S7,
        lambda s: formulas.utilization_of(s, s.participates),
    ),
    Measure(
        "utilization_region_REGION",
        "share",
        "utilization of the firms of one region",
        _S7,
        formulas.utilization_by_region,
    ),
    Measure(
        "utilization_month_MONTH",
        "share",
        "utilization of the measured days of one calendar month, named like 2021-03; nan where "
        "none of them is worked",
        _S7,
        formulas.utilization_by_month,
    ),
    Measure(
        "member_firms_MONTH",
        "firms",
        "processing firms that have joined by the last measured day of the month and take part in "
        "a service then switched on; 0 in the baseline",
        "MODEL 5",
        lambda s: formulas.members_by_month(s, 0),
    ),
    Measure(
        "member_brands_MONTH",
        "brands",
        "the same of brands",
        "MODEL 5",
        lambda s: formulas.members_by_month(s, 1),
    ),
    Measure(
        "utilization_firm_PERCENTILE",
        "share",
        "10th, 50th and 90th percentile over firms (not weighted) of a firm's utilization",
        _S7,
        formulas.utilization_percentiles,
    ),
    Measure(
        "firm_share_CLASS",
        "share of firms",
        "firms whose utilization lies in one class of width .1, named by its lower end, / all "
        "firms (not weighted); the last class has no upper end; the classes sum to 1",
        _S7,
        formulas.firms_by_utilization,
    ),
    Measure(
        "gini_utilization",
        "0-1",
        "Gini coefficient over firms (not weighted) of a firm's utilization: 0 = all alike",
        _S7,
        formulas.gini_utilization,
    ),
    Measure(
        "orders",
        "orders",
        "orders whose order date lies in the measured window; the same in both arms. All order "
        "measures speak of these",
        _S8,
        lambda s: len(s.demand.pieces),
    ),
    Measure(
        "load",
        "share",
        "standard minutes of those orders, lost ones included / sustainable capacity of the "
        "window: what utilization would be if every piece ordered were sewn in it",
        "MODEL 2d",
        formulas.load,
    ),
    Measure(
        "fill_rate",
        "share of pieces ordered",
        "pieces delivered by the due date / pieces ordered",
        _S7,
        formulas.fill_rate,
    ),
    Measure(
        "fill_rate_region_REGION",
        "share of pieces ordered",
        "pieces delivered by the due date from the firms of one region / pieces ordered anywhere, "
        "an order's pieces shared out over its lots by size; sums to fill_rate",
        _S7,
        formulas.fill_rate_by_region,
    ),
    Measure(
        "on_time_share",
        "share of pieces delivered",
        "pieces delivered by the due date / pieces delivered",
        _S7,
        formulas.on_time_share,
    ),
    Measure(
        "on_time_share_region_REGION",
        "share of pieces delivered",
        "on_time_share of the pieces sewn by the firms of one region",
        _S7,
        formulas.on_time_share_by_region,
    ),
    Measure(
        "lost_share",
        "share of pieces ordered",
        "pieces no firm ever accepted / pieces ordered",
        _S7,
        formulas.lost_share,
    ),
    Measure(
        "lost_share_CAUSE",
        "share of pieces ordered",
        "the same by the last reason of refusal; sums to lost_share",
        _S7,
        formulas.lost_share_by_cause,
    ),
    Measure(
        "lead_time_days",
        "days",
        "days from order date to arrival of the order's last lot, completed orders, weighted by "
        "delivered pieces: how long the mean piece was waited for",
        _S7,
        formulas.lead_time_days,
    ),
    Measure(
        "tardiness_days",
        "days",
        "days late (0 if in time), completed orders, weighted by delivered pieces",
        _S7,
        formulas.tardiness_days,
    ),
    Measure(
        "t_shirt_cycle_days",
        "days",
        "median days from cut parts leaving the hub, one lead time before sewing begins, to the "
        "last garments back, of T-shirt orders of 2,000 to 4,500 pieces sewn in anhui_southwest on "
        "3 lines or more; nan where there is none",
        _S8,
        formulas.t_shirt_cycle_days,
    ),
    Measure(
        "pieces_per_worker_day",
        "pieces/worker-day",
        "pieces of lots whose sewing ended on a measured day, rejects included / attended "
        "worker-days (attended minutes, idle and overtime included, / scheduled minutes a day)",
        _S8,
        formulas.pieces_per_worker_day,
    ),
    Measure(
        "pieces_per_worker_day_best_month",
        "pieces/worker-day",
        "the highest of the same by calendar month, over months that lie wholly in the window and "
        f"have at least {formulas.MIN_WORKING_DAYS} working days",
        _S8,
        formulas.pieces_per_worker_day_best_month,
    ),
    Measure(
        "best_month_over_february",
        "ratio",
        "good standard minutes of the best month of July to December / those of February (mean of "
        "Februaries), months wholly in the window only",
        _S8,
        formulas.best_month_over_february,
    ),
    Measure(
        "firms_per_order",
        "firms/order",
        "mean number of distinct firms with a lot of the order, over orders with a lot",
        "MODEL 6",
        formulas.firms_per_order,
    ),
    Measure(
        "rounding_cost_share",
        "share of the plan's cost",
        "(cost of the whole lots - cost of the linear program's plan) / the latter, over all "
        "optimized epochs of the window; nan where nothing is optimized",
        "MODEL 6",
        formulas.rounding_cost_share,
    ),
    Measure(
        "rounding_shed_share",
        "share of planned minutes",
        "(standard minutes the linear program serves - those its whole lots serve) / the former, "
        "over all optimized epochs of the window",
        "MODEL 6",
        formulas.rounding_shed_share,
    ),
    Measure(
        "procurement_cost_index",
        "paid / list value",
        "sum over SKUs of w x (paid on measured days, freight and fee included / list value of the "
        "metres bought), w the SKU's share of list value in all orders of the window, the same in "
        "both arms; a SKU not bought takes the arm's mean",
        _S7,
        lambda s: procurement.cost_index(s.procurement),
    ),
    Measure(
        "procurement_cost_index_PART",
        "paid / list value",
        "the same of price, freight and platform fee alone; the three sum to it",
        _S7,
        lambda s: procurement.cost_index_parts(s.procurement),
    ),
    Measure(
        "procurement_cost_index_shared_orders",
        "paid / list value",
        "what the orders of the window for which both arms bought material were billed, freight "
        "and fee included / the list value of their metres",
        _S7,
        lambda s: procurement.cost_index_shared(s.procurement),
    ),
    Measure(
        "procurement_tier_TIER",
        "share of metres bought",
        "metres bought on measured days at each price break, 0 the dearest, or on the spot market; "
        "sums to 1",
        "MODEL 5.2",
        lambda s: procurement.tier_shares(s.procurement),
    ),
    Measure(
        "procurement_pooled_share",
        "share of metres bought",
        "metres bought through the platform on measured days",
        "MODEL 5.2",
        lambda s: procurement.pooled_share(s.procurement),
    ),
    Measure(
        "procurement_member_saving",
        "share of the cost alone",
        "1 - what members of pools were billed / what they would have paid alone, each at its "
        "cheapest supplier with its own break and freight and no fee",
        "MODEL 5.2",
        lambda s: procurement.member_saving(s.procurement),
    ),
    Measure(
        "procurement_outside_share",
        "share of members",
        "orders and colours in pools that were billed more than they would have paid alone, by the "
        "scenario's rule of sharing",
        "MODEL 5.2",
        lambda s: procurement.outside_share(s.procurement),
    ),
    Measure(
        "procurement_gap_max",
        "share of cost",
        "the largest (cost - bound) / cost of any window's buying",
        "MODEL 5.2",
        lambda s: procurement.largest_gap(s.procurement),
    ),
    Measure(
        "unit_cost",
        "CNY/piece",
        "material, freight, platform fees and interest paid on measured days and wages of those "
        "days / good pieces that arrived on them; material of orders nobody sewed counts",
        _S7,
        lambda s: money.unit_cost(s.money),
    ),
    Measure(
        "wages",
        "CNY",
        "wages of the measured days: attended minutes x wage, overtime x 1.5",
        _S7,
        lambda s: float(s.money.costs.sum()) - s.money.paid["interest"],
    ),
    Measure(
        "interest",
        "CNY",
        "interest on loans and on receivables the bank paid sooner, paid on measured days",
        _S7,
        lambda s: s.money.paid["interest"],
    ),
    Measure(
        "freight",
        "CNY",
        "freight of material and of parts and garments, paid on measured days",
        _S7,
        lambda s: s.money.paid["freight"],
    ),
    Measure(
        "owners_contribution",
        "CNY",
        "what owners put in on measured days, where cash and credit line were exhausted",
        "MODEL 10",
        lambda s: s.money.paid["owner"],
    ),
    Measure(
        "firm_margin",
        "share of piece prices",
        "1 - (wages + interest) / piece prices of what arrived, all firms, measured days",
        _S7,
        lambda s: money.firm_margin(s.money),
    ),
    Measure(
        "firm_margin_PERCENTILE",
        "share of piece prices",
        "10th, 50th and 90th percentile over firms that earned anything of the same by firm",
        _S7,
        lambda s: money.firm_margin_percentiles(s.money),
    ),
    Measure(
        "firms_at_loss_share",
        "share of firms",
        "firms whose wages and interest exceed their piece prices",
        _S7,
        lambda s: money.firms_at_loss_share(s.money),
    ),
    Measure(
        "ledger_CAUSE",
        "share of clock minutes",
        "clock minutes of one cause / all clock minutes of all lines on measured days; the 14 sum "
        "to 1",
        _S7,
        formulas.ledger,
    ),
    Measure(
        "ledger_scheduled_CAUSE",
        "share of scheduled minutes",
        "clock minutes of one cause / all clock minutes but shut_down and off_shift; the 12 sum "
        "to 1",
        _S7,
        formulas.ledger_scheduled,
    ),
)
"""Every measure, in the order of the screen and of the tables."""
