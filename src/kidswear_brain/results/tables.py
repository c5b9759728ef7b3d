"""Rows of an arm -> its tables, without the columns `arm` and `replication`."""

from collections.abc import Callable

import numpy as np
import polars as pl

from kidswear_brain.cluster.columns import Cluster, Ints
from kidswear_brain.results.by_firm import Columns, firm_columns, ledger_columns
from kidswear_brain.results.measures import measure
from kidswear_brain.results.schema import table_named
from kidswear_brain.results.window import measured_orders
from kidswear_brain.simulation.rows import CAUSES, NEVER, PURPOSES, REASONS, Rows


def build_table(rows: Rows, name: str) -> pl.DataFrame:
    """Build one table of a run directory; tables of things not simulated are empty.

    Parameters
    ----------
    rows : Rows
        What the arm left behind.
    name : str
        One of `schema.TABLE_NAMES`.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    schema = table_named(name).schema()
    build = _BUILDERS.get(name)
    return pl.DataFrame(build(rows) if build else None, schema=schema)


def measures_table(values: dict[str, float]) -> pl.DataFrame:
    """Lay measures out as rows; nan, nothing to measure, becomes null."""
    frame = pl.DataFrame(
        {"measure": list(values), "value": list(values.values())},
        schema=table_named("measures").schema(),
    )
    return frame.with_columns(pl.col("value").fill_nan(None))


def order_ids(cluster: Cluster) -> pl.Series:
    """Name every order: as the planner's own table does, else brand_id, day and number."""
    if cluster.order_id:
        return pl.Series(cluster.order_id, dtype=pl.String)
    orders = cluster.orders
    parts = pl.DataFrame(
        {
            "brand": pl.Series(cluster.brands.brand_id, dtype=pl.String).gather(orders.brand),
            "day": orders.day,
            "number": orders.number,
        }
    )
    return parts.select(pl.concat_str("brand", "day", "number", separator="-")).to_series()


def line_ids(cluster: Cluster) -> pl.Series:
    """Name every line: firm_id and its number in the firm, from 1."""
    firm = cluster.lines.firm
    number = np.arange(len(firm)) - cluster.firms.first_line[firm] + 1
    names = [f"{cluster.firms.firm_id[f]}-{k}" for f, k in zip(firm, number, strict=True)]
    return pl.Series(names, dtype=pl.String)


def _measures(rows: Rows) -> pl.DataFrame:
    return measures_table(measure(rows))


def _orders(rows: Rows) -> Columns:
    cluster, orders, done = rows.cluster, rows.cluster.orders, rows.orders
    completion = _time(done.completion_min)
    return {
        "order_id": order_ids(cluster),
        "brand_id": pl.Series(cluster.brands.brand_id, dtype=pl.String).gather(orders.brand),
        "category": pl.Series(cluster.categories, dtype=pl.String).gather(orders.category),
        "style_family": done.style_family,
        "pieces": orders.pieces,
        "smv_min": orders.smv,
        "ordered_min": orders.ordered_min,
        "release_min": _time(done.release_min),
        "due_min": orders.due_min,
        "completion_min": completion,
        "delivered_pieces": done.delivered_pieces,
        "on_time_pieces": done.on_time_pieces,
        "in_progress_pieces": done.in_progress_pieces,
        "lost_pieces": done.lost_pieces,
        "rejected_pieces": done.rejected_pieces,
        "tardiness_min": (completion - pl.Series(orders.due_min)).clip(lower_bound=0),
        "lost_cause": _reason(done.lost_cause),
        "measured": pl.Series(measured_orders(rows)),
    }


def _lots(rows: Rows) -> Columns:
    cluster, lots = rows.cluster, rows.lots
    order_id = order_ids(cluster).gather(lots.order)
    number = pl.Series(lots.order).to_frame("order").select(pl.int_range(pl.len()).over("order"))
    return {
        "lot_id": order_id + "-" + (number.to_series() + 1).cast(pl.String),
        "order_id": order_id,
        "firm_id": _firm(rows, cluster.lines.firm[lots.line]),
        "line_id": line_ids(cluster).gather(lots.line),
        "pieces": lots.pieces,
        "start_min": _time(lots.start_min),
        "completion_min": _time(lots.completion_min),
    }


