"""What types cannot say about a scenario: order within a value, and agreement between values.

A check that fails hands over :class:`~kidswear_brain.errors.Problem` objects without a place; the
loader, which knows the files, adds where the value stands.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import PydanticCustomError

from kidswear_brain.errors import Problem
from kidswear_brain.scenario.own_checks import own_warnings

if TYPE_CHECKING:
    from kidswear_brain.scenario.model import Scenario, Service, Shock

T = TypeVar("T")

FIRST_START = date(1950, 1, 1)
LAST_START = date(2075, 12, 31)
OTHER_SIDE = {
    "calendar.festival_lead_days": "calendar.festival_days",
    "cluster.brand_categories": "categories",
    "cluster.skilled_categories": "categories",
    "cluster.efficiency_mean": "cluster.efficiency_range",
    "cluster.efficiency_sd": "cluster.efficiency_range",
    "demand.order_pieces_median": "demand.order_pieces_range",
    "line.overtime_hours_per_day": "calendar.hours_per_day",
    "materials.break_factors": "materials.break_metres",
}
"""What a key is held against: where a contradiction stands when the key itself has its default."""


def refusal(problems: Iterable[Problem]) -> PydanticCustomError:
    """Wrap problems so that pydantic carries them; their keys count from where it is raised."""
    found = tuple(problems)
    text = "; ".join(str(problem) for problem in found)
    return PydanticCustomError("kidswear", "{text}", {"text": text, "problems": found})


def shown(value: object, most: int = 40) -> str:
    """How a value is named in a message: as YAML would have it, at most so many letters."""
    if isinstance(value, Mapping):
        return f"a mapping of {len(value)} keys"
    if isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(item) for item in value) + "]"
    elif value is None or isinstance(value, bool):
        text = str({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, float):
        text = f"{value:.10g}"
    else:
        text = str(value) or '""'
    # A scenario may come from anyone: control characters must not reach a terminal.
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= most else text[: most - 3] + "..."


def in_order(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    """Refuse a pair whose low end is above its high end; an open end (None) is in order."""
    low, high = pair
    if low is not None and high is not None and low > high:
        problem = Problem(
            found=shown(pair),
            allowed="[low, high] with low <= high",
            advice=f"write [{shown(high)}, {shown(low)}] if that is meant",
        )
        raise refusal([problem])
    return pair


def in_almanac(start: date) -> date:
    """Refuse a start so far away that no table of Spring Festivals covers the simulated days."""
    if not FIRST_START <= start <= LAST_START:
        problem = Problem(
            found=shown(start),
            allowed=f"a date from {FIRST_START} to {LAST_START}",
            advice="choose a year whose Spring Festival is tabulated",
        )
        raise refusal([problem])
    return start


def increasing(ends: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse period ends that do not grow."""
    if any(later <= earlier for earlier, later in pairwise(ends)):
        problem = Problem(
            found=shown(ends),
            allowed="ends of periods in days, each later than the one before",
            advice="sort them and drop the equal ones",
        )
        raise refusal([problem])
    return ends


def after_first_day(shock: "Shock") -> None:
    """Refuse a shock that ends before it begins."""
    if shock.last_day < shock.first_day:
        problem = Problem(
            key="last_day",
            found=shown(shock.last_day),
            allowed=f"a date from first_day {shock.first_day} on",
            advice="exchange the two dates or mend one",
        )
        raise refusal([problem])


def arranged(known: Iterable[str]) -> Callable[[dict[str, T]], dict[str, T]]:
    """Make the validator that puts the known names first, in their order, then new ones by name.

    The order of regions and categories decides which draw falls on which, so it must not depend
    on the order a file names them in.
    """
    rank = {name: place for place, name in enumerate(known)}

    def arrange(table: dict[str, T]) -> dict[str, T]:
        names = sorted(table, key=lambda name: (rank.get(name, len(rank)), name))
        return {name: table[name] for name in names}

    return arrange


