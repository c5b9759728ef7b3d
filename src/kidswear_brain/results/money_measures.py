"""The measures of material and money: their part of the registry, in its order."""

from kidswear_brain.results import money, procurement
from kidswear_brain.results.entry import Measure

_S7 = "MODEL 7"

MONEY: tuple[Measure, ...] = (
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
)
"""Measures of purchases, cash and margins."""
