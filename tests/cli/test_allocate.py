"""`kidswear allocate` end to end: what it writes, shows, refuses, and with which exit code."""

import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner, Result

from kidswear_brain.allocation import planner_solve
from kidswear_brain.cli import app
from kidswear_brain.errors import SolverError
from kidswear_brain.tables.schema import TABLES

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "allocate"


def run(out: Path, *more: str, folder: Path = EXAMPLE, orders: str = "orders.csv") -> Result:
    tables = {"orders": orders, "firms": "firms.xlsx", "skills": "skills.csv", "lanes": "lanes.csv"}
    options = [text for name, file in tables.items() for text in (f"--{name}", str(folder / file))]
    return CliRunner().invoke(app, ["allocate", *options, "--out", str(out), *more])


def plan_of(out: Path) -> pl.DataFrame:
    return pl.read_parquet(out / "plan.parquet")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("allocate") / "plan"
    return out, run(out)


def test_the_example_leaves_a_whole_directory(done: tuple[Path, Result]) -> None:
    out, result = done
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in out.iterdir()) == [
        "late.csv",
        "late.parquet",
        "plan.csv",
        "plan.parquet",
        "prices.csv",
        "prices.parquet",
        "summary.json",
        "unmet.csv",
        "unmet.parquet",
    ]
    columns = {
        name: pl.read_parquet(out / f"{name}.parquet").columns for name in ("plan", "prices")
    }
    assert columns["plan"] == ["order_id", "firm_id", "period", "pieces", "standard_min"]
    assert columns["prices"] == ["firm_id", "region", "period", "shadow_price"]
    assert_frame_equal(pl.read_csv(out / "plan.csv"), plan_of(out))


def test_every_piece_is_planned_or_unmet_with_its_reason(done: tuple[Path, Result]) -> None:
    out, _ = done
    ordered = pl.read_csv(EXAMPLE / "orders.csv").select(order_id="订单号", pieces="件数")
    unmet = pl.read_parquet(out / "unmet.parquet")
    assert unmet["pieces"].dtype == pl.Int64
    found = pl.concat([plan_of(out).select("order_id", "pieces"), unmet.drop("reason")])
    found = found.group_by("order_id").sum().sort("order_id")
    assert_frame_equal(found, ordered.sort("order_id"))
    reasons = dict(unmet.select("order_id", "reason").iter_rows())
    assert reasons["2205-018"].startswith('no firm can make category "uniform"')
    assert reasons["2205-024"].startswith("too late: the earliest return is day 3, the due day 1")


def test_the_screen_shows_figures_prices_and_reasons_in_eighty_columns(
    done: tuple[Path, Result],
) -> None:
    out, result = done
    shown = [line for line in result.stdout.splitlines() if str(out) not in line]
    assert max(map(len, shown)) <= 80
    for text in ("planned", "bound", "unmet cost", "by default     40 orders: 2 x", "day 28"):
        assert text in result.output


def test_every_late_order_has_its_reason(done: tuple[Path, Result]) -> None:
    out, _ = done
    late = pl.read_parquet(out / "late.parquet")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert late.columns == ["order_id", "pieces", "late_days", "reason"]
    assert late["pieces"].sum() == summary["late_pieces"] > 0
    assert (late["late_days"] > 0).all()
    assert (late["reason"].str.len_chars() > 0).all()


def test_orders_that_wait_for_the_same_minutes_are_added_up(done: tuple[Path, Result]) -> None:
    out, result = done
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    worst = max(summary["bottlenecks"], key=lambda one: one["orders"])
    assert worst["orders"] > 1
    told = pl.concat(
        [pl.read_parquet(out / f"{name}.parquet")["reason"] for name in ("unmet", "late")]
    )
    shared = f"; {worst['orders']} orders wait for minutes there, {worst['operator_min']:,.0f} in"
    assert told.str.contains(shared, literal=True).sum() == worst["orders"]
    assert f"{worst['orders']} order(s) wait for" in result.output


