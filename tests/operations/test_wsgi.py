"""The application as a server loads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOOK = """
from review_gate.wsgi import app
import gc
print(gc.get_freeze_count(), app.test_client().get("/healthz").status_code)
"""


def test_what_is_loaded_is_not_walked_through_again_while_callers_wait(tmp_path: Path) -> None:
    environ = {**os.environ, "REVIEW_GATE_DATABASE": f"sqlite:{tmp_path}/gate.db"}
    ran = subprocess.run([sys.executable, "-c", LOOK], env=environ, capture_output=True, text=True, check=True)
    frozen, status = ran.stdout.split()[-2:]
    assert int(frozen) > 100_000 and status == "200"
