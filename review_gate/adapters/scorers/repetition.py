"""Repetition: how often the same bot has said the same, in this conversation and to everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from review_gate.domain.change import RememberedReply
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.policy import RepetitionPolicy
from review_gate.domain.repetition import ACROSS, INSIDE, counted
from review_gate.domain.verdict import Signal, SignalState
from review_gate.signals.fingerprint import masked_words, similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[Any]"]
"""Sentences to an array (n, d) of unit vectors."""

SHOWN = 3
TWINS = 0.7
"""From this similarity of words on, what is not the same differs in the word that matters ("which size", "which
colour"): the encoder finds such twins close, and is not asked."""

LOOKED_AT = 8
"""So many earlier replies of a conversation are compared by meaning: each new one costs a run of the encoder."""


class RepetitionScorer:
    """Labels `conversation` and `across`: 0 for nothing alike, 1 when the policy's limit is reached.

    In a conversation counts what is the same but for names, numbers, links, emoji and signature, and, with `encode`,
    what says the same in other words. Across conversations the same counts by the hour and by its share of all replies:
    an honest bot answers the same question in the same way, but not in every second reply.
    """

    name = "repetition"
    model = "repetition-3"

    def __init__(self, policy: RepetitionPolicy, encode: Encode | None = None) -> None:
        self._policy = policy
        self._allowed = [masked_words(text) for text in policy.allowed]
        self._meaning = None if encode is None else _Meaning(encode)

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        words = masked_words(draft.text)
        if len(words) < self._policy.minimum_words:
            return self._inapplicable("too short")
        said = context.said
        if (said is not None and said.allowed) or any(self._alike(words, allowed) for allowed in self._allowed):
            return self._inapplicable("allowed to repeat")
        return (self._inside(draft, context, words), self._across(context))

    def _inside(self, draft: Draft, context: Context, words: Sequence[str]) -> Signal:
        known = [] if context.said is None else context.said.inside
        found: list[Mapping[str, str]] = []
        others: list[tuple[str, Mapping[str, str]]] = []
        for text, shown in [*((r.text, _shown(r)) for r in known), *((t, {"text": t}) for t in draft.history)]:
            alike = similarity(words, masked_words(text))
            if alike >= self._policy.similarity:
                found.append(shown)
            elif alike < TWINS:
                others.append((text, shown))
        if self._meaning is not None and others:
            others = others[-LOOKED_AT:]
            near = self._meaning.near(draft.text, [text for text, _ in others])
            found += [shown for (_, shown), cosine in zip(others, near, strict=True) if cosine >= self._policy.meaning]
        limit = self._policy.within_conversation
        told = counted(len(found), INSIDE)
        return self._signal("conversation", len(found) / limit, f"{len(found)} of {limit}", found, told)

    def _across(self, context: Context) -> Signal:
        said = context.said
        if said is None:
            return self._signal("across", 0.0, "0", [])
        limit, share = self._policy.across_per_hour, self._policy.across_share
        score = min(said.hour / limit, said.share / share if share else 1.0)
        meant = said.meant
        in_other_words = min(meant.times / limit, meant.share / share if share else 1.0)
        if in_other_words > score:
            detail = f"{meant.times} of {limit} in other words, {meant.share:.0%} of the last replies"
            told = counted(meant.times, ACROSS, meant.people)
            return self._signal("across", in_other_words, detail, [_shown(reply) for reply in meant.same], told)
        detail = f"{said.hour} of {limit} in the hour, {said.share:.0%} of the last replies"
        told = counted(said.hour, ACROSS, said.people)
        return self._signal("across", score, detail, [_shown(reply) for reply in said.same], told)

    def _alike(self, words: Sequence[str], other: Sequence[str]) -> bool:
        return similarity(words, other) >= self._policy.similarity

    def _signal(
        self,
        label: str,
        score: float,
        detail: str,
        earlier: Sequence[Mapping[str, str]],
        told: Mapping[str, str] | None = None,
    ) -> Signal:
        """The evidence: how often, then the newest of the earlier replies."""
        shown = tuple(earlier[-SHOWN:])
        evidence = (told, *shown) if told is not None and shown else shown
        return Signal(self.name, label, min(1.0, score), detail=detail, evidence=evidence)

    def _inapplicable(self, why: str) -> Sequence[Signal]:
        return [
            Signal(self.name, label, state=SignalState.INAPPLICABLE, detail=why) for label in ("conversation", "across")
        ]


def _shown(reply: RememberedReply) -> dict[str, str]:
    return {"text": reply.text, "at": reply.at.isoformat(), "conversation": reply.conversation or ""}


class _Meaning:
    """Cosines by the sentence encoder, which remembers the texts it saw last."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode

    def near(self, text: str, others: Sequence[str]) -> list[float]:
        mine, *theirs = self._encode([text, *others])
        return [float(mine @ other) for other in theirs]
