"""What a use case does when it has lost a race."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from review_gate.domain.errors import Stale

Result = TypeVar("Result")


def again(use_case: Callable[[], Result], tries: int = 4) -> Result:
    """Does it anew when what it had read was changed meanwhile: the new state counts. `tries` times at most, then Stale
    is raised. For use cases that read all they go by themselves; one that goes by what a person saw must fail."""
    for _ in range(tries - 1):
        try:
            return use_case()
        except Stale:
            continue
    return use_case()
