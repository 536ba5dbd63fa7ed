"""Puts the parts together."""

from review_gate.bootstrap.services import Rulebook, Services

__all__ = ["Rulebook", "Services"]
