"""One allocation of a planner's own tables, and the directory it leaves.

The directory holds ``plan``, ``unmet``, ``late``, ``prices`` and, with promises, ``moves``, each as
Parquet and as CSV, and ``summary.json``. It grows under ``NAME.part`` and gets its name when
complete.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import kidswear_brain
from kidswear_brain.allocation.planner import UNMET_FACTOR, Planning, plan_problem
from kidswear_brain.allocation.planner_reasons import Reason, late_days, reasons
from kidswear_brain.allocation.planner_rows import Moves, PlanRows, plan_rows, price_moves
from kidswear_brain.allocation.planner_solve import Planned, solve_free, solve_planning
from kidswear_brain.allocation.prices import prices_by_group
from kidswear_brain.allocation.problem import Allocation
from kidswear_brain.allocation.solve import Method
from kidswear_brain.errors import RunError
from kidswear_brain.results.directory import code_hash, part_of
from kidswear_brain.tables import TablePaths, read_planner_tables

FORMAT = 1
SUMMARY = "summary.json"
_FILES = {SUMMARY} | {
    f"{name}.{ending}"
    for name in ("plan", "unmet", "late", "prices", "moves")
    for ending in ("parquet", "csv")
}


@dataclass(frozen=True, slots=True)
class AllocateRequest:
    """What `allocate_tables` is asked to do.

    Parameters
    ----------
    paths : TablePaths
        The planner's tables.
    period_ends : tuple of float
        Ends of the periods, days from today.
    method : {"auto", "simplex", "highs", "pulp"}
        The solver.
    fractional : bool
        Whether the flows of the linear program stand, instead of whole lots of whole pieces.
    minimum_run_pieces : float
        Least pieces of a lot, unless the whole order is smaller.
    out : Path, optional
        The directory to leave; by default ``runs/ORDERS-HASH8``.
    force : bool
        Whether an earlier allocation in the way is replaced.
    language : {"en", "zh"}
        Of the reasons.
    """

    paths: TablePaths
    period_ends: tuple[float, ...] = (3, 7, 14, 28)
    method: Method = "auto"
    fractional: bool = False
    minimum_run_pieces: float = 0.0
    out: Path | None = None
    force: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True, eq=False)
class AllocationRun:
    """What an allocation leaves: its directory, its tables by name, its summary.

    `shown_again` says that the directory was complete before and nothing was solved.
    """

    path: Path
    shown_again: bool
    tables: dict[str, pl.DataFrame]
    summary: dict[str, Any]


def allocate_tables(request: AllocateRequest) -> AllocationRun:
    """Allocate a planner's own tables once, and write the plan, its prices and its reasons.

    Parameters
    ----------
    request : AllocateRequest
        Tables and options.

    Returns
    -------
    AllocationRun
        Tables ``plan`` (order_id, firm_id, period, pieces, standard_min), ``unmet`` (order_id,
        pieces, reason), ``late`` (order_id, pieces, late_days, reason), ``prices`` (firm_id,
        region, period, shadow_price) and, with promises, ``moves`` (order_id, firm_id, pieces,
        best_firm_id, saving_per_piece); the summary.

    Raises
    ------
    TableError
        With every problem in the tables.
    AllocationError, RunError
        For periods that do not increase; for something in the way of the directory.
    SolverError
        If no method could answer; nothing is written then.
    """
    tables = read_planner_tables(request.paths, len(request.period_ends))
    identity = _identity(request)
    path = request.out or Path("runs") / f"{request.paths.orders.stem}-{identity['hash'][:8]}"
    if _is_finished(path, identity):
        return _read_again(path)
    _check_free(path, request.force)
    planning = plan_problem(tables, request.period_ends)
    planned = solve_planning(
        planning, request.method, request.fractional, request.minimum_run_pieces
    )
    rows = plan_rows(planning, planned.flows, request.fractional)
    why = reasons(planning, planned.plan, rows, request.language)
    frames = {
        "plan": _plan_table(planning, rows, request.fractional),
        "unmet": _reasons_table(why.unmet, request.fractional).drop("late_days"),
        "late": _reasons_table(why.late, request.fractional),
        "prices": _prices_table(planning, planned.plan),
    }
    summary = {**identity, **_summary(planning, planned, rows)}
    summary["bottlenecks"] = [asdict(wanted) for wanted in why.bottlenecks]
    if len(tables.kept.order_id):
        free = solve_free(planning, request.method)
        moves = price_moves(planning, free.capacity_price)
        frames["moves"] = _moves_table(planning, moves)
        summary["promises"] = _promises(planning, planned, rows, free)
    summary["warnings"] = list(tables.warnings)
    _write(path, frames, summary)
    return AllocationRun(path, False, frames, summary)


def _identity(request: AllocateRequest) -> dict[str, Any]:
    """What makes two allocations the same: content of the tables, options, code."""
    options = {
        "periods_days": list(request.period_ends),
        "method": request.method,
        "fractional": request.fractional,
        "minimum_run_pieces": request.minimum_run_pieces,
        "language": request.language,
    }
    digest = hashlib.sha256(json.dumps(options).encode())
    inputs = {}
    for name, path in asdict(request.paths).items():
        if path is not None:
            inputs[name] = path.name
            digest.update(f"{name}:{path.suffix}:".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return {
        "format": FORMAT,
        "version": kidswear_brain.__version__,
        "code": code_hash(),
        "hash": digest.hexdigest(),
        "inputs": inputs,
        **options,
    }


def _saved_summary(path: Path) -> dict[str, Any]:
    """The summary of an allocation directory; empty if it is none."""
    try:
        summary = json.loads((path / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return summary if isinstance(summary, dict) else {}


def _is_finished(path: Path, identity: Mapping[str, Any]) -> bool:
    summary = _saved_summary(path)
    return all(summary.get(key) == identity[key] for key in ("format", "code", "hash"))


def _read_again(path: Path) -> AllocationRun:
    frames = {file.stem: pl.read_parquet(file) for file in sorted(path.glob("*.parquet"))}
    return AllocationRun(path, True, frames, _saved_summary(path))


def _check_free(path: Path, force: bool) -> None:
    """Refuse to touch what is in the way; even --force replaces only an allocation."""
    for place in (path, part_of(path)):
        if not os.path.lexists(place) or (place.is_dir() and not any(place.iterdir())):
            continue
        if not place.is_dir() or {file.name for file in place.iterdir()} - _FILES:
            raise RunError(f"{place}: no allocation, and in the way; choose another --out")
        if place == path and not force:
            raise RunError(
                f"{place}: an allocation of other tables, options or version; choose another "
                "--out or give --force"
            )


def _plan_table(planning: Planning, rows: PlanRows, fractional: bool) -> pl.DataFrame:
    tables, order = planning.tables, planning.parts.order[rows.part]
    frame = pl.DataFrame(
        {
            "order_id": pl.Series(tables.orders.order_id[order], dtype=pl.String),
            "firm_id": pl.Series(tables.firms.firm_id[rows.firm], dtype=pl.String),
            "period": rows.period,
            "pieces": rows.pieces,
            "standard_min": rows.pieces * tables.orders.smv_min[order],
        }
    )
    # A promise and the free rest of its order may meet at one firm.
    keys = ("order_id", "firm_id", "period")
    return _counted(frame.group_by(keys, maintain_order=True).sum(), fractional)


def _reasons_table(found: list[Reason], fractional: bool) -> pl.DataFrame:
    rows = [(one.order_id, one.pieces, one.late_days, one.text) for one in found]
    schema = {
        "order_id": pl.String,
        "pieces": pl.Float64,
        "late_days": pl.Float64,
        "reason": pl.String,
    }
    return _counted(pl.DataFrame(rows, schema=schema, orient="row"), fractional)


def _counted(frame: pl.DataFrame, fractional: bool) -> pl.DataFrame:
    return frame if fractional else frame.cast({"pieces": pl.Int64})


def _prices_table(planning: Planning, plan: Allocation) -> pl.DataFrame:
    firms = planning.tables.firms
    f, t = plan.capacity_price.shape
    return pl.DataFrame(
        {
            "firm_id": pl.Series(np.repeat(firms.firm_id, t), dtype=pl.String),
            "region": pl.Series(np.repeat(firms.region, t), dtype=pl.String),
            "period": np.tile(np.arange(t), f),
            "shadow_price": plan.capacity_price.ravel(),
        }
    )


def _moves_table(planning: Planning, moves: Moves) -> pl.DataFrame:
    parts, tables = planning.parts, planning.tables
    names = np.array([*tables.firms.firm_id, None], dtype=object)  # -1 stands for nobody
    return pl.DataFrame(
        {
            "order_id": pl.Series(tables.orders.order_id[parts.order[moves.part]], dtype=pl.String),
            "firm_id": pl.Series(names[parts.firm[moves.part]], dtype=pl.String),
            "pieces": parts.pieces[moves.part],
            "best_firm_id": pl.Series(names[moves.firm], dtype=pl.String),
            "saving_per_piece": moves.saving_per_piece,
        }
    )


def _summary(planning: Planning, planned: Planned, rows: PlanRows) -> dict[str, Any]:
    plan, orders = planned.plan, planning.tables.orders
    objective = planned.held_cost + plan.objective
    sewn_order = planning.parts.order[rows.part]
    pairs = len(set(zip(sewn_order.tolist(), rows.firm.tolist(), strict=True)))
    unmet_orders_count = len(np.unique(planning.parts.order[rows.unmet_pieces > 0]))
    whole = planned.lots.cost if planned.lots else plan.objective
    whole += planned.held_cost
    return {
        "orders": len(orders.order_id),
        "firms": len(planning.tables.firms.firm_id),
        "pieces": int(orders.pieces.sum()),
        "planned_pieces": float(rows.pieces.sum()),
        "unmet_pieces": float(rows.unmet_pieces.sum()),
        "unmet_orders": unmet_orders_count,
        "late_pieces": float(rows.pieces[late_days(planning, rows) > 0].sum()),
        "firms_per_order": pairs / max(len(np.unique(sewn_order)), 1),
        "objective": objective,
        "bound": planned.held_cost + _bound(planned),
        "relative_gap": plan.certificate.relative_gap,
        "whole_lot_cost": whole,
        "whole_lot_cost_share": (whole - objective) / abs(objective) if objective else 0.0,
        "solver": plan.method,
        "solver_note": plan.note,
        "seconds": plan.seconds,
        "certificate": asdict(plan.certificate),
        "unmet_cost_per_piece": _unmet_costs(planning),
        "prices_by_region": _prices_by_region(planning, planned),
    }


def _bound(planned: Planned) -> float:
    """Dual objective of what is free: no plan of it can cost less."""
    problem, plan = planned.problem, planned.plan
    return float(problem.demand @ plan.order_price - (problem.capacity * plan.capacity_price).sum())


def _unmet_costs(planning: Planning) -> dict[str, Any]:
    """The unmet costs in use: they decide what is left, so they are never silent."""
    per_piece = planning.unmet_cost * planning.smv_min
    own = planning.tables.orders.unmet_cost_per_piece
    return {
        "default": f"{UNMET_FACTOR:g} x dearest eligible cost_per_smv x smv_min",
        "orders_with_default": int(np.isnan(own).sum()),
        "lowest": float(per_piece.min()),
        "median": float(np.median(per_piece)),
        "highest": float(per_piece.max()),
    }


def _prices_by_region(planning: Planning, planned: Planned) -> list[dict[str, Any]]:
    """What one more operator-minute would save on average, by region, weighted by capacity."""
    regions = dict.fromkeys(planning.tables.firms.region.tolist())
    means = prices_by_group(planned.problem, planned.plan).mean_price
    return [
        {"region": region, "shadow_price": [float(price) for price in mean]}
        for region, mean in zip(regions, means, strict=True)
    ]


def _promises(
    planning: Planning, planned: Planned, rows: PlanRows, free: Allocation
) -> dict[str, Any]:
    held = planning.parts.firm >= 0
    return {
        "promises": int(held.sum()),
        "promised_pieces": float(planning.parts.pieces[held].sum()),
        "unmet_promised_pieces": float(rows.unmet_pieces[held].sum()),
        "saved_if_free": max(planned.held_cost + planned.plan.objective - free.objective, 0.0),
    }


def _write(path: Path, frames: Mapping[str, pl.DataFrame], summary: Mapping[str, Any]) -> None:
    """Write under another name and rename, so that a directory of this name is always whole."""
    part = part_of(path)
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name, frame in frames.items():
            frame.write_parquet(part / f"{name}.parquet")
            # With a byte order mark, or spreadsheets take Chinese names for another code page.
            frame.write_csv(part / f"{name}.csv", include_bom=True)
        text = json.dumps(summary, indent=2, ensure_ascii=False)
        (part / SUMMARY).write_text(text + "\n", encoding="utf-8", newline="\n")
        if path.is_dir():
            shutil.rmtree(path)
        part.rename(path)
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}") from error
