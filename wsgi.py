"""Entry point for WSGI servers: `granian --interface wsgi wsgi:app`."""

from review_gate.wsgi import app

__all__ = ["app"]
