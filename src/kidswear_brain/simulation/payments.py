"""Parties and payments: each payment has a payer, a payee, a day and a purpose."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.cluster.columns import Cluster, Floats, Ints
from kidswear_brain.simulation.rows import PURPOSES, PaymentRows

_OTHERS = ("spot", "carrier", "bank", "platform", "customers", "workers", "owners")


@dataclass(frozen=True, slots=True)
class Parties:
    """Who pays and is paid: firms first, then brands, suppliers and the rest."""

    party_id: tuple[str, ...]
    brands: int
    """Number of the first brand; firms count from 0."""
    suppliers: int
    """Number of the first supplier; the spot market stands behind the last."""

    def other(self, name: str) -> int:
        """Return the number of one of those there is only one of."""
        return len(self.party_id) - len(_OTHERS) + _OTHERS.index(name)

    def supplier(self, supplier: Ints) -> Ints:
        """Return the numbers of suppliers, of the spot market for -1."""
        return np.where(supplier < 0, self.other("spot"), self.suppliers + supplier)


def parties_of(cluster: Cluster, supplier_id: tuple[str, ...]) -> Parties:
    """List every party of a cluster."""
    firm_id, brand_id = cluster.firms.firm_id, cluster.brands.brand_id
    return Parties(
        party_id=(*firm_id, *brand_id, *supplier_id, *_OTHERS),
        brands=len(firm_id),
        suppliers=len(firm_id) + len(brand_id),
    )


@dataclass(slots=True)
class Payments:
    """Payments as they are noted; those of one day between the same two for one purpose are one."""

    parties: int
    last_day: int
    """Later ones are not made within the simulated days, and not noted."""
    bank: int
    owners: int
    pieces: list[PaymentRows]

    def note(
        self, purpose: str, day: Ints, payer: Ints | int, payee: Ints | int, amount: Floats
    ) -> None:
        """Note some payments for one purpose."""
        kept = (day <= self.last_day) & (amount > 0)
        day = day[kept]
        pair = np.broadcast_to(np.asarray(payer) * self.parties + payee, kept.shape)[kept]
        first = int(day.min(initial=0))
        key = (day - first) * self.parties**2 + pair
        one, place = np.unique(key.astype(np.int64), return_inverse=True)
        total = np.bincount(place, amount[kept], minlength=one.size).astype(np.float64)
        day, pair = one // self.parties**2, (one % self.parties**2).astype(np.int64)
        code = np.full(one.size, PURPOSES.index(purpose), dtype=np.uint8)
        self.pieces.append(
            PaymentRows(
                time_min=1440 * (day + first),
                payer=_small(pair // self.parties),
                payee=_small(pair % self.parties),
                purpose=code,
                amount_cny=total,
            )
        )

    def rows(self) -> PaymentRows:
        """Return all payments in order of time."""
        columns = {
            name: np.concatenate([getattr(piece, name) for piece in self.pieces])
            for name in PaymentRows.__slots__
        }
        turn = np.argsort(columns["time_min"], kind="stable")
        return PaymentRows(**{name: column[turn] for name, column in columns.items()})


def _small(number: NDArray[Any]) -> NDArray[np.int32]:
    return number.astype(np.int32)
