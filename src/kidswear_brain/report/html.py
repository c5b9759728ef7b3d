"""Elements of a page: text is escaped, what is an element already is not."""

import html
import re
from collections.abc import Iterable, Sequence


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: object) -> Html:
    """Write one element; ``class_`` and ``aria_label`` are written class and aria-label.

    Attributes that are None are left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in ("meta", "br"):
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[str]) -> Html:
    """Put elements and texts one after another."""
    return Html("".join(c if isinstance(c, Html) else html.escape(c, False) for c in children))


def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1
) -> Html:
    """Write a table that scrolls by itself where it is wider than the page.

    Parameters
    ----------
    caption : str
        What the table shows; also read out for the region that scrolls.
    headings : sequence of str
        One a column.
    rows : iterable of sequence of str
        The first cell of each heads its row.
    words : int
        How many columns from the left hold words; the others hold numbers and stand right.
    """
    kind = [None if place < words else "number" for place in range(len(headings))]
    head = [tag("th", h, scope="col", class_=k) for h, k in zip(headings, kind, strict=True)]
    body = [tag("tr", *_cells(row, kind)) for row in rows]
    thead = tag("thead", tag("tr", *head))
    whole = tag("table", tag("caption", caption), thead, tag("tbody", *body))
    return tag("div", whole, class_="scroll", tabindex=0, role="region", aria_label=caption)


def _cells(row: Sequence[str], kind: Sequence[str | None]) -> list[Html]:
    first = tag("th", row[0], scope="row")
    return [first, *(tag("td", c, class_=k) for c, k in zip(row[1:], kind[1:], strict=True))]


def code(text: str) -> Html:
    """Write a key or a hash; a narrow page may break it after a dot or an underscore."""
    return tag("code", Html(re.sub(r"([._])(?=\w)", r"\1<wbr>", html.escape(text, False))))


def folded(summary: str, *content: str) -> Html:
    """Hide what only some want to see behind a line that opens it."""
    return tag("details", tag("summary", summary), *content)


def section(identifier: str, heading: str, *content: str) -> Html:
    """Write a section that the contents can lead to."""
    head = tag("h2", heading, id=f"{identifier}-heading")
    return tag("section", head, *content, id=identifier, aria_labelledby=f"{identifier}-heading")
