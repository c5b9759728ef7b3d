"""A scenario takes its tables in, tells them by content, and hands out what a run needs."""

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from kidswear_brain.errors import ScenarioError
from kidswear_brain.scenario import (
    Scenario,
    differences,
    explain,
    load_scenario,
    resolved_yaml,
    scenario_hash,
    scenario_tables,
    scenario_warnings,
)
from kidswear_brain.scenario.shipped import shipped_path

FIRMS = "firm_id,region,workers,hours_per_day\nF,zhili,20,10\nG,henan,30,9\n"
SKILLS = "firm_id,category,line_efficiency,cost_per_smv\nF,set,0.5,0.5\nG,dress,0.5,0.6\n"
ORDERS = (
    "order_id,brand_id,category,pieces,smv_min,region,due_days,release_days\n"
    "A,b,set,300,14,zhili,17,5\nB,,dress,10,6,zhili,29,9\n"
)
TEXT = "cluster:\n  firms: t/firms.csv\n  skills: t/skills.csv\n  orders: t/orders.csv\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "t").mkdir()
    for name, text in (("firms", FIRMS), ("skills", SKILLS), ("orders", ORDERS)):
        (tmp_path / "t" / f"{name}.csv").write_text(text)
    (tmp_path / "own.yaml").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(name: str = "own.yaml", **overrides: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name, {f"cluster.{key}": value for key, value in overrides.items()})
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.usefixtures("folder")
def test_tables_put_their_numbers_in_place() -> None:
    scenario = load_scenario("own.yaml")
    assert scenario.cluster.firms == 2
    assert scenario.cluster.brands == 2
    assert scenario.own_tables is not None
    assert scenario.own_tables.firms is not None
    assert scenario.own_tables.lanes is None
    assert Scenario().own_tables is None


@pytest.mark.usefixtures("folder")
def test_a_number_of_firms_wins_over_a_table_where_it_comes_later() -> None:
    scenario = load_scenario("own.yaml", {"cluster.firms": 7, "cluster.skills": None})
    assert scenario.cluster.firms == 7
    assert scenario.own_tables is not None
    assert scenario.own_tables.firms is None


def test_a_path_counts_from_the_file_that_names_it(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "top.yaml").write_text("extends: ../own.yaml\ncluster: {orders: o.csv}\n")
    (folder / "deep" / "o.csv").write_text(ORDERS.replace("A,b", "A,c"))
    own = load_scenario("deep/top.yaml").own_tables
    assert own is not None
    assert own.brands[0] == ("c", "(B)")
    assert own.files["firms"].path == Path("t/firms.csv")
    # An override is typed in the current folder, whatever file it lies over.
    own = load_scenario("deep/top.yaml", {"cluster.orders": "t/orders.csv"}).own_tables
    assert own is not None
    assert own.brands[0] == ("b", "(B)")


def test_the_hash_tells_tables_by_content_alone(folder: Path) -> None:
    known = scenario_hash(load_scenario("own.yaml"))
    (folder / "other.csv").write_text(ORDERS)
    assert scenario_hash(load_scenario("own.yaml", {"cluster.orders": "other.csv"})) == known
    (folder / "other.csv").write_text(ORDERS.replace("300", "301"))
    assert scenario_hash(load_scenario("own.yaml", {"cluster.orders": "other.csv"})) != known


def test_what_a_run_keeps_can_be_loaded_again(folder: Path) -> None:
    scenario = load_scenario("own.yaml")
    run = folder / "run"
    files = scenario_tables(scenario)
    assert list(files) == ["own_tables/firms.csv", "own_tables/skills.csv", "own_tables/orders.csv"]
    for name, content in files.items():
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_bytes(content)
    (run / "scenario.resolved.yaml").write_text(resolved_yaml(scenario), encoding="utf-8")
    for path in (folder / "t").iterdir():
        path.unlink()
    again = load_scenario(run / "scenario.resolved.yaml")
    assert scenario_hash(again) == scenario_hash(scenario)
    assert resolved_yaml(again) == resolved_yaml(scenario)
    assert differences(again, scenario) == ()
    assert again.own_tables == scenario.own_tables
    assert scenario_tables(Scenario()) == {}


def test_the_resolved_text_can_name_the_files_that_were_read(folder: Path) -> None:
    scenario = load_scenario("own.yaml")
    text = resolved_yaml(scenario, copies=False)
    assert f'"{folder}/t/firms.csv"' in text
    (folder / "deep").mkdir()
    (folder / "deep" / "resolved.yaml").write_text(text, encoding="utf-8")
    assert scenario_hash(load_scenario("deep/resolved.yaml")) == scenario_hash(scenario)


