"""Which tables a run leaves, and what each of their columns means."""

from dataclasses import dataclass

import polars as pl

from kidswear_brain.simulation.rows import PURPOSES

MINUTES = "min from calendar.start"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type, unit (empty for ids and counts of none) and meaning."""

    name: str
    dtype: pl.DataType
    unit: str
    meaning: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row of it is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    def schema(self) -> dict[str, pl.DataType]:
        """Column names and types, as polars wants them."""
        return {column.name: column.dtype for column in self.columns}


FRONT = (
    Column("arm", pl.String(), "", "`baseline` or `brain`"),
    Column("replication", pl.Int64(), "", "number of the replication, from 1"),
)
"""The columns that stand in front of every table of a run directory."""


def _text(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, pl.String(), "", meaning, nullable)


def _whole(name: str, unit: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, pl.Int64(), unit, meaning, nullable)


def _real(name: str, unit: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, pl.Float64(), unit, meaning, nullable)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, pl.Boolean(), "", meaning)


_ORDER = _text("order_id", "the order: brand_id, day and number joined by -, or an own table's")
_FIRM = _text("firm_id", "the processing firm")
_LINE = _text("line_id", "the sewing line: firm_id and its number in the firm, from 1")
_EPOCH = _whole("epoch_min", MINUTES, "when the brain acted")
_PERIOD = _whole("period", "", "planning period of that epoch, counted from 0")

TABLES: tuple[Table, ...] = (
    Table(
        "measures",
        "one measure of one arm and replication",
        (
            _text("measure", "its name, see the measures reference"),
            _real("value", "see there", "its value; null where there was nothing to measure", True),
        ),
    ),
    Table(
        "firms",
        "one firm: its measured days and where its money stands",
        (
            _FIRM,
            _text("region", "region of the firm"),
            _whole("workers", "workers", "operators' posts"),
            _text("size_class", "by workers: under 20, 20 to 49, 50 and more"),
            _text("tier", "workshop, digital_workshop, smart_factory or future_factory"),
            _flag("participates", "whether it is on the manufacturing platform, in both arms"),
            _real("capacity_min", "standard min", "sustainable capacity of the measured window"),
            _real("good_min", "standard min", "good standard minutes worked on measured days"),
            _real("earned_cny", "CNY", "piece prices of what arrived on measured days"),
            _real("wages_cny", "CNY", "wages of measured days"),
            _real("interest_cny", "CNY", "interest paid on measured days"),
            _real("owners_cny", "CNY", "what owners put in over all simulated days"),
            _real("opening_cny", "CNY", "cash when the warm-up begins"),
            _real("closing_cny", "CNY", "cash at the end of the simulated days"),
            _real("owed_cny", "CNY", "piece prices of delivered pieces not received by then"),
            _real("loan_cny", "CNY", "loan at the end of the last month"),
        ),
    ),
    Table(
        "ledger",
        "the measured line minutes of one firm and cause; causes of no minutes have no row",
        (
            _FIRM,
            _text("cause", "one of the 14 causes of the ledger"),
            _whole("clock_min", "min", "clock minutes of all lines of the firm"),
            _real(
                "plateau_min",
                "standard min",
                "what they would yield at the plateau with every post attended: the sum over lines "
                "of clock minutes x posts x plateau efficiency",
            ),
        ),
    ),
    Table(
        "orders",
        "one order, warm-up and follow-up included",
        (
            _ORDER,
            _text("brand_id", "who ordered"),
            _text("category", "garment category"),
            _whole("style_family", "", "the style family in force in this arm"),
            _whole("pieces", "pieces", "pieces ordered"),
            _real("smv_min", "standard min/piece", "standard minutes a piece"),
            _whole("ordered_min", MINUTES, "order date"),
            _whole(
                "release_min", MINUTES, "ready to be placed: sampled; null = not by the end", True
            ),
            _whole("due_min", MINUTES, "due at the brand"),
            _whole("completion_min", MINUTES, "arrival of its last lot; null = unfinished", True),
            _whole("delivered_pieces", "pieces", "good pieces that reached the brand"),
            _whole("on_time_pieces", "pieces", "of these, those that arrived by the due date"),
            _whole("in_progress_pieces", "pieces", "accepted, not yet delivered"),
            _whole("lost_pieces", "pieces", "never accepted by any firm"),
            _whole("rejected_pieces", "pieces", "sewn and rejected"),
            _whole("tardiness_min", "min", "max(0, completion - due); null = unfinished", True),
            _text("lost_cause", "the last reason of refusal; null = not lost", True),
            _flag("measured", "whether its order date lies in the measured window"),
        ),
    ),
    Table(
        "lots",
        "one part of an order on one line",
        (
            _text("lot_id", "the lot: order_id and its number in order of acceptance, from 1"),
            _ORDER,
            _FIRM,
            _LINE,
            _whole("pieces", "pieces", "pieces of the lot"),
            _whole("start_min", MINUTES, "begin of its change-over; null = not begun", True),
            _whole("completion_min", MINUTES, "end of sewing; null = unfinished", True),
        ),
    ),
    Table(
        "line_minutes",
        "one cause of one line and day; causes of no minutes have no row",
        (
            _FIRM,
            _LINE,
            Column("day", pl.Int32(), "days from calendar.start", "the day, negative in warm-up"),
            _text("cause", "one of the 14 causes of the ledger"),
            Column("clock_min", pl.Int16(), "min", "clock minutes; a line's day sums to 1,440"),
            _flag("measured", "whether the day lies in the measured window"),
        ),
    ),
    Table(
        "allocations",
        "one flow of the allocator's plan",
        (
            _EPOCH,
            _ORDER,
            _FIRM,
            _PERIOD,
            _real("standard_min", "standard min", "work planned there"),
        ),
    ),
    Table(
        "prices",
        "one price above zero of one firm's capacity",
        (
            _EPOCH,
            _FIRM,
            _PERIOD,
            _real("shadow_price", "CNY/operator-min", "what one more operator-minute would save"),
        ),
    ),
    Table(
        "purchases",
        "one purchase of one material from one supplier",
        (
            _whole("time_min", MINUTES, "when it was ordered"),
            _text("supplier_id", "who sells; `spot`: the spot market"),
            _whole("sku", "", "material: class and colour, numbered from 0 class by class"),
            _real("bought_m", "m", "metres bought"),
            _real("list_cny", "CNY", "their value at list price"),
            _real("paid_cny", "CNY", "price paid, before freight and fee"),
            _real("freight_cny", "CNY", "freight"),
            _real("fee_cny", "CNY", "platform fee"),
            _flag("pooled", "whether it was bought through the platform"),
        ),
    ),
    Table(
        "materials",
        "one material at the end of the simulated days",
        (
            _whole("sku", "", "material: class and colour, numbered from 0 class by class"),
            _real("bought_m", "m", "metres bought"),
            _real("used_m", "m", "metres of orders that a firm accepted"),
            _real("stock_m", "m", "metres of orders lost or not placed by the end"),
        ),
    ),
    Table(
        "payments",
        "what one party paid another for one purpose on one day",
        (
            _whole("time_min", MINUTES, "begin of the day it was paid"),
            _text(
                "payer_id",
                "who pays: a firm, brand or supplier by its id, or `spot`, `carrier`, `bank`, "
                "`platform`, `customers`, `workers`, `owners`",
            ),
            _text("payee_id", "who is paid"),
            _text("purpose", "what for: " + ", ".join(PURPOSES)),
            _real("amount_cny", "CNY", "how much"),
        ),
    ),
    Table(
        "refusals",
        "one offer refused by one firm",
        (
            _EPOCH,
            _ORDER,
            _FIRM,
            _text("reason", "skill, capacity, material, cash, declined, late or unasked"),
        ),
    ),
)
"""Every table of a run directory, in the order of the documentation."""

TABLE_NAMES = tuple(table.name for table in TABLES)
SUMMARIES = ("measures", "firms", "ledger")
"""Small tables that a run keeps of every replication, whatever else it keeps."""


def table_named(name: str) -> Table:
    """Find the table of this name.

    Raises
    ------
    KeyError
        If there is none; the message lists those there are.
    """
    for table in TABLES:
        if table.name == name:
            return table
    raise KeyError(f"no table {name!r}; there are {', '.join(TABLE_NAMES)}")