def across(scenario: "Scenario", broken: Collection[str] = ()) -> None:
    """Refuse a scenario whose parts contradict each other, naming every contradiction.

    Checks that read a section in ``broken`` are left out: its values stand in for refused ones.
    """
    checks = (
        (_shares, ("regions", "categories", "demand")),
        (_categories, ("categories", "cluster")),
        (_draws, ("cluster", "demand")),
        (_times, ("calendar", "line")),
        (_tiers, ("digital",)),
        (_attendance, ("labor",)),
        (_places, ("regions", "services", "shocks")),
        (_breaks, ("materials",)),
        (_tables, ("cluster",)),
        (_fitted, ("experiment",)),
    )
    problems = [
        problem
        for check, reads in checks
        if not any(section in broken for section in reads)
        for problem in check(scenario)
    ]
    if problems:
        raise refusal(problems)


def scenario_warnings(scenario: "Scenario") -> tuple[str, ...]:
    """Say what may be meant but is often a mistake; empty for a sound scenario."""
    calendar = scenario.calendar
    first = calendar.start - timedelta(days=calendar.warmup_days)
    last = calendar.start + timedelta(days=calendar.days + calendar.followup_days - 1)
    found = []
    if calendar.warmup_days < 90:
        found.append(
            f"calendar.warmup_days is {calendar.warmup_days}: below 90 days queues, vacancies "
            "and cash may not have settled when measuring begins"
        )
    found += [
        f"shocks.{place} ({shown(shock.name)}) lies outside the simulated days {first} to {last}"
        for place, shock in enumerate(scenario.shocks)
        if shock.last_day < first or shock.first_day > last
    ]
    return (*found, *own_warnings(scenario))


def nearest(name: str, names: Iterable[str]) -> str:
    """Advise on a name nobody knows: the nearest known one, or to remove it."""
    close = get_close_matches(name, list(names), n=1)
    return f"did you mean {close[0]}?" if close else "remove it"


def _shares(scenario: "Scenario") -> Iterator[Problem]:
    if sum(region.share for region in scenario.regions.values()) <= 0:
        yield Problem(
            key="regions",
            found="shares that sum to 0",
            allowed="shares with a positive sum",
            advice="give at least one region a share above 0",
        )
    if sum(scenario.demand.month_index) <= 0:
        yield Problem(
            key="demand.month_index",
            found="twelve zeros",
            allowed="at least one month above 0",
            advice="give a month some orders",
        )
    for month in range(12):
        mix = sum(each.share * each.month_factors[month] for each in scenario.categories.values())
        if mix <= 0:
            yield Problem(
                key="categories",
                found=f"no category with orders in month {month + 1}",
                allowed="share x month factor above 0 for at least one category",
                advice="raise a share or a factor (for no orders, set demand.month_index to 0)",
            )


def _categories(scenario: "Scenario") -> Iterator[Problem]:
    many = len(scenario.categories)
    if scenario.cluster.brand_categories > many:
        yield Problem(
            key="cluster.brand_categories",
            found=shown(scenario.cluster.brand_categories),
            allowed=f"at most the number of categories, {many}",
            advice="lower it or add categories",
        )
    if scenario.cluster.skilled_categories[1] > many:
        yield Problem(
            key="cluster.skilled_categories",
            found=shown(scenario.cluster.skilled_categories),
            allowed=f"at most the number of categories, {many}",
            advice="lower it or add categories",
        )


def _draws(scenario: "Scenario") -> Iterator[Problem]:
    cluster, demand = scenario.cluster, scenario.demand
    low, high = cluster.efficiency_range
    mean, sd = cluster.efficiency_mean, cluster.efficiency_sd
    if not low <= mean <= high:
        yield Problem(
            key="cluster.efficiency_mean",
            found=shown(mean),
            allowed=f"a share within cluster.efficiency_range {shown((low, high))}",
            advice="move the mean or the range",
        )
    elif sd > 0 and sd**2 >= (mean - low) * (high - mean):
        most = ((mean - low) * (high - mean)) ** 0.5
        yield Problem(
            key="cluster.efficiency_sd",
            found=shown(sd),
            allowed=f"less than {most:.4g}, all a Beta with this mean and range can have",
            advice="lower it or widen cluster.efficiency_range",
        )
    low, high = demand.order_pieces_range
    if not low <= demand.order_pieces_median <= high:
        yield Problem(
            key="demand.order_pieces_median",
            found=shown(demand.order_pieces_median),
            allowed=f"a number within demand.order_pieces_range {shown((low, high))}",
            advice="move the median or the range",
        )