def test_chinese_on_screen_and_in_the_reasons(tmp_path: Path) -> None:
    result = run(tmp_path / "zh", "--lang", "zh")
    assert result.exit_code == 0, result.output
    for text in ("每单工厂数", "地区", "没有工厂能做品类“uniform”", "已写入"):
        assert text in result.output
    for text in ("order(s)", "pieces", "wait for", "each saves"):
        assert text not in result.stdout
    reasons = pl.read_parquet(tmp_path / "zh" / "unmet.parquet")["reason"]
    assert reasons.str.contains("[\u4e00-\u9fff]").all()


def test_the_summary_holds_the_solution_to_its_bound(done: tuple[Path, Result]) -> None:
    summary = json.loads((done[0] / "summary.json").read_text(encoding="utf-8"))
    assert summary["objective"] == pytest.approx(summary["bound"], rel=1e-7)
    assert summary["whole_lot_cost"] >= summary["bound"] * (1 - 1e-9)
    assert summary["relative_gap"] == summary["certificate"]["relative_gap"] <= 1e-7
    assert summary["solver"] in ("simplex", "highs")
    assert summary["inputs"]["orders"] == "orders.csv"


def test_the_same_tables_are_shown_again_and_others_need_force(done: tuple[Path, Result]) -> None:
    out, first = done
    again = run(out)
    assert again.exit_code == 0
    assert "(shown again)" in again.output
    assert again.stdout.splitlines()[:-1] == first.stdout.splitlines()[:-1]
    before = (out / "summary.json").read_bytes()
    refused = run(out, "--fractional")
    assert refused.exit_code == 2
    assert "give --force" in refused.output
    assert (out / "summary.json").read_bytes() == before


def test_what_is_no_allocation_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    refused = run(tmp_path, "--force")
    assert refused.exit_code == 2
    assert "no allocation, and in the way" in refused.output
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_force_replaces_an_earlier_allocation(tmp_path: Path) -> None:
    out = tmp_path / "plan"
    assert run(out).exit_code == 0
    assert run(out, "--fractional", "--force").exit_code == 0
    assert plan_of(out)["pieces"].dtype == pl.Float64


def test_fractional_flows_cost_what_the_linear_program_says(tmp_path: Path) -> None:
    assert run(tmp_path / "f", "--fractional", "--json").exit_code == 0
    summary = json.loads((tmp_path / "f" / "summary.json").read_text(encoding="utf-8"))
    assert summary["whole_lot_cost"] == summary["objective"]


def test_the_last_plan_can_be_kept_and_its_moves_are_priced(
    done: tuple[Path, Result], tmp_path: Path
) -> None:
    out, _ = done
    result = run(tmp_path / "kept", "--keep", str(out / "plan.csv"), "--json")
    assert result.exit_code == 0, result.output
    promises = json.loads(result.stdout)["promises"]
    assert promises["unmet_promised_pieces"] == 0
    assert promises["saved_if_free"] >= 0
    kept = plan_of(tmp_path / "kept").join(
        plan_of(out), on=["order_id", "firm_id", "period"], how="right", suffix="_before"
    )
    assert (kept["pieces"] >= kept["pieces_before"]).all()
    moves = pl.read_parquet(tmp_path / "kept" / "moves.parquet")
    assert moves.columns == ["order_id", "firm_id", "pieces", "best_firm_id", "saving_per_piece"]
    assert (moves["saving_per_piece"] >= 0).all()
    assert (moves["saving_per_piece"] * moves["pieces"]).sum() <= promises["saved_if_free"] * (
        1 + 1e-6
    ) + 1e-6


def test_broken_tables_stop_with_every_place(tmp_path: Path) -> None:
    broken = tmp_path / "orders.csv"
    broken.write_text("order_id,category,pieces,smv_min,region,due_days\nA,set,0,1,zhili,x\n")
    result = run(tmp_path / "out", orders=str(broken))
    assert result.exit_code == 2
    assert f"{broken}:2:3: pieces: found" in result.output
    assert f"{broken}:2:6: due_days: found" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("periods", ["7,3", "0", "three", "3,,7"])
def test_periods_must_be_increasing_days(tmp_path: Path, periods: str) -> None:
    result = run(tmp_path / "out", "--periods", periods)
    assert result.exit_code == 2
    assert "--periods" in result.output


