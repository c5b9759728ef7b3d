"""Why an order is unmet or late, in a planner's words, and what to relax first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.planner import SLACK_DAYS, Planning
from kidswear_brain.allocation.planner_rows import PlanRows
from kidswear_brain.allocation.planner_words import say
from kidswear_brain.allocation.problem import Allocation, Floats, Ints


@dataclass(frozen=True, slots=True)
class Reason:
    """One order, the pieces of it that are unmet or late, how many days late at most, and why."""

    order_id: str
    pieces: float
    late_days: float
    text: str


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A firm's period that unmet or late orders wait for, and how much of it they need."""

    firm_id: str
    region: str
    period: int
    orders: int
    operator_min: float
    shadow_price: float


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """Every unmet and late order with its reason, and what they wait for, the most wanted first."""

    unmet: list[Reason]
    late: list[Reason]
    bottlenecks: list[Bottleneck]


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one part lacks: the sentence, and the firm, period and operator-minutes it waits for."""

    order: int
    pieces: float
    late_days: float
    text: str
    cell: tuple[int, int] | None = None
    needed: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """What one part meets at each firm: (f,) arrays, and (f, t) where firms are open."""

    row: int
    order: int
    skilled: NDArray[np.bool_]
    reached: NDArray[np.bool_]
    takes: NDArray[np.bool_]
    lead_out: Floats
    lead_back: Floats
    open: NDArray[np.bool_]
    cost: Floats
    """(f, t) money per standard minute; inf where not open."""


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    planning: Planning
    plan: Allocation
    language: str

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def name(self, firm: int) -> str:
        firms = self.planning.tables.firms
        return f"{firms.firm_id[firm]} ({firms.region[firm]})"


def reasons(planning: Planning, plan: Allocation, rows: PlanRows, language: str = "en") -> Reasons:
    """Give each unmet and each late order its reason, in the order of the table.

    Unmet, the first of these that holds: nobody has the skill, no way leads there and back, nobody
    takes so small a lot, no period is open, sewing costs more than leaving it, the able firms are
    full, whole lots left it over. Late: no period brings it back in time, in time would be dearer,
    the able firms are full in time, whole lots made it late. Orders that wait for the same firm and
    period say so.

    Parameters
    ----------
    planning : Planning
        What was allocated.
    plan : Allocation
        The linear program's plan of the free parts, for its prices.
    rows : PlanRows
        What came of it.
    language : {"en", "zh"}
        Of the sentences.
    """
    desk = _Desk(planning, plan, language)
    unmet = [_unmet(desk, int(k), float(rows.unmet_pieces[k])) for k in _unmet_rows(rows)]
    late = list(_late_findings(desk, rows))
    waiting: dict[tuple[int, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for finding in unmet + late:
        if finding.cell is not None:
            waiting[finding.cell][finding.order] += finding.needed
    return Reasons(
        _by_order(desk, unmet, waiting),
        _by_order(desk, late, waiting),
        sorted(_bottlenecks(desk, waiting), key=lambda b: -b.shadow_price * b.operator_min),
    )


def late_days(planning: Planning, rows: PlanRows) -> Floats:
    """(k,): days after its due day that each row of the plan is back; 0 if in time."""
    back = planning.ways.lead_back[rows.part, planning.ways.group[rows.firm]]
    due = planning.tables.orders.due_days[planning.parts.order[rows.part]]
    late = planning.period_ends[rows.period] + back - due
    return np.where(late > SLACK_DAYS, late, 0.0)


def _unmet_rows(rows: PlanRows) -> Ints:
    return np.flatnonzero(rows.unmet_pieces > 0)


def _by_order(
    desk: _Desk, found: list[_Finding], waiting: dict[tuple[int, int], dict[int, float]]
) -> list[Reason]:
    """Join what was found of the parts of an order; say who else waits for the same."""
    members: dict[int, list[_Finding]] = {}
    for finding in found:
        members.setdefault(finding.order, []).append(finding)
    order_id = desk.planning.tables.orders.order_id
    joined = []
    for order, parts in members.items():
        texts = dict.fromkeys(part.text + _others(desk, part, waiting) for part in parts)
        pieces, late = sum(p.pieces for p in parts), max(p.late_days for p in parts)
        joined.append(Reason(str(order_id[order]), pieces, late, "; ".join(texts)))
    return joined


def _others(
    desk: _Desk, finding: _Finding, waiting: dict[tuple[int, int], dict[int, float]]
) -> str:
    orders = waiting[finding.cell] if finding.cell is not None else {}
    if len(orders) < 2:
        return ""
    return desk.say("shared", orders=len(orders), needed=sum(orders.values()))


def _bottlenecks(
    desk: _Desk, waiting: dict[tuple[int, int], dict[int, float]]
) -> Iterator[Bottleneck]:
    firms = desk.planning.tables.firms
    for (firm, period), orders in waiting.items():
        yield Bottleneck(
            str(firms.firm_id[firm]),
            str(firms.region[firm]),
            period,
            len(orders),
            sum(orders.values()),
            float(desk.plan.capacity_price[firm, period]),
        )


def _unmet(desk: _Desk, row: int, pieces: float) -> _Finding:
    planning = desk.planning
    case = _case(planning, row)
    firm = int(planning.parts.firm[row])
    promised = firm >= 0
    before = desk.say("promised", firm=planning.tables.firms.firm_id[firm]) if promised else ""
    text = _out_of_question(desk, case)
    if not text and promised:
        text = desk.say("promises")
    if not text and desk.plan.unmet[row] <= 1e-9 * planning.problem.demand[row]:
        text = desk.say("whole_unmet")
    if text:
        return _Finding(case.order, pieces, 0.0, before + text)
    return _no_room(desk, case, pieces)


def _out_of_question(desk: _Desk, case: _Case) -> str:
    """Say what keeps all firms from sewing a part, however much room they had; "" if nothing."""
    tables = desk.planning.tables
    if not case.skilled.any():
        return desk.say("no_skill", category=tables.orders.category[case.order])
    if not case.reached.any():
        region, example = tables.orders.region[case.order], int(case.skilled.argmax())
        return desk.say("no_way", region=region, example=tables.firms.region[example])
    if not case.takes.any():
        least = np.where(case.reached, desk.planning.ways.least_pieces, np.inf)
        pieces, firm = desk.planning.parts.pieces[case.row], int(least.argmin())
        return desk.say("too_small", pieces=pieces, least=least[firm], firm=desk.name(firm))
    if not case.open.any():
        return _closed(desk, case)
    return ""


def _case(planning: Planning, row: int) -> _Case:
    ways, firm = planning.ways, int(planning.parts.firm[row])
    group = ways.group
    sewing = ways.cost[ways.category[row]]
    skilled = np.isfinite(sewing)
    own = np.arange(skilled.size) == firm
    if firm >= 0:
        skilled &= own
    freight = ways.freight[row][group]
    reached = skilled & np.isfinite(freight)
    takes = reached & ((ways.least_pieces <= planning.parts.pieces[row]) | own)
    closed = np.isinf(planning.problem.lateness_cost[row])[group]
    able = takes[:, None] & ~closed
    base = sewing + freight / planning.smv_min[row]
    return _Case(
        row,
        int(planning.parts.order[row]),
        skilled,
        reached,
        takes,
        ways.lead_out[row][group],
        ways.lead_back[row][group],
        able,
        np.where(able, base[:, None] + ways.lateness[row][group], np.inf),
    )


def _closed(desk: _Desk, case: _Case) -> str:
    """The due date, if some period begins after the parts are there; else the release."""
    planning = desk.planning
    orders, ends = planning.tables.orders, planning.period_ends
    arrival = orders.release_days[case.order] + case.lead_out
    named = planning.parts.period[case.row]
    usable = case.takes[:, None] & (arrival[:, None] < ends)
    if named >= 0:
        usable &= np.arange(ends.size) == named
    if not usable.any():
        last = ends[named] if named >= 0 else ends[-1]
        return desk.say("parts_late", last=last, earliest=arrival[case.takes].min())
    back = np.where(usable, ends + case.lead_back[:, None], np.inf).min()
    return desk.say("too_late", back=back, due=orders.due_days[case.order])


def _no_room(desk: _Desk, case: _Case, pieces: float) -> _Finding:
    """Full firms, unless sewing costs more than it is worth even where there is room."""
    planning = desk.planning
    smv, worth = float(planning.smv_min[case.row]), float(planning.unmet_cost[case.row])
    cost = float(case.cost.min())
    if cost >= worth:
        text = desk.say("dear", cost=cost * smv, worth=worth * smv)
        return _Finding(case.order, pieces, 0.0, text)
    return _wait(desk, case, worth, _Finding(case.order, pieces, 0.0, ""))


def _wait(desk: _Desk, case: _Case, worth: float, finding: _Finding) -> _Finding:
    """Name the firm and period where a further operator-minute saves this part most."""
    planning = desk.planning
    minutes = planning.ways.minutes[planning.ways.category[case.row]]
    saving = (worth - case.cost) / minutes[:, None]
    firm, period = (int(k) for k in np.unravel_index(saving.argmax(), saving.shape))
    needed = finding.pieces * float(planning.smv_min[case.row]) * float(minutes[firm])
    text = desk.say(
        "full",
        able=int(np.isfinite(case.cost).any(axis=1).sum()),
        needed=needed,
        name=desk.name(firm),
        begin=planning.period_ends[period - 1] if period else 0.0,
        end=planning.period_ends[period],
        price=desk.plan.capacity_price[firm, period],
    )
    return _Finding(finding.order, finding.pieces, finding.late_days, text, (firm, period), needed)


def _late_findings(desk: _Desk, rows: PlanRows) -> Iterator[_Finding]:
    """Find out of each part with late rows, together, why they are not in time."""
    days = late_days(desk.planning, rows)
    members: dict[int, list[int]] = {}
    for k in np.flatnonzero(days > 0).tolist():
        members.setdefault(int(rows.part[k]), []).append(k)
    for row, mine in members.items():
        pieces, late = float(rows.pieces[mine].sum()), float(days[mine].max())
        case = _case(desk.planning, row)
        cells = rows.firm[mine], rows.period[mine]
        yield _why_late(desk, case, cells, _Finding(case.order, pieces, late, ""))


def _why_late(desk: _Desk, case: _Case, cells: tuple[Ints, Ints], finding: _Finding) -> _Finding:
    """Compare the cheapest firm and period in time with the dearest of those it is sewn at."""
    planning, price = desk.planning, desk.plan.capacity_price
    due = float(planning.tables.orders.due_days[case.order])
    back = planning.period_ends + case.lead_back[:, None]
    in_time = np.where(back - due <= SLACK_DAYS, case.cost, np.inf)
    minutes = planning.ways.minutes[planning.ways.category[case.row]][:, None]
    text = ""
    if planning.parts.firm[case.row] >= 0:
        firm = planning.tables.firms.firm_id[planning.parts.firm[case.row]]
        text = desk.say("promised", firm=firm) + desk.say("named_late")
    elif np.isinf(in_time).all():
        earliest = float(np.where(np.isfinite(case.cost), back, np.inf).min())
        text = desk.say("no_time", back=earliest, due=due)
    else:
        worth = float((case.cost + minutes * price)[cells].max())
        priced = in_time + minutes * price
        firm = int(np.unravel_index(priced.argmin(), priced.shape)[0])
        if in_time.min() >= worth:
            more = (priced.min() - worth) * float(planning.smv_min[case.row])
            text = desk.say("late_cheaper", more=more, name=desk.name(firm))
        elif priced.min() < worth * (1 - 1e-9):
            text = desk.say("whole_late")
    if text:
        return _Finding(finding.order, finding.pieces, finding.late_days, text)
    return _wait(desk, replace(case, cost=in_time), worth, finding)
