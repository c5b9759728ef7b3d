"""Collects what is wrong in tables, so that a planner mends everything in one go."""

from collections.abc import Iterable

from kidswear_brain.errors import Problem, TableError

SHOWN = 50
"""Problems listed; the rest are counted."""

_QUOTED = 40


class Problems:
    """A growing list of problems that keeps the first `SHOWN` and counts the rest.

    Parameters
    ----------
    quotes : bool
        Whether messages may quote what stands in a file. A table that a user names may be shown
        to that user; one that a scenario names may not, as anybody may have written the scenario.
    """

    def __init__(self, quotes: bool = True) -> None:
        self.quotes = quotes
        self.listed: list[Problem] = []
        self.more = 0

    def add(self, problem: Problem) -> None:
        """Take note of one problem."""
        if len(self.listed) < SHOWN:
            self.listed.append(problem)
        else:
            self.more += 1

    def add_all(self, problems: Iterable[Problem], count: int) -> None:
        """Take note of `count` problems without building those that are only counted."""
        room = SHOWN - len(self.listed)
        self.listed += [problem for problem, _ in zip(problems, range(room), strict=False)]
        self.more += max(0, count - room)

    def named(self, value: object, otherwise: str) -> str:
        """Quote what stands in a file where that is allowed."""
        return quoted(value) if self.quotes else otherwise

    def refuse(self) -> None:
        """Raise `TableError` if there is any problem."""
        if self.listed:
            raise TableError(tuple(self.listed), self.more)


def file_problem(file: str, found: str, allowed: str, advice: str) -> Problem:
    """A problem of a whole file, placed at its first cell."""
    return Problem(
        file=file, line=1, column=1, key="file", found=found, allowed=allowed, advice=advice
    )


def quoted(value: object) -> str:
    """A cell as it stands, shortened, on one line."""
    text = str(value)
    shown = repr(text if len(text) <= _QUOTED else text[: _QUOTED - 3] + "...")
    return '"' + shown[1:-1] + '"'
