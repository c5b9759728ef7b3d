import polars as pl
import pytest

from kidswear_brain.results.measures import measure
from kidswear_brain.results.schema import TABLE_NAMES, TABLES, table_named
from kidswear_brain.results.tables import build_table


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_every_table_has_its_columns_filled_or_empty(rows, empty_rows, name):
    for one in (rows, empty_rows):
        frame = build_table(one, name)
        assert frame.schema == pl.Schema(table_named(name).schema())
    nullable = {column.name for column in table_named(name).columns if column.nullable}
    holes = {column for column in frame.columns if frame[column].null_count()}
    assert holes <= nullable


def test_purchases_and_materials_by_hand(rows):
    purchases = build_table(rows, "purchases")
    assert purchases["supplier_id"].to_list() == ["S1", "S1", "S2", "spot"]
    assert purchases["paid_cny"].to_list() == [2200, 5700, 2100, 550]
    materials = build_table(rows, "materials")
    assert materials["bought_m"].to_list() == [500, 50, 0]
    assert materials["used_m"].to_list() == [500, 50, 0]
    assert materials["stock_m"].to_list() == [0, 0, 0]


def test_firms_add_up_to_the_measures(rows):
    firms, measures = build_table(rows, "firms"), measure(rows)
    assert firms["firm_id"].to_list() == ["F1", "F2"]
    assert firms["region"].to_list() == ["zhili", "henan"]
    assert firms["size_class"].to_list() == ["20 to 49", "under 20"]
    total = firms.select(pl.selectors.numeric().sum()).row(0, named=True)
    assert total["good_min"] / total["capacity_min"] == pytest.approx(measures["utilization"])
    costs = total["wages_cny"] + total["interest_cny"]
    assert 1 - costs / total["earned_cny"] == pytest.approx(measures["firm_margin"])
    assert total["wages_cny"] == pytest.approx(measures["wages"])


def test_the_ledger_by_firm_adds_up_and_prices_a_minute_at_the_plateau(rows):
    ledger, lines = build_table(rows, "ledger"), build_table(rows, "line_minutes")
    whole = (
        lines.filter("measured")
        .group_by("firm_id", "cause")
        .agg(pl.col("clock_min").cast(pl.Int64).sum())
    )
    key = ["firm_id", "cause"]
    assert ledger.select(*key, "clock_min").sort(key).equals(whole.sort(key))
    # F2 has one line of 50 standard minutes in the 600 of a working day.
    one = ledger.filter(firm_id="F2")
    rate = rows.cluster.lines.plateau_per_day[2] / rows.cluster.firms.shift_min[1]
    assert one["plateau_min"].to_list() == pytest.approx((one["clock_min"] * rate).to_list())


def test_orders_by_hand(rows):
    orders = build_table(rows, "orders")
    assert orders["order_id"].to_list() == ["B1--1-0", "B1-0-0", "B2-0-0", "B2-1-1"]
    assert orders["category"].to_list() == ["t_shirt", "t_shirt", "shirt", "shirt"]
    assert orders["completion_min"].to_list() == [5760, 10140, 5760, None]
    assert orders["tardiness_min"].to_list() == [0, 1500, 2880, None]
    assert orders["lost_cause"].to_list() == [None, None, None, "cash"]
    assert orders["measured"].to_list() == [False, True, True, True]


def test_lots_by_hand(rows):
    lots = build_table(rows, "lots")
    assert lots["lot_id"].to_list() == ["B1--1-0-1", "B1-0-0-1", "B1-0-0-2", "B2-0-0-1"]
    assert lots["line_id"].to_list() == ["F1-1", "F1-1", "F2-1", "F1-2"]
    assert lots["firm_id"].to_list() == ["F1", "F1", "F2", "F1"]
    assert lots["start_min"].to_list() == [0, 1440, 2880, None]


def test_line_minutes_hold_every_minute_once(rows):
    table = build_table(rows, "line_minutes")
    sums = table.group_by("line_id", "day").agg(pl.col("clock_min").cast(pl.Int64).sum())
    assert sums["clock_min"].unique().to_list() == [1440]
    assert sums.height == 3 * 9
    assert table["clock_min"].min() > 0
    assert set(table.filter(pl.col("day") < 0)["measured"]) == {False}
    one = table.filter(line_id="F1-1", day=0).sort("cause")
    assert one["cause"].to_list() == ["learning", "off_shift", "producing"]
    assert one["clock_min"].to_list() == [100, 840, 500]


def test_epochs_by_hand(rows):
    assert build_table(rows, "allocations").rows() == [
        (0, "B1-0-0", "F1", 0, 600.0),
        (1440, "B1-0-0", "F2", 1, 400.0),
    ]
    assert build_table(rows, "prices").rows() == [(1440, "F2", 0, 0.3)]
    assert build_table(rows, "refusals").rows() == [(1440, "B2-1-1", "F2", "cash")]


def test_an_unknown_table_lists_those_there_are(rows):
    with pytest.raises(KeyError, match="no table 'order'; there are measures, firms"):
        build_table(rows, "order")


def test_no_column_is_named_twice_and_all_are_explained():
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert all(column.meaning for column in table.columns)


def test_the_fill_rate_can_be_recomputed_from_the_orders(rows):
    orders = build_table(rows, "orders").filter("measured")
    assert orders["on_time_pieces"].sum() / orders["pieces"].sum() == measure(rows)["fill_rate"]
    assert (orders["on_time_pieces"] <= orders["delivered_pieces"]).all()
