"""One option for all tests: whether golden figures are compared or written anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden measures anew; look at the difference before committing it",
    )
