from pathlib import Path

import pytest

from kidswear_brain.results.reference import pages

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_page_is_what_the_registry_says(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    assert text == pages()[name], "python -m kidswear_brain.results.reference docs"
