"""The measures: one definition each, in a fixed order (MODEL section 7).

Families (names ending in capitals) give one value per region, cause or percentile.
"""

from collections.abc import Mapping

from kidswear_brain.results import formulas
from kidswear_brain.results.entry import Measure
from kidswear_brain.results.money_measures import MONEY
from kidswear_brain.simulation.rows import Rows


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
        "utilization_tier_TIER",
        "share",
        "utilization of the firms of one digital tier, whose own plateau and change-over count in "
        "their capacity; nan where there are none",
        "MODEL 1.3, 7",
        formulas.utilization_by_tier,
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
    *MONEY,
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
