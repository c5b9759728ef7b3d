"""The reference pages of tables, measures and scenario keys, written from their registries.

``python -m kidswear_brain.results.reference docs`` writes them anew; a test holds them equal.
"""

import sys
from itertools import groupby
from pathlib import Path

from kidswear_brain.results.measures import MEASURES
from kidswear_brain.results.schema import FRONT, TABLES, Column, Table
from kidswear_brain.scenario.provenance import TAGS, Provenance, read_provenance
from kidswear_brain.scenario.resolved import written
from kidswear_brain.simulation.rows import CAUSES, REASONS

NOTE = "<!-- Written by `python -m kidswear_brain.results.reference docs`; do not edit. -->\n"


def pages() -> dict[str, str]:
    """Return the text of every generated page by its file name."""
    return {
        "measures.md": measures_page(),
        "tables.md": tables_page(),
        "scenario.md": scenario_page(),
    }


def measures_page() -> str:
    """Write the reference of measures: name, unit, definition, source."""
    rows = [f"| `{m.name}` | {m.unit} | {m.definition} | {m.source} |" for m in MEASURES]
    return "\n".join(
        [
            "# Measures",
            NOTE,
            "Every measure has one definition, the same in both arms; sources are sections of the",
            "model. Names that end in capitals stand for one measure by region, percentile or",
            "cause. Shares lie in 0-1, never per cent. Where there is nothing to measure the value",
            "is nan in Python, null in files.",
            "",
            "| measure | unit | definition | source |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Causes of the line-minute ledger: {_list(CAUSES)}.",
            "",
            "The ledger counts a clock minute of every line alike and sets absence, vacancy and",
            "rework apart from producing, while utilization weighs by standard minutes of",
            "sustainable capacity; so `ledger_scheduled_producing` and `utilization` need not move",
            "alike.",
            "",
            f"Causes of loss: {_list(REASONS[1:])}.",
            "",
        ]
    )


def tables_page() -> str:
    """Write the reference of tables: every column, its type, unit and meaning."""
    parts = [
        "# Tables of a run directory",
        NOTE,
        "Parquet files that DuckDB, polars and pandas open. Every table begins with these columns:",
        "",
        *_columns(FRONT),
        "",
        "Times are whole minutes from the start of the first measured day, negative in the",
        "warm-up. Tables of things not simulated yet are empty.",
    ]
    for table in TABLES:
        parts += _table(table)
    return "\n".join(parts) + "\n"


def scenario_page() -> str:
    """Write the reference of scenario keys: default, unit, prior, tag, confidence, source."""
    tags = "; ".join(f"{tag} {meaning}" for tag, meaning in TAGS.items())
    parts = [
        "# Scenario keys",
        NOTE,
        "Every parameter of a scenario with the default that ships, and what is known about it.",
        f"Tags: {tags}.",
        "A prior is what is held possible before looking at the claim.",
        "`kidswear check SCENARIO --explain KEY` says the same of one value and which line set it;",
        "`kidswear schema` gives it to editors.",
    ]
    known = read_provenance().values()
    for section, keys in groupby(known, lambda one: one.key.rpartition(".")[0]):
        head = ["| key | default | unit | prior | known | meaning and source |", "|" + "---|" * 6]
        parts += ["", f"## {section}", "", *head, *map(_key, keys)]
    return "\n".join(parts) + "\n"


def _key(one: Provenance) -> str:
    name = one.key.rpartition(".")[2]
    background = f"{one.meaning}. {one.source}".replace("|", "\\|")
    prior = "fixed" if one.prior.kind == "fixed" else one.prior
    cells = (written(one.value), one.unit, prior, f"{one.tag}, {one.confidence}", background)
    return f"| `{name}` | " + " | ".join(map(str, cells)) + " |"


def _table(table: Table) -> list[str]:
    return ["", f"## {table.name}", "", f"One row: {table.row}.", "", *_columns(table.columns)]


def _columns(columns: tuple[Column, ...]) -> list[str]:
    head = ["| column | type | unit | meaning |", "|---|---|---|---|"]
    return head + [f"| `{c.name}` | {c.dtype} | {c.unit} | {c.meaning} |" for c in columns]


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main(folder: str) -> None:
    """Write every page into a folder."""
    for name, text in pages().items():
        (Path(folder) / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
