"""Worlds that are another world in all but their labels, or that world twice."""

from dataclasses import fields, replace

import numpy as np

from kidswear_brain.cluster.columns import Brands, Cluster, Firms, Lines, Orders


def _rows(columns, which, **changed):
    """Return columns with some of their rows, in some order; `changed` columns stand as given."""
    taken = {}
    for field in fields(columns):
        value = getattr(columns, field.name)
        taken[field.name] = (
            tuple(value[i] for i in which) if isinstance(value, tuple) else value[which]
        )
    return type(columns)(**(taken | changed))


def with_firms(cluster: Cluster, turn: np.ndarray) -> tuple[Cluster, np.ndarray]:
    """Renumber the firms: the new firm i is the old firm turn[i].

    Returns
    -------
    Cluster
        The same district.
    numpy.ndarray
        (l,) old number of each new line.
    """
    firms = cluster.firms
    first, count = firms.first_line[turn], np.diff(firms.first_line)[turn]
    lines = np.concatenate(
        [start + np.arange(size) for start, size in zip(first, count, strict=True)]
    )
    new_first = np.concatenate([[0], np.cumsum(count)])
    plain = replace(firms, first_line=firms.first_line[:-1])
    new = np.argsort(turn)
    return replace(
        cluster,
        firms=_rows(plain, turn, first_line=new_first),
        lines=_rows(cluster.lines, lines, firm=new[cluster.lines.firm[lines]]),
        brands=replace(cluster.brands, known=new[cluster.brands.known]),
    ), lines


def with_regions(cluster: Cluster, turn: np.ndarray) -> Cluster:
    """Renumber the regions: the new region i is the old region turn[i]."""
    new = np.argsort(turn)
    return replace(
        cluster,
        regions=_rows(cluster.regions, turn),
        firms=replace(cluster.firms, region=new[cluster.firms.region]),
    )


def twice(cluster: Cluster) -> tuple[Cluster, np.ndarray]:
    """Put a district and its twin, who do not know one another, into one.

    Returns
    -------
    Cluster
        Twice the firms, lines, brands and orders; brands know their own side's firms.
    numpy.ndarray
        (2n,) number of each order in the single district.
    """
    firms, brands, orders = cluster.firms, cluster.brands, cluster.orders
    f, b, n = firms.region.size, brands.weight.size, orders.brand.size
    f_id, b_id = (
        tuple(key + side for side in "ab" for key in ids)
        for ids in (firms.firm_id, brands.brand_id)
    )
    columns = {field.name: _joined(getattr(firms, field.name)) for field in fields(Firms)}
    columns |= {"firm_id": f_id, "first_line": _joined(firms.first_line, ends=True)}
    both_firms = Firms(**columns)
    columns = {field.name: _joined(getattr(cluster.lines, field.name)) for field in fields(Lines)}
    lines = Lines(**columns | {"firm": _shifted(cluster.lines.firm, f)})
    both_brands = Brands(
        brand_id=b_id,
        weight=_joined(brands.weight),
        makes=_joined(brands.makes),
        first_known=_joined(brands.first_known, ends=True),
        known=_shifted(brands.known, f),
    )
    families = int(orders.family_alone.max(initial=0)) + 1
    columns = {field.name: _joined(getattr(orders, field.name)) for field in fields(Orders)}
    columns |= {"brand": _shifted(orders.brand, b)}
    columns |= {"family_alone": _shifted(orders.family_alone, families)}
    turn = np.lexsort((columns["number"], columns["brand"], columns["ordered_min"]))
    return replace(
        cluster, firms=both_firms, lines=lines, brands=both_brands,
        orders=_rows(Orders(**columns), turn),
    ), turn % n  # fmt: skip


def _joined(column, ends=False):
    """Return a column twice; with `ends`, offsets (x + 1,) of twice as many rows."""
    if ends:
        return np.concatenate([column, column[-1] + column[1:]])
    return column + column if isinstance(column, tuple) else np.concatenate([column, column])


def _shifted(column, by):
    return np.concatenate([column, column + by])


def only_orders(cluster: Cluster, which: np.ndarray) -> Cluster:
    """Leave out all but some orders."""
    return replace(cluster, orders=_rows(cluster.orders, which))