def _line_minutes(rows: Rows) -> Columns:
    cluster = rows.cluster
    line, day, cause = np.nonzero(rows.clock_min)
    return {
        "firm_id": _firm(rows, cluster.lines.firm[line]),
        "line_id": line_ids(cluster).gather(line),
        "day": pl.Series((day + cluster.days.first).astype(np.int32)),
        "cause": pl.Series(CAUSES, dtype=pl.String).gather(cause),
        "clock_min": pl.Series(rows.clock_min[line, day, cause]),
        "measured": pl.Series(cluster.days.measured[day]),
    }


def _allocations(rows: Rows) -> Columns:
    epochs = rows.epochs
    return {
        "epoch_min": epochs.flow_epoch_min,
        "order_id": order_ids(rows.cluster).gather(epochs.flow_order),
        "firm_id": _firm(rows, epochs.flow_firm),
        "period": epochs.flow_period,
        "standard_min": epochs.flow_standard_min,
    }


def _prices(rows: Rows) -> Columns:
    epochs = rows.epochs
    return {
        "epoch_min": epochs.price_epoch_min,
        "firm_id": _firm(rows, epochs.price_firm),
        "period": epochs.price_period,
        "shadow_price": epochs.shadow_price,
    }


def _refusals(rows: Rows) -> Columns:
    epochs = rows.epochs
    return {
        "epoch_min": epochs.refused_epoch_min,
        "order_id": order_ids(rows.cluster).gather(epochs.refused_order),
        "firm_id": _firm(rows, epochs.refused_firm),
        "reason": _reason(epochs.refused_reason),
    }


def _purchases(rows: Rows) -> Columns:
    bought = rows.bought.purchases
    return {
        "time_min": bought.time_min,
        "supplier_id": _supplier(rows, bought.supplier),
        "sku": bought.sku,
        "bought_m": bought.metres,
        "list_cny": bought.list_cny,
        "paid_cny": bought.paid_cny,
        "freight_cny": bought.freight_cny,
        "fee_cny": bought.fee_cny,
        "pooled": pl.Series(bought.pooled),
    }


def _materials(rows: Rows) -> Columns:
    """Metres are used once a firm has accepted the order; those of lost orders stay in stock."""
    bought, needs, skus = rows.bought.purchases, rows.bought.needs, len(rows.bought.sku_category)
    placed = np.zeros(len(rows.cluster.orders.pieces), dtype=np.bool_)
    placed[rows.lots.order] = True
    metres = np.bincount(bought.sku, bought.metres, skus)
    used = np.bincount(needs.sku, np.where(placed[needs.order], needs.metres, 0.0), skus)
    left = np.bincount(needs.sku, np.where(placed[needs.order], 0.0, needs.metres), skus)
    return {"sku": np.arange(skus), "bought_m": metres, "used_m": used, "stock_m": left}


def _payments(rows: Rows) -> Columns:
    payments, parties = rows.cash.payments, pl.Series(rows.cash.party_id, dtype=pl.String)
    return {
        "time_min": payments.time_min,
        "payer_id": parties.gather(payments.payer.astype(np.int64)),
        "payee_id": parties.gather(payments.payee.astype(np.int64)),
        "purpose": pl.Series(PURPOSES, dtype=pl.String).gather(payments.purpose),
        "amount_cny": payments.amount_cny,
    }


def _supplier(rows: Rows, supplier: Ints) -> pl.Series:
    names = pl.Series([*rows.bought.supplier_id, "spot"], dtype=pl.String)
    return names.gather(np.where(supplier < 0, len(names) - 1, supplier))


_BUILDERS: dict[str, Callable[[Rows], Columns | pl.DataFrame]] = {
    "measures": _measures,
    "firms": firm_columns,
    "ledger": ledger_columns,
    "orders": _orders,
    "lots": _lots,
    "line_minutes": _line_minutes,
    "allocations": _allocations,
    "prices": _prices,
    "purchases": _purchases,
    "materials": _materials,
    "payments": _payments,
    "refusals": _refusals,
}


def _firm(rows: Rows, firm: Ints) -> pl.Series:
    return pl.Series(rows.cluster.firms.firm_id, dtype=pl.String).gather(firm)


def _time(minutes: Ints) -> pl.Series:
    """Put null where the time never came."""
    return (
        pl.Series(minutes)
        .to_frame("t")
        .select(pl.when(pl.col("t") != NEVER).then(pl.col("t")))
        .to_series()
    )


def _reason(code: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> pl.Series:
    names = pl.Series([name or None for name in REASONS], dtype=pl.String)
    return names.gather(code)
