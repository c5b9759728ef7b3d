"""Ask SQL of what lies in a directory of results: a run, a sweep, a store, or a folder of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.store import CATALOGUE, FAILED, PARTS


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a query, and their columns."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def query(place: Path, sql: str) -> Answer:
    """Ask DuckDB; every table of the place is a view by its name.

    Parameters
    ----------
    place : Path
        A run or sweep: a view for each Parquet file. A store: ``results`` (key, measure, value) and
        ``failures`` (key, error). Any other folder of runs: a view for each table its runs have,
        with the name of the run in front, ``run``.
    sql : str
        One statement that gives rows.

    Raises
    ------
    RunError
        If DuckDB is not installed, there are no tables, or the statement cannot be answered.
    """
    try:
        import duckdb
    except ImportError as error:
        raise RunError(
            "query: DuckDB is not installed; pip install 'kidswear-brain[query]'"
        ) from error
    views = views_of(place)
    if not views:
        raise RunError(f"{place}: found no tables of results, allowed a run, a sweep or a store")
    reading = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    with duckdb.connect() as connection:
        try:
            for name, source in views.items():
                connection.execute(f'CREATE VIEW "{name}" AS SELECT {source}')
            asked = connection.extract_statements(sql)
            if len(asked) != 1 or asked[0].type not in reading:
                kinds = ", ".join(statement.type.name for statement in asked)
                raise RunError(
                    f"query: found {len(asked)} statements{kinds and f' ({kinds})'}, allowed one "
                    "that reads, such as SELECT or DESCRIBE"
                )
            found = connection.execute(asked[0])
            return Answer(tuple(column[0] for column in found.description), found.fetchall())
        except duckdb.Error as error:
            tables = ", ".join(views)
            raise RunError(f"query: {error}\ntables here: {tables}") from error


def views_of(place: Path) -> Mapping[str, str]:
    """Name the views of a place, and what each selects."""
    if (place / CATALOGUE).is_file():
        parts = {"results": (PARTS, "*.parquet", "parquet"), "failures": (FAILED, "*.json", "json")}
        return {
            name: f"* FROM read_{kind}({_quoted(place / folder / pattern)})"
            for name, (folder, pattern, kind) in parts.items()
            if any((place / folder).glob(pattern))
        }
    own = sorted(place.glob("*.parquet"))
    if own:
        return {file.stem: f"* FROM read_parquet({_quoted(file)})" for file in own}
    views = {}
    for name in sorted({file.stem for file in place.glob("*/*.parquet")}):
        files = f"read_parquet({_quoted(place / '*' / f'{name}.parquet')}, filename=true"
        run = "parse_filename(parse_dirpath(filename)) AS run"
        views[name] = f"{run}, * EXCLUDE (filename) FROM {files}, union_by_name=true)"
    return views


def _quoted(path: Path) -> str:
    """Write a path as SQL writes text."""
    return "'" + str(path).replace("'", "''") + "'"
