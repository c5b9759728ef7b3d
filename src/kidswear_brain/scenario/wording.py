"""What a parameter may be, in words; and what pydantic refused, as a planner would say it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from kidswear_brain.errors import Problem
from kidswear_brain.scenario.checks import OTHER_SIDE, nearest, shown
from kidswear_brain.scenario.document import DEFAULT, Node
from kidswear_brain.scenario.model import Scenario

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]

_ADVICE = {
    "bool_type": "write true or false",
    "date_type": "write it as year-month-day without quotes",
    "dict_type": "indent its keys below it",
    "finite_number": "write a large number instead",
    "float_type": "write a number without quotes",
    "greater_than": "give a larger number",
    "greater_than_equal": "give a larger number",
    "int_type": "write a whole number without quotes",
    "less_than": "give a smaller number",
    "less_than_equal": "give a smaller number",
    "literal_error": "choose one of them",
    "missing": "write two values in brackets: [a, b]",
    "model_type": "indent its keys below it",
    "string_pattern_mismatch": "use letters, digits and _ only",
    "string_type": "put it in quotes if text is meant",
    "string_too_long": "shorten it",
    "string_too_short": "write something",
    "too_long": "shorten it",
    "too_short": "add what is missing",
    "tuple_type": "write it in brackets: [a, b]",
}


def allowed_at(path: Path) -> str:
    """Say in words what the parameter at a path may be.

    Parameters
    ----------
    path
        Keys from the root, list places as whole numbers.
    """
    return _words(_schema_at(path))


def translate(error: ErrorDetails, root: Node) -> list[Problem]:
    """Turn one error of pydantic into problems that name file, line and column.

    Parameters
    ----------
    error
        As pydantic lists it.
    root
        The merged tree that was validated.
    """
    path = error["loc"]
    if error["type"] == "kidswear":
        return [_placed(problem, path, root) for problem in error["ctx"]["problems"]]
    if path[-1] == "[key]":  # the name of a region or category
        path = path[:-1]
        node = _nearest_node(root, path)
        allowed = "a name of letters, digits and _"
        place = node.key_place
        return [place.problem(dotted(path), shown(path[-1]), allowed, "rename it")]
    if error["type"] == "extra_forbidden":
        return [_unknown_key(path, root)]
    absent = error["type"] == "missing"
    if absent and isinstance(path[-1], int):
        path, absent = path[:-1], False  # a pair with one number: the pair is what is wrong
    node = _nearest_node(root, path)
    if absent:
        advice = f"add {path[-1]}"
        return [node.key_place.problem(dotted(path), "nothing", allowed_at(path), advice)]
    advice = _ADVICE.get(error["type"], "mend the value")
    if error["type"] == "less_than_equal" and error["ctx"]["le"] == 1:
        advice = "write a share, 0.25 for 25 per cent"
    return [node.place.problem(dotted(path), shown(error["input"]), allowed_at(path), advice)]


def dotted(path: Sequence[str | int]) -> str:
    """Write a path as it stands in messages and in ``--set``: ``regions.zhili.share``."""
    return shown(".".join(map(str, path)), 80)


def plain(node: Node) -> object:
    """Strip a node of its places: mappings, tuples and scalars are left."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, tuple):
        return tuple(plain(child) for child in node.value)
    return node.value


def _placed(problem: Problem, path: Path, root: Node) -> Problem:
    full = path + tuple(problem.key.split(".") if problem.key else ())
    node = _nearest_node(root, full)
    if node.place == DEFAULT and problem.key in OTHER_SIDE:
        node = _nearest_node(root, tuple(OTHER_SIDE[problem.key].split(".")))
    return node.place.problem(dotted(full), problem.found, problem.allowed, problem.advice)


def _unknown_key(path: Path, root: Node) -> Problem:
    names = list(_schema_at(path[:-1]).get("properties", ()))
    name = str(path[-1])
    homes = [home for home in _all_keys() if home.rpartition(".")[2] == name]
    advice = nearest(name, names)
    if len(homes) == 1 and not advice.startswith("did"):
        advice = f"move it to {homes[0]}"
    node = _nearest_node(root, path)
    return node.key_place.problem(
        dotted(path), "an unknown key", "one of " + " / ".join(names), advice
    )


def _nearest_node(root: Node, path: Path) -> Node:
    """Find the node at a path or, where it is missing, the innermost one above it."""
    node = root
    for part in path:
        if isinstance(node.value, dict) and part in node.value:
            node = node.value[str(part)]
        elif isinstance(node.value, tuple) and str(part).isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
        else:
            break
    return node


@cache
def _schema() -> Schema:
    return Scenario.model_json_schema()


@cache
def _all_keys() -> tuple[str, ...]:
    """Every fixed key of a scenario, dotted; those of single regions and categories left out."""
    found: list[str] = []

    def walk(schema: Schema, lead: str) -> None:
        for name, child in schema.get("properties", {}).items():
            found.append(lead + name)
            walk(_resolved(child), f"{lead}{name}.")

    walk(_schema(), "")
    return tuple(found)


def _resolved(schema: Schema) -> Schema:
    reference = schema.get("$ref")
    return _schema()["$defs"][reference.rpartition("/")[2]] if reference else schema


def _schema_at(path: Path) -> Schema:
    schema = _schema()
    for part in path:
        options = schema.get("anyOf", [schema])
        schema = options[0]
        if isinstance(part, int):
            pair = schema.get("prefixItems", [])
            schema = pair[part] if part < len(pair) else schema.get("items", {})
        elif part in schema.get("properties", {}):
            schema = schema["properties"][part]
        else:
            extra: Any = schema.get("additionalProperties")
            named: Schema = schema.get("patternProperties", {})
            schema = extra if isinstance(extra, Mapping) else next(iter(named.values()), {})
        schema = _resolved(schema)
    return schema


def _words(schema: Schema) -> str:
    schema = _resolved(schema)
    if "anyOf" in schema:
        return " or ".join(sorted(map(_words, schema["anyOf"]), key=lambda words: words != "null"))
    if "enum" in schema:
        return "one of " + " / ".join(schema["enum"])
    if "prefixItems" in schema:
        each = _words(schema["prefixItems"][0])
        return f"[{'first, last' if 'date' in each else 'low, high'}], each {each}"
    kind = schema.get("type")
    if kind == "array":
        return f"a list{_count(schema)}, each {_words(schema['items'])}"
    if kind == "string" and schema.get("format") == "table":
        return "a table file ending in .csv, .parquet or .xlsx"
    if kind == "string":
        text = "a name of letters, digits and _" if "pattern" in schema else "text"
        return "a date such as 2021-01-31" if schema.get("format") == "date" else text
    if kind in ("number", "integer"):
        return ("a whole number" if kind == "integer" else "a number") + _bounds(schema)
    return {"boolean": "true or false", "null": "null"}.get(str(kind), _mapping(schema))


def _mapping(schema: Schema) -> str:
    return "a mapping of at least 1 key" if schema.get("minProperties") else "a mapping of keys"


def _count(schema: Schema) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is None or most is None:
        return "" if least is None else f" of at least {least}"
    return f" of {least}" if least == most else f" of {least} to {most}"


def _bounds(schema: Schema) -> str:
    least, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    most, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    if least is not None and most is not None:
        return f" from {shown(least)} to {shown(most)}"
    limits = [
        f"{words} {shown(limit)}"
        for words, limit in (
            ("of at least", least),
            ("above", above),
            ("of at most", most),
            ("below", below),
        )
        if limit is not None
    ]
    return " " + " and ".join(limits) if limits else ""
