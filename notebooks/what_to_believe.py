# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What would you have to believe?
#
# A newspaper says +32 % utilization and -6 % procurement cost. Nobody published a baseline, a
# window, a definition or a comparison. So the question is not whether a model can be tuned to give
# these figures, but what one would have to hold true of the district for them to come out - and
# whether an evaluator who measured honestly could have been misled.
#
# A small cluster and few draws, so that it ends within minutes; raise the sizes for a real answer.

# %%
import os
from pathlib import Path
from tempfile import mkdtemp

import kidswear_brain as kb
from kidswear_brain.economics.audit import ALL, audit, audited_moments
from kidswear_brain.economics.evaluator import adoption_design, evaluate
from kidswear_brain.economics.priors import axes, draw, sized
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.scenario.claims import read_claim

SCENARIO = os.environ.get("KIDSWEAR_NOTEBOOK_SCENARIO", "kidswear:wuxing")
SIZE = float(os.environ.get("KIDSWEAR_NOTEBOOK_SIZE", "0.05"))
WORLDS = int(os.environ.get("KIDSWEAR_NOTEBOOK_WORLDS", "2"))
DRAWS = int(os.environ.get("KIDSWEAR_NOTEBOOK_DRAWS", "48"))

# %% [markdown]
# ## The beliefs in question
#
# All of them assumed (tag A in the ledger of provenance) with a range of values held possible
# before looking at the claim.

# %%
KEYS = (
    "demand.load",
    "market.known_firms",
    "services.manufacturing.matchable_share",
    "finance.own_capital_days",
    "services.procurement.pooled_share",
)
cube = axes(KEYS)
for axis in cube:
    print(f"{axis.name:42s} {axis.low:g} to {axis.high:g}  [{axis.tag}]")

# %% [markdown]
# ## How often is the claim true over these beliefs?

# %%
claim = read_claim()
store = Path(os.environ.get("KIDSWEAR_NOTEBOOK_STORE") or mkdtemp())
worlds = Worlds(SCENARIO, {}, cube, audited_moments(claim), store)
found = audit(worlds, claim, draw(cube, DRAWS), SIZE, from_priors=True)
for name, one in found.probabilities.items():
    print(f"{name:16s} holds at {one.share:.0%} of the points ({one.low:.0%} to {one.high:.0%})")

# %% [markdown]
# ## And under another definition of utilization?

# %%
for reach in found.reaches["utilization"]:
    low, middle, high = (100 * value for value in reach.quantiles)
    print(
        f"{reach.measure:26s} {reach.reading:9s} {low:+6.1f} {middle:+6.1f} {high:+6.1f}"
        f"  holds at {reach.holds.share:.0%}"
    )

# %% [markdown]
# ## Where it is true: what you would have to believe

# %%
for region in found.regions:
    print(f"{region.name}: {region.holding} of {region.inside} simulated points in the box hold it")
    for place in region.box.bounded:
        axis = cube[place]
        ends = (region.box.low[place], region.box.high[place])
        low, high = (axis.value(float(unit)) for unit in ends)
        held = f"{axis.low:g} to {axis.high:g}"
        print(f"   {axis.name} from {low:.3g} to {high:.3g} (held possible: {held})")

# %% [markdown]
# ## Could one have measured it?
#
# In the year the brain grew, demand recovered by 8.8 % for everybody. An evaluator who compares the
# year before with that year, or joiners with others, sees this beside the truth:

# %%
base = kb.load_scenario(SCENARIO)
scenario = kb.load_scenario(SCENARIO, sized(base, SIZE))
seeds = [kb.replication_seed(1, r) for r in range(1, WORLDS + 1)]
seen = evaluate(adoption_design(scenario), seeds)
for name in ("naive", "did", "true", "true_joiners", "true_others", "recovery"):
    print(f"{name:14s} {100 * getattr(seen, name).mean:+6.1f} %")

# %% [markdown]
# ## The answer for this cluster

# %%
joint = found.probabilities[ALL]
interval = f"{joint.low:.0%} to {joint.high:.0%}"
print(f"Both figures hold at {joint.share:.0%} of the points ({interval}).")
bias = seen.naive.mean - seen.true.mean
print(f"A before-and-after comparison is off by {100 * bias:+.1f} points of growth.")
