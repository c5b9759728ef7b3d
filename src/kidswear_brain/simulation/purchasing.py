"""What an arm's material cost: bought at release, or in pools at the end of a window.

Worked out once the arm has run: of all this only the wait for a pool acts on the shop floor, and
that was in the orders' conditions. Material is bought whether or not a firm takes the order later.
"""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.allocation.buying import BuyingProblem, Prices, buy
from kidswear_brain.allocation.buying_kernel import SPOT, buy_in_turn
from kidswear_brain.cluster.columns import Bools, Cluster, Floats, Ints
from kidswear_brain.cluster.dates import shock_factor
from kidswear_brain.cluster.materials import Needs, Skus, Suppliers, needs_of, skus_of, suppliers_of
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.simulation.rows import NEVER, Bought, NeedRows, PurchaseRows
from kidswear_brain.simulation.sharing import Bill, shared

_DAY_MIN = 1440.0
_GAP = 5e-3
"""How far from the least cost a window's buying may be before the mixed-integer program is solved;
a finer one would cost a year minutes, and the median gap is far below."""


def buy_materials(
    scenario: Scenario, cluster: Cluster, release_min: Ints, pool_min: Ints, end: int
) -> Bought:
    """Buy what every order released in an arm needs.

    Parameters
    ----------
    release_min : (n,) release of each order; NEVER if not released.
    pool_min : (n,) window of its pooled material, minutes; 0: it buys alone.
    end : minute at which the arm ended; what would be bought later is not.
    """
    skus = skus_of(scenario, cluster.seed)
    everything = needs_of(scenario, skus, cluster, np.arange(release_min.size))
    needs, time, pooled = _due(skus, everything, release_min, pool_min, end)
    shop = _open_shop(scenario, cluster, skus)
    asked, of_need = _requests(needs, time, pooled, pool_min)
    sold = _sell(shop, asked)
    rise = shock_factor(scenario, cluster.days, "material_price_factor")
    purchases, bill = _priced(scenario, shop, asked, sold, _on_day(cluster, rise, asked.time_min))
    part = needs.metres / asked.metres[of_need]
    paid, freight, fee = (all_of[of_need] * part for all_of in (bill.paid, bill.freight, bill.fee))
    alone = paid + freight
    risen = _on_day(cluster, rise, time[pooled])
    alone[pooled] = _alone(scenario, shop, needs.sku[pooled], needs.metres[pooled], risen)
    own = NeedRows(
        order=needs.order,
        sku=needs.sku,
        metres=needs.metres,
        time_min=time,
        pooled=pooled,
        supplier=sold.first_supplier[of_need],
        paid_cny=paid,
        freight_cny=freight,
        fee_cny=fee,
        alone_cny=alone,
    )
    return Bought(
        purchases=purchases,
        needs=shared(own, scenario.services.procurement.sharing, of_need, skus.list_cny_per_m),
        sku_category=skus.category,
        sku_list_cny_per_m=skus.list_cny_per_m,
        supplier_id=shop.suppliers.supplier_id,
        tiers=shop.prices.factors.size,
        needed_list_cny=_needed(cluster, skus, everything),
        in_both_arms=_in_both_arms(scenario, cluster, end),
        program_gap=np.array(sold.gaps),
        program_solved=np.array(sold.solved, dtype=np.bool_),
    )


@dataclass(frozen=True, slots=True)
class _Shop:
    """Who sells, at what prices."""

    skus: Skus
    suppliers: Suppliers
    prices: Prices
    ranked: Ints
    """(k, s + 1): suppliers of each SKU, the cheapest first, then SPOT."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Purchases wanted (r,), by time; those alone before the pools of the same minute."""

    time_min: Ints
    sku: Ints
    metres: Floats
    pool: Bools
    """Whether it is the pool of a window; if so it may be bought in parts."""
    platform: Bools


@dataclass(frozen=True, slots=True)
class _Sold:
    """Parts (p,) in which the purchases wanted were sold."""

    asked: Ints
    supplier: Ints
    metres: Floats
    tier: Ints
    first_supplier: Ints
    """(r,) the supplier of each purchase wanted, of its first part."""
    gaps: list[float]
    solved: list[bool]


def _due(
    skus: Skus, needs: Needs, release_min: Ints, pool_min: Ints, end: int
) -> tuple[Needs, Ints, Bools]:
    """Return what is bought by the end, when, and whether through the platform."""
    released = release_min[needs.order]
    window = pool_min[needs.order]
    pooled = (window > 0) & skus.pooled[needs.sku]
    wait = np.where(pooled, -released % np.maximum(window, 1), 0)
    time = released + np.where(released == NEVER, 0, wait)
    due = (released != NEVER) & (time < end) & (needs.metres > 0)
    kept = Needs(needs.order[due], needs.sku[due], needs.metres[due])
    return kept, time[due], pooled[due]


