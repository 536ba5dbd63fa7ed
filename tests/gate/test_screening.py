"""The screening: which language counts, and that nothing that breaks lets anything pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from review_gate.adapters.language import EldcDetector
from review_gate.domain.change import RememberedReply
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.verdict import Action, Signal
from review_gate.gate import Screening
from review_gate.web.answers import verdict_json
from tests.builders import NOW, POLICY, BrokenScorer, NoRules, WordScorer, reply


class Watcher:
    """Rules that only note the context they were given."""

    versions: ClassVar = {"watch": 1}
    digest = "0123456789ab"

    def __init__(self) -> None:
        self.context: Context | None = None

    def evaluate(self, draft: Draft, context: Context) -> Sequence[Any]:
        self.context = context
        return ()


class BrokenDetector:
    name = "broken"

    def detect(self, text: str) -> Signal:
        raise OSError("no model")


def broken_rules() -> NoRules:
    raise RuntimeError("no packs")


FRENCH = "Bonjour, pouvez-vous me dire où en est ma commande ?"
EARLIER = RememberedReply("r-1", "faq", "c-1", "Gerne, ich schaue sofort für Sie nach.", b"", NOW, Action.ALLOW)


@pytest.mark.parametrize(
    ("draft", "lang", "languages"),
    [
        (Draft("Our shops open at ten tomorrow morning"), "en", ("en",)),
        (Draft("Our shops open at ten tomorrow morning", lang="fr"), "en", ("en", "fr")),
        (Draft("Promo !", lang="fr-CA"), "fr", ("fr",)),
        (Draft("Promo !", market="BE"), "fr", ("fr", "nl")),
        (Draft("Promo !", in_reply_to=FRENCH, market="US"), "fr", ("fr",)),
        (Draft("Promo !", history=("Nous revenons vers vous demain matin.",)), "fr", ("fr",)),
        (reply("ok", bot="faq", conversation="c-1"), "de", ("de",)),
        (Draft("Promo !"), None, ("en", "fr")),
    ],
)
def test_which_language_counts(draft: Draft, lang: str | None, languages: tuple[str, ...]) -> None:
    rules = Watcher()
    screening = Screening(EldcDetector(), [WordScorer()], lambda: rules, POLICY)
    verdict = screening.screen(draft, NOW, [EARLIER] if draft.bot else [])
    assert rules.context is not None
    assert (verdict.lang, rules.context.languages) == (lang, languages)


def test_the_customers_language_is_known_to_the_rules() -> None:
    rules = Watcher()
    Screening(EldcDetector(), [WordScorer()], lambda: rules, POLICY).screen(
        reply("Your parcel arrives on Friday, thank you", in_reply_to=FRENCH), NOW
    )
    assert rules.context is not None
    assert (rules.context.lang, rules.context.customer_lang) == ("en", "fr")


@pytest.mark.parametrize(
    ("screening", "rule"),
    [
        (Screening(EldcDetector(), [BrokenScorer()], NoRules, POLICY), "toxicity.errored"),
        (Screening(EldcDetector(), [], NoRules, POLICY), "toxicity.missing"),
        (Screening(EldcDetector(), [WordScorer()], broken_rules, POLICY), "rules.errored"),
        (Screening(BrokenDetector(), [WordScorer()], NoRules, POLICY), "language.errored"),
    ],
)
def test_whatever_breaks_holds(screening: Screening, rule: str) -> None:
    verdict = screening.screen(reply("Your parcel arrives on Friday, thank you"), NOW)
    assert verdict.action is Action.HOLD
    assert rule in [reason.rule for reason in verdict.reasons]


def test_the_verdict_says_to_the_letter_by_which_rules() -> None:
    one = Screening(EldcDetector(), [], lambda: NoRules(digest="aaaaaaaaaaaa"), POLICY)
    two = Screening(EldcDetector(), [], lambda: NoRules(digest="bbbbbbbbbbbb"), POLICY)
    told = [screening.screen(reply("Bonjour"), NOW) for screening in (one, two)]
    assert [verdict.rules for verdict in told] == ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]
    assert told[0].packs == told[1].packs
    assert verdict_json(told[0], "en")["rules"] == "aaaaaaaaaaaa"
    broken = Screening(EldcDetector(), [], broken_rules, POLICY)
    assert "rules" not in verdict_json(broken.screen(reply("Bonjour"), NOW), "en")
