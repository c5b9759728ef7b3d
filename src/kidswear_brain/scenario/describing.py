"""Parameters described for people and for editors: explain a value, the JSON Schema, a starter."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from kidswear_brain.errors import Problem, ScenarioError
from kidswear_brain.scenario.checks import nearest
from kidswear_brain.scenario.loading import load
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.scenario.provenance import TAGS, Provenance, read_provenance
from kidswear_brain.scenario.resolved import leaves, written
from kidswear_brain.scenario.shipped import shipped_file
from kidswear_brain.scenario.wording import allowed_at

Schema = dict[str, Any]


def explain(
    path: str | os.PathLike[str], key: str, overrides: Mapping[str, object] | None = None
) -> str:
    """Explain a value of a scenario: what it is, who set it, and where its default comes from.

    Parameters
    ----------
    path
        The scenario file, or ``kidswear:NAME``.
    key
        A dotted key; of a section, such as ``demand``, every value is listed with its origin.
    overrides
        As for :func:`~kidswear_brain.scenario.loading.load_scenario`.

    Returns
    -------
    str
        Lines of text.

    Raises
    ------
    ScenarioError
        The scenario is broken or has no such key.
    """
    loaded = load(path, overrides)
    values = leaves(loaded.scenario)
    if key in values:
        lines = [f"{key} = {written(values[key])}", f"  set by      {loaded.origin(key)}"]
        return "\n".join([*lines, *_table(loaded.scenario, key), *_background(key, values[key])])
    inside = [each for each in values if each.startswith(f"{key}.")]
    if not inside:
        found = f"no key {key}"
        allowed = "a key of the resolved scenario"
        problem = Problem(found=found, allowed=allowed, advice=nearest(key, values))
        raise ScenarioError([problem])
    width = max(map(len, inside))
    return "\n".join(
        f"{each:<{width}}  {written(values[each])}  ({loaded.origin(each)})" for each in inside
    )


def json_schema() -> Schema:
    """Describe scenario files to an editor: JSON Schema 2020-12 with unit, source and prior.

    Nothing is required, as a file says only what differs from what it extends.
    """
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "The scenario this one starts from: a file, or kidswear:NAME.",
    }
    for key, known in read_provenance().items():
        _describe(schema, key.split("."), known)
    for name, table in (("Region", "regions"), ("Category", "categories")):
        del schema["$defs"][name]["required"]
        row = {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]}
        schema["properties"][table] = {"type": "object", "additionalProperties": row}
    return schema


def init_text() -> str:
    """Give a scenario to start from, with comments that teach the most used keys."""
    return shipped_file("starter.yaml").decode()


def _table(scenario: Scenario, key: str) -> Iterator[str]:
    """Say which own table a value comes from."""
    own = scenario.own_tables
    name = key.removeprefix("cluster.")
    if own is not None and name == "brands" and own.orders is not None:
        name = "orders"
    if own is not None and key.startswith("cluster.") and name in own.files:
        rows, file = len(own.typed[name].line), own.files[name]
        yield f"  table       {file.path}, {rows} rows, sha256 {file.digest[:8]}"


def _background(key: str, value: object) -> Iterator[str]:
    yield f"  allowed     {allowed_at(tuple(key.split('.')))}"
    known = read_provenance().get(key)
    if known is None:
        return
    yield f"  meaning     {known.meaning}"
    yield f"  unit        {known.unit}"
    yield f"  default     {written(known.value)}"
    yield f"  tag         {known.tag} ({TAGS[known.tag]})"
    yield f"  source      {known.source}"
    yield f"  prior       {known.prior}" + (
        "" if known.prior.holds(value) else ", which this value leaves"
    )
    yield f"  confidence  {known.confidence}"


def _describe(schema: Schema, path: list[str], known: Provenance) -> None:
    """Put a parameter's description where its property stands."""
    text = f"{known.meaning}. Unit: {known.unit}."
    if path[0] in ("regions", "categories"):
        properties = schema["$defs"]["Region" if path[0] == "regions" else "Category"]["properties"]
    else:
        text += f" {known.tag}: {known.source}. Prior: {known.prior}."
        properties = schema["properties"]
        for part in path[:-1]:
            reference = properties[part]["$ref"].rpartition("/")[2]
            properties = schema["$defs"][reference]["properties"]
    properties[path[-1]]["description"] = text
