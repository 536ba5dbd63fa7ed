"""`app` for WSGI servers. Settings come from REVIEW_GATE_* variables or review-gate.toml."""

from __future__ import annotations

import gc

from review_gate.threads import one_thread

one_thread()  # before anything below imports numpy

# ruff: noqa: E402
from review_gate import logs
from review_gate.adapters.tracing import open_tracing
from review_gate.bootstrap import Services
from review_gate.bootstrap.stopping import end_with_the_server, told_to_stop
from review_gate.settings import load_settings

end_with_the_server()
settings = load_settings()
logs.set_up(settings.log)
app = Services(settings, open_tracing(settings.otlp_endpoint)).web(told_to_stop())
gc.collect()
gc.freeze()  # What is loaded stays. Walking through it took 135 ms each time, while callers waited; the rest takes 9.
