"""How many threads a check's arithmetic takes: one."""

from __future__ import annotations

import os


def one_thread() -> None:
    """Lets numpy calculate on one thread in this process and those it starts, unless the operator has said otherwise.
    To be called before numpy is imported.

    The products of a check are small. Shared between threads that a busy machine keeps apart they took up to seventy
    times the processor's time, most of it waiting for each other.
    """
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