def _times(scenario: "Scenario") -> Iterator[Problem]:
    calendar = scenario.calendar
    if calendar.festival_lead_days > calendar.festival_days:
        yield Problem(
            key="calendar.festival_lead_days",
            found=shown(calendar.festival_lead_days),
            allowed=f"at most calendar.festival_days {calendar.festival_days}",
            advice="lower it or lengthen the shut-down",
        )
    shift, extra = scenario.calendar.hours_per_day, scenario.line.overtime_hours_per_day
    if shift + extra > 24:
        yield Problem(
            key="line.overtime_hours_per_day",
            found=shown(extra),
            allowed=f"at most {24 - shift:g} (24 less calendar.hours_per_day)",
            advice="lower one of the two",
        )


def _tiers(scenario: "Scenario") -> Iterator[Problem]:
    digital = scenario.digital
    tiers = (digital.digital_workshop, digital.smart_factory, digital.future_factory)
    whole = sum(tier.share for tier in tiers)
    if whole > 1:
        yield Problem(
            key="digital",
            found=f"shares of the three tiers that sum to {whole:.4g}",
            allowed="a sum of at most 1; the rest are workshops",
            advice="lower one of the shares",
        )


def _attendance(scenario: "Scenario") -> Iterator[Problem]:
    labor = scenario.labor
    away = max(labor.absence_share, labor.harvest_absence_share)
    vacant = labor.festival_gap_share + labor.turnover_share_per_month * labor.fill_days / 30
    if away + vacant >= 1:
        yield Problem(
            key="labor",
            found=f"{away:.3g} of posts absent and {vacant:.3g} vacant after Spring Festival",
            allowed="a sum below 1",
            advice="lower absence, turnover, fill_days or festival_gap_share",
        )


def _tables(scenario: "Scenario") -> Iterator[Problem]:
    """A name of a table means nothing without what stands in it, which only a loader reads."""
    own = scenario.own_tables
    for key in ("skills", "orders", "lanes", "relations", "committed"):
        name = getattr(scenario.cluster, key)
        if name is not None and (own is None or key not in own.files):
            yield Problem(
                key=f"cluster.{key}",
                found=shown(name),
                allowed="a table named in a scenario that is loaded",
                advice="call load_scenario with this value among its overrides",
            )


def _breaks(scenario: "Scenario") -> Iterator[Problem]:
    metres, factors = scenario.materials.break_metres, scenario.materials.break_factors
    if len(factors) != len(metres) + 1:
        yield Problem(
            key="materials.break_factors",
            found=f"{len(factors)} factors",
            allowed=f"{len(metres) + 1}: one below the first of materials.break_metres, then one "
            "from each on",
            advice="add or drop factors",
        )
    if any(later <= earlier for earlier, later in pairwise(metres)):
        yield Problem(
            key="materials.break_metres",
            found=shown(metres),
            allowed="quantities in metres, each larger than the one before",
            advice="sort them and drop the equal ones",
        )
    if any(later > earlier for earlier, later in pairwise(factors)):
        yield Problem(
            key="materials.break_factors",
            found=shown(factors),
            allowed="factors on the list price, each at most the one before",
            advice="sort them from the highest",
        )


def _places(scenario: "Scenario") -> Iterator[Problem]:
    services = scenario.services
    named: list[tuple[str, Service | Shock]] = [
        (f"services.{name}", getattr(services, name)) for name in type(services).model_fields
    ]
    named += [(f"shocks.{place}", shock) for place, shock in enumerate(scenario.shocks)]
    for key, part in named:
        for place, region in enumerate(part.regions or ()):
            if region not in scenario.regions:
                yield Problem(
                    key=f"{key}.regions.{place}",
                    found=shown(region),
                    allowed="a region of the scenario: " + " / ".join(scenario.regions),
                    advice=nearest(region, scenario.regions),
                )


def _fitted(scenario: "Scenario") -> Iterator[Problem]:
    from kidswear_brain.scenario.resolved import leaves  # it reads the model, which reads this

    known = leaves(scenario) if scenario.experiment.fitted else {}
    for place, key in enumerate(scenario.experiment.fitted):
        if key not in known:
            yield Problem(
                key=f"experiment.fitted.{place}",
                found=shown(key),
                allowed="the dotted key of a value, as demand.load (docs/scenario.md lists all)",
                advice=nearest(key, known),
            )
