"""`python -m review_gate` is `review-gate`."""

import sys

from review_gate.cli.main import main

sys.exit(main())