@pytest.mark.usefixtures("folder")
def test_tables_go_with_a_scenario_to_a_worker() -> None:
    scenario = load_scenario("own.yaml")
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)


def test_a_difference_of_tables_is_told_by_length_and_content(folder: Path) -> None:
    (folder / "more.csv").write_text(ORDERS + "C,,set,1,14,zhili,7,4\n")
    one, two = load_scenario("own.yaml"), load_scenario("own.yaml", {"cluster.orders": "more.csv"})
    rows = {row.key: (row.first[:16], row.second[:16]) for row in differences(one, two)}
    assert rows == {
        "cluster.orders": ('"table of 2 rows', '"table of 3 rows'),
        "cluster.brands": ("2", "3"),
    }
    keys = {row.key for row in differences(one, Scenario())}
    assert keys == {f"cluster.{key}" for key in ("firms", "skills", "orders", "brands")}


@pytest.mark.usefixtures("folder")
def test_an_explanation_names_the_table() -> None:
    for key, start in (("cluster.firms", "cluster.firms = 2"), ("cluster.brands", "cluster.brand")):
        lines = explain("own.yaml", key).splitlines()
        assert lines[0].startswith(start)
        assert lines[1].startswith("  set by      own.yaml:")
        assert lines[2].startswith("  table       t/")
        assert ", 2 rows, sha256 " in lines[2]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (
            "orders",
            "t/order.csv",
            "--set cluster.orders: found no such file: t/order.csv, allowed an existing table "
            "file ending in .csv, .parquet or .xlsx, did you mean orders.csv?",
        ),
        (
            "orders",
            "t/nothing_like_it.csv",
            "--set cluster.orders: found no such file: t/nothing_like_it.csv, allowed an existing "
            "table file ending in .csv, .parquet or .xlsx, check the path",
        ),
        (
            "orders",
            "own.yaml",
            "--set cluster.orders: found another ending: own.yaml, allowed an existing table file "
            "ending in .csv, .parquet or .xlsx, name a table file",
        ),
        (
            "orders",
            "folder.csv",
            "--set cluster.orders: found something that is no regular file: folder.csv, allowed "
            "an existing table file ending in .csv, .parquet or .xlsx, name a table file",
        ),
        (
            "orders",
            "endless.csv",
            "--set cluster.orders: found something that is no regular file: endless.csv, allowed "
            "an existing table file ending in .csv, .parquet or .xlsx, name a table file",
        ),
        (
            "orders",
            5,
            "--set cluster.orders: found 5, allowed null or a table file ending in .csv, .parquet "
            "or .xlsx, put it in quotes if text is meant",
        ),
        (
            "firms",
            "many",
            "--set cluster.firms: found many, allowed a whole number from 1 to 100000 or a table "
            "file ending in .csv, .parquet or .xlsx, write a whole number without quotes",
        ),
        (
            "firms",
            2,
            "own.yaml:3:11: cluster.skills: found a table, allowed a table only where "
            "cluster.firms is one too, name the table of firms",
        ),
    ],
)
def test_each_wrong_name_has_its_message(
    folder: Path, key: str, value: object, message: str
) -> None:
    (folder / "folder.csv").mkdir()
    (folder / "endless.csv").symlink_to("/dev/zero")
    assert message in problems(**{key: value})


@pytest.mark.usefixtures("folder")
def test_relations_need_firms_and_orders() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("kidswear:tiny", {"cluster.relations": "t/relations.csv"})
    assert [problem.allowed.partition(" file")[0] for problem in caught.value.problems] == [
        "an existing table",
        "a table only where cluster.firms and cluster.orders is one too",
    ]


def test_a_hostile_name_reaches_no_terminal(folder: Path) -> None:
    (folder / "s.yaml").write_text('cluster: {orders: "\\e[31m\\n\\0.csv"}\n')
    (found,) = problems("s.yaml")
    assert found.isprintable()
    assert "a file that cannot be opened: ?[31m??.csv" in found


def test_problems_of_files_tables_and_values_come_at_once(folder: Path) -> None:
    (folder / "t" / "firms.csv").write_text(FIRMS.replace("20", "hunter2"))
    (folder / "own.yaml").write_text(TEXT + "  lanes: none.csv\ndemand: {load: -1}\n")
    found = problems()
    assert [line.partition(" found")[0] for line in found] == [
        "own.yaml:5:10: cluster.lanes:",
        "own.yaml:6:16: demand.load:",
        "t/firms.csv:2:3: workers:",
    ]
    assert "hunter2" not in "".join(found)


