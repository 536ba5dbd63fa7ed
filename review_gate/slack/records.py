"""What the Slack face reads and keeps in the store: submissions, the queue, and notes under these topics."""

from __future__ import annotations

from typing import Protocol

from review_gate.page_ports import Desk
from review_gate.ports import Notes, Submissions

CARD = "card"
"""By submission id: {"channel", "ts", "rendered"}; before the outcome is known {"channel", "since"}."""
BY_TS = "card-by-ts"
"""By "channel:timestamp": {"submission"}; finds what a comment in a card's thread is about."""
QUESTION = "question-by-ts"
"""By "channel:timestamp" of a question to an author: {"submission"}; finds what their answer is about."""


class Records(Submissions, Desk, Notes, Protocol):
    """Submissions, the queue in order of need, and notes."""
