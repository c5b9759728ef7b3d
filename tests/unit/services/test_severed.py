"""A service acts through the fields of its Effect and in no other way: sever them, and it is gone.

One small world, whose brain arm with every service differs from the baseline in each field.
"""

import dataclasses
import itertools

import numpy as np
import polars as pl
import pytest

from kidswear_brain import services
from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.results.schema import TABLE_NAMES
from kidswear_brain.results.tables import build_table
from kidswear_brain.scenario import Scenario
from kidswear_brain.services import design, finance, manufacturing, procurement, recruitment
from kidswear_brain.services.effect import Conditions, Effect, State, baseline
from kidswear_brain.services.joining import active, firms_on
from kidswear_brain.simulation.run import simulate_arm

MODULES = {
    "manufacturing": manufacturing,
    "procurement": procurement,
    "design": design,
    "recruitment": recruitment,
    "finance": finance,
}
FIELDS = tuple(field.name for field in dataclasses.fields(Effect))
WORLD = {
    "calendar": {"start": "2021-03-01", "days": 30, "warmup_days": 10, "followup_days": 10},
    "cluster": {"firms": 12, "brands": 24},
    "demand": {"load": 1.0},
    "finance": {"own_capital_days": 20},
}


@pytest.fixture(scope="module")
def scenario():
    return Scenario(**WORLD)


@pytest.fixture(scope="module")
def cluster(scenario):
    return build_cluster(scenario, 1)


@pytest.fixture
def state(scenario, cluster):
    return State(scenario, cluster, 5, np.arange(20))


def _fields_of(act, state):
    effect = act(state)
    return tuple(name for name in FIELDS if getattr(effect, name) is not None)


def _switched(**on):
    return Scenario(**WORLD, services={name: on.get(name, {"enabled": False}) for name in MODULES})


def test_every_field_belongs_to_one_service(state):
    said = [name for module in MODULES.values() for name in _fields_of(module.act, state)]
    assert sorted(said) == sorted(set(said))
    assert set(said) == set(FIELDS) == {f.name for f in dataclasses.fields(Conditions)}
    assert [module.act for module in MODULES.values()] == list(services.ALL)


@pytest.mark.parametrize("service", MODULES)
def test_each_field_severed_is_exactly_the_baseline_value(service, state):
    act, alone = MODULES[service].act, baseline(state)
    for severed in _fields_of(act, state):
        effect = dataclasses.replace(act(state), **{severed: None})
        after = alone.changed_by(effect)
        assert np.array_equal(getattr(after, severed), getattr(alone, severed)), severed
        assert getattr(after, severed).dtype == getattr(alone, severed).dtype
        whole = alone.changed_by(act(state))
        # or else the test above says nothing
        assert not np.array_equal(getattr(whole, severed), getattr(alone, severed)), severed
        assert getattr(whole, severed).dtype == getattr(alone, severed).dtype, severed


def _same(one, other):
    """Compare two arms in every table, exactly; but for the count of members, no effect."""
    for name in TABLE_NAMES:
        left, right = build_table(one, name), build_table(other, name)
        if name == "measures":
            members = pl.col("measure").str.starts_with("member_")
            left, right = left.filter(~members), right.filter(~members)
        if not left.equals(right):
            return False
    return True


def _severing(act, names):
    return lambda state: dataclasses.replace(act(state), **dict.fromkeys(names))


def _with(monkeypatch, *acts):
    monkeypatch.setattr(services, "ALL", acts)


def test_all_fields_of_all_services_severed_is_the_baseline_arm(monkeypatch, scenario, cluster):
    _with(monkeypatch, *(_severing(module.act, FIELDS) for module in MODULES.values()))
    severed = simulate_arm(scenario, 1, "brain", cluster)
    assert _same(severed, simulate_arm(scenario, 1, "baseline", cluster))


