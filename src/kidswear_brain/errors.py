"""What a user can mend: every error of this package that names a cause and a remedy."""

from collections.abc import Iterable
from dataclasses import dataclass


class KidswearError(Exception):
    """Something the user can mend; the message says what was found and what to do."""


class AllocationError(KidswearError, ValueError):
    """The arrays of an allocation problem do not fit together or hold impossible values."""


class SolverError(KidswearError):
    """A solver could not answer; no numbers are returned in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend in a user's input: where it stands, what was found, what is allowed."""

    file: str = ""
    line: int | None = None
    column: int | None = None
    key: str = ""
    found: str
    allowed: str
    advice: str

    def __str__(self) -> str:
        """Render as ``file:line:column: key: found X, allowed Y, do Z``; ``--set`` has no line."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        between = ": " if self.line else " "
        lead = between.join(part for part in (place, self.key) if part)
        lead = f"{lead}: " if lead else ""
        return f"{lead}found {self.found}, allowed {self.allowed}, {self.advice}"


class ScenarioError(KidswearError, ValueError):
    """A scenario that cannot be run; ``problems`` lists everything to mend, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        # The message is built from the problems, so a worker process must send those back.
        return type(self), (self.problems,)


class TableError(KidswearError, ValueError):
    """A planner's table cannot be used.

    Parameters
    ----------
    problems : tuple of Problem
        Every problem, or the first ones of very many.
    more : int
        How many problems there are besides.
    """

    def __init__(self, problems: tuple[Problem, ...], more: int = 0) -> None:
        self.problems = problems
        self.more = more
        rest = (f"... and {more} more of the kind",) if more else ()
        super().__init__("\n".join((*map(str, problems), *rest)))

    def __reduce__(self) -> tuple[type["TableError"], tuple[tuple[Problem, ...], int]]:
        # As in ScenarioError: the message is built from the problems.
        return type(self), (self.problems, self.more)


class RunError(KidswearError, ValueError):
    """A run that cannot be started, continued or shown as asked."""


class WorkerError(KidswearError):
    """A worker process ended before its replication was done; what is finished is kept."""
