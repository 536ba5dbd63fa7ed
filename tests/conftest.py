"""For all tests: no example of a property is timed. A busy computer is no mistake, and what hangs ends anyway."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
