"""Submissions as JSON and back, without loss."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

from pydantic import TypeAdapter

from review_gate.domain.submission import Submission

_submission: TypeAdapter[Submission] = TypeAdapter(Submission)

_MINUTE = timedelta(minutes=1)


def dump_submission(submission: Submission) -> str:
    """The submission as JSON. Raises ValueError for what JSON cannot carry (a lone surrogate)."""
    planned = submission.draft.planned_at
    offset = planned.utcoffset() if planned else None
    if planned and offset and offset % _MINUTE:
        # An offset with seconds would be cut to minutes and so move the moment: the same moment in UTC is exact.
        submission = replace(submission, draft=replace(submission.draft, planned_at=planned.astimezone(UTC)))
    return _submission.dump_json(submission).decode()


def load_submission(text: str) -> Submission:
    """The submission that `dump_submission` wrote; fields that came later take their defaults.

    Raises ValueError when a field has another type than the domain says, is missing or has an unknown word.
    """
    return _submission.validate_json(text, strict=True)
