"""Distress in the customer's message: found, held, escalated, with a text to send meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.adapters.scorers.distress import DistressScorer
from review_gate.adapters.scorers.lexicon import Lexicon, Patterns, distress_lexicon, tone_lexicon
from review_gate.domain.context import Context
from review_gate.domain.holding import DISTRESS
from review_gate.domain.verdict import Action, Severity, SignalState
from review_gate.settings import PolicyError, load_policy
from review_gate.settings.holding_file import load_holding
from tests.bots.house import house
from tests.builders import NOW, WordScorer, reply

DEFAULT = load_policy(Path(__file__).parents[2] / "review_gate" / "default_policy.yml")
CONTEXT = Context(NOW, lang="fr", languages=("fr",))


@pytest.mark.parametrize(
    ("message", "kinds"),
    [
        ("Je vais me tuer si ça continue", {"self_harm"}),
        ("j ai plus envie de vivre depuis qu'elle est partie", {"self_harm"}),
        ("honestly i want to die", {"self_harm"}),
        ("Everyone would be better off without me.", {"self_harm"}),
        ("Il y a une odeur de gaz dans la cuisine depuis votre passage", {"danger"}),
        ("Your charger caught fire last night!", {"danger"}),
        ("Mon ex-mari me menace et connaît mon adresse", {"violence"}),
        ("Mon mari me frappe, je dois changer de numéro", {"violence"}),
        ("My partner hits me, I need to change the locks", {"violence"}),
        ("Je sais où vous habitez.", {"violence"}),
        ("Ma grand-mère est décédée lundi, il faut résilier", {"death"}),
        ("Suite au décès de mon père, que devient son compte ?", {"death"}),
        ("My dad passed away on Sunday", {"death"}),
        ("We lost our baby in March.", {"death"}),
        ("On a eu un accident de voiture en rentrant", {"accident"}),
        ("My son was badly injured by the lid", {"accident"}),
        ("Je suis en chimio, je ne peux pas me déplacer", {"illness"}),
        ("My wife is in hospital until Friday", {"illness"}),
        ("Ma mère a 87 ans et ne comprend pas la facture", {"vulnerable"}),
        ("I'm in a wheelchair and the lift is out", {"vulnerable"}),
        ("Vous aurez des nouvelles de mon avocat", {"legal"}),
        ("I'll take you to court for this", {"legal"}),
        ("Je vais contacter la presse", {"press"}),
        ("Wait until the media hear about it", {"press"}),
        # sounds like it and is harmless
        ("Mort de rire, votre pub !", set()),
        ("Je meurs de faim, vous livrez ?", set()),
        ("Batterie morte au bout d'un mois", set()),
        ("My phone died again", set()),
        ("The battery is dead", set()),
        ("I'm dying to try it", set()),
        ("Une salade d'avocat et crevettes, ça existe encore ?", set()),
        ("Vos avocats bio sont délicieux", set()),
        ("Je cherche une enceinte bluetooth", set()),
        ("J'ai commandé à l'aveugle, bonne surprise", set()),
        ("It was a stroke of luck", set()),
        ("I deleted my order by accident", set()),
        ("Est-ce que le magasin est ouvert dimanche ?", set()),
        ("Quel est le délai de rétractation ?", set()),
        ("Where is my parcel?", set()),
        ("Do you have this in blue?", set()),
    ],
)
def test_what_is_distress(message: str, kinds: set[str]) -> None:
    assert set(distress_lexicon().read(message)) == kinds


def test_a_bot_never_answers_alone_and_the_senior_group_sees_it_at_once() -> None:
    with house(DEFAULT, (WordScorer(), DistressScorer())) as at:
        answer = at.says(
            "Toutes nos condoléances. Un conseiller vous appelle aujourd'hui pour le dossier.",
            in_reply_to="Mon mari est décédé hier, que dois-je faire de son abonnement ?",
            market="FR",
        )
        assert answer.verdict.action is Action.HOLD
        assert [(r.category, r.label, r.severity) for r in answer.verdict.reasons] == [
            ("distress", "death", Severity.HOLD)
        ]
        assert answer.verdict.holding is not None
        assert answer.verdict.holding.kind == "death"
        assert answer.verdict.holding.text is not None
        assert answer.verdict.holding.text.startswith("Nous vous présentons nos sincères condoléances")
        assert answer.submission is not None
        assert answer.submission.escalated
        last = at.store.events(answer.submission.id)[-1].event
        assert (last.kind, last.data["group"]) == ("submission.escalated", "senior")


def test_the_most_urgent_kind_chooses_the_text_and_the_help_line_is_that_of_the_market() -> None:
    with house(DEFAULT, (WordScorer(), DistressScorer())) as at:
        message = "Depuis la mort de ma mère j'ai envie d'en finir."
        texts = {}
        for market in ("FR", "BE", "CH", "ES"):
            verdict = at.says("Merci de remplir le formulaire.", in_reply_to=message, market=market).verdict
            assert verdict.holding is not None
            assert verdict.holding.kind == "self_harm"
            texts[market] = verdict.holding.text or ""
        assert "3114" in texts["FR"]
        assert "0800 32 123" in texts["BE"]
        assert "143" in texts["CH"]
        assert not any(char.isdigit() for char in texts["ES"])


def test_distress_does_not_count_against_the_bot() -> None:
    with house(DEFAULT, (WordScorer(), DistressScorer())) as at:
        for n in range(12):
            at.says(f"Réponse {chr(97 + n) * 5} sur le sujet {chr(98 + n) * 6} de ce matin",
                    in_reply_to="Mon père est décédé.")  # fmt: skip
        assert at.state() == "closed"


def test_a_person_who_answers_is_only_reminded() -> None:
    draft = reply("Toutes nos condoléances, je vous appelle.", in_reply_to="Mon père est décédé.")
    (signal,) = DistressScorer().score(draft, CONTEXT)
    assert DEFAULT.severity_of("distress", signal.label, signal.score or 0.0) is Severity.NOTE


def test_without_a_message_there_is_nothing_to_say() -> None:
    (signal,) = DistressScorer().score(reply("Bonjour"), CONTEXT)
    assert signal.state is SignalState.INAPPLICABLE


def test_every_kind_has_patterns_texts_in_both_languages_and_a_line_in_the_policy() -> None:
    holding = load_holding()
    assert distress_lexicon().kinds.names == set(DISTRESS) == set(DEFAULT.thresholds["distress"])
    for kind in (*DISTRESS, "paused", "general"):
        assert set(holding.texts[kind]) >= {"fr", "en"}
    for line in holding.help_lines:
        assert line.kind in DISTRESS
        for text in line.text.values():
            assert line.number in text


def test_a_holding_file_that_cannot_be_used_says_where(tmp_path: Path) -> None:
    path = tmp_path / "holding.yml"
    path.write_text("texts: {general: {en: ''}}", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"texts\.general\.en"):
        load_holding(path)


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    distress_lexicon().read(text)
    tone_lexicon().of_customer(text)
    tone_lexicon().of_reply(text)


def test_several_patterns_asked_together_answer_as_each_would_alone() -> None:
    patterns = {
        "late": Patterns({"en": [r"\blate\b"], "fr": [r"\ben retard\b"]}),
        "lost": Patterns({"en": [r"\blost\b"]}),
        "sorry": Patterns({"en": [r"\bsorry\b"], "fr": [r"\bdesole\w*"]}),
    }
    together = Lexicon(patterns)
    assert together.names == set(patterns)
    for text in ("sorry, it is late and lost", "desolee, le colis est en retard", "lost", "all is well", ""):
        alone = {name: found.words for name, one in patterns.items() if (found := one.find(text)) is not None}
        assert together.read(text) == alone
