"""Repetition: how often the same bot has said the same, in this conversation and to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from review_gate.domain.change import RememberedReply
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.policy import RepetitionPolicy
from review_gate.domain.verdict import Signal, SignalState
from review_gate.signals.fingerprint import fingerprint, masked_words, overlap, similarity

CANDIDATE_OVERLAP = 0.35
"""Below this share of common fingerprint bits, two replies are not compared word by word."""

SHOWN = 3


class RepetitionScorer:
    """Labels `conversation` and `across`: 0 for nothing alike, 1 when the policy's limit is reached."""

    name = "repetition"
    model = "repetition-1"

    def __init__(self, policy: RepetitionPolicy) -> None:
        self._policy = policy
        self._allowed = [masked_words(text) for text in policy.allowed]

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        words = masked_words(draft.text)
        if len(words) < self._policy.minimum_words:
            return self._inapplicable("too short")
        if any(similarity(words, allowed) >= self._policy.similarity for allowed in self._allowed):
            return self._inapplicable("allowed to repeat")
        said = tuple(text for text in draft.history if self._alike(words, masked_words(text)))
        same = self._same(words, context.recent)
        inside = [r for r in same if draft.conversation is not None and r.conversation == draft.conversation]
        hour = [r for r in same if r.at > context.now - timedelta(hours=1)]
        return (
            self._signal("conversation", len(inside) + len(said), self._policy.within_conversation, inside, said),
            self._signal("across", len(hour), self._policy.across_per_hour, hour, ()),
        )

    def _same(self, words: list[str], recent: Sequence[RememberedReply]) -> list[RememberedReply]:
        mine = fingerprint(words)
        near = (reply for reply in recent if overlap(mine, reply.fingerprint) >= CANDIDATE_OVERLAP)
        return [reply for reply in near if self._alike(words, masked_words(reply.text))]

    def _alike(self, words: list[str], other: list[str]) -> bool:
        return similarity(words, other) >= self._policy.similarity

    def _signal(
        self, label: str, count: int, limit: int, replies: Sequence[RememberedReply], said: Sequence[str]
    ) -> Signal:
        evidence = [
            {"text": reply.text, "at": reply.at.isoformat(), "conversation": reply.conversation or ""}
            for reply in replies[-SHOWN:]
        ] + [{"text": text} for text in said[-SHOWN:]]
        return Signal(
            self.name,
            label,
            min(1.0, count / max(limit, 1)),
            detail=f"{count} of {limit}",
            evidence=tuple(evidence[-SHOWN:]),
        )

    def _inapplicable(self, why: str) -> Sequence[Signal]:
        return [
            Signal(self.name, label, state=SignalState.INAPPLICABLE, detail=why) for label in ("conversation", "across")
        ]