def test_a_region_that_is_taken_out_is_not_known_to_tables() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("kidswear:own_tables", {"regions.jiangsu_north": None})
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == 4
    assert all("found a region that the scenario does not have" in line for line in found)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "F,zhili,0.5,10,",
            "t/firms.csv:2:3: workers: found a number out of range, allowed 1 to 10000, correct "
            "the cell, or take the firm out",
        ),
        (
            "F,zhili,20,22,",
            "t/firms.csv:2:4: hours_per_day: found a number out of range, allowed 1 to 21 (24 "
            "less line.overtime_hours_per_day), correct the cell",
        ),
        (
            "F,zhili,20,10,30000",
            "t/firms.csv:2:5: capacity_min_per_day: found a number out of range, allowed hours of "
            "each worker from 1 to 21 (24 less line.overtime_hours_per_day), mend it, or the "
            "workers",
        ),
    ],
)
def test_what_no_firm_can_be_is_refused(folder: Path, row: str, message: str) -> None:
    header = "firm_id,region,workers,hours_per_day,capacity_min_per_day"
    (folder / "t" / "firms.csv").write_text(f"{header}\n{row}\nG,henan,30,9,\n")
    assert problems() == [message]


def test_very_many_problems_are_counted(folder: Path) -> None:
    rows = "".join(f"f{k},zhili,0,10\n" for k in range(300))
    (folder / "f.csv").write_text(FIRMS.splitlines()[0] + "\n" + rows)
    found = problems("kidswear:tiny", firms="f.csv")
    assert len(found) == 51
    assert "f.csv: found 250 more problems of the kind, allowed none, mend those above first" in (
        found
    )
    (folder / "f.csv").write_text(FIRMS.splitlines()[0] + "\n" + rows.replace(",0,", ",x,"))
    assert len(problems("kidswear:tiny", firms="f.csv")) == 51


def test_what_is_not_used_is_warned_of(folder: Path) -> None:
    (folder / "t" / "orders.csv").write_text(
        "order_id,category,pieces,smv_min,region,due_days,release_days,material,"
        "unmet_cost_per_piece\n"
        "A,set,300,14,zhili,17,5,cotton,3\nB,set,10,6,henan,29,9,,\nC,set,10,6,zhili,4,1,,\n"
        "D,set,9,6,zhili,900,800,,\nE,set,9,6,zhili,-90,-181,,\n"
    )
    (folder / "t" / "lanes.csv").write_text(
        "from_region,to_region,lead_days,cost_per_piece\nhenan,hubei,1,1\n"
    )
    (folder / "t" / "committed.csv").write_text(
        "firm_id,from_day,to_day,operator_min\nF,0,1,24001\nG,0,1,1\n"
    )
    scenario = load_scenario(
        "own.yaml", {"cluster.lanes": "t/lanes.csv", "cluster.committed": "t/committed.csv"}
    )
    ordered = "ordered demand.sampling_days (4) before release_days"
    assert scenario_warnings(scenario) == (
        "t/orders.csv: material, unmet_cost_per_piece: read and checked, but not used by the "
        "simulation",
        f"t/orders.csv: 2 orders, {ordered}, lie outside the simulated days and are left out",
        f"t/orders.csv: 1 orders, {ordered}, come before calendar.start: they are worked on, but "
        "not measured",
        "t/orders.csv: 1 orders are not from the hub; the simulation cuts all parts there",
        "t/lanes.csv: 1 lanes neither begin nor end at zhili; all ways lead over the hub",
        "t/committed.csv: 1 rows hold more minutes than the firm has in those days; all is taken",
    )


def test_python_cannot_name_a_table_that_nobody_read() -> None:
    with pytest.raises(ValidationError, match="call load_scenario with this value"):
        Scenario(cluster={"orders": "orders.csv"})  # type: ignore[arg-type]


def test_the_shipped_tables_stand_beside_the_shipped_scenario() -> None:
    scenario = load_scenario("kidswear:own_tables")
    own = scenario.own_tables
    assert own is not None
    assert set(own.files) == {"firms", "skills", "orders", "lanes", "relations", "committed"}
    assert own.files["orders"].path == shipped_path("data/own_orders.csv")
    assert (scenario.cluster.firms, len(own.typed["orders"].line)) == (12, 60)
    assert own.warnings == ()
