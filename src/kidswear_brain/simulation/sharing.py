"""How the members of a pool share its bill, by the rule of the scenario."""

from dataclasses import dataclass, replace

import numpy as np

from kidswear_brain.cluster.columns import Floats, Ints
from kidswear_brain.simulation.rows import NeedRows


@dataclass(frozen=True, slots=True)
class Bill:
    """What each purchase wanted came to (r,): price, freight, platform fee."""

    paid: Floats
    freight: Floats
    fee: Floats


def shared(needs: NeedRows, rule: str, purchase: Ints, list_cny_per_m: Floats) -> NeedRows:
    """Share the bills of pools among their members.

    Parameters
    ----------
    needs : needs whose part of the bill of their purchase is in proportion to their metres.
    rule : "equal_per_metre": so it stays. "standalone": each pool's bill in proportion to what its
        members would pay alone, so that all save the same share of that. "proportional": the whole
        bill of a window, all its pools, in proportion to list value.
    purchase : (m,) the purchase each need is a part of.
    list_cny_per_m : (k,) list price of each SKU.
    """
    if rule == "equal_per_metre" or not needs.pooled.any():
        return needs
    some = needs.pooled
    if rule == "standalone":
        group, weight = purchase[some], needs.alone_cny[some]
    else:
        _, group = np.unique(needs.time_min[some], return_inverse=True)
        weight = (needs.metres * list_cny_per_m[needs.sku])[some]
    share = weight / np.bincount(group, weight)[group]

    def split(own: Floats) -> Floats:
        whole = own.copy()
        whole[some] = np.bincount(group, own[some])[group] * share
        return whole

    return replace(
        needs,
        paid_cny=split(needs.paid_cny),
        freight_cny=split(needs.freight_cny),
        fee_cny=split(needs.fee_cny),
    )
