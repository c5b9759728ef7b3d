"""The tables a scenario names: every mistake has its place, and no message quotes a cell."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from kidswear_brain.errors import TableError
from kidswear_brain.tables import Names, OwnTables, read_own_tables
from kidswear_brain.tables.schema import OWN_TABLES, header_key

NAMES = Names(("zhili", "henan"), ("set", "dress"))
SOUND = {
    "firms": "firm_id,region,workers,hours_per_day\nF,zhili,20,10\nG,henan,30,9\n",
    "skills": "firm_id,category,line_efficiency,cost_per_smv\nF,set,0.5,0.5\nG,dress,0.5,0.6\n",
    "orders": "order_id,brand_id,category,pieces,smv_min,region,due_days\n"
    "A,b,set,300,14,zhili,7\nB,,dress,10,6,zhili,-1\n",
    "lanes": "from_region,to_region,lead_days,cost_per_piece\nzhili,henan,1,0.2\n",
    "relations": "brand_id,firm_id,rank\nb,G,2\nb,F,1\n",
    "committed": "firm_id,from_day,to_day,operator_min\nF,-3,4,5000\n",
}

Read = Callable[..., OwnTables]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read the sound tables with the ends of some rows, or whole tables, replaced."""
    monkeypatch.chdir(tmp_path)

    def _read(**replaced: str | bytes) -> OwnTables:
        paths = {}
        for name, content in (SOUND | replaced).items():
            paths[name] = Path(f"{name}.csv")
            paths[name].write_bytes(content.encode() if isinstance(content, str) else content)
        return read_own_tables(paths, NAMES)

    return _read


def problems(read: Read, **replaced: str | bytes) -> list[str]:
    with pytest.raises(TableError) as caught:
        read(**replaced)
    return str(caught.value).splitlines()


def test_sound_tables_give_typed_columns(read: Read) -> None:
    own = read()
    assert own.firms is not None
    assert own.firms.workers.tolist() == [20.0, 30.0]
    assert own.relations is not None
    assert own.relations.rank.tolist() == [2.0, 1.0]
    assert own.committed is not None
    assert own.committed.from_day.tolist() == [-3.0]
    assert own.brands[0] == ("b", "(B)")
    assert own.brands[1].tolist() == [0, 1]
    assert own.warnings == ()


def test_what_is_not_given_is_none(tmp_path: Path) -> None:
    path = tmp_path / "firms.csv"
    path.write_text(SOUND["firms"])
    own = read_own_tables({"firms": path}, NAMES)
    assert own.firms is not None
    assert own.skills is own.orders is own.lanes is own.relations is own.committed is None
    assert own.brands[0] == ()


