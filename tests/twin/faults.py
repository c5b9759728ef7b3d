"""Faults to plant in the product: each a text of one file, and what a careless hand makes of it.

The names say what is wrong. Each is to be found by the twin on the world named, one of those that
`test_equal_lots` compares. Not in the list, for no lot of the baseline arm can show them: the
rework of a brand new to the firm (brands ask firms they know) and whatever only the ledger counts.
"""

from dataclasses import dataclass

LINE, MARKET = "simulation/line_kernel.py", "simulation/market_kernel.py"
SEWING = "simulation/sewing_kernel.py"
FLOOR, RUN, CLOSING = "simulation/floor.py", "simulation/run.py", "simulation/closing.py"
BOOK = "simulation/orderbook.py"


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    file: str
    right: str
    wrong: str
    world: int = 3


FAULTS = (
    # -- a line --------------------------------------------------------------------------------
    Fault(
        "end of sewing rounded down",
        LINE, "one.completion_min = int(np.floor(now + 0.5))", "one.completion_min = int(now)",
    ),
    Fault(
        "change-over forgotten after a change of family",
        SEWING, "return physics.changeover_days, 0.0", "return 0.0, 0.0",
    ),
    Fault(
        "learning not carried over to the same family",
        SEWING, "-physics.tau * np.log(1 - kept)", "0.0",
    ),
    Fault(
        "learning starts anew every day",
        LINE, "state.learned = learned + left / firm.shift_min", "state.learned = 0.0",
    ),
    Fault(
        "an hour too much of overtime a day",
        LINE, "min(physics.overtime_day_min, left, room)",
        "min(physics.overtime_day_min + 60, left, room)",
    ),
    Fault(
        "the month's overtime begins anew every day",
        LINE, "if works.month[column] != state.overtime_month:", "if True:",
    ),
    Fault(
        "overtime without regard to a lot that will be late",
        LINE, "if much or state.late:", "if much:",
        world=130,
    ),
    Fault(
        "a lot begun before its parts have come",
        LINE, "now = float(lots[lot].parts_min)", "pass",
    ),
    Fault(
        "a bill paid on the day before",
        LINE, "column = -(-paid // DAY)", "column = paid // DAY",
        world=119,
    ),
    # -- calendar, attendance, shocks ----------------------------------------------------------
    Fault(
        "rest days worked",
        FLOOR, "np.where(working(days),", "np.where(~days.shut_down,",
    ),
    Fault(
        "a shock in the middle of a lot ignored",
        FLOOR, "return works._replace(calendar=calendar)", "return works",
        world=119,
    ),
    Fault(
        "a shock known before it begins",
        FLOOR, "_calendar(scenario, cluster, conditions, ())",
        "_calendar(scenario, cluster, conditions, scenario.shocks)",
        world=101,
    ),
    Fault(
        "the last day of a shock free",
        FLOOR, "shock.last_day) - first + 1", "shock.last_day) - first",
        world=119,
    ),
    Fault(
        "the gap after the festival stays",
        FLOOR, "np.exp(-days.since_festival / kinds[:, 3:4])", "(days.since_festival >= 0)",
    ),
    Fault(
        "no harvest",
        FLOOR, "labor.harvest_absence_share, labor.absence_share",
        "labor.absence_share, labor.absence_share",
        world=27,
    ),
    # -- a firm's answer -----------------------------------------------------------------------
    Fault(
        "refused for want of material where capacity lacks",
        MARKET, "return _CAPACITY, 0", "return _MATERIAL, 0",
    ),
    Fault(
        "the due date that of the brand, not less the way back",
        MARKET, "(book.orders[order].due_min - lead - now) / error",
        "(book.orders[order].due_min - now) / error",
    ),
    Fault(
        "quotes without error",
        MARKET, "(book.orders[order].due_min - lead - now) / error",
        "(book.orders[order].due_min - lead - now)",
    ),
    Fault(
        "the odd pieces to the last part",
        MARKET, "(1 if k < pieces % parts else 0)", "(1 if k >= parts - pieces % parts else 0)",
    ),
    Fault(
        "lots of less than half a line-day",
        MARKET, "if smallest > 0:", "if False:",
        world=115,
    ),
    Fault(
        "off-skill work at full speed",
        MARKET, "lot.speed = works.skill[firm, one.category]", "lot.speed = 1.0",
    ),
    Fault(
        "cash counted without the lot itself",
        MARKET, ".unpaid + pieces * one.smv >", ".unpaid >",
        world=10,
    ),
    # -- the market ----------------------------------------------------------------------------
    Fault(
        "firms asked in the opposite order of preference",
        MARKET, "slot = one.first_quote + rank", "slot = one.first_quote + one.known - 1 - rank",
    ),
    Fault(
        "an order split over two firms but never over the most",
        MARKET, "min(split_max, book.orders[order].pieces) + 1",
        "min(split_max, book.orders[order].pieces)",
        world=101,
    ),
    Fault(
        "patience that ends at an epoch's very minute still waits for it",
        MARKET, "one.status != OPEN or next_epoch <= min", "one.status != OPEN or next_epoch < min",
        world=213,
    ),
    Fault(
        "lost for its last reason, not the one that came nearest",
        MARKET, "one.lost_cause = max(one.lost_cause, book.last_reason[slot])",
        "one.lost_cause = book.last_reason[slot]",
    ),
    Fault(
        "the slip of the due date forgotten",
        BOOK, "+ half_up(1440 * scenario.market.slip_days)", "",
    ),
    Fault(
        "open orders in order of arrival, not of release",
        RUN, "world.open = np.concatenate([world.open, new])",
        "world.open = np.concatenate([new, world.open])",
        world=10,
    ),
    Fault(
        "orders that come at an epoch's very minute meet it",
        RUN, "np.searchsorted(orders.ordered_min, world.now)",
        'np.searchsorted(orders.ordered_min, world.now, side="right")',
        world=202,
    ),
    Fault(
        "the simulation ends a day early",
        RUN, "end = (days.first + days.rest.size) * 1440",
        "end = (days.first + days.rest.size - 1) * 1440",
    ),
)  # fmt: skip
