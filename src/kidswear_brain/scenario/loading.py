"""A scenario file, those it extends, and overrides -> a frozen Scenario that knows its origins."""

import datetime as dt
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kidswear_brain.errors import Problem, ScenarioError
from kidswear_brain.scenario.checks import nearest, shown
from kidswear_brain.scenario.document import DEFAULT, MAX_BYTES, Node, Place, parse, read_document
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.scenario.own import take_tables
from kidswear_brain.scenario.own_checks import own_problems
from kidswear_brain.scenario.shipped import PREFIX, shipped_file, shipped_names
from kidswear_brain.scenario.wording import plain, translate

if TYPE_CHECKING:
    from kidswear_brain.tables import OwnTables

ENDINGS = (".yaml", ".yml")
MAX_CHAIN = 20
# Under these a name set to null is taken away and names may be added.
_TABLES = ("regions", "categories")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario and where each of its values was set."""

    scenario: Scenario
    tree: Node

    @property
    def empty(self) -> bool:
        """Whether every value is the default, set nowhere."""
        return _unset(self.tree)

    def origin(self, key: str) -> Place:
        """Say where the value of a dotted key was set: file and line, ``--set`` or the default."""
        node = self.tree
        for part in key.split("."):
            if isinstance(node.value, dict) and part in node.value:
                node = node.value[part]
            elif isinstance(node.value, tuple) and part.isdigit() and int(part) < len(node.value):
                node = node.value[int(part)]
            else:
                raise KeyError(key)
        return node.place


def _unset(tree: Node) -> bool:
    if isinstance(tree.value, dict):
        return all(map(_unset, tree.value.values()))
    return tree.place == DEFAULT


def load_scenario(
    path: str | os.PathLike[str], overrides: Mapping[str, object] | None = None
) -> Scenario:
    """Read a scenario: defaults, then what the file extends, then the file, then overrides.

    Parameters
    ----------
    path
        A YAML file, or ``kidswear:NAME`` for a scenario shipped with the package.
    overrides
        Values by dotted key, ``{"demand.load": 0.9}``; a string is read as YAML.

    Returns
    -------
    Scenario
        Frozen, complete and consistent.

    Raises
    ------
    ScenarioError
        Lists every problem with its file, line and column.
    """
    return load(path, overrides).scenario


def load(path: str | os.PathLike[str], overrides: Mapping[str, object] | None = None) -> Loaded:
    """Read a scenario as :func:`load_scenario` does and keep where each value was set."""
    problems: list[Problem] = []
    name = os.fspath(path)
    layers = _chain(name, Place(name), problems)
    layers += [_override(key, value, problems) for key, value in (overrides or {}).items()]
    return _loaded(layers, problems)


def _loaded(layers: list[Node], problems: list[Problem]) -> Loaded:
    tree = _node(Scenario().model_dump(), DEFAULT)
    for layer in layers:
        tree = _merged(tree, layer, "", problems)
    own = take_tables(tree, Scenario.model_fields["cluster"].default.firms, problems)
    scenario, refused = _validated(tree, own)
    if scenario is not None:
        refused += own_problems(scenario)
    # What could not be read is not also called wrong.
    told = {_spot(problem) for problem in problems}
    problems += [problem for problem in refused if _spot(problem) not in told]
    if scenario is None or problems:
        raise ScenarioError(sorted(dict.fromkeys(problems), key=_spot))
    return Loaded(scenario, tree)


def _spot(problem: Problem) -> tuple[str, int, int, str]:
    key = "" if problem.line else problem.key
    return problem.file, problem.line or 0, problem.column or 0, key


def _chain(
    name: str, asked: Place, problems: list[Problem], seen: tuple[str, ...] = ()
) -> list[Node]:
    """Read a file and, before it, all it extends; ``asked`` is where it was named."""
    identity = name if name.startswith(PREFIX) else os.path.realpath(name)
    ends = identity not in seen and len(seen) < MAX_CHAIN
    content = _content(name) if ends else _endless(name)
    if isinstance(content, Problem):
        key = "extends" if seen else ""
        problems.append(asked.problem(key, content.found, content.allowed, content.advice))
        return []
    node, found = read_document(content, name)
    problems += found
    extends = node.value.pop("extends", None) if isinstance(node.value, dict) else None
    if extends is None:
        return [node]
    if not isinstance(extends.value, str):
        allowed, advice = "a file name or kidswear:NAME", "name one scenario"
        problems.append(extends.place.problem("extends", shown(plain(extends)), allowed, advice))
        return [node]
    parent = _beside(name, extends.value)
    return [*_chain(parent, extends.place, problems, (*seen, identity)), node]


def _beside(name: str, parent: str) -> str:
    """Name what a file extends as seen from here; shipped files lie side by side."""
    if parent.startswith(PREFIX):
        return parent
    if name.startswith(PREFIX):
        return PREFIX + parent.removesuffix(".yaml")
    return os.path.normpath(os.path.join(os.path.dirname(name), parent))


def _endless(name: str) -> Problem:
    return Problem(
        found=f"a circle, or too long a chain, at {shown(name, 80)}",
        allowed=f"a chain of at most {MAX_CHAIN} files that does not lead back",
        advice="end the chain of extends",
    )


def _content(name: str) -> bytes | Problem:
    """Read at most a little more than is allowed, from a regular file or the package."""
    if name.startswith(PREFIX):
        short = name.removeprefix(PREFIX)
        if short in shipped_names():
            return shipped_file(f"{short}.yaml")
        advice = nearest(short, shipped_names())
        return Problem(
            found=f"no scenario {shown(name)}",
            allowed="a scenario that ships with the package",
            advice=advice if advice.startswith("did") else "take " + " / ".join(shipped_names()),
        )
    advice = "name a scenario file"
    try:
        if not name.endswith(ENDINGS):
            found = "another ending"
        elif not stat.S_ISREG(os.stat(name).st_mode):
            found = "something that is no regular file"
        else:
            with open(name, "rb") as stream:
                return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        found, advice = "no such file", _mended(Path(name))
    except (OSError, ValueError):
        found, advice = "a file that cannot be opened", "check its name and permissions"
    return Problem(
        found=f"{found}: {shown(name, 80)}",
        allowed="an existing file ending in .yaml or .yml",
        advice=advice,
    )


def _mended(path: Path) -> str:
    beside = [each.name for each in path.parent.glob("*") if each.suffix in ENDINGS]
    advice = nearest(path.name, beside)
    return advice if advice.startswith("did") else "check the path"


def _override(key: str, value: object, problems: list[Problem]) -> Node:
    """Make of ``key.path = value`` a tree of one branch."""
    place = Place("--set")
    if isinstance(value, str):
        node, found = parse(value, "--set")
        problems += [
            place.problem(shown(key, 80), each.found, each.allowed, each.advice) for each in found
        ]
        value = plain(node)
    node = _node(value, place)
    for part in reversed(key.split(".")):
        node = Node({part: node}, place, place)
    return node


def _node(value: object, place: Place) -> Node:
    """Give a plain value a place."""
    if isinstance(value, Mapping):
        return Node({str(key): _node(each, place) for key, each in value.items()}, place, place)
    if isinstance(value, list | tuple):
        return Node(tuple(_node(each, place) for each in value), place, place)
    if value is None or isinstance(value, str | bool | int | float | dt.date):
        return Node(value, place, place)
    return Node(str(value), place, place)


def _merged(base: Node, layer: Node, key: str, problems: list[Problem]) -> Node:
    """Lay one tree over another: mappings join key by key, anything else replaces."""
    if not isinstance(base.value, dict):
        return layer
    if layer.value is None and key.rpartition(".")[0] not in _TABLES:
        return base  # a section whose lines are all commented out
    if not isinstance(layer.value, dict):
        return layer
    joined = dict(base.value)
    for name, child in layer.value.items():
        full = f"{key}.{name}" if key else name
        if name in joined:
            joined[name] = _merged(joined[name], child, full, problems)
        elif key in _TABLES and child.value is None:
            advice = nearest(name, joined)
            allowed = "null for a known name, to remove it"
            problems.append(child.key_place.problem(full, "a name unknown so far", allowed, advice))
        else:
            joined[name] = child
    return Node(joined, layer.place, layer.key_place)


def _validated(tree: Node, own: "OwnTables | None") -> tuple[Scenario | None, list[Problem]]:
    """Validate; where sections are refused, look for contradictions among the others too."""
    data: dict[str, Any] = dict(plain(tree))  # type: ignore[call-overload]
    for table in _TABLES:
        if isinstance(data[table], dict):
            data[table] = {name: each for name, each in data[table].items() if each is not None}
    try:
        context = {"own_tables": own}
        return Scenario.model_validate(data, strict=True, context=context), []
    except ValidationError as error:
        errors = error.errors()
    broken = {one["loc"][0] for one in errors if one["loc"]}
    sound = {section: each for section, each in data.items() if section not in broken}
    try:
        Scenario.model_validate(sound, strict=True, context={"own_tables": own, "broken": broken})
    except ValidationError as error:
        errors += error.errors() if broken else []
    return None, [problem for one in errors for problem in translate(one, tree)]
