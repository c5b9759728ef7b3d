"""``python -m kidswear_brain`` is ``kidswear``."""

from kidswear_brain.cli import main

main()