MISTAKES = {
    "text for a number": (
        ("firms", "F,zhili,hunter2,10"),
        "firms.csv:2:3: workers: found no number, allowed a number from 0 to 1000000000, "
        "correct the cell",
    ),
    "a number out of range": (
        ("skills", "F,set,52,0.5"),
        "skills.csv:2:3: line_efficiency: found a number out of range, allowed a number above 0 "
        "to 2, give a share such as 0.52, not per cent",
    ),
    "a fraction of a piece": (
        ("orders", "A,b,set,12.5,14,zhili,7"),
        "orders.csv:2:4: pieces: found a fraction, allowed a whole number from 1 to 1000000000, "
        "correct the cell",
    ),
    "an empty cell": (
        ("relations", "b,,1"),
        "relations.csv:2:2: firm_id: found an empty cell, allowed a name of 1 to 100 characters, "
        "fill the cell",
    ),
    "an endless name": (
        ("firms", f"{'hunter2' * 20},zhili,20,10"),
        "firms.csv:2:1: firm_id: found 140 characters, allowed a name of 1 to 100 characters, "
        "correct the cell",
    ),
    "a long row": (
        ("lanes", "zhili,henan,1,0.2,hunter2"),
        "lanes.csv:2:5: row: found a cell beyond the header, allowed 4 cells, quote cells that "
        "hold a comma, or name the column",
    ),
    "a region nobody knows": (
        ("firms", "F,zhilli,20,10"),
        "firms.csv:2:2: region: found a region that the scenario does not have, allowed one of "
        "zhili / henan, did you mean zhili?",
    ),
    "a region unlike any": (
        ("orders", "A,b,set,300,14,hunter2,7"),
        "orders.csv:2:6: region: found a region that the scenario does not have, allowed one of "
        "zhili / henan, correct it, or add the region",
    ),
    "a category nobody knows": (
        ("orders", "A,b,sett,300,14,zhili,7"),
        "orders.csv:2:3: category: found a category that the scenario does not have, allowed one "
        "of set / dress, did you mean set?",
    ),
    "a skill in nothing": (
        ("skills", "F,sets,0.5,0.5"),
        "skills.csv:2:2: category: found a category that the scenario does not have, allowed one "
        "of set / dress, did you mean set?",
    ),
    "a lane to nowhere": (
        ("lanes", "zhili,henann,1,0.2"),
        "lanes.csv:2:2: to_region: found a region that the scenario does not have, allowed one "
        "of zhili / henan, did you mean henan?",
    ),
    "a brand that orders nothing": (
        ("relations", "hunter2,F,1"),
        "relations.csv:2:1: brand_id: found an id that orders does not have, allowed a brand_id "
        "of orders, correct it",
    ),
    "a firm nobody knows": (
        ("relations", "b,hunter2,1"),
        "relations.csv:2:2: firm_id: found an id that firms does not have, allowed a firm_id of "
        "firms, correct it",
    ),
    "a rank below one": (
        ("relations", "b,G,0"),
        "relations.csv:2:3: rank: found a number out of range, allowed a whole number from 1 to "
        "1000000000, 1 is asked first",
    ),
    "work of a firm nobody knows": (
        ("committed", "hunter2,0,4,5000"),
        "committed.csv:2:1: firm_id: found an id that firms does not have, allowed a firm_id of "
        "firms, correct it",
    ),
    "work that ends before it begins": (
        ("committed", "F,4,3,5000"),
        "committed.csv:2:3: to_day: found a day before from_day, allowed from_day or later, "
        "exchange the two",
    ),
    "a date for a day": (
        ("committed", "F,2022-03-01,4,5000"),
        "committed.csv:2:2: from_day: found no number, allowed a whole number from -100000 to "
        "100000, give whole days from calendar.start",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_place_and_remedy(read: Read, mistake: str) -> None:
    (table, row), message = MISTAKES[mistake]
    lines = SOUND[table].splitlines()
    lines[1] = row
    assert problems(read, **{table: "\n".join(lines)}) == [message]


WHOLE = {
    "a column missing": (
        {"firms": "hunter2,region,workers,hours_per_day\nF,zhili,20,10\n"},
        "firms.csv:1:1: firm_id: found no such column, allowed firm_id or 工厂号, add the column",
    ),
    "a column twice": (
        {"firms": "firm_id,region,地区,workers,hours_per_day\nF,zhili,x,20,10\nG,zhili,x,2,9\n"},
        "firms.csv:1:3: region: found the column twice, allowed one, remove one of them",
    ),
    "a row twice": (
        {"committed": SOUND["committed"] + "F,-3,4,7\n"},
        "committed.csv:3:1: firm_id and from_day and to_day: found the same again "
        "(first in line 2), allowed each once, remove or rename one of the two",
    ),
    "a relation twice": (
        {"relations": SOUND["relations"] + "b,G,3\n"},
        "relations.csv:4:1: brand_id and firm_id: found the same again (first in line 2), "
        "allowed each once, remove or rename one of the two",
    ),
    "a firm without skill": (
        {"skills": "\n".join(SOUND["skills"].splitlines()[:2])},
        "firms.csv:3:1: firm_id: found a firm without any skill, allowed a firm_id of skills, "
        "add a row to skills",
    ),
    "no rows": (
        {"lanes": SOUND["lanes"].splitlines()[0]},
        "lanes.csv:1:1: file: found no rows, allowed at least one row, export the table again",
    ),
    "an empty file": (
        {"lanes": ""},
        "lanes.csv:1:1: file: found an empty file, allowed a header and rows, "
        "export the table again",
    ),
    "the Chinese code page": (
        {"lanes": (SOUND["lanes"] + "织里,henan,1,1\n").encode("gbk")},
        "lanes.csv:3:1: file: found text that is not UTF-8 (perhaps GBK), allowed UTF-8, "
        'save as "CSV UTF-8"',
    ),
    "an open quote": (
        {"lanes": SOUND["lanes"] + 'henan,"hunter2,1,1\n'},
        "lanes.csv:3:1: row: found a broken row (unexpected end of data), allowed cells between "
        "commas, quotes in pairs, mend the row, or export the table again",
    ),
}


@pytest.mark.parametrize("mistake", WHOLE)
def test_each_mistake_of_a_whole_table_has_its_message(read: Read, mistake: str) -> None:
    replaced, message = WHOLE[mistake]
    assert problems(read, **replaced) == [message]


def test_all_problems_of_all_tables_come_at_once(read: Read) -> None:
    found = problems(
        read,
        firms=SOUND["firms"].replace("20", "-1"),
        orders=SOUND["orders"].replace("A,b,set", "A,b,sets"),
        lanes=SOUND["lanes"].encode("utf-16"),
        committed=SOUND["committed"].replace("F,-3", "X,9"),
    )
    assert [line.split(" found")[0] for line in found] == [
        "firms.csv:2:3: workers:",
        "lanes.csv:1:1: file:",
        "orders.csv:2:3: category:",
        "committed.csv:2:1: firm_id:",
        "committed.csv:2:3: to_day:",
    ]


def test_a_warning_names_a_column_by_its_number(read: Read) -> None:
    own = read(firms=SOUND["firms"].replace("\n", ",1\n").replace("day,1", "day,hunter2"))
    assert own.warnings == ("firms.csv: column 5 is not known and not read",)


def test_every_format_is_read_from_what_is_kept(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"工厂号": ["F"], "地区": ["zhili"], "工人数": [20], "每日工时": [9.5]},
    )
    frame.write_parquet(tmp_path / "firms.parquet")
    frame.write_csv(tmp_path / "firms.csv")
    for ending in ("parquet", "csv"):
        path = tmp_path / f"firms.{ending}"
        own = read_own_tables({"firms": path}, NAMES)
        assert own.files["firms"].content == path.read_bytes()
        assert own.firms is not None
        assert own.firms.hours_per_day.tolist() == [9.5]


def test_tables_are_equal_by_content(read: Read) -> None:
    assert read() == read()
    assert read() != read(firms=SOUND["firms"].replace("20", "21"))


def test_no_header_stands_for_two_columns_of_a_table() -> None:
    for table in OWN_TABLES:
        headers = [header_key(h) for c in table.columns for h in (c.name, *c.chinese)]
        assert len(headers) == len(set(headers)), table.name


def test_the_docs_list_every_header_and_range() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "own-tables.md").read_text(encoding="utf-8")
    for table in OWN_TABLES:
        assert f"### {table.name} ({table.chinese})" in docs
        for column in table.columns:
            chinese = ", ".join(f"`{header}`" for header in column.chinese)
            assert f"| `{column.name}` | {chinese} |" in docs, column.name
