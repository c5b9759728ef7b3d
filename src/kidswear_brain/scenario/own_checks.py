"""Own tables against the numbers of their scenario: what cannot be simulated, what is not used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.errors import Problem

if TYPE_CHECKING:
    from kidswear_brain.scenario.model import Scenario
    from kidswear_brain.tables import OwnTables

MOST_WORKERS = 10_000
LEAST_HOURS = 1.0
_UNUSED = {
    "firms": ("quality", "min_lot_pieces"),
    "orders": ("material", "unmet_cost_per_piece", "late_cost_per_piece_day"),
}
SHOWN = 50


def own_problems(scenario: "Scenario") -> list[Problem]:
    """List what in the own tables cannot be simulated with the scenario's other values."""
    own = scenario.own_tables
    if own is None or own.firms is None:
        return []
    most = 24 - scenario.line.overtime_hours_per_day
    firms = own.firms
    given = ~np.isnan(firms.capacity_min_per_day)
    capacity = firms.capacity_min_per_day / np.maximum(firms.workers, 1) / 60
    hours = f"{LEAST_HOURS:g} to {most:g} (24 less line.overtime_hours_per_day)"
    checks = (
        (
            "workers",
            (firms.workers < 1) | (firms.workers > MOST_WORKERS),
            (f"1 to {MOST_WORKERS}", "correct the cell, or take the firm out"),
        ),
        (
            "hours_per_day",
            ~given & _outside(firms.hours_per_day, most),
            (hours, "correct the cell"),
        ),
        (
            "capacity_min_per_day",
            given & _outside(capacity, most),
            (f"hours of each worker from {hours}", "mend it, or the workers"),
        ),
    )
    found = [
        own.typed["firms"].problem(int(row), key, "a number out of range", advice, allowed)
        for key, wrong, (allowed, advice) in checks
        for row in np.flatnonzero(wrong)
    ]
    return [*found[:SHOWN], *counted(own.typed["firms"].file, len(found) - SHOWN)]


def counted(file: str, more: int) -> list[Problem]:
    """Count the problems of a table beyond those listed."""
    if more <= 0:
        return []
    found, advice = f"{more} more problems of the kind", "mend those above first"
    return [Problem(file=file, found=found, allowed="none", advice=advice)]


def own_warnings(scenario: "Scenario") -> tuple[str, ...]:
    """Say what in the own tables the simulation leaves aside."""
    own = scenario.own_tables
    if own is None:
        return ()
    return (
        *own.warnings,
        *_unused(own),
        *_order_warnings(scenario, own),
        *_lane_warnings(scenario, own),
        *_committed_warnings(own),
    )


def _outside(hours: NDArray[np.float64], most: float) -> NDArray[np.bool_]:
    return (hours < LEAST_HOURS) | (hours > most)


def _unused(own: "OwnTables") -> Iterator[str]:
    for table, columns in _UNUSED.items():
        if table in own.typed:
            values = own.typed[table].values
            filled = [name for name in columns if _any(values[name])]
            if filled:
                file, names = own.typed[table].file, ", ".join(filled)
                yield f"{file}: {names}: read and checked, but not used by the simulation"


def _any(column: NDArray[np.object_] | NDArray[np.float64]) -> bool:
    return bool(np.any(column != "") if column.dtype == object else np.any(~np.isnan(column)))


def _order_warnings(scenario: "Scenario", own: "OwnTables") -> Iterator[str]:
    if own.orders is None:
        return
    file, calendar = own.typed["orders"].file, scenario.calendar
    ordered = own.orders.release_days - scenario.demand.sampling_days
    end = calendar.days + calendar.followup_days
    out = int(np.sum((ordered < -calendar.warmup_days) | (ordered >= end)))
    early = int(np.sum((ordered < 0) & (ordered >= -calendar.warmup_days)))
    told = f"ordered demand.sampling_days ({scenario.demand.sampling_days:g}) before release_days"
    if out:
        yield f"{file}: {out} orders, {told}, lie outside the simulated days and are left out"
    if early:
        yield (
            f"{file}: {early} orders, {told}, come before calendar.start: they are worked on, but "
            "not measured"
        )
    away = int(np.sum(own.orders.region != next(iter(scenario.regions))))
    if away:
        yield f"{file}: {away} orders are not from the hub; the simulation cuts all parts there"
    if any(shock.demand_factor != 1 for shock in scenario.shocks):
        yield f"{file}: a shock's demand_factor does not change orders of a table"


def _lane_warnings(scenario: "Scenario", own: "OwnTables") -> Iterator[str]:
    if own.lanes is None:
        return
    hub = next(iter(scenario.regions))
    beside = int(np.sum((own.lanes.from_region != hub) & (own.lanes.to_region != hub)))
    if beside:
        file = own.typed["lanes"].file
        yield f"{file}: {beside} lanes neither begin nor end at {hub}; all ways lead over the hub"


def _committed_warnings(own: "OwnTables") -> Iterator[str]:
    if own.committed is None or own.firms is None:
        return
    per_day = dict(zip(own.firms.firm_id, own.firms.operator_min_per_day, strict=True))
    days = own.committed.to_day - own.committed.from_day + 1
    most = np.array([per_day[firm] for firm in own.committed.firm_id]) * days
    over = int(np.sum(own.committed.operator_min > most))
    if over:
        file = own.typed["committed"].file
        yield f"{file}: {over} rows hold more minutes than the firm has in those days; all is taken"
