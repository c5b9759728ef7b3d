"""Every format gives the same columns, and every mistake its own message."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from kidswear_brain.errors import TableError
from kidswear_brain.tables import PlannerTables, TablePaths, read_planner_tables
from kidswear_brain.tables.schema import TABLES, header_key

ORDERS = (
    "order_id,category,pieces,smv_min,region,due_days\nA,set,300,14,zhili,7\nB,set,10,6,zhili,-1\n"
)
FIRMS = "firm_id,region,workers,hours_per_day\nF,zhili,20,10\n"
SKILLS = "firm_id,category,line_efficiency,cost_per_smv\nF,set,0.5,0.5\n"
HEADER = ORDERS.splitlines()[0]

Read = Callable[..., PlannerTables]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read the sound tables with some of them replaced: name = text, bytes or (suffix, frame)."""
    monkeypatch.chdir(tmp_path)

    def _read(**replaced: str | bytes) -> PlannerTables:
        tables = {"orders": ORDERS, "firms": FIRMS, "skills": SKILLS, **replaced}
        paths = {}
        for name, content in tables.items():
            path = Path(f"{name}.csv")
            data = content.encode() if isinstance(content, str) else content
            path.write_bytes(data)
            paths[name] = path
        return read_planner_tables(TablePaths(**paths), periods=4)

    return _read


def problems(read: Read, **replaced: str | bytes) -> list[str]:
    with pytest.raises(TableError) as caught:
        read(**replaced)
    return str(caught.value).splitlines()


def order(row: str) -> str:
    return f"{HEADER}\n{row}\n"


def test_sound_tables_give_typed_columns(read: Read) -> None:
    tables = read()
    assert tables.orders.order_id.tolist() == ["A", "B"]
    assert tables.orders.pieces.tolist() == [300, 10]
    assert tables.orders.pieces.dtype == np.int64
    assert tables.orders.due_days.tolist() == [7.0, -1.0]
    assert tables.orders.release_days.tolist() == [0.0, 0.0]
    assert tables.orders.late_cost_per_piece_day.tolist() == [0.0, 0.0]
    assert np.isnan(tables.orders.unmet_cost_per_piece).all()
    assert tables.firms.operator_min_per_day.tolist() == [12_000.0]
    assert tables.lanes.lead_days.shape == (0,)
    assert tables.warnings == ()


def test_capacity_min_per_day_overrides_workers_and_hours(read: Read) -> None:
    header = "firm_id,region,workers,hours_per_day,capacity_min_per_day"
    firms = f"{header}\nF,zhili,20,10,500\nG,zhili,1,1,\n"
    assert read(firms=firms).firms.operator_min_per_day.tolist() == [500.0, 60.0]


def test_a_byte_order_mark_is_no_part_of_the_first_header(read: Read) -> None:
    assert read(orders=b"\xef\xbb\xbf" + ORDERS.encode()).orders.order_id.tolist() == ["A", "B"]


def test_chinese_headers_in_any_width_are_understood(read: Read) -> None:
    orders = "订单号,品类,件数,标准工时,地区,交期（天）\nA,套装,300,14,织里,7\n"
    skills = "工厂编号,品类,效率,工价(元/分)\nF,套装,0.5,0.5\n"
    firms = "工厂号,地区,工人数,每日工时\nF,织里,20,10\n"
    tables = read(orders=orders, firms=firms, skills=skills)
    assert tables.orders.category.tolist() == ["套装"]
    assert tables.warnings == ()


def test_no_header_stands_for_two_columns_of_a_table() -> None:
    for table in TABLES:
        headers = [header_key(h) for c in table.columns for h in (c.name, *c.chinese)]
        assert len(headers) == len(set(headers)), table.name


def test_an_unknown_column_is_named_in_a_warning(read: Read) -> None:
    tables = read(firms="firm_id,region,workers,hours_per_day,hour_per_day\nF,zhili,20,10,3\n")
    assert tables.warnings == (
        'firms.csv: column "hour_per_day" is not known and not read; did you mean hours_per_day?',
    )


