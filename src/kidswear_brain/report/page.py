"""`report.html`: one self-contained page of a run, the same bytes for the same run.

No script and no request: the page forbids itself both, opens from a disk without network, works
by keyboard and prints.
"""

import os
from importlib.resources import files
from pathlib import Path

import kidswear_brain
from kidswear_brain.errors import RunError
from kidswear_brain.experiment.stored import StoredRun, read_run
from kidswear_brain.report.html import Html, join, tag
from kidswear_brain.report.premises import premises
from kidswear_brain.report.results import results
from kidswear_brain.report.whom import whom
from kidswear_brain.report.words import Words

REPORT = "report.html"
LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_report(folder: Path, language: str = "en") -> Path:
    """Write the page into a run directory, unless the same page stands there already.

    Parameters
    ----------
    folder : Path
        A whole run directory, named or about to be.
    language : {"en", "zh"}
        The language of the page.

    Returns
    -------
    Path
        Where the page stands.

    Raises
    ------
    RunError
        If no complete run stands there, or the page cannot be written.
    """
    text = page(read_run(folder), language).encode()
    place = folder / REPORT
    try:
        if not place.exists() or place.read_bytes() != text:
            growing = place.with_suffix(f".{os.getpid()}.growing")
            growing.write_bytes(text)
            growing.replace(place)
    except OSError as error:
        raise RunError(f"{place}: cannot be written: {error.strerror}") from error
    return place


def page(run: StoredRun, language: str = "en") -> str:
    """Write the page of a run; nothing in it depends on when or where it is written."""
    words = Words(language)
    sections = [
        *results(run.comparison, run.scenario.experiment.fitted, words),
        *whom(run, words),
        *premises(run, words),
    ]
    links = [tag("li", tag("a", words(key), href=f"#{key}")) for key, _ in sections]
    body = tag(
        "body",
        tag("a", words("skip"), href="#headline", class_="skip"),
        tag("header", tag("h1", run.scenario.title), tag("p", _facts(run, words), class_="quiet")),
        tag("nav", tag("ul", *links), aria_label=words("contents")),
        tag("main", *(content for _, content in sections)),
    )
    document = tag("html", _head(run, words), body, lang=LANGUAGE_TAGS[language])
    return f"<!doctype html>\n{document}\n"


def _head(run: StoredRun, words: Words) -> Html:
    style = Html(files("kidswear_brain.report").joinpath("style.css").read_text(encoding="utf-8"))
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="generator", content=f"kidswear-brain {kidswear_brain.__version__}"),
        tag("title", join((run.scenario.title, " – ", words("page")))),
        tag("style", style),
    )


def _facts(run: StoredRun, words: Words) -> str:
    scenario = run.scenario
    return words(
        "facts",
        firms=f"{scenario.cluster.firms:,}",
        brands=f"{scenario.cluster.brands:,}",
        regions=len(scenario.regions),
        days=scenario.calendar.days,
        start=scenario.calendar.start,
        n=run.comparison.replications,
        seed=run.comparison.seed,
    )
