"""What a user can mend: every error of this package that names a cause and a remedy."""


class KidswearError(Exception):
    """Something the user can mend; the message says what was found and what to do."""


class AllocationError(KidswearError, ValueError):
    """The arrays of an allocation problem do not fit together or hold impossible values."""


class SolverError(KidswearError):
    """A solver could not answer; no numbers are returned in its place."""
