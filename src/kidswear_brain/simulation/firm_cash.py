"""A firm's cash month by month: what comes in, wages, interest, loan, and what owners must add."""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Floats, Ints
from kidswear_brain.simulation.payments import Payments

YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class Months:
    """The calendar months of the simulated days (m,), the first and last perhaps in part."""

    of_day: Ints
    """(d,) month of each simulated day, from 0."""
    last_day: Ints
    """Number of each month's last simulated day: when its wages and interest are paid."""
    days: Ints

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.days.size)


@dataclass(frozen=True, slots=True)
class Terms:
    """What each firm starts from and may borrow, month by month."""

    opening_cny: Floats
    """(f,)"""
    line_cny: Floats
    """(m, f) the most it may owe."""
    rate_per_year: Floats
    """(m, f)"""


@dataclass(frozen=True, slots=True)
class Balances:
    """Where firms stand at the ends of the months (m, f)."""

    cash_cny: Floats
    loan_cny: Floats
    interest_cny: Floats
    owners_cny: Floats


def run_months(
    months: Months, terms: Terms, received_cny: Floats, due_cny: Floats, book: Payments
) -> Balances:
    """Carry cash and loans through the months, and note loans, interest and owners' money.

    At a month's end a firm has received and paid what it had to and pays interest on what it owed
    during the month. A shortage is borrowed up to the line, the rest its owners put in; what is
    left over repays the loan. A loan above a line that shrank is repaid at once.

    Parameters
    ----------
    received_cny : (m, f) received from brands and the bank.
    due_cny : (m, f) wages and interest on factored receivables.
    """
    shape = terms.line_cny.shape
    result = Balances(*(np.zeros(shape) for _ in range(4)))
    cash, loan = terms.opening_cny.copy(), np.zeros(shape[1])
    bank, owners = book.bank, book.owners
    firm = np.arange(shape[1])
    for month in range(months.count):
        interest = loan * terms.rate_per_year[month] * months.days[month] / YEAR_DAYS
        cash = cash + received_cny[month] - due_cny[month] - interest
        target = np.clip(loan - cash, 0.0, terms.line_cny[month])
        new, back = np.maximum(target - loan, 0.0), np.maximum(loan - target, 0.0)
        cash = cash + new - back
        added = np.maximum(-cash, 0.0)
        cash, loan = cash + added, target
        day = np.full(firm.size, months.last_day[month])
        book.note("interest", day, firm, bank, interest)
        book.note("loan", day, bank, firm, new)
        book.note("repayment", day, firm, bank, back)
        book.note("owner", day, owners, firm, added)
        for name, value in (
            ("cash_cny", cash), ("loan_cny", loan), ("interest_cny", interest),
            ("owners_cny", added),
        ):  # fmt: skip
            getattr(result, name)[month] = value
    return result