def _open_shop(scenario: Scenario, cluster: Cluster, skus: Skus) -> _Shop:
    suppliers, materials = suppliers_of(scenario, cluster), scenario.materials
    prices = Prices(
        breaks=np.array(materials.break_metres, dtype=np.float64),
        factors=np.array(materials.break_factors),
        spot=materials.spot_factor,
    )
    price = np.where(suppliers.sells, suppliers.price_factor[:, None], np.inf).T
    turn = np.argsort(price, axis=1, kind="stable")
    by_category = np.where(np.isfinite(np.take_along_axis(price, turn, axis=1)), turn, SPOT)
    last = np.full((by_category.shape[0], 1), SPOT)
    ranked = np.hstack([by_category, last])[skus.category]
    return _Shop(skus, suppliers, prices, ranked.astype(np.int64))


def _requests(needs: Needs, time: Ints, pooled: Bools, pool_min: Ints) -> tuple[_Asked, Ints]:
    """Gather pools by window and SKU; return what is wanted, and where each need is in it."""
    pool = pooled & (pool_min[needs.order] > 1)
    row = np.arange(time.size)
    row[pool] = 0
    # rows of one pool share time, flag, SKU and row; all others are told apart by their row
    turn = np.lexsort((row, np.where(pool, needs.sku, 0), pool, time))
    same = np.zeros(turn.size, dtype=np.bool_)
    before, after = turn[:-1], turn[1:]
    same[1:] = (
        pool[before]
        & pool[after]
        & (time[before] == time[after])
        & (needs.sku[before] == needs.sku[after])
    )
    number = np.cumsum(~same) - 1
    of_need = np.empty(turn.size, dtype=np.int64)
    of_need[turn] = number
    first = turn[~same]
    asked = _Asked(
        time_min=time[first],
        sku=needs.sku[first],
        metres=_summed(of_need, needs.metres, first.size),
        pool=pool[first],
        platform=pooled[first],
    )
    return asked, of_need


def _sell(shop: _Shop, asked: _Asked) -> _Sold:
    """Sell in order of time: purchases alone one by one, each window's pools by the program."""
    suppliers, prices = shop.suppliers, shop.prices
    days = asked.time_min / _DAY_MIN
    room = suppliers.stock_m.copy()
    filled = np.full(room.size, days[0] if days.size else 0.0)
    supplier = np.full(days.size, SPOT)
    parts: list[tuple[Ints, Ints, Floats, Ints]] = []
    gaps, solved = [], []
    edge = np.flatnonzero(np.diff(asked.pool.astype(np.int8), prepend=0, append=0))
    done = 0

    def alone_until(end: int) -> None:
        buy_in_turn(
            days, asked.metres, asked.sku, shop.ranked, suppliers.price_factor, prices.spot,
            suppliers.min_order_m, prices.breaks, prices.factors, room, filled,
            suppliers.capacity_m_per_day, suppliers.stock_m, done, end, supplier,
        )  # fmt: skip

    for first, end in _windows(asked, edge):
        alone_until(first)
        room[:] = np.minimum(
            suppliers.stock_m, room + suppliers.capacity_m_per_day * (days[first] - filled)
        )
        filled[:] = days[first]
        plan = buy(_window_problem(shop, asked, slice(first, end), room), _GAP)
        sold = plan.supplier != SPOT
        room -= np.bincount(plan.supplier[sold], plan.metres[sold], minlength=room.size)
        np.maximum(room, 0.0, out=room)
        parts.append((first + plan.pool, plan.supplier, plan.metres, plan.tier))
        gaps.append(plan.gap)
        solved.append(plan.method == "program")
        done = end
    alone_until(days.size)
    return _gathered(shop, asked, supplier, parts, (gaps, solved))


def _windows(asked: _Asked, edge: Ints) -> list[tuple[int, int]]:
    """First and end of the pools of each window; two windows may end with nothing in between."""
    windows = []
    for first, end in edge.reshape(-1, 2):
        cuts = np.flatnonzero(np.diff(asked.time_min[first:end])) + first + 1
        starts = [int(first), *cuts.tolist()]
        windows += list(zip(starts, [*starts[1:], int(end)], strict=True))
    return windows


def _window_problem(shop: _Shop, asked: _Asked, some: slice, room: Floats) -> BuyingProblem:
    sku, suppliers = asked.sku[some], shop.suppliers
    sells = suppliers.sells[:, shop.skus.category[sku]].T
    return BuyingProblem(
        metres=asked.metres[some],
        list_cny_per_m=shop.skus.list_cny_per_m[sku],
        price_factor=np.where(sells, suppliers.price_factor, np.inf),
        room=room.copy(),
        min_order=suppliers.min_order_m,
        prices=shop.prices,
    )


