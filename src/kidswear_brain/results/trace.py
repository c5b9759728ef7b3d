"""Traces: the happenings of one arm in time order, a readable line each, and where two differ.

At one minute: ended, arrived, released, refused, accepted, lost, started; then by order and firm.
"""

import datetime as dt
import itertools
from collections.abc import Iterator

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.columns import Cluster
from kidswear_brain.errors import RunError
from kidswear_brain.results.tables import line_ids, order_ids
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.simulation.rows import NEVER, REASONS, Rows
from kidswear_brain.simulation.run import ARMS, simulate_heard

MOST_ORDERS = 3000
"""A trace is for reading; a larger world is compared by its tables."""
EVENTS = ("ended", "arrived", "released", "refused", "accepted", "lost", "started")
_CONTEXT, _SHOWN = 3, 5

Happening = tuple[int, int, int, int, str]
"""Minute, place in EVENTS, order, lot or firm, and what more there is to say."""


def trace(scenario: Scenario, seed: int, arm: str) -> list[str]:
    """Simulate an arm and tell what happened, one line a happening.

    Returns
    -------
    list of str
        Date and time, event, order_id, and what belongs to the event (docs/traces.md).

    Raises
    ------
    RunError
        If there is no such arm, or more orders come than anybody could read.
    """
    if arm not in ARMS:
        raise RunError(f"arm: found {arm!r}, allowed {' or '.join(ARMS)}")
    cluster = build_cluster(scenario, seed)
    count = cluster.orders.brand.size
    if count > MOST_ORDERS:
        raise RunError(
            f"trace: found {count:,} orders, allowed {MOST_ORDERS:,}, take fewer firms, brands or "
            "days, e.g. --set cluster.firms=12 --set cluster.brands=24 --set calendar.days=60"
        )
    rows, refusals = simulate_heard(scenario, cluster, arm)
    refused = (
        (one.epoch_min, EVENTS.index("refused"), one.order, one.firm, _no(cluster, one.firm,
         one.reason)) for one in refusals
    )  # fmt: skip
    happenings = sorted([*_of_orders(rows), *_of_lots(rows), *refused, *_of_brain(rows)])
    names = order_ids(cluster)
    start = dt.datetime.combine(scenario.calendar.start, dt.time())
    return [
        f"{start + dt.timedelta(minutes=minute):%Y-%m-%d %H:%M} {EVENTS[event]:<8} "
        f"{names[order]:<11} {more}"
        for minute, event, order, _, more in happenings
    ]


def _of_orders(rows: Rows) -> Iterator[Happening]:
    cluster, done = rows.cluster, rows.orders
    orders = cluster.orders
    end = (cluster.days.first + cluster.days.rest.size) * 1440
    for k, release in enumerate(done.release_min.tolist()):
        if release == NEVER or release >= end:
            continue
        what = f"{orders.pieces[k]} {cluster.categories[orders.category[k]]}"
        days = (orders.due_min[k] - release) / 1440
        more = f"{what}, family {done.style_family[k]}, due in {days:.2f} days"
        yield release, EVENTS.index("released"), k, 0, more
        if done.lost_min[k] != NEVER:
            cause = REASONS[done.lost_cause[k]]
            yield int(done.lost_min[k]), EVENTS.index("lost"), k, 0, f"for {cause}"


def _of_lots(rows: Rows) -> Iterator[Happening]:
    cluster, lots = rows.cluster, rows.lots
    names = line_ids(cluster)
    lead = cluster.regions.lead_min[cluster.firms.region[cluster.lines.firm[lots.line]]]
    end = (cluster.days.first + cluster.days.rest.size) * 1440
    for k, order in enumerate(lots.order.tolist()):
        more = f"line {names[int(lots.line[k])]}, {lots.pieces[k]} pieces"
        by = ", by the brain" if rows.orders.by_brain[order] else ""
        completion = int(lots.completion_min[k])
        times = {"accepted": int(lots.accepted_min[k]), "started": int(lots.start_min[k])}
        if completion != NEVER:
            times["ended"] = completion
            if completion + lead[k] <= end:
                times["arrived"] = completion + int(lead[k])
        for event, minute in times.items():
            if minute != NEVER:
                said = more + by if event == "accepted" else more
                yield minute, EVENTS.index(event), order, k, said


def _of_brain(rows: Rows) -> Iterator[Happening]:
    """Refusals of the brain's offers."""
    epochs = rows.epochs
    columns = (epochs.refused_epoch_min, epochs.refused_order, epochs.refused_firm,
               epochs.refused_reason)  # fmt: skip
    for minute, order, firm, reason in zip(*(c.tolist() for c in columns), strict=True):
        more = _no(rows.cluster, firm, reason) + ", to the brain"
        yield minute, EVENTS.index("refused"), order, firm, more


def _no(cluster: Cluster, firm: int, reason: int) -> str:
    return f"by {cluster.firms.firm_id[firm]} for {REASONS[reason]}"


def first_difference(then: list[str], now: list[str]) -> str | None:
    """Show where two traces part: what both say before, then what each says; None if nowhere.

    Lines that both have begin with a space, those of `then` alone with -, of `now` alone with +.
    """
    if then == now:
        return None
    pairs = itertools.zip_longest(then, now)
    place = next(k for k, (one, other) in enumerate(pairs) if one != other)
    shown = [
        f"the first difference is happening {place + 1} of {len(then)} recorded, {len(now)} now",
        *(f"  {line}" for line in then[max(place - _CONTEXT, 0) : place]),
        *(f"- {line}" for line in then[place : place + _SHOWN]),
        *(f"+ {line}" for line in now[place : place + _SHOWN]),
    ]
    return "\n".join(shown)
