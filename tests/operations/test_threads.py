"""A check calculates on one thread."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

LIBRARIES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
LOOK = """
import os, re, sys
sys.argv = ["review-gate", "--version"]
{start}
import numpy
(numpy.ones((256, 256)) @ numpy.ones((256, 256))).sum()
print(len(os.listdir("/proc/self/task")), os.environ["OPENBLAS_NUM_THREADS"])
"""
COMMAND = "from review_gate.cli.main import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
SERVER = "from review_gate.threads import one_thread\none_thread()"


@pytest.mark.parametrize("start", [COMMAND, SERVER])
def test_numpy_starts_no_threads_of_its_own(start: str) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in LIBRARIES}
    ran = subprocess.run(
        [sys.executable, "-c", LOOK.format(start=start)], env=environ, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split()[-2:] == ["1", "1"]


def test_what_the_operator_says_stands() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOOK.format(start=SERVER)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split()[-1] == "2"