@pytest.mark.parametrize("service", MODULES)
def test_a_service_alone_with_its_fields_severed_changes_nothing(
    monkeypatch, service, scenario, cluster
):
    plain = simulate_arm(scenario, 1, "baseline", cluster)
    act = MODULES[service].act
    _with(monkeypatch, _severing(act, FIELDS))
    assert _same(simulate_arm(scenario, 1, "brain", cluster), plain)
    _with(monkeypatch, act)
    assert not _same(simulate_arm(scenario, 1, "brain", cluster), plain)


@pytest.mark.parametrize(("service", "field"), [
    ("manufacturing", "offering"), ("manufacturing", "asked"), ("procurement", "pool_min"),
    ("design", "sampling_min"), ("design", "style_family"), ("recruitment", "fill_days"),
    ("recruitment", "gap_decay_days"), ("finance", "credit"), ("finance", "receivable_min"),
    ("finance", "loan_rate"),
])  # fmt: skip
def test_a_field_alone_acts_and_severed_it_changes_nothing(
    monkeypatch, service, field, scenario, cluster, state
):
    """A service is what its fields do: each alone does something, and severed nothing."""
    act = MODULES[service].act
    assert field in _fields_of(act, state)
    # the two of manufacturing act together only: whom to ask, and what
    others = [n for n in FIELDS if n != field and service != "manufacturing"]
    plain = simulate_arm(scenario, 1, "baseline", cluster)
    _with(monkeypatch, _severing(act, others))
    assert not _same(simulate_arm(scenario, 1, "brain", cluster), plain)
    _with(monkeypatch, _severing(act, [*others, field]))
    assert _same(simulate_arm(scenario, 1, "brain", cluster), plain)


def test_services_switched_off_are_the_baseline_arm(cluster):
    off = _switched()
    assert _same(simulate_arm(off, 1, "brain", cluster), simulate_arm(off, 1, "baseline", cluster))


def test_switched_off_is_never_having_been(state):
    off = dataclasses.replace(state, scenario=_switched())
    assert all(module.act(off) == Effect() for module in MODULES.values())


def test_dates_are_half_a_switch(scenario):
    dated = Scenario(**WORLD, services={"design": {"dates": ["2021-03-03", "2021-03-05"]}})
    on = [active(dated.services.design, dated, day) for day in range(6)]
    assert on == [False, False, True, True, True, False]
    assert active(scenario.services.design, scenario, -(10**4))


def test_participants_of_a_smaller_share_take_part_in_a_larger(cluster):
    sets = []
    for share in (0.0, 0.3, 0.6, 1.0):
        some = _switched(finance={"participation_share": share})
        sets.append(firms_on(some.services.finance, some, cluster, 0))
    assert [int(s.sum()) for s in sets][:: len(sets) - 1] == [0, 12]
    for few, many in itertools.pairwise(sets):
        assert not np.any(few & ~many)
    other = _switched(recruitment={"participation_share": 0.6})
    assert np.array_equal(firms_on(other.services.recruitment, other, cluster, 0), sets[2])


@pytest.mark.parametrize("service", ["manufacturing", "recruitment", "finance"])
def test_a_region_switched_touches_its_firms_only(service, state, cluster):
    here = _switched(**{service: {"regions": ["anhui_southwest"]}})
    there = dataclasses.replace(state, scenario=here)
    inside = cluster.firms.region == list(here.regions).index("anhui_southwest")
    assert 0 < inside.sum() < inside.size
    alone, act = baseline(there), MODULES[service].act
    changed = alone.changed_by(act(there))
    for name in set(_fields_of(act, there)) - {"offering"}:
        before, after = getattr(alone, name), getattr(changed, name)
        assert np.array_equal(before[~inside], after[~inside]), name
        if name != "credit":  # a draw of few firms need not fall between the two shares
            assert np.all(before[inside] != after[inside]), name


def test_sampling_saves_never_more_than_there_is(state):
    generous = Scenario(**WORLD, services={"design": {"saved_days": 9}})
    act = design.act(dataclasses.replace(state, scenario=generous))
    assert np.all(act.sampling_min == 0)
