"""Compiled kernels of the market: what a firm answers, and how a brand without the brain asks.

A firm answers every offer, a brand's or the brain's, by the same rules (MODEL section 4): can it
make the category; does its quote meet the due date; is the material there in time; does its
working capital carry it.
"""

import numpy as np

from kidswear_brain.compiled import compiled, compiled_lent
from kidswear_brain.simulation.line_kernel import append, lot_rate
from kidswear_brain.simulation.rows import REASONS
from kidswear_brain.simulation.sewing_kernel import DAY, Begin, ends_by, finish, start_of
from kidswear_brain.simulation.state import Array, OrderBook, Works
from kidswear_brain.simulation.ties_kernel import tie, tied

_SKILL = REASONS.index("skill")
_CAPACITY = REASONS.index("capacity")
_MATERIAL = REASONS.index("material")
_CASH = REASONS.index("cash")
_DECLINED = REASONS.index("declined")
_LATE = REASONS.index("late")
_UNASKED = REASONS.index("unasked")

OPEN, PLACED, LOST = 0, 1, 2


@compiled_lent
def ask(
    works: Works, book: OrderBook, order: int, firm: int, pieces: int, error: float, now: float
) -> tuple[int, int]:
    """What a firm answers to some pieces of an order: (reason, number of lines); reason 0 = yes.

    It names the fewest of its lines that finish in time, each lot at least half a line-day.
    """
    reason, lines = _answer(works, book, order, firm, pieces, error, now)
    works.firms[firm].offer_day = int(now // DAY)
    works.firms[firm].offer_reason = reason
    return reason, lines


@compiled_lent
def _answer(
    works: Works, book: OrderBook, order: int, firm: int, pieces: int, error: float, now: float
) -> tuple[int, int]:
    one = book.orders[order]
    if works.skill[firm, one.category] == 0:
        return _SKILL, 0
    material = float(one.material_min)
    lines = _lines_in_time(works, book, order, firm, pieces, error, now, material)
    if lines == 0:
        if material > now and _lines_in_time(works, book, order, firm, pieces, error, now, now) > 0:
            return _MATERIAL, 0
        return _CAPACITY, 0
    if works.firms[firm].unpaid + pieces * one.smv > works.firms[firm].limit:
        return _CASH, 0
    return 0, lines


@compiled_lent
def _lines_in_time(
    works: Works,
    book: OrderBook,
    order: int,
    firm: int,
    pieces: int,
    error: float,
    now: float,
    material: float,
) -> int:
    """Return the fewest lines on which the quote meets the due date; 0 if none."""
    lead, smv = works.firms[firm].lead_min, book.orders[order].smv
    first, last = works.firms[firm].first_line, works.firms[firm].end_line
    parts = max(now, material) + lead
    # a quote is the expected time to the end of sewing, times its error
    latest = now + (book.orders[order].due_min - lead - now) / error
    if parts > latest:
        return 0
    work, rate = pieces * smv, works.firms[firm].plateau
    hopeless, rework = True, -1.0
    for line in range(first, last):
        state = works.lines[line]
        start = max(state.end_min, parts)
        hopeless = hopeless and start >= latest
        # night and learning can only make it later than this
        if start + work / (rate * state.posts) <= latest:
            if rework < 0:
                rework = _rework(works, firm, book.orders[order].brand)
            if _ends_by(works, book, order, line, (work, rework), (parts, now), latest):
                return 1
    if hopeless:
        return 0
    smallest = works.physics.min_lot_days * works.lines[first].plateau_per_day
    most = min(last - first, pieces)
    if smallest > 0:
        most = min(most, int(work / smallest))
    if most < 2:
        return 0
    if rework < 0:
        rework = _rework(works, firm, book.orders[order].brand)
    _soonest_lines(works, book, order, firm, (work, rework), (parts, now))
    for lines in range(2, most + 1):
        in_time = 0
        while in_time < lines and _ends_by(
            works, book, order, works.turn[first + in_time],
            (_part(pieces, lines, in_time) * smv, rework), (parts, now), latest,
        ):  # fmt: skip
            in_time += 1
        if in_time == lines:
            return lines
    return 0


@compiled_lent
def _soonest_lines(
    works: Works, book: OrderBook, order: int, firm: int, task: tuple[float, float],
    times: tuple[float, float],
) -> None:  # fmt: skip
    """Put a firm's lines in `works.turn` by when they would finish a task (ties: the earlier)."""
    first, last = works.firms[firm].first_line, works.firms[firm].end_line
    turn, ends = works.turn, works.turn_end
    turn[first] = first
    if last - first == 1:
        return
    for line in range(first, last):
        begin = _behind(works, book, order, line, task[1], times)
        end, _ = finish(works, firm, begin, task[0])
        place = line
        while place > first and ends[place - 1] > end:
            ends[place] = ends[place - 1]
            turn[place] = turn[place - 1]
            place -= 1
        ends[place] = end
        turn[place] = line


@compiled_lent
def _ends_by(
    works: Works, book: OrderBook, order: int, line: int, task: tuple[float, float],
    times: tuple[float, float], latest: float,
) -> bool:  # fmt: skip
    """Whether a line would finish a task behind its queue by a time.

    Parameters
    ----------
    task : standard minutes, and the share of rework.
    times : when the parts are there, and now.
    """
    begin = _behind(works, book, order, line, task[1], times)
    return ends_by(works, works.lines[line].firm, begin, task[0], latest)


@compiled_lent
def _behind(
    works: Works, book: OrderBook, order: int, line: int, rework: float,
    times: tuple[float, float],
) -> Begin:  # fmt: skip
    """What an order's work would begin with behind a line's queue."""
    state, one = works.lines[line], book.orders[order]
    changeover, learned = start_of(works.physics, state.end_family, state.end_learned, one.family)
    rate = lot_rate(works, line, works.skill[state.firm, one.category], rework)
    start = max(state.end_min, times[0], times[1])
    minutes = changeover * works.firms[state.firm].changeover_min
    return Begin(rate, start, minutes, learned)


@compiled_lent
def _rework(works: Works, firm: int, brand: int) -> float:
    known = tied(works, brand, firm)
    return works.physics.rework + (0.0 if known else works.physics.new_brand_rework)


@compiled_lent
def _part(pieces: int, parts: int, k: int) -> int:
    """The k-th of some equal parts of whole pieces."""
    return pieces // parts + (1 if k < pieces % parts else 0)


@compiled_lent
def accept(
    works: Works, book: OrderBook, order: int, firm: int, pieces: int, lines: int, now: float
) -> None:
    """Take some pieces of an order on the lines that finish them first."""
    one, lead = book.orders[order], works.firms[firm].lead_min
    parts = max(now, float(one.material_min)) + lead
    rework = _rework(works, firm, one.brand)
    _soonest_lines(works, book, order, firm, (pieces * one.smv, rework), (parts, now))
    first = works.firms[firm].first_line
    for k in range(lines):
        number = works.lot_count[0]
        works.lot_count[0] += 1
        lot = works.lots[number]
        lot.order = order
        lot.line = works.turn[first + k]
        lot.pieces = _part(pieces, lines, k)
        lot.work = lot.pieces * one.smv
        lot.speed = works.skill[firm, one.category]
        lot.rework = rework
        lot.family = one.family
        lot.parts_min = int(np.ceil(parts))
        lot.due_min = one.due_min - lead
        lot.accepted_min = int(now)
        append(works, lot.line, number, now)
    works.firms[firm].unpaid += pieces * one.smv
    tie(works, one.brand, firm)


@compiled
def market_epoch(works: Works, book: OrderBook, orders: Array, now: float, split_max: int) -> None:
    """Let the brands of some open orders ask the firms they know, one order after the other.

    The first acceptance of the whole order wins; else equal parts over two firms, then three.
    """
    firms, lines = np.empty(split_max, dtype=np.int64), np.empty(split_max, dtype=np.int64)
    for order in orders:
        for parts in range(1, min(split_max, book.orders[order].pieces) + 1):
            if _ask_parts(works, book, order, parts, now, firms, lines):
                break


@compiled_lent
def _ask_parts(works: Works, book: OrderBook, order: int, parts: int, now: float,
               firms: Array, lines: Array) -> bool:  # fmt: skip
    """Ask the known firms in order of preference until enough of them take an equal part.

    Which, and on how many lines each, is noted in `firms` and `lines`.
    """
    one = book.orders[order]
    found = 0
    for rank in range(one.known):
        if found + one.known - rank < parts:
            return False
        slot = one.first_quote + rank
        firm = book.quote_firm[slot]
        pieces = _part(one.pieces, parts, found)
        reason, needed = ask(works, book, order, firm, pieces, book.quote_error[slot], now)
        if reason != 0:
            # a later yes to a part does not take back the refusal that lost the order
            book.last_reason[slot] = reason
        else:
            firms[found], lines[found] = firm, needed
            found += 1
            if found == parts:
                break
    if found < parts:
        return False
    for k in range(parts):
        accept(works, book, order, firms[k], _part(one.pieces, parts, k), lines[k], now)
    one.status = PLACED
    return True


@compiled
def whole_pieces(pieces: Array, first: Array, amount: Array) -> Array:
    """Share each order's pieces in proportion to its lots' amounts, whole by largest remainder.

    Lots of order i are first[i] to first[i + 1]; ties go to the earlier lot.
    """
    whole = np.zeros(amount.size, dtype=np.int64)
    for i in range(pieces.size):
        some = slice(first[i], first[i + 1])
        share = pieces[i] * amount[some] / amount[some].sum()
        whole[some] = np.floor(share)
        rest = share - whole[some]
        for _ in range(pieces[i] - whole[some].sum()):
            k = np.argmax(rest)
            whole[first[i] + k] += 1
            rest[k] = -1.0
    return whole


@compiled
def offer(works: Works, book: OrderBook, orders: Array, first: Array, firms: Array, pieces: Array,
          errors: Array, declines: Array, now: float) -> Array:  # fmt: skip
    """Let the brain offer orders' lots to firms, one order after the other; return the answers.

    An order is placed if every one of its firms agrees.

    Parameters
    ----------
    orders, first : (n,), (n + 1,) orders; the lots of the i-th are first[i] to first[i + 1].
    firms, pieces, errors, declines : (k,) for each lot its firm and pieces, the factor on the
        firm's quote, and whether it declines for reasons of price or trust.
    """
    answers = np.zeros(firms.size, dtype=np.int64)
    lines = np.zeros(firms.size, dtype=np.int64)
    for i in range(orders.size):
        agreed = True
        for k in range(first[i], first[i + 1]):
            if declines[k]:
                works.firms[firms[k]].offer_day = int(now // DAY)
                works.firms[firms[k]].offer_reason = _DECLINED
                answers[k] = _DECLINED
            elif pieces[k] > 0:
                answers[k], lines[k] = ask(
                    works, book, orders[i], firms[k], pieces[k], errors[k], now
                )
            agreed = agreed and answers[k] == 0
        if agreed:
            for k in range(first[i], first[i + 1]):
                if pieces[k] > 0:
                    accept(works, book, orders[i], firms[k], pieces[k], lines[k], now)
            book.orders[orders[i]].status = PLACED
    return answers


@compiled_lent
def give_up(book: OrderBook, orders: Array, next_epoch: float) -> None:
    """Mark as lost the open orders that patience or due date let not wait for the next epoch.

    The cause is how far the order got with the firms its brand knows: the last refusal of the firm
    that came nearest to taking it (codes of REASONS rise that way).
    """
    for order in orders:
        one = book.orders[order]
        if one.status != OPEN or next_epoch <= min(one.patience_min, one.due_min):
            continue
        one.status = LOST
        for slot in range(one.first_quote, one.first_quote + one.known):
            one.lost_cause = max(one.lost_cause, book.last_reason[slot])
        if one.lost_cause == 0:
            one.lost_cause = _LATE if one.known > 0 else _UNASKED
