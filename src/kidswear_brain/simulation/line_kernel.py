"""Compiled kernels of a sewing line: its work day by day, where its queue ends, where time went."""

import numpy as np

from kidswear_brain.compiled import compiled_lent
from kidswear_brain.simulation.rows import CAUSES, REASONS
from kidswear_brain.simulation.sewing_kernel import (
    DAY,
    Begin,
    days_for,
    effective_days,
    finish,
    start_of,
)
from kidswear_brain.simulation.state import NONE, Works

_CASH = REASONS.index("cash")

_SHUT_DOWN, _OFF_SHIFT, _SHOCK, _VACANCY, _ABSENCE, _CHANGE_OVER = range(6)
_PRODUCING, _REWORK, _OFF_SKILL, _LEARNING = range(6, 10)
_WAITING_MATERIAL, _WAITING_CASH, _REFUSED, _NO_ORDER = range(10, len(CAUSES))


@compiled_lent
def lot_rate(works: Works, line: int, speed: float, rework: float) -> float:
    """Standard minutes a minute of a lot at the plateau, every post attended, rework deducted."""
    plateau = works.firms[works.lines[line].firm].plateau
    return float(works.lines[line].posts * plateau * speed * (1 - rework))


@compiled_lent
def append(works: Works, line: int, lot: int, now: float) -> None:
    """Put a lot at the end of a line's queue and carry the queue's expected end on."""
    lots, lines = works.lots, works.lines
    if lines[line].head == NONE:
        lines[line].head = lot
        lines[line].begun = False
    else:
        lots[lines[line].tail].next = lot
    lines[line].tail = lot
    lines[line].backlog += lots[lot].work
    _carry_on(works, line, lot, now)


@compiled_lent
def _carry_on(works: Works, line: int, lot: int, now: float) -> None:
    """Move the expected end of a line's queue past one more lot."""
    state, one = works.lines[line], works.lots[lot]
    changeover, learned = start_of(works.physics, state.end_family, state.end_learned, one.family)
    start = max(state.end_min, float(one.parts_min), now)
    rate = lot_rate(works, line, one.speed, one.rework)
    minutes = changeover * works.firms[state.firm].changeover_min
    end, knows = finish(works, state.firm, Begin(rate, start, minutes, learned), one.work)
    state.end_min = end
    state.end_learned = knows
    state.end_family = one.family
    if end > one.due_min:
        state.late = True


@compiled_lent
def project(works: Works, line: int, now: float) -> None:
    """Expect anew where a line's queue ends, and whether a lot in it will be late."""
    lots, state = works.lots, works.lines[line]
    state.late = False
    state.end_min = now
    state.end_family = state.last_family
    state.end_learned = state.last_learned
    lot = state.head
    if lot != NONE and state.begun:
        one = lots[lot]
        rate = lot_rate(works, line, one.speed, one.rework)
        begin = Begin(rate, now, state.changeover_left, state.learned)
        end, knows = finish(works, state.firm, begin, state.left)
        state.end_min = end
        state.end_learned = knows
        state.end_family = one.family
        if end > one.due_min:
            state.late = True
        lot = one.next
    while lot != NONE:
        _carry_on(works, line, lot, now)
        lot = lots[lot].next


@compiled_lent
def advance(works: Works, start: int, end: int) -> None:
    """Let every line work from start to end, in minutes; days are booked on the way."""
    for line in range(works.lines.size):
        now = start
        while now < end:
            day = now // DAY
            stop = min(end, (day + 1) * DAY)
            if now == day * DAY:
                _morning(works, line, day)
            _work(works, line, day, now, stop)
            if stop == (day + 1) * DAY:
                _book_day(works, line, day)
            now = stop
        project(works, line, float(end))


@compiled_lent
def _morning(works: Works, line: int, day: int) -> None:
    """Decide the day's overtime: accepted work of some days, or a lot that would else be late."""
    physics, state, column = works.physics, works.lines[line], day - works.first_day
    if works.month[column] != state.overtime_month:
        state.overtime_month = works.month[column]
        state.overtime_used = 0.0
    state.overtime_today = 0.0
    firm = works.firms[state.firm]
    if state.head == NONE or works.calendar[firm.row, column].available == 0:
        return
    # lateness was expected anew when the last epoch began, and kept by every acceptance since
    much = state.backlog > physics.overtime_backlog_days * state.plateau_per_day
    if much or state.late:
        room = float(DAY - firm.open_min - firm.shift_min)
        left = physics.overtime_month_min - state.overtime_used
        state.overtime_today = max(0.0, min(physics.overtime_day_min, left, room))


@compiled_lent
def _work(works: Works, line: int, day: int, begin: float, end: float) -> None:
    """Let one line work through a part of one day, and note what its minutes were spent on."""
    lots, state = works.lots, works.lines[line]
    firm = works.firms[state.firm]
    today = works.calendar[firm.row, day - works.first_day]
    if today.available == 0:
        return
    opening = day * DAY + firm.open_min + today.shocked
    closing = float(opening + today.available)
    now = max(float(begin), float(opening))
    stop = min(float(end), closing + state.overtime_today)
    while now < stop:
        lot = state.head
        if lot == NONE or (not state.begun and lots[lot].parts_min >= stop):
            _idle(works, line, day, min(stop, closing) - now)
            return
        if not state.begun:
            if lots[lot].parts_min > now:
                _idle(works, line, day, min(float(lots[lot].parts_min), closing) - now)
                now = float(lots[lot].parts_min)
            _begin(works, line, now)
        before = now
        now = _sew(works, line, day, now, stop)
        state.overtime += max(0.0, now - max(before, closing))


