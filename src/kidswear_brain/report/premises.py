"""The sections of the page that say what the results rest on."""

from collections import Counter

from kidswear_brain.experiment.stored import StoredRun
from kidswear_brain.report.definitions import definition
from kidswear_brain.report.figures import percent
from kidswear_brain.report.html import Html, code, folded, join, section, table, tag
from kidswear_brain.report.words import Words
from kidswear_brain.results.measures import MEASURES
from kidswear_brain.scenario import (
    Provenance,
    Scenario,
    differences,
    leaves,
    outside_prior,
    read_provenance,
    scenario_warnings,
)

SHORT = 12
"""Characters of a hash that are enough to tell runs apart on paper."""


def premises(run: StoredRun, words: Words) -> list[tuple[str, Html]]:
    """Assumptions, definitions and what was run, each with the key of its heading."""
    parts = {
        "assumptions": _assumptions(run.scenario, words),
        "definitions": _definitions(words),
        "what_ran": _what_ran(run, words),
    }
    return [(key, section(key, words(key), *content)) for key, content in parts.items()]


def _assumptions(scenario: Scenario, words: Words) -> list[Html]:
    return [*_warnings(scenario, words), *_changed(scenario, words), *_assumed(scenario, words)]


def _warnings(scenario: Scenario, words: Words) -> list[Html]:
    found = [*scenario_warnings(scenario)]
    found += [words("outside") + text for text in outside_prior(scenario)]
    head = tag("h3", words("warnings"))
    if not found:
        return [head, tag("p", words("warnings_none"))]
    items = [tag("li", text, lang="en") for text in found]
    return [head, tag("ul", *items, class_="warnings")]


def _changed(scenario: Scenario, words: Words) -> list[Html]:
    changed = [d for d in differences(Scenario(), scenario) if d.key != "title"]
    if not changed:
        return [tag("p", words("changed_none"))]
    rows = [tuple(code(text) for text in (d.key, d.first, d.second)) for d in changed]
    heads = [words("key"), words("default"), words("here")]
    return [table(words("changed"), heads, rows, words=3)]


def _assumed(scenario: Scenario, words: Words) -> list[Html]:
    values = leaves(scenario)
    known = {key: entry for key, entry in read_provenance().items() if key in values}
    count = Counter(entry.tag for entry in known.values())
    share = percent(count["A"] / max(len(known), 1), 0)
    said = words("tags", total=len(known), a=count["A"], d=count["D"], s=count["S"], share=share)
    rows = [_assumption(entry, values[key]) for key, entry in known.items() if entry.tag == "A"]
    heads = [words(key) for key in ("key", "value", "unit", "meaning", "prior")]
    caption = words("assumed") + words("assumed_language")
    return [tag("p", said), folded(words("assumed"), table(caption, heads, rows, words=5))]


def _assumption(entry: Provenance, value: object) -> tuple[Html, ...]:
    texts = (entry.unit, entry.meaning, str(entry.prior))
    written = code(_plain(value))
    return code(entry.key), written, *(tag("span", text, lang="en") for text in texts)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _definitions(words: Words) -> list[Html]:
    rows = [(code(m.name), definition(m.name, words.language)) for m in MEASURES]
    return [table(words("names"), [words("measure"), words("definition")], rows, words=2)]


def _what_ran(run: StoredRun, words: Words) -> list[Html]:
    manifest = run.manifest
    libraries = {"Python": manifest["python"], **manifest["libraries"]}
    rows = {
        "scenario_hash": code(manifest["hash"]),
        "code_hash": code(manifest["code"][:SHORT]),
        "version": manifest["version"],
        "libraries": ", ".join(f"{name} {version}" for name, version in libraries.items()),
        "seeds": join(code(f"{seed} ") for seed in run.seeds),
    }
    cells = [(words(key), value) for key, value in rows.items()]
    heads = [words("key"), words("value")]
    return [table(words("identity"), heads, cells, words=2), tag("p", words("files"))]
