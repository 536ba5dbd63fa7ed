"""`app` for WSGI servers. Settings come from REVIEW_GATE_* variables or review-gate.toml."""

from __future__ import annotations

from review_gate.bootstrap import Services
from review_gate.settings import load_settings

app = Services(load_settings()).web()