@compiled_lent
def _begin(works: Works, line: int, now: float) -> None:
    """Begin the head lot's change-over."""
    state = works.lines[line]
    one = works.lots[state.head]
    days, learned = start_of(works.physics, state.last_family, state.last_learned, one.family)
    state.begun = True
    state.changeover_left = days * works.firms[state.firm].changeover_min
    state.learned = learned
    state.left = one.work
    one.start_min = int(np.floor(now + 0.5))


@compiled_lent
def _sew(works: Works, line: int, day: int, now: float, stop: float) -> float:
    """Work on the head lot until it is done or time is up; return when that is."""
    physics, state, spent = works.physics, works.lines[line], works.today[line]
    firm, one = works.firms[state.firm], works.lots[state.head]
    today = works.calendar[firm.row, day - works.first_day]
    present = 1 - today.vacancy - today.absence
    begin = now
    used = min(state.changeover_left, stop - now)
    state.changeover_left -= used
    now += used
    spent[_CHANGE_OVER] += used * present
    left = stop - now
    if left > 0 and present > 0:
        rate = lot_rate(works, line, one.speed, one.rework) * present
        learned = state.learned
        worth = firm.shift_min * effective_days(physics, learned, left / firm.shift_min)
        done = rate * worth
        finished = done >= state.left
        if finished:
            done = state.left
            worth = done / rate
            left = firm.shift_min * days_for(physics, learned, worth / firm.shift_min)
        state.learned = learned + left / firm.shift_min
        state.left -= done
        state.backlog -= done
        now += left
        net = present * (1 - one.rework)
        spent[_REWORK] += present * one.rework * left
        spent[_OFF_SKILL] += net * (1 - one.speed) * left
        spent[_LEARNING] += net * one.speed * (left - worth)
        spent[_PRODUCING] += net * one.speed * worth
        works.good_min[line, day - works.first_day] += done * (1 - physics.reject)
        if finished:
            _end(works, line, now)
    elif left > 0:
        now = stop  # nobody is there
    _attend(works, line, day, now - begin)
    return now


@compiled_lent
def _end(works: Works, line: int, now: float) -> None:
    """End the head lot, book when its customer will have paid, and bring up the next."""
    state = works.lines[line]
    one = works.lots[state.head]
    one.completion_min = int(np.floor(now + 0.5))
    firm = works.firms[state.firm]
    paid = one.completion_min + firm.lead_min + firm.receivable_min
    column = -(-paid // DAY) - works.first_day
    if column < works.repay.shape[1]:
        works.repay[state.firm, column] += one.work
    state.last_family = one.family
    state.last_learned = state.learned
    state.begun = False
    state.head = one.next
    if state.head == NONE:
        state.tail = NONE
        state.backlog = 0.0


@compiled_lent
def _idle(works: Works, line: int, day: int, minutes: float) -> None:
    """Note scheduled minutes without work, and why there was none."""
    if minutes <= 0:
        return
    firm = works.firms[works.lines[line].firm]
    cause = _NO_ORDER
    if works.lines[line].head != NONE:
        cause = _WAITING_MATERIAL
    elif firm.offer_day == day and firm.offer_reason != 0:
        cause = _WAITING_CASH if firm.offer_reason == _CASH else _REFUSED
    today = works.calendar[firm.row, day - works.first_day]
    works.today[line, cause] += minutes * (1 - today.vacancy - today.absence)
    _attend(works, line, day, minutes)


@compiled_lent
def _attend(works: Works, line: int, day: int, minutes: float) -> None:
    """Note vacancy, absence and attended operator-minutes of some scheduled minutes."""
    state, column = works.lines[line], day - works.first_day
    today = works.calendar[works.firms[state.firm].row, column]
    works.today[line, _VACANCY] += minutes * today.vacancy
    works.today[line, _ABSENCE] += minutes * today.absence
    present = 1 - today.vacancy - today.absence
    works.attended_min[line, column] += minutes * present * state.posts


@compiled_lent
def _book_day(works: Works, line: int, day: int) -> None:
    """Book a day's 1,440 minutes, whole by largest remainder (ties: the earlier cause)."""
    column, state, spent = day - works.first_day, works.lines[line], works.today[line]
    if works.shut_down[column]:
        spent[_SHUT_DOWN] = DAY
    else:
        today = works.calendar[works.firms[state.firm].row, column]
        spent[_SHOCK] = today.shocked
        spent[_OFF_SHIFT] = DAY - today.available - today.shocked - state.overtime
    state.overtime_used += state.overtime
    state.overtime = 0.0
    booked = works.clock_min[line, column]
    missing = DAY
    for cause in range(spent.size):
        # a sum of fractions may end a rounding error below the whole number it stands for
        whole = int(np.floor(spent[cause] + 1e-9))
        booked[cause] = whole
        spent[cause] -= whole
        missing -= whole
    while missing > 0:
        cause = int(np.argmax(spent))
        booked[cause] += 1
        spent[cause] = -1.0
        missing -= 1
    spent[:] = 0.0
