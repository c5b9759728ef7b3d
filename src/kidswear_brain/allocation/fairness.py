"""Allocate under rules of fairness, and say what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kidswear_brain.allocation.certificate import certify, dual_objective, objective
from kidswear_brain.allocation.highs import SideRows, solve_with_side_rows
from kidswear_brain.allocation.plan import Solved, plan_of
from kidswear_brain.allocation.problem import (
    Allocation,
    AllocationProblem,
    Certificate,
    Floats,
    RawSolution,
)
from kidswear_brain.allocation.solve import allocate
from kidswear_brain.errors import AllocationError, SolverError


@dataclass(frozen=True, slots=True, eq=False)
class MinimumShare:
    """Some firms together sew at least a share of all standard minutes sewn.

    Parameters
    ----------
    firms : (f,) array of bool
        Which firms.
    share : float
        0-1.
    """

    firms: NDArray[np.bool_]
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class FairAllocation:
    """A plan under rules, and the price of each.

    Parameters
    ----------
    plan : Allocation
        The plan; its prices are those under the rules, its certificate that of the problem with
        the rules' prices added to the costs, the rules themselves included.
    cost : float
        Money the rules cost: this plan's objective less that of the best plan without them.
    share_price : (s,) array
        What one more standard minute given to the firms of each minimum share costs, >= 0.
    cap_price : (f,) array
        What one more standard minute above each firm's cap would save, >= 0.
    """

    plan: Allocation
    cost: float
    share_price: Floats
    cap_price: Floats


def allocate_fairly(
    problem: AllocationProblem,
    minimum_shares: Sequence[MinimumShare] = (),
    firm_cap: ArrayLike | None = None,
) -> FairAllocation:
    """Allocate at least cost under rules of fairness, with HiGHS.

    The rules can always be met, if need be by sewing less. A minimum share is linear because what
    is sewn is what is ordered less what is unmet: sum over its firms of x + share x sum of u >=
    share x sum of q.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    minimum_shares : sequence of MinimumShare
        Shares of the work that groups of firms must get.
    firm_cap : (f,) array, optional
        Standard minutes no firm may exceed over all periods; infinite where there is no cap.

    Returns
    -------
    FairAllocation
        The plan and what the rules cost.

    Raises
    ------
    AllocationError
        If a share is not within 0-1, or an array is not as long as there are firms.
    SolverError
        If HiGHS finds no optimum, or one the certificate does not confirm.
    """
    begin = perf_counter()
    problem = problem.over_all_firms()
    caps = _caps(problem, firm_cap)
    side = _side_rows(problem, minimum_shares, caps)
    raw, price = solve_with_side_rows(problem, side)
    certificate = _certificate(problem, side, raw, price)
    if not certificate.holds():
        raise SolverError(f"HiGHS: certificate {certificate.worst:.1e} above 1e-7")
    solved = Solved("highs", "with rules of fairness", perf_counter() - begin)
    plan = plan_of(problem, raw, certificate, solved)
    shares = len(minimum_shares)
    cap_price = np.zeros(problem.group.size)
    cap_price[np.isfinite(caps)] = -price[shares:]
    cost = plan.objective - allocate(problem).objective
    return FairAllocation(plan, cost, price[:shares], cap_price)


def _caps(problem: AllocationProblem, firm_cap: ArrayLike | None) -> Floats:
    firms = problem.group.size
    if firm_cap is None:
        return np.full(firms, np.inf)
    caps = np.asarray(firm_cap, dtype=np.float64)
    if caps.shape != (firms,) or not (caps >= 0).all():
        raise AllocationError(f"firm_cap: give {firms} numbers >= 0, one for each firm")
    return caps


def _side_rows(
    problem: AllocationProblem, minimum_shares: Sequence[MinimumShare], caps: Floats
) -> SideRows:
    """Write one row for each minimum share, then one for each finite cap."""
    firms = problem.group.size
    for rule in minimum_shares:
        if np.shape(rule.firms) != (firms,) or not 0 <= rule.share <= 1:
            raise AllocationError(
                f"minimum share {rule.share} of {np.shape(rule.firms)} firms: give a share in 0-1 "
                f"and a yes or no for each of {firms} firms"
            )
    members = [np.asarray(rule.firms, dtype=np.float64) for rule in minimum_shares]
    share = np.array([rule.share for rule in minimum_shares], dtype=np.float64)
    capped = np.flatnonzero(np.isfinite(caps))
    nothing = np.zeros(capped.size)
    return SideRows(
        firm_weight=np.vstack((np.reshape(members, (share.size, firms)), np.eye(firms)[capped])),
        unmet_weight=np.concatenate((share, nothing)),
        lower=np.concatenate((share * problem.demand.sum(), nothing)),
        upper=np.concatenate((np.full(share.size, np.inf), caps[capped])),
    )


def _certificate(
    problem: AllocationProblem, side: SideRows, raw: RawSolution, price: Floats
) -> Certificate:
    """Certify with the rules priced into the costs, then judge the rules themselves.

    At an optimum the plan is optimal for the costs less what each minute earns under the rules,
    every rule holds, and a rule with slack has no price.
    """
    priced = AllocationProblem(
        problem.demand,
        problem.unmet_cost - side.unmet_weight @ price,
        problem.unit_cost - price @ side.firm_weight,
        problem.lateness_cost,
        problem.minutes,
        problem.capacity,
        problem.group,
    )
    base = certify(priced, raw)
    sewn = np.bincount(raw.firm, raw.amount, minlength=problem.group.size)
    value = side.firm_weight @ sewn + side.unmet_weight * raw.unmet.sum()
    broken = np.maximum(side.lower - value, value - side.upper).max(initial=0.0)
    bound = np.where(price > 0, side.lower, np.where(price < 0, side.upper, value))
    slack = float(np.abs(price * (value - bound)).sum())
    # Costs and prices of the rules may cancel, so the gap is measured by the plan's own cost.
    scale = max(abs(objective(problem, raw)), abs(objective(priced, raw)), 1e-300)
    gap = abs(objective(priced, raw) - dual_objective(priced, raw)) / scale
    return Certificate(
        max(base.primal_infeasibility, broken / max(float(problem.demand.sum()), 1e-300)),
        base.dual_infeasibility,
        max(gap, slack / scale),
    )
