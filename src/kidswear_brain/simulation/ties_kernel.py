"""Which firms have worked for which brands: a short list of ties for each brand.

Of all pairs few ever meet: a matrix of them would need gigabytes for 48,000 firms, while these
lists grow with the orders. A brand's ties hang together by ``next``.
"""

from kidswear_brain.compiled import compiled_lent
from kidswear_brain.simulation.state import NONE, Works


@compiled_lent
def tied(works: Works, brand: int, firm: int) -> bool:
    """Say whether the firm has worked for the brand."""
    tie = works.first_tie[brand]
    while tie != NONE:
        if works.ties[tie].firm == firm:
            return True
        tie = works.ties[tie].next
    return False


@compiled_lent
def tie(works: Works, brand: int, firm: int) -> None:
    """Note that the firm works for the brand; there must be room for one more tie."""
    if not tied(works, brand, firm):
        number = works.tie_count[0]
        works.tie_count[0] += 1
        works.ties[number].firm = firm
        works.ties[number].next = works.first_tie[brand]
        works.first_tie[brand] = number
