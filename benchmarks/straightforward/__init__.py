"""The straightforward build of the simulation, for `kidswear bench year` to be measured against.

Frozen on 25 November 2026, when it landed, so that it stays the same yardstick: what makes the
product faster must not make its peer faster. It is the twin of that day (`tests/twin`) with the
brain's arm added in the way one would write it at first: a SimPy process for each line and order, a
PuLP model made anew at every epoch over the 24 cheapest firms of an order, solved by CBC. Change it
only where the model's rules change, and date that here.

It uses the product's random world (`cluster`) and what its services say (`services.conditions`).
It keeps no books: no line-minute ledger, no purchases, no cash. Its brain's planning is `rolling`.
"""
