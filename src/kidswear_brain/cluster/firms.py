"""Processing firms and their lines, drawn one by one from keyed streams (MODEL section 2c)."""

import numpy as np

from kidswear_brain.cluster.columns import Firms, Floats, Ints, Lines, Regions
from kidswear_brain.cluster.dates import annual_mix
from kidswear_brain.cluster.draws import line_posts, plateau_efficiency, workers_of_firm
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.streams import normal, uniform
from kidswear_brain.cluster.sustainable import Kappa
from kidswear_brain.cluster.tiers import changeover_factors, draw_tiers, efficiency_factors
from kidswear_brain.scenario.model import Scenario

MINUTES_PER_DAY = 1440


def draw_regions(scenario: Scenario) -> Regions:
    """Regions in the scenario's order."""
    regions = scenario.regions.values()
    return Regions(
        key=tuple(scenario.regions),
        lead_min=half_up([r.lead_days * MINUTES_PER_DAY for r in regions]),
        freight=np.array([r.freight_cny_per_piece for r in regions]),
        freight_ad_hoc=np.array([r.freight_ad_hoc_cny_per_piece for r in regions]),
    )


def draw_firms(scenario: Scenario, seed: int, kappa: Kappa) -> tuple[Firms, Lines]:
    """Draw all firms and their lines; kappa is the sustainable share of a plateau."""
    cluster = scenario.cluster
    firm = np.arange(cluster.firms)
    size = uniform(seed, "firm workers", firm)
    workers = workers_of_firm(cluster, size)
    tier = draw_tiers(scenario.digital, seed, size)
    plateau = plateau_efficiency(cluster, uniform(seed, "firm efficiency", firm))
    plateau *= efficiency_factors(scenario.digital)[tier]
    shift = half_up(60 * scenario.calendar.hours_per_day)
    lines, first_line = lay_lines(scenario, workers, plateau * shift, tier, kappa)
    low, high = cluster.piece_rate_cny_per_min
    wage_low, wage_high = cluster.wage_factor
    finance = scenario.finance
    firms = Firms(
        firm_id=numbered("f", cluster.firms),
        region=_region(scenario, uniform(seed, "firm region", firm)),
        workers=workers,
        tier=tier,
        plateau=plateau,
        skill=_skill(scenario, seed),
        piece_rate=low + (high - low) * uniform(seed, "firm piece rate", firm),
        wage=cluster.wage_cny_per_min
        * (wage_low + (wage_high - wage_low) * uniform(seed, "firm wage", firm)),
        own_capital_days=finance.own_capital_days
        * np.exp(finance.own_capital_sigma * normal(seed, "firm capital", firm)),
        shift_min=np.full(cluster.firms, shift, dtype=np.int64),
        first_line=first_line,
        capacity_per_day=np.add.reduceat(lines.capacity_per_day, first_line[:-1]),
    )
    return firms, lines


def numbered(letter: str, count: int) -> tuple[str, ...]:
    """Identifiers such as f0001, wide enough for the count."""
    width = max(4, len(str(count)))
    return tuple(f"{letter}{number:0{width}d}" for number in range(1, count + 1))


def lay_lines(
    scenario: Scenario,
    workers: Ints,
    minutes_per_post: Floats,
    tier: Ints,
    kappa: Kappa,
) -> tuple[Lines, Ints]:
    """Lay out all lines, and (f + 1,) where each firm's begin.

    Parameters
    ----------
    workers : (f,) workers of each firm.
    minutes_per_post : (f,) standard minutes of a post on a scheduled day, at the plateau.
    tier : (f,) digital tier of each firm.
    kappa : sustainable share of a line's plateau.
    """
    posts = [line_posts(scenario.cluster, int(count)) for count in workers]
    count = np.array([len(p) for p in posts])
    firm = np.repeat(np.arange(workers.size), count)
    all_posts = np.concatenate(posts)
    plateau = all_posts * minutes_per_post[firm]
    lines = Lines(
        firm=firm,
        posts=all_posts,
        plateau_per_day=plateau,
        capacity_per_day=plateau * kappa(plateau, changeover_factors(scenario.digital)[tier[firm]]),
    )
    return lines, np.concatenate([[0], np.cumsum(count)])


def _region(scenario: Scenario, u: Floats) -> Ints:
    share = np.array([region.share for region in scenario.regions.values()])
    edge = np.cumsum(share / share.sum())
    edge[-1] = 1.0
    return np.searchsorted(edge, u, side="right").astype(np.int64)


def _skill(scenario: Scenario, seed: int) -> Floats:
    """(f, categories): skilled ones by successive draws from the year's standard-minute mix."""
    cluster = scenario.cluster
    smv = np.array([category.smv_min for category in scenario.categories.values()])
    mix = annual_mix(scenario) * smv
    firm, category = np.arange(cluster.firms)[:, None], np.arange(smv.size)[None, :]
    with np.errstate(divide="ignore"):
        clock = -np.log(uniform(seed, "firm skill", firm, category)) / mix
    rank = clock.argsort(axis=1).argsort(axis=1)
    low, high = cluster.skilled_categories
    count = low + np.floor((high - low + 1) * uniform(seed, "firm skills", firm))
    off = uniform(seed, "firm off skill", firm, category) < cluster.off_skill_probability
    skill = np.where(off, cluster.off_skill_efficiency, 0.0)
    skill[rank < count] = 1.0
    return skill
