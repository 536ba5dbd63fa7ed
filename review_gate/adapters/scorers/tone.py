"""Tone: whether a reply fits what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from review_gate.adapters.scorers.lexicon import DistressLexicon, ToneLexicon, distress_lexicon, tone_lexicon
from review_gate.adapters.scorers.sentiment import Negative
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.verdict import Signal, SignalState
from review_gate.signals.normalise import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[Any]"]

GRIEF = ("self_harm", "death", "illness", "accident", "danger", "violence", "vulnerable")
"""The kinds of distress in which no joke, no offer and no form letter is right."""

LANGUAGE_FROM = 4
"""Words: below that a text may be in any language."""

UNFIT = ("cheer", "promotion", "generic")
"""What a reply to somebody who is upset should not be."""

SENSED = ("cheer", "generic")
"""Those that count where only the model finds a message negative: every "newsletter" is promotion to the word list."""

NEGATIVE = 0.65
"""From this share on a message counts as a complaint, whatever its words: measured in training/learn_sentiment.py."""

FAR = 0.2
"""Below this cosine a reply has nothing to do with what was asked."""

_WORD = re.compile(r"[^\W\d_]+")
_ASKS = re.compile(
    r"\?|\b(?:comment|quand|pourquoi|combien|ou est|ou sont|quel(?:le)?s?|est-ce que)\b"
    r"|\b(?:how|when|why|where|which|what|can i)\b"
)
_NAMED = re.compile(r"(?:[-–—^/~]\s*|\n\s*)[^\W\d_][\w'’.-]{0,20}\W*$|\b(?:je suis|c'est|i'm|this is) [A-ZÉÈ]")


class ToneScorer:
    """Labels (0..1), for replies that name the message they answer:

    `cheer_to_upset`, `promotion_to_upset`, `generic_to_upset`: 1.0 to grief, anger or sarcasm, 0.6 to a complaint;
    `apology_to_praise`; `unanswered`: takes up nothing of what was asked; `already_said`, `wants_human`: the customer
    says so, and the reply is no hand-over; `wrong_language`. For a reply by a person also advice to its writer:
    `no_apology`, `no_next_step`, `no_name`, `no_time`.
    """

    name = "tone"
    model = "tone-2"

    def __init__(
        self,
        encode: Encode | None = None,
        tone: ToneLexicon | None = None,
        distress: DistressLexicon | None = None,
        negative: Negative | None = None,
    ) -> None:
        """`negative` says how likely (0..1) a message is a negative one: for what no word pattern knows."""
        self._negative = negative
        self._encode = encode
        self._tone = tone or tone_lexicon()
        self._distress = distress or distress_lexicon()

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        if draft.kind is not Kind.REPLY or not draft.in_reply_to:
            return [Signal(self.name, "fits", state=SignalState.INAPPLICABLE, detail="answers no message")]
        return list(self._all(draft, draft.in_reply_to, context)) or [Signal(self.name, "fits", 1.0)]

    def _all(self, draft: Draft, message: str, context: Context) -> Iterator[Signal]:
        mood = self._tone.of_customer(message)
        distress = self._distress.read(message)
        says = self._tone.of_reply(draft.text)
        grief = next((distress[kind] for kind in GRIEF if kind in distress), None)
        deep = grief or mood.get("sarcasm") or mood.get("anger")
        told = deep or mood.get("complaint")
        upset = told or self._sensed(message, mood, says)
        if upset:
            score = 1.0 if deep else 0.6
            for quality in UNFIT if told else SENSED:
                if quality in says and not (quality == "generic" and self._takes_up(message, draft.text)):
                    yield self._signal(f"{quality}_to_upset", score, upset, says[quality])
        elif "praise" in mood and "apology" in says:
            yield self._signal("apology_to_praise", 1.0, mood["praise"], says["apology"])
        for label in ("already_said", "wants_human"):
            if label in mood and "handover" not in says:
                yield self._signal(label, 1.0, mood[label])
        if self._other_language(draft.text, message, context):
            yield self._signal("wrong_language", 1.0, context.customer_lang or "", context.lang or "")
        elif _asks(message) and "handover" not in says and self._far(message, draft.text):
            yield self._signal("unanswered", 1.0, message[:200])
        if not draft.automated:
            yield from self._advice(draft.text, upset, says)

    def _sensed(self, message: str, mood: dict[str, str], says: dict[str, str]) -> str | None:
        """The message, when the model finds it negative and that matters: the reply has a quality that does not suit
        somebody who is upset, and no pattern says that this is praise."""
        if self._negative is None or "praise" in mood or not any(quality in says for quality in SENSED):
            return None
        return message[:200] if self._negative(message) >= NEGATIVE else None

    def _advice(self, text: str, upset: str | None, says: dict[str, str]) -> Iterator[Signal]:
        if upset and "apology" not in says:
            yield self._signal("no_apology", 1.0, upset)
        if upset and "next_step" not in says and "handover" not in says:
            yield self._signal("no_next_step", 1.0, upset)
        if upset and "time" not in says:
            yield self._signal("no_time", 1.0, upset)
        if upset and not _NAMED.search(text):
            yield self._signal("no_name", 1.0, upset)

    def _signal(self, label: str, score: float, customer: str, found: str | None = None) -> Signal:
        evidence = {"customer": customer} | ({"found": found} if found else {})
        return Signal(self.name, label, score, evidence=(evidence,))

    @staticmethod
    def _takes_up(message: str, text: str) -> bool:
        """Whether the reply speaks of at least two things that the message speaks of."""
        return len(_stems(message) & _stems(text)) >= 2

    @staticmethod
    def _other_language(text: str, message: str, context: Context) -> bool:
        if context.lang is None or context.customer_lang is None or context.lang == context.customer_lang:
            return False
        return min(len(_WORD.findall(text)), len(_WORD.findall(message))) >= LANGUAGE_FROM

    def _far(self, message: str, text: str) -> bool:
        if len(_WORD.findall(text)) < LANGUAGE_FROM or _stems(message) & _stems(text):
            return False
        if self._encode is None:
            return False
        one, other = self._encode([message, text])
        return float(one @ other) < FAR


def _asks(message: str) -> bool:
    return _ASKS.search(fold(message)) is not None


_EMPTY = frozenset(
    """avec bonjour bonsoir cela cette ceux comme dans depuis donc elle elles encore entre etes etre fait faire ils
    juste leur mais merci mes mon notre nous nos pas pour plus pouvez quand que quel quelle quoi sans ses son sont sur
    toujours tout tous tres votre vous vos avez avons about again been could does dont from have hello here just like
    more much please really some thank thanks that their them then there they this very want what when where which
    will with would your yours message service client customer""".split()  # noqa: SIM905 - a list of words reads badly
)


def _stems(text: str) -> frozenset[str]:
    """The words that carry meaning, cut to five letters so that endings do not matter."""
    return frozenset(w[:5] for w in _WORD.findall(fold(text)) if len(w) > 3 and w not in _EMPTY)
