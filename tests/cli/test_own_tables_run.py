"""A planner's own tables from the command line to the run directory, and again from there."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from kidswear_brain.cli import app

SHIPPED = Path(__file__).parents[2] / "scenarios" / "own_tables.yaml"


def kidswear(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("own") / "run"
    kidswear("run", SHIPPED, "-n", 1, "--workers", 1, "--out", out)
    return out


def test_orders_and_firms_bear_the_planners_names(run: Path) -> None:
    orders = pl.read_parquet(run / "orders.parquet")
    assert orders["order_id"].n_unique() == 60
    assert {"2203-001", "2203-060"} <= set(orders["order_id"])
    lots = pl.read_parquet(run / "lots.parquet")
    assert set(lots["order_id"]) <= set(orders["order_id"])


def test_a_run_directory_can_be_run_again(run: Path) -> None:
    again = run.with_name("again")
    kidswear("run", run / "scenario.resolved.yaml", "-n", 1, "--workers", 1, "--out", again)
    for name in ("orders", "lots", "line_minutes", "measures"):
        one, two = ((place / f"{name}.parquet").read_bytes() for place in (run, again))
        assert one == two, name
    one, two = (sorted((place / "own_tables").iterdir()) for place in (run, again))
    assert [path.name for path in one] == [path.name for path in two]


def test_committed_work_takes_its_time_and_no_more(run: Path) -> None:
    taken = (
        pl.read_parquet(run / "line_minutes.parquet")
        .filter(pl.col("cause") == "shock", pl.col("clock_min") > 0)
        .group_by("arm", "firm_id")
        .agg(pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
    )
    days = {(arm, firm): (first, last) for arm, firm, first, last in taken.iter_rows()}
    assert days == {
        (arm, firm): span
        for arm in ("baseline", "brain")
        for firm, span in {
            "望江-联河一厂": (0, 13),
            "织里-金童制衣": (0, 6),
            "郎溪-佳依": (14, 27),
        }.items()
    }


def test_the_resolved_text_names_the_tables_where_they_stand(tmp_path: Path) -> None:
    text = kidswear("check", SHIPPED, "--resolved")
    (tmp_path / "resolved.yaml").write_text(text, encoding="utf-8")
    assert "12 firms, 10 brands" in kidswear("check", tmp_path / "resolved.yaml")
