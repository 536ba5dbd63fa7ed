"""What the service imports tells nobody that it runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from review_gate.adapters.scorers.encoder import WEIGHTS

PROGRAM = "from review_gate.adapters.scorers import encoder; encoder.onnxruntime.InferenceSession({model!r})"


def test_the_model_runs_without_an_identity_kept_for_the_librarys_maker(tmp_path: Path) -> None:
    surroundings = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"}
    subprocess.run(
        [sys.executable, "-c", PROGRAM.format(model=str(next(WEIGHTS.rglob("*.onnx"))))],
        env=surroundings | {"HOME": str(tmp_path), "XDG_CACHE_HOME": ""},
        check=True,
    )
    assert list(tmp_path.rglob("deviceid")) == []
