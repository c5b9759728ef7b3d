"""A planner's own tables in a scenario: which files it names, and what they put in its place.

``cluster.firms`` is a number or a table; the other tables are named or not. A path counts from the
folder of the file that names it (from the current one where ``--set`` does).
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kidswear_brain.errors import Problem, TableError
from kidswear_brain.scenario.checks import nearest, shown
from kidswear_brain.scenario.document import Node
from kidswear_brain.scenario.own_checks import counted
from kidswear_brain.scenario.shipped import PREFIX, shipped_path

if TYPE_CHECKING:
    from kidswear_brain.scenario.model import Scenario
    from kidswear_brain.tables import OwnTables

TABLES = ("firms", "skills", "orders", "lanes", "relations", "committed")
ENDINGS = (".csv", ".parquet", ".xlsx")
FOLDER = "own_tables"
_ALLOWED = "an existing table file ending in " + ", ".join(ENDINGS[:-1]) + " or " + ENDINGS[-1]
_NEEDS = {
    "skills": ("firms",),
    "relations": ("firms", "orders"),
    "committed": ("firms",),
}


def take_tables(tree: Node, default_firms: int, problems: list[Problem]) -> "OwnTables | None":
    """Read the tables a merged scenario names, and leave numbers where the model wants numbers.

    Parameters
    ----------
    tree
        The merged scenario; ``cluster.firms`` and ``cluster.brands`` become the numbers of firms
        and brands in the tables, and tables that cannot be read are taken out.
    default_firms
        Stands in for a table of firms that cannot be read.
    problems
        Takes what is wrong with the files and what stands in them.

    Returns
    -------
    OwnTables or None
        None where no table is named, or none can be used.
    """
    cluster = _mapping(tree, "cluster")
    named = {key: cluster[key] for key in TABLES if key in cluster and _names_a_table(cluster, key)}
    if not named:
        return None
    before = len(problems)
    paths = {}
    for key, node in named.items():
        found = _path(node)
        if isinstance(found, Path):
            paths[key] = found
        else:
            problems.append(_placed(found, node, key))
        problems += _missing(key, node, named)
    own = _read(paths, tree, problems)
    sound = own if len(problems) == before else None
    _put_numbers(cluster, named, sound, default_firms)
    return sound


def table_names(scenario: "Scenario") -> dict[str, str]:
    """Name the copies of a scenario's own tables, by key of the cluster section."""
    own = scenario.own_tables
    if own is None:
        return {}
    endings = {key: file.path.suffix.lower() for key, file in own.files.items()}
    return {key: f"{FOLDER}/{key}{endings[key]}" for key in TABLES if key in endings}


def table_paths(scenario: "Scenario") -> dict[str, str]:
    """Name the files a scenario's own tables were read from, by key of the cluster section."""
    own = scenario.own_tables
    return {} if own is None else {k: os.path.abspath(f.path) for k, f in own.files.items()}


def scenario_tables(scenario: "Scenario") -> dict[str, bytes]:
    """Give the content of a scenario's own tables by the names its resolved text calls them.

    Written into one folder with :func:`~kidswear_brain.scenario.resolved.resolved_yaml`, that text
    can be loaded again from there. Empty where the scenario names no table.
    """
    own = scenario.own_tables
    return (
        {} if own is None else {n: own.files[k].content for k, n in table_names(scenario).items()}
    )


def _mapping(tree: Node, key: str) -> dict[str, Node]:
    node = tree.value[key] if isinstance(tree.value, dict) else tree
    return node.value if isinstance(node.value, dict) else {}


def _names_a_table(cluster: Mapping[str, Node], key: str) -> bool:
    """Any text names a table; firms may be wrongly written numbers, which the model refuses."""
    value = cluster[key].value
    return isinstance(value, str) and (key != "firms" or value.lower().endswith(ENDINGS))


def _path(node: Node) -> Path | Problem:
    name = str(node.value)
    if node.place.file.startswith(PREFIX):
        path = shipped_path(name)
    else:
        path = Path(os.path.normpath(os.path.join(os.path.dirname(node.place.file), name)))
    advice = "name a table file"
    try:
        if not name.lower().endswith(ENDINGS):
            found = "another ending"
        elif stat.S_ISREG(os.stat(path).st_mode):
            return path
        else:
            found = "something that is no regular file"
    except FileNotFoundError:
        found, advice = "no such file", _mended(path)
    except (OSError, ValueError):
        found, advice = "a file that cannot be opened", "check its name and permissions"
    return Problem(found=f"{found}: {shown(name, 80)}", allowed=_ALLOWED, advice=advice)


def _mended(path: Path) -> str:
    beside = [each.name for each in path.parent.glob("*") if each.name.lower().endswith(ENDINGS)]
    advice = nearest(path.name, beside)
    return advice if advice.startswith("did") else "check the path"


def _placed(problem: Problem, node: Node, key: str) -> Problem:
    found, allowed, advice = problem.found, problem.allowed, problem.advice
    return node.place.problem(f"cluster.{key}", found, allowed, advice)


def _missing(key: str, node: Node, named: Mapping[str, Node]) -> list[Problem]:
    """Tables that speak of firms or brands need the table that names these."""
    lacking = [f"cluster.{other}" for other in _NEEDS.get(key, ()) if other not in named]
    if not lacking:
        return []
    allowed = "a table only where " + " and ".join(lacking) + " is one too"
    advice = f"name the table of {lacking[0].removeprefix('cluster.')}"
    return [node.place.problem(f"cluster.{key}", "a table", allowed, advice)]


def _read(paths: Mapping[str, Path], tree: Node, problems: list[Problem]) -> "OwnTables | None":
    # Tables bring polars with them, which a scenario without any can do without.
    from kidswear_brain.tables import Names, read_own_tables

    names = Names(_names(tree, "regions"), _names(tree, "categories"))
    try:
        return read_own_tables(paths, names)
    except TableError as error:
        problems += [*error.problems, *counted(error.problems[-1].file, error.more)]
        return None


def _names(tree: Node, table: str) -> tuple[str, ...]:
    return tuple(name for name, each in _mapping(tree, table).items() if each.value is not None)


def _put_numbers(
    cluster: dict[str, Node], named: Mapping[str, Node], own: "OwnTables | None", default: int
) -> None:
    if own is None:
        for key in named:
            cluster[key] = _with(named[key], None)
    if "firms" in named:
        count = default if own is None or own.firms is None else len(own.firms.firm_id)
        cluster["firms"] = _with(named["firms"], count)
    if own is not None and own.orders is not None:
        cluster["brands"] = _with(named["orders"], len(own.brands[0]))


def _with(node: Node, value: int | None) -> Node:
    return Node(value, node.place, node.key_place)
