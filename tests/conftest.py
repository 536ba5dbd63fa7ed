"""For all tests: no example of a property is timed. A busy computer is no mistake, and what hangs ends anyway. And
numpy calculates on one thread, as it does in the gate."""

from __future__ import annotations

from hypothesis import settings

from review_gate.threads import one_thread

one_thread()
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
