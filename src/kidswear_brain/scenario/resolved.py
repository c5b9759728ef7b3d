"""A scenario written out: canonical YAML, its hash, its leaves, and how two of them differ."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

import yaml

from kidswear_brain.scenario.document import scalar
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.scenario.own import table_names, table_paths

_PLAIN = re.compile(r"[a-z][a-z_]+")
_TABLES = ("regions", "categories")


@dataclass(frozen=True, slots=True)
class Difference:
    """One key in which two scenarios differ; a value is as YAML writes it, - where absent."""

    key: str
    first: str
    second: str


def resolved_yaml(scenario: Scenario, copies: bool = True) -> str:
    """Write every value of a scenario; loading the text gives an equal scenario.

    Equal scenarios give equal text. Regions and categories the scenario does without are written
    as null, as their defaults would come back otherwise.

    Parameters
    ----------
    scenario
        The scenario.
    copies
        Whether own tables bear the names under which
        :func:`~kidswear_brain.scenario.own.scenario_tables` gives their content, as in a run
        directory; else the text names the files that were read, from the root.
    """
    names = table_names(scenario) if copies else table_paths(scenario)
    return "\n".join(_lines(_complete(scenario, names), "")) + "\n"


def values_yaml(values: Mapping[str, Any]) -> str:
    """Write values by dotted key as the sections of a scenario file, in their order."""
    tree: dict[str, Any] = {}
    for key, value in values.items():
        *sections, name = key.split(".")
        place = tree
        for section in sections:
            place = place.setdefault(section, {})
        place[name] = value
    return "\n".join(_lines(tree, "")) + "\n"


def scenario_hash(scenario: Scenario) -> str:
    """Hash all that can change a result: SHA-256, 64 hex digits.

    The title counts not at all, an own table by its content, whatever it is called.
    """
    own = scenario.own_tables
    digests = {} if own is None else {key: file.digest for key, file in own.files.items()}
    values = _complete(scenario, digests)
    del values["title"]
    return sha256("\n".join(_lines(values, "")).encode()).hexdigest()


def leaves(scenario: Scenario) -> dict[str, Any]:
    """List every value by its dotted key; lists are values, but for those of shocks."""
    return dict(_leaves(scenario.model_dump(), ""))


def differences(first: Scenario, second: Scenario) -> tuple[Difference, ...]:
    """List the keys in which two scenarios differ; a region only one has is one row.

    Tables differ where their contents do.
    """
    one, two = _told(first), _told(second)
    rows = []
    for table in _TABLES:
        for name in sorted(one[table].keys() ^ two[table].keys()):
            sides = (values[table].pop(name, None) for values in (one, two))
            rows.append(Difference(f"{table}.{name}", *map(written, sides)))
    left, right = dict(_leaves(one, "")), dict(_leaves(two, ""))
    for key in dict.fromkeys([*left, *right]):
        if key not in left or key not in right or left[key] != right[key]:
            sides = (written(side[key]) if key in side else "-" for side in (left, right))
            rows.append(Difference(key, *sides))
    return tuple(rows)


def written(value: Any) -> str:
    """Write one value as YAML on one line, the same text for equal values."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(each)}" for key, each in value.items()) + "}"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str) and not (_PLAIN.fullmatch(value) and scalar(value) == value):
        return yaml.safe_dump(value, default_style='"', allow_unicode=True, width=1 << 30).strip()
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _number(value: float) -> str:
    # Fixed point where it is short: other readers take 1e-05 for text.
    text = format(Decimal(repr(value)), "f")
    if len(text) > 25:
        mantissa, _, exponent = repr(value).partition("e")
        return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{exponent}"
    return text.removesuffix(".0")


def _told(scenario: Scenario) -> dict[str, Any]:
    """Every value, tables told by their length and the begin of their content's hash."""
    values, own = scenario.model_dump(), scenario.own_tables
    if own is not None:
        values["cluster"] |= {
            key: f"table of {len(own.typed[key].line)} rows, {file.digest[:8]}"
            for key, file in own.files.items()
        }
    return values


def _complete(scenario: Scenario, tables: Mapping[str, str]) -> dict[str, Any]:
    values = scenario.model_dump()
    values["cluster"] |= tables
    default = Scenario.model_fields
    for table in _TABLES:
        names = default[table].get_default(call_default_factory=True)
        values[table] |= dict.fromkeys(name for name in names if name not in values[table])
    return values


def _lines(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _lines(value, indent + "  ")
        elif value and isinstance(value, list | tuple) and isinstance(value[0], Mapping):
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {written(each)}" for each in value)
        else:
            yield f"{indent}{key}: {written(value)}"


def _leaves(value: Any, lead: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, f"{lead}.{key}" if lead else key)
    elif value and isinstance(value, list | tuple) and isinstance(value[0], Mapping):
        for place, each in enumerate(value):
            yield from _leaves(each, f"{lead}.{place}")
    else:
        yield lead, value
