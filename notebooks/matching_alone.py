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
# # Can matching alone give 32 %?
#
# The claim: overall capacity utilization rose by more than 32 %. Work that would have been done
# anyway cannot raise it; so at least 1 - 1/1.32 = 24 % of what is finally done must have been lost,
# late or stuck before. This notebook asks how much of that *matching* - allocating open orders to
# free capacity, and nothing else - brings back.
#
# It runs a small cluster so that it ends within minutes; set `KIDSWEAR_NOTEBOOK_SIZE=1` for the
# whole one. Small clusters pool and match less well than large ones: look at the pattern.

# %%
import os

import kidswear_brain as kb
from kidswear_brain.economics.priors import sized

SCENARIO = os.environ.get("KIDSWEAR_NOTEBOOK_SCENARIO", "kidswear:wuxing")
SIZE = float(os.environ.get("KIDSWEAR_NOTEBOOK_SIZE", "0.05"))
WORLDS = int(os.environ.get("KIDSWEAR_NOTEBOOK_WORLDS", "2"))

small = sized(kb.load_scenario(SCENARIO), SIZE)


def compare(**overrides):
    """Both arms of the small cluster in the same worlds."""
    keys = {key.replace("__", "."): value for key, value in overrides.items()}
    return kb.compare(kb.load_scenario(SCENARIO, {**small, **keys}), replications=WORLDS, workers=1)


def shown(name, pair):
    """Say the gain in one line."""
    gain = pair.gain("utilization")
    half = "" if gain.high is None else f" ± {100 * (gain.high - gain.mean):.1f}"
    print(f"{name:40s} {100 * gain.mean:+6.1f} %{half}")
    return gain.mean


# %% [markdown]
# ## What could be brought back at all?
#
# Before anything is matched: how much of the demand is lost, late or stuck in the baseline?

# %%
everything = compare()
needed = 1 - 1 / 1.32
lost = everything.estimate("lost_share", "baseline").mean
fill = everything.estimate("fill_rate", "baseline").mean
print(f"needed: {needed:.1%} of the work done with the brain")
print(f"lost in the baseline: {lost:.1%} of the pieces; not delivered in time: {1 - fill:.1%}")

# %% [markdown]
# If less is lost than is needed, no service can bring the claim about by finding work for idle
# lines; it must come from fewer change-overs, vacancies, missing cash and missing material.
#
# ## Matching alone, and with the others

# %%
OTHERS = ("procurement", "design", "recruitment", "finance")
alone = compare(**{f"services__{name}__enabled": False for name in OTHERS})
rest = compare(services__manufacturing__enabled=False)
gains = {
    "matching alone": shown("matching alone", alone),
    "the other four without matching": shown("the other four without matching", rest),
    "all five": shown("all five", everything),
}

# %% [markdown]
# ## What matching has to work with
#
# Matching replaces a market in which a brand asks the few firms it knows. The fewer it knows, the
# more there is to gain; the share of orders that may go to strangers bounds what can be gained.

# %%
NAMES = (("market__known_firms", (2.0, 4.0, 6.0)),
         ("services__manufacturing__matchable_share", (0.5, 0.95)))  # fmt: skip
off = {f"services__{name}__enabled": False for name in OTHERS}
for key, values in NAMES:
    for value in values:
        gains[key, value] = shown(
            f"{key.split('__')[-1]} = {value:g}", compare(**off, **{key: value})
        )

# %% [markdown]
# ## The answer for this cluster

# %%
reached = [name for name, gain in gains.items() if gain >= 0.32]
answer = "yes" if gains["matching alone"] >= 0.32 else "no"
print(f"Does matching alone give 32 % at the scenario's values? {answer}")
print("settings above that reach it:", reached or "none")