def _gathered(
    shop: _Shop,
    asked: _Asked,
    supplier: Ints,
    pools: list[tuple[Ints, Ints, Floats, Ints]],
    programs: tuple[list[float], list[bool]],
) -> _Sold:
    """Put what was bought alone and in pools together, by purchase wanted."""
    alone = np.flatnonzero(~asked.pool)
    metres = asked.metres[alone]
    pieces = [(alone, supplier[alone], metres, shop.prices.tier(metres)), *pools]
    place, seller, amount, tier = (np.concatenate(column) for column in zip(*pieces, strict=True))
    turn = np.argsort(place, kind="stable")
    place, seller = place[turn], seller[turn]
    return _Sold(
        asked=place,
        supplier=seller,
        metres=amount[turn],
        tier=np.where(seller == SPOT, -1, tier[turn]),
        first_supplier=seller[np.searchsorted(place, np.arange(asked.sku.size))],
        gaps=programs[0],
        solved=programs[1],
    )


def _priced(
    scenario: Scenario, shop: _Shop, asked: _Asked, sold: _Sold, rise: Floats
) -> tuple[PurchaseRows, Bill]:
    """Price every part, and add the bill of each purchase wanted up.

    All parts of a purchase travel as one load; the fee is a share of the price paid. Shocks raise
    what is paid by (r,) `rise`, not the list value, nor the freight, which follows weight.
    """
    of, prices = sold.asked, shop.prices
    sku = asked.sku[of]
    spot = sold.supplier == SPOT
    factor = shop.suppliers.price_factor[sold.supplier] * prices.factors[sold.tier]
    list_cny = shop.skus.list_cny_per_m[sku] * sold.metres
    paid = list_cny * np.where(spot, prices.spot, factor) * rise[of]
    load = _freight(scenario, shop.skus.list_cny_per_m[asked.sku], asked.metres)
    freight = load[of] * sold.metres / asked.metres[of]
    fee = np.where(asked.platform[of], scenario.services.procurement.fee_share * paid, 0.0)
    purchases = PurchaseRows(
        time_min=asked.time_min[of],
        supplier=sold.supplier,
        sku=sku,
        metres=sold.metres,
        tier=sold.tier,
        list_cny=list_cny,
        paid_cny=paid,
        freight_cny=freight,
        fee_cny=fee,
        pooled=asked.platform[of],
    )
    wanted = asked.sku.size
    return purchases, Bill(
        paid=_summed(of, paid, wanted),
        freight=_summed(of, freight, wanted),
        fee=_summed(of, fee, wanted),
    )


def _on_day(cluster: Cluster, by_day: Floats, time_min: Ints) -> Floats:
    """What holds at some minutes, given (d,) by simulated day."""
    return np.asarray(by_day[time_min // int(_DAY_MIN) - cluster.days.first])


def _alone(scenario: Scenario, shop: _Shop, sku: Ints, metres: Floats, rise: Floats) -> Floats:
    """What each need would cost bought alone at its cheapest supplier that holds so much."""
    suppliers, prices = shop.suppliers, shop.prices
    factor = prices.factor(metres)
    best = np.full(metres.size, prices.spot)
    for column in shop.ranked.T[: int((shop.ranked != SPOT).sum(axis=1).max(initial=0))]:
        seller = column[sku]
        price = suppliers.price_factor[seller] * factor
        takes = (
            (seller != SPOT)
            & (metres >= suppliers.min_order_m[seller])
            & (metres <= suppliers.stock_m[seller])
        )
        best = np.where(takes, np.minimum(price, best), best)
    list_price = shop.skus.list_cny_per_m[sku]
    freight = _freight(scenario, list_price, metres)
    return np.asarray(list_price * metres * best * rise + freight)


def _freight(scenario: Scenario, list_cny_per_m: Floats, metres: Floats) -> Floats:
    """Freight of loads: a share of the list value of 1,000 m, growing with a power of weight."""
    materials = scenario.materials
    grown = (metres / 1000.0) ** materials.freight_exponent
    return np.asarray(materials.freight_share * 1000.0 * list_cny_per_m * grown)


def _in_both_arms(scenario: Scenario, cluster: Cluster, end: int) -> Bools:
    """(n,): orders whose material is bought before the end, at release or a pool's close.

    The latest of that follows from the scenario and the order date alone, so both arms agree.
    """
    wait_days = scenario.demand.sampling_days + scenario.services.procurement.window_days
    return np.asarray(cluster.orders.ordered_min + wait_days * _DAY_MIN < end)


def _needed(cluster: Cluster, skus: Skus, needs: Needs) -> Floats:
    """(k,): list value of what the orders of the measured window need."""
    day = cluster.orders.ordered_min[needs.order] // 1440 - cluster.days.first
    inside = cluster.days.measured[day]
    metres = _summed(needs.sku[inside], needs.metres[inside], skus.list_cny_per_m.size)
    return np.asarray(metres * skus.list_cny_per_m)


def _summed(group: Ints, amount: Floats, groups: int) -> Floats:
    return np.bincount(group, amount, minlength=groups).astype(np.float64)