MISTAKES = {
    "text for a number": (
        {"orders": order("A,set,many,14,zhili,7")},
        'orders.csv:2:3: pieces: found "many", allowed a whole number from 1 to 1000000000, '
        "correct the cell",
    ),
    "a thousands mark": (
        {"orders": order('A,set,"1,200",14,zhili,7')},
        'orders.csv:2:3: pieces: found "1,200", allowed a whole number from 1 to 1000000000, '
        "correct the cell",
    ),
    "not whole": (
        {"orders": order("A,set,12.5,14,zhili,7")},
        'orders.csv:2:3: pieces: found "12.5", allowed a whole number from 1 to 1000000000, '
        "correct the cell",
    ),
    "less than one": (
        {"orders": order("A,set,0,14,zhili,7")},
        'orders.csv:2:3: pieces: found "0", allowed a whole number from 1 to 1000000000, '
        "correct the cell",
    ),
    "not a number": (
        {"orders": order("A,set,1,nan,zhili,7")},
        'orders.csv:2:4: smv_min: found "nan", allowed a number above 0 to 10000, '
        "give the standard minutes of one piece",
    ),
    "infinite": (
        {"skills": SKILLS.replace("0.5\n", "inf\n")},
        'skills.csv:2:4: cost_per_smv: found "inf", allowed a number from 0 to 1000000000, '
        "give money per standard minute",
    ),
    "per cent": (
        {"skills": SKILLS.replace("0.5,", "52,")},
        'skills.csv:2:3: line_efficiency: found "52", allowed a number above 0 to 2, '
        "give a share such as 0.52, not per cent",
    ),
    "a date": (
        {"orders": order("A,set,1,14,zhili,2022-05-01")},
        'orders.csv:2:6: due_days: found "2022-05-01", allowed a number from -100000 to 100000, '
        "give days from today, not a date",
    ),
    "an empty cell": (
        {"orders": order("A,,1,14,zhili,7")},
        "orders.csv:2:2: category: found an empty cell, "
        "allowed a name of 1 to 100 characters, fill the cell",
    ),
    "a short row": (
        {"orders": order("A,set,1,14,zhili")},
        "orders.csv:2:6: due_days: found an empty cell, "
        "allowed a number from -100000 to 100000, fill the cell",
    ),
    "a long row": (
        {"orders": order("A,set,1,14,zhili,7,8")},
        'orders.csv:2:7: row: found a cell "8" beyond the header, allowed 6 cells, '
        "quote cells that hold a comma, or name the column",
    ),
    "an endless name": (
        {"firms": FIRMS.replace("zhili", "z" * 101)},
        f'firms.csv:2:2: region: found "{"z" * 37}...", allowed a name of 1 to 100 characters, '
        "correct the cell",
    ),
    "an order twice": (
        {"orders": ORDERS + "A,set,1,14,zhili,7\n"},
        'orders.csv:4:1: order_id: found "A" again (first in line 2), allowed each once, '
        "remove or rename one of the two",
    ),
    "a skill twice": (
        {"skills": SKILLS + "F,set,0.4,0.6\n"},
        'skills.csv:3:1: firm_id and category: found "F, set" again (first in line 2), '
        "allowed each once, remove or rename one of the two",
    ),
    "no such column": (
        {"firms": "firm_id,place,workers,hours_per_day\nF,zhili,20,10\n"},
        'firms.csv:1:1: region: found no such column among "firm_id", "place", "workers", '
        '"hours_per_day", allowed region or 地区, add the column',
    ),
    "a column twice": (
        {"firms": "firm_id,region,地区,workers,hours_per_day\nF,zhili,x,20,10\n"},
        'firms.csv:1:3: region: found the column twice ("region" and "地区"), allowed one, '
        "remove one of them",
    ),
    "only a header": (
        {"firms": FIRMS.splitlines()[0]},
        "firms.csv:1:1: file: found no rows, allowed at least one row, export the table again",
    ),
    "nothing": (
        {"firms": ""},
        "firms.csv:1:1: file: found an empty file, allowed a header and rows, "
        "export the table again",
    ),
    "only blank lines": (
        {"firms": "\n ,\n"},
        "firms.csv:1:1: file: found no row at all, allowed a header and rows, "
        "export the table again",
    ),
    "the Chinese code page": (
        {"firms": FIRMS.replace("zhili", "织里").encode("gbk")},
        "firms.csv:2:1: file: found text that is not UTF-8 (perhaps GBK), allowed UTF-8, "
        'save as "CSV UTF-8"',
    ),
    "UTF-16": (
        {"firms": FIRMS.encode("utf-16")},
        'firms.csv:1:1: file: found UTF-16 text, allowed UTF-8, save as "CSV UTF-8"',
    ),
    "a picture": (
        {"firms": b"\x89PNG\r\n\x1a\n\0\0\0"},
        "firms.csv:1:1: file: found no text (zero bytes), allowed a .csv (UTF-8), .parquet or "
        ".xlsx file, name a table, or mend its ending",
    ),
    "an open quote": (
        {"firms": FIRMS + 'G,"zhili,20,10\n'},
        "firms.csv:3:1: row: found a broken row (unexpected end of data), allowed cells between "
        "commas, quotes in pairs, mend the row, or export the table again",
    ),
    "a skill of nobody": (
        {"firms": FIRMS.replace("F,", "F1,")},
        'skills.csv:2:1: firm_id: found "F", allowed an id of firms, correct it',
    ),
    "a promise by nobody": (
        {"keep": "order_id,firm_id\nA,F9\n"},
        'keep.csv:2:2: firm_id: found "F9", allowed an id of firms, correct it',
    ),
    "a promise for nothing": (
        {"keep": "order_id,firm_id\nC,F\n"},
        'keep.csv:2:1: order_id: found "C", allowed an id of orders, correct it',
    ),
    "more promised than ordered": (
        {"keep": "order_id,firm_id,period,pieces\nA,F,1,200\nA,F,2,200\n"},
        'keep.csv:3:4: pieces: found 400 pieces of order "A" promised so far, allowed at most '
        "its 300 pieces, lower the promise",
    ),
    "a promise beyond the periods": (
        {"keep": "order_id,firm_id,period\nA,F,4\n"},
        "keep.csv:2:3: period: found 4, allowed 0 (the first) to 3, correct it, or give more "
        "--periods",
    ),
    "a promise beyond skill": (
        {
            "orders": ORDERS.replace("A,set", "A,dress"),
            "keep": "order_id,firm_id\nA,F\n",
        },
        'keep.csv:2:2: firm_id: found "F", which has no skill in "dress", allowed a firm that '
        "can make it, add the skill or drop the promise",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_place_and_remedy(read: Read, mistake: str) -> None:
    replaced, message = MISTAKES[mistake]
    assert problems(read, **replaced) == [message]


def test_all_problems_of_all_tables_come_at_once(read: Read) -> None:
    found = problems(
        read,
        orders=order("A,set,0,x,zhili,7"),
        firms="firm_id,region,workers,hours_per_day\nF,zhili,-1,25\n",
        skills=SKILLS.encode("utf-16"),
    )
    places = [line.split(" found")[0] for line in found]
    assert places == [
        "orders.csv:2:3: pieces:",
        "orders.csv:2:4: smv_min:",
        "firms.csv:2:3: workers:",
        "firms.csv:2:4: hours_per_day:",
        "skills.csv:1:1: file:",
    ]


def test_very_many_problems_are_counted(read: Read) -> None:
    rows = "".join(f"A{k},set,0,14,zhili,7\n" for k in range(1000))
    found = problems(read, orders=f"{HEADER}\n{rows}")
    assert len(found) == 51
    assert found[-1] == "... and 950 more of the kind"


def test_lines_are_those_of_the_file_whatever_stands_between(read: Read) -> None:
    text = f'\n{HEADER}\n\n"A\nB",set,1,14,zhili,7\nC,set,x,14,zhili,7\n'
    assert problems(read, orders=text)[0].startswith('orders.csv:6:3: pieces: found "x"')


def test_what_only_leaves_orders_unmet_is_a_warning(read: Read) -> None:
    tables = read(
        orders=order("A,sets,1,14,zhili,7") + "B,set,1,14,henan,7\n",
        lanes="from_region,to_region,lead_days,cost_per_piece\nzhili,zhil,1,1\nzhili,zhili,1,0\n",
    )
    assert tables.warnings == (
        'orders.csv: category "sets" is no firm\'s skill (did you mean "set"?)',
        'lanes.csv: to_region "zhil" is no order\'s or firm\'s region (did you mean "zhili"?)',
        "lanes.csv:3: a lane inside one region is not used; there the way is free and immediate",
        "orders.csv: region \"henan\" is no firm's region and no lane's begin",
    )


def write_xlsx(path: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def paths(tmp_path: Path, **replaced: Path) -> TablePaths:
    for name, text in (("orders", ORDERS), ("firms", FIRMS), ("skills", SKILLS)):
        (tmp_path / f"{name}.csv").write_text(text)
    sound = {name: tmp_path / f"{name}.csv" for name in ("orders", "firms", "skills")}
    return TablePaths(**{**sound, **replaced})


def test_a_workbook_gives_its_sheet_of_the_table_or_else_its_first(tmp_path: Path) -> None:
    firms = [["firm_id", "region", "workers", "hours_per_day"], ["F", "zhili", 20, 10]]
    book = write_xlsx(tmp_path / "all.xlsx", ("notes", [["x"]]), ("工厂", firms))
    assert read_planner_tables(paths(tmp_path, firms=book)).firms.firm_id.tolist() == ["F"]
    only = write_xlsx(tmp_path / "only.xlsx", ("Sheet1", firms))
    assert read_planner_tables(paths(tmp_path, firms=only)).firms.workers.tolist() == [20.0]


def test_numbered_names_of_a_workbook_match_those_of_a_text(tmp_path: Path) -> None:
    firms = [["firm_id", "region", "workers", "hours_per_day"], [1001.0, "zhili", 20, 10]]
    book = write_xlsx(tmp_path / "firms.xlsx", ("firms", firms))
    skills = tmp_path / "s.csv"
    skills.write_text(SKILLS.replace("F,", "1001,"))
    read = read_planner_tables(paths(tmp_path, firms=book, skills=skills))
    assert read.firms.firm_id.tolist() == ["1001"]


def test_a_workbook_names_the_row_of_its_sheet(tmp_path: Path) -> None:
    firms = [[], ["firm_id", "region", "workers", "hours_per_day"], [], ["F", "zhili", "#N/A", 10]]
    book = write_xlsx(tmp_path / "firms.xlsx", ("firms", firms))
    with pytest.raises(TableError, match=r'firms\.xlsx:4:3: workers: found "#N/A"'):
        read_planner_tables(paths(tmp_path, firms=book))


def test_both_readers_of_workbooks_give_the_same_cells(tmp_path: Path) -> None:
    header = ["firm_id", "region", "workers", "hours_per_day", "quality", "note"]
    day = dt.datetime(2021, 3, 1)
    rows = [header, ["007", "zhili", 20, 9.5, None, day], [], [8, "zhili", 1e3, "10", 0.5, True]]
    plain = write_xlsx(tmp_path / "plain.xlsx", ("Sheet1", rows))
    rows[1][-1] = "#N/A"  # an error cell in a column that is not asked for: openpyxl reads it all
    error = write_xlsx(tmp_path / "error.xlsx", ("Sheet1", rows))
    skills = tmp_path / "s.csv"
    skills.write_text(SKILLS.replace("F,", "007,"))
    one, other = (
        read_planner_tables(paths(tmp_path, firms=b, skills=skills)) for b in (plain, error)
    )
    assert one.firms.firm_id.tolist() == ["007", "8"]
    for name in ("firm_id", "region", "workers", "hours_per_day", "quality"):
        np.testing.assert_array_equal(getattr(one.firms, name), getattr(other.firms, name))


def test_a_cell_far_out_neither_fills_the_memory_nor_is_lost(tmp_path: Path) -> None:
    firms = [["firm_id", "region", "workers", "hours_per_day"], ["F", "zhili", 20, 10]]
    book = write_xlsx(tmp_path / "firms.xlsx", ("firms", firms))
    sheet = openpyxl.load_workbook(book)
    sheet["firms"]["IU20000"] = "x"
    sheet.save(book)
    with pytest.raises(TableError, match=r"firms.xlsx:20000:5: row: found a cell"):
        read_planner_tables(paths(tmp_path, firms=book))


def test_a_file_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    bomb = tmp_path / "firms.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (60 * 1024**2))
    with pytest.raises(TableError, match="found 60 MiB when unpacked, allowed at most 1024 MiB"):
        read_planner_tables(paths(tmp_path, firms=bomb))


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_a_file_with_the_wrong_ending_is_refused(tmp_path: Path, suffix: str) -> None:
    wrong = tmp_path / f"firms{suffix}"
    wrong.write_text(FIRMS)
    with pytest.raises(TableError, match=rf"firms{suffix}:1:1: file: found no"):
        read_planner_tables(paths(tmp_path, firms=wrong))


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "firms.xlsx"
    with zipfile.ZipFile(wrong, "w") as packed:
        packed.writestr("a.txt", "a")
    with pytest.raises(TableError, match="found no readable workbook"):
        read_planner_tables(paths(tmp_path, firms=wrong))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("none.csv", "nothing there"),
        ("folder.csv", "no regular file"),
        ("a.xls", 'the ending ".xls"'),
    ],
)
def test_what_is_no_table_file_is_refused(tmp_path: Path, path: str, found: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "a.xls").write_text("x")
    with pytest.raises(TableError, match=f"{path}:1:1: file: found {found}"):
        read_planner_tables(paths(tmp_path, firms=tmp_path / path))


def test_parquet_takes_typed_columns_and_names_rows(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "firm_id": [1.0, 2.0],
            "region": pl.Series(["zhili", "zhili"], dtype=pl.Categorical),
            "workers": [20, 21],
            "hours_per_day": ["10", "ten"],
        }
    )
    frame.write_parquet(tmp_path / "firms.parquet")
    with pytest.raises(TableError, match=r'firms\.parquet:2:4: hours_per_day: found "ten"'):
        read_planner_tables(paths(tmp_path, firms=tmp_path / "firms.parquet"))
    frame.with_columns(hours_per_day=pl.lit(10)).write_parquet(tmp_path / "firms.parquet")
    skills = tmp_path / "s.csv"
    skills.write_text(SKILLS.replace("F,", "1,"))
    tables = read_planner_tables(paths(tmp_path, firms=tmp_path / "firms.parquet", skills=skills))
    assert tables.firms.firm_id.tolist() == ["1", "2"]
    assert tables.firms.workers.tolist() == [20.0, 21.0]


def test_nested_parquet_columns_are_refused(tmp_path: Path) -> None:
    pl.DataFrame(
        {"firm_id": ["F"], "region": ["zhili"], "workers": [[20]], "hours_per_day": [10]}
    ).write_parquet(tmp_path / "firms.parquet")
    with pytest.raises(TableError, match=r'workers: found "\(nested or binary\)"'):
        read_planner_tables(paths(tmp_path, firms=tmp_path / "firms.parquet"))


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_separators_are_named(read: Read, mark: str, name: str) -> None:
    with pytest.raises(TableError, match=f"firms.csv:1:1: file: found cells between {name}"):
        read(firms=FIRMS.replace(",", mark))


def test_a_wrong_cell_hides_no_unknown_name_of_the_same_tables(read: Read) -> None:
    with pytest.raises(TableError) as refusal:
        read(
            firms=FIRMS.replace("20", "-1"),
            skills=SKILLS + "G,set,2.5,0.5\n",
        )
    places = [line.split(" found")[0] for line in str(refusal.value).splitlines()]
    assert places == [
        "firms.csv:2:3: workers:",
        "skills.csv:3:3: line_efficiency:",
        "skills.csv:3:1: firm_id:",
    ]
