"""One YAML file -> a tree of values that know where they stand, with every problem on the way.

YAML is read as plain data: no tags, no anchors or aliases, no duplicate keys, one document, little
nesting. Scalars follow YAML 1.2 (``010`` is ten, ``1:30`` is text) but for yes/no/on/off, which
planners write and mean as switches. The text of a file is never quoted beyond one short scalar.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from kidswear_brain.errors import Problem
from kidswear_brain.scenario.checks import shown

Scalar = str | int | float | bool | dt.date | None
MAX_BYTES = 1 << 20
MAX_DEPTH = 12

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None}
_WORDS |= dict.fromkeys(("true", "yes", "on"), True)
_WORDS |= dict.fromkeys(("false", "no", "off"), False)
_NUMBER_LETTERS = 40
_WHOLE = re.compile(r"[-+]?[0-9][0-9_]*")
_DECIMAL = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: file and, counted from 1, line and column."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)

    def problem(self, key: str, found: str, allowed: str, advice: str) -> Problem:
        """State what is wrong with the value here."""
        return Problem(
            file=self.file,
            line=self.line,
            column=self.column,
            key=key,
            found=found,
            allowed=allowed,
            advice=advice,
        )


DEFAULT = Place("default")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a scenario file: a scalar, a list of nodes or a mapping of nodes."""

    value: "Scalar | tuple[Node, ...] | dict[str, Node]"
    place: Place
    key_place: Place
    """Where its key stands; its own place when it has none."""


def read_document(content: bytes, file: str) -> tuple[Node, list[Problem]]:
    """Read the content of a scenario file.

    Parameters
    ----------
    content
        The bytes of the file, UTF-8 with or without a byte-order mark.
    file
        Its name in messages.

    Returns
    -------
    tuple of Node and list of Problem
        The mapping at the root (empty where the file cannot be read) and what is to be mended.
    """
    start = Place(file, 1, 1)
    empty = Node({}, start, start)
    if len(content) > MAX_BYTES:
        problem = start.problem("", "a file above 1 MiB", "at most 1 MiB", "shorten the scenario")
        return empty, [problem]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        place = Place(file, line, column)
        return empty, [place.problem("", "bytes that are not UTF-8", "UTF-8", "save it as UTF-8")]
    node, problems = parse(text, file)
    if node.value is None:
        return empty, problems
    if not isinstance(node.value, dict):
        if not problems:
            found = "a list" if isinstance(node.value, tuple) else "a single value"
            allowed = "a mapping of scenario keys"
            problems = [start.problem("", found, allowed, "write one key: value a line")]
        return empty, problems
    return node, problems


def parse(text: str, file: str) -> tuple[Node, list[Problem]]:
    """Parse YAML text into nodes; the root is null where it is not YAML."""
    reader = _Reader(file)
    try:
        return reader.root(text), reader.problems
    except _UnreadableError as error:
        return Node(None, error.place, error.place), [*reader.problems, error.problem]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        tab = "'\\t'" in (error.problem or "")
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, error.position - before.rfind("\n"))
        tab = False
    found = "a tab" if tab else "text that is not YAML"
    advice = "indent with spaces" if tab else "mend the brackets, quotes or indentation here"
    return Node(None, place, place), [place.problem("", found, "YAML", advice)]


class _UnreadableError(Exception):
    """The rest of the document cannot be read."""

    def __init__(self, place: Place, problem: Problem) -> None:
        self.place = place
        self.problem = problem


class _Reader:
    """Turns the events of one YAML text into nodes, noting problems as it goes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.events: Iterator[yaml.Event] = iter(())

    def root(self, text: str) -> Node:
        # The pure Python parser tells columns in letters; the C one is not always there.
        self.events = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        next(self.events)  # stream start
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            place = Place(self.file, 1, 1)
            return Node(None, place, place)
        node = self.node(next(self.events), key="", depth=0)
        next(self.events)  # document end
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            self.refuse(after, "", "a second document", "one document", "remove the line ---")
        return node

    def node(self, event: yaml.Event, key: str, depth: int, at: Place | None = None) -> Node:
        place = self.place(event)
        if depth > MAX_DEPTH:
            problem = place.problem(
                key, f"more than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels", "flatten it"
            )
            raise _UnreadableError(place, problem)
        if getattr(event, "anchor", None) is not None:
            self.refuse(
                event, key, "an anchor or alias (& or *)", "plain values", "write the value out"
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.refuse(event, key, "a tag (!)", "plain values", "remove the tag")
        value: Scalar | tuple[Node, ...] | dict[str, Node] = None
        if isinstance(event, yaml.MappingStartEvent):
            value = self.mapping(key, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = tuple(self.items(key, depth))
        elif isinstance(event, yaml.ScalarEvent):
            value = scalar(event.value) if event.style is None else event.value
        return Node(value, place, at or place)

    def mapping(self, key: str, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = event.value if isinstance(event, yaml.ScalarEvent) else None
            full = f"{key}.{name}" if key else str(name)
            if name is None:
                self.refuse(event, key, "a key that is no name", "a plain name", "name the key")
                self.node(event, key, depth + 1)
            else:
                # Only for its tags and anchors.
                self.node(event, full, depth + 1)
            child = self.node(next(self.events), full, depth + 1, at=self.place(event))
            if name in found:
                first = found[name].key_place
                advice = f"keep one of them (the first is in line {first.line})"
                self.refuse(event, full, "the key a second time", "each key once", advice)
            elif name is not None:
                found[name] = child
        return found

    def items(self, key: str, depth: int) -> Iterator[Node]:
        place = 0
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.node(event, f"{key}.{place}", depth + 1)
            place += 1

    def place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)

    def refuse(self, event: yaml.Event, key: str, found: str, allowed: str, advice: str) -> None:
        self.problems.append(
            self.place(event).problem(shown(key, 80) if key else "", found, allowed, advice)
        )


def scalar(text: str) -> Scalar:
    """Read a plain scalar: null, a switch, a number, a date, else text."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _DATE.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return text
    if len(text) > _NUMBER_LETTERS:
        return text
    if _WHOLE.fullmatch(text):
        return int(text.replace("_", ""))
    if _DECIMAL.fullmatch(text) or text.lower().lstrip("-+") in (".inf", ".nan"):
        return float(text.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text