def test_without_an_answer_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SolverError("no optimal plan (error): out of patience")

    monkeypatch.setattr(planner_solve, "allocate", fail)
    result = run(tmp_path / "out")
    assert result.exit_code == 3
    assert "out of patience" in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(planner_solve, "allocate", interrupt)
    assert run(tmp_path / "out").exit_code == 130
    assert list(tmp_path.iterdir()) == []


def test_the_page_lists_every_header() -> None:
    page = (ROOT / "docs" / "allocate.md").read_text(encoding="utf-8")
    for table in TABLES:
        for column in table.columns:
            row = next(line for line in page.splitlines() if line.startswith(f"| `{column.name}`"))
            for header in column.chinese:
                assert f"`{header}`" in page, (column.name, header, row)


@pytest.mark.slow
def test_a_hundred_thousand_orders(tmp_path: Path) -> None:
    """As many orders as the contract names, among few firms: every piece is accounted for."""
    n, firms = 100_000, 40
    regions = ["zhili", "anhui_southeast"]
    orders = pl.DataFrame({"k": range(n)}).select(
        order_id=pl.format("O{}", "k"),
        category=pl.when(pl.col("k") % 3 == 0).then(pl.lit("set")).otherwise(pl.lit("dress")),
        pieces=100 + pl.col("k") % 900,
        smv_min=6 + pl.col("k") % 7,
        region=pl.lit("zhili"),
        due_days=5 + pl.col("k") % 30,
    )
    orders.write_csv(tmp_path / "orders.csv")
    rows = [(f"F{k}", regions[k % 2], 900, 10) for k in range(firms)]
    schema = ["firm_id", "region", "workers", "hours_per_day"]
    pl.DataFrame(rows, schema=schema, orient="row").write_csv(tmp_path / "firms.csv")
    skills = [
        (f"F{k}", category, 0.4 + 0.005 * k, 0.45 + 0.003 * k + 0.01 * (k % 3))
        for k in range(firms)
        for category in ("set", "dress")
        if category == "set" or k % 2
    ]
    schema = ["firm_id", "category", "line_efficiency", "cost_per_smv"]
    pl.DataFrame(skills, schema=schema, orient="row").write_csv(tmp_path / "skills.csv")
    result = CliRunner().invoke(
        app,
        [
            "allocate",
            *("--orders", str(tmp_path / "orders.csv")),
            *("--firms", str(tmp_path / "firms.csv")),
            *("--skills", str(tmp_path / "skills.csv")),
            *("--lanes", str(EXAMPLE / "lanes.csv")),
            *("--out", str(tmp_path / "out"), "--json"),
        ],
    )
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["relative_gap"] <= 1e-7
    assert summary["planned_pieces"] + summary["unmet_pieces"] == orders["pieces"].sum()
    unmet = pl.read_parquet(tmp_path / "out" / "unmet.parquet")
    found = pl.concat(
        [plan_of(tmp_path / "out").select("order_id", "pieces"), unmet.drop("reason")]
    )
    found = found.group_by("order_id").sum().sort("order_id")
    assert_frame_equal(found, orders.select("order_id", "pieces").sort("order_id"))
    used = (
        plan_of(tmp_path / "out")
        .join(orders.select("order_id", "category"), on="order_id")
        .join(pl.DataFrame(skills, schema=schema, orient="row"), on=["firm_id", "category"])
        .group_by("firm_id", "period")
        .agg((pl.col("standard_min") / pl.col("line_efficiency")).sum(), rows=pl.len())
    )
    capacity = {0: 3, 1: 4, 2: 7, 3: 14}
    room = used["period"].replace_strict(capacity) * 900 * 600 + used["rows"] * 12 / 0.4
    assert (used["standard_min"] <= room).all()


def test_the_folder_one_stands_in_is_no_place_for_an_allocation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run(Path("."))
    assert refused.exit_code == 2
    assert refused.stderr == ".: not the name of a new directory; choose another --out\n"
    assert list(tmp_path.iterdir()) == []
