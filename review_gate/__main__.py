"""`python -m review_gate` is `review-gate`."""

import sys

from review_gate.cli import main

sys.exit(main())
