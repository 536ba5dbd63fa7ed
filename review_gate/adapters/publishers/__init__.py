"""Connectors: each puts posts out on one account of one service. None is there unless the settings name it."""

from review_gate.adapters.publishers.choice import open_publisher

__all__ = ["open_publisher"]
