"""Which firms have worked for which brands: short lists of firms for each brand.

Of all pairs few ever meet: a matrix of them would need gigabytes for 48,000 firms, while these
lists grow with the orders. A knot holds as many firms as fit one line of the processor's memory,
and a brand's knots hang together: one firm a knot cost a wait for far memory each.
"""

from kidswear_brain.compiled import compiled_lent
from kidswear_brain.simulation.state import KNOT_FILLED, KNOT_FIRMS, KNOT_NEXT, NONE, Works


@compiled_lent
def tied(works: Works, brand: int, firm: int) -> bool:
    """Say whether the firm has worked for the brand."""
    knot = works.first_knot[brand]
    while knot != NONE:
        for k in range(works.knots[knot, KNOT_FILLED]):
            if works.knots[knot, k] == firm:
                return True
        knot = works.knots[knot, KNOT_NEXT]
    return False


@compiled_lent
def tie(works: Works, brand: int, firm: int) -> None:
    """Note that the firm works for the brand; there must be room for one more knot."""
    if tied(works, brand, firm):
        return
    knot = works.first_knot[brand]
    if knot == NONE or works.knots[knot, KNOT_FILLED] == KNOT_FIRMS:
        knot = works.knot_count[0]
        works.knot_count[0] += 1
        works.knots[knot, KNOT_FILLED] = 0
        works.knots[knot, KNOT_NEXT] = works.first_knot[brand]
        works.first_knot[brand] = knot
    works.knots[knot, works.knots[knot, KNOT_FILLED]] = firm
    works.knots[knot, KNOT_FILLED] += 1
