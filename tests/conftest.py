"""For all tests: whether golden figures are compared or written anew; no deadline for examples."""

import pytest
from hypothesis import settings

# the first example may compile a kernel, and a busy machine is no failure
settings.register_profile("kidswear", deadline=None)
settings.load_profile("kidswear")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden measures anew; look at the difference before committing it",
    )
