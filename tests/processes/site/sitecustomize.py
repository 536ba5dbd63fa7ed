"""Read by every Python process that the fault campaign starts: the gate's clock goes as far wrong as a file says."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET = os.environ.get("FAULTS_CLOCK")

if OFFSET:
    from review_gate.adapters import clock

    def utc_now() -> datetime:
        """Now, wrong by so many seconds."""
        return datetime.now(UTC) + timedelta(seconds=float(Path(OFFSET).read_text()))

    clock.utc_now = utc_now
