"""Whether a reply fits what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from review_gate.adapters.language import DETECTORS
from review_gate.adapters.scorers.tone import ToneScorer
from review_gate.domain.context import Context
from review_gate.domain.message import Message
from review_gate.domain.verdict import Action, Hit, Severity, Signal
from review_gate.domain.weigh import weigh
from review_gate.settings import load_policy
from tests.bots.house import house
from tests.builders import NOW, WordScorer, reply

DEFAULT = load_policy(Path(__file__).parents[2] / "review_gate" / "default_policy.yml")
DETECT = DETECTORS["eldc"]().detect


def labels(message: str, text: str, bot: str | None = "faq") -> set[str]:
    context = Context(NOW, lang=DETECT(text).detail or None, customer_lang=DETECT(message).detail or None)
    signals = ToneScorer().score(reply(text, in_reply_to=message, bot=bot), context)
    return {signal.label for signal in signals} - {"fits"}


@pytest.mark.parametrize(
    ("message", "text", "found"),
    [
        ("C'est une honte, trois heures d'attente !", "Super nouvelle, on adore vous lire 🎉", {"cheer_to_upset"}),
        ("I'm furious, my flight was cancelled", "Yay! Have a great day!", {"cheer_to_upset"}),
        ("Ma mère est à l'hôpital, je dois reporter", "Profitez de -20 % sur la collection", {"promotion_to_upset"}),
        ("Your service is a disgrace", "Check out our new collection today", {"promotion_to_upset"}),
        ("Vous êtes des voleurs", "Votre satisfaction est notre priorité, merci pour votre message.",
         {"generic_to_upset"}),
        ("This is unacceptable", "Thank you for reaching out, we value your opinion.", {"generic_to_upset"}),
        ("Merci pour le retard, comme d'habitude…", "Avec plaisir !", {"cheer_to_upset"}),
        ("Great, yet another delay. Thanks.", "Our pleasure, enjoy!", {"cheer_to_upset"}),
        ("Bravo, livraison parfaite, je suis ravie", "Nous sommes désolés pour ce désagrément.", {"apology_to_praise"}),
        ("Thank you so much, amazing service", "We apologise for the trouble.", {"apology_to_praise"}),
        ("Vous me l'avez déjà dit hier", "Le délai est de cinq jours ouvrés.", {"already_said"}),
        ("You already said that!", "Your parcel ships within five days.", {"already_said"}),
        ("Je veux parler à un humain", "Le délai est de cinq jours ouvrés.", {"wants_human"}),
        ("Can I talk to a real person please", "Your parcel ships within five days.", {"wants_human"}),
        ("Où est mon colis, je l'attends depuis lundi ?", "Your parcel will be delivered tomorrow before noon.",
         {"wrong_language"}),
        # the twins that fit
        ("C'est une honte, trois heures d'attente !", "Vous avez raison, trois heures d'attente, c'est trop.", set()),
        ("Je veux parler à un humain", "Une conseillère vous rappelle avant midi.", set()),
        ("Can I talk to a real person please", "Let me connect you with a colleague right away.", set()),
        ("Bravo, livraison parfaite", "Merci, cela fait plaisir à toute l'équipe 😊", set()),
        ("Thank you so much, amazing service", "Happy to hear that, have a great day!", set()),
        ("Où est mon colis, je l'attends depuis lundi ?", "Votre colis est à Lyon, il arrive demain matin.", set()),
        ("Vous avez encore des places ?", "Oui, douze places pour samedi !", set()),
        ("ok", "Your parcel will be delivered tomorrow before noon.", set()),  # too short to tell a language
    ],
)  # fmt: skip
def test_whether_it_fits(message: str, text: str, found: set[str]) -> None:
    assert labels(message, text) == found


def test_advice_is_for_people_alone() -> None:
    message, text = "Toujours pas de colis, c'est honteux.", "Le colis est parti."
    assert labels(message, text, bot=None) == {"no_apology", "no_next_step", "no_time", "no_name"}
    assert labels(message, text) == set()
    good = "Je suis désolée, je vérifie où est le colis et je vous réponds aujourd'hui. – Inès"
    assert labels(message, good, bot=None) == set()


def test_an_answer_that_takes_up_nothing() -> None:
    def far(texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        return np.eye(len(texts))

    def near(texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        return np.ones((len(texts), 1))

    draft = reply("Nos parkas sont fabriquées au Portugal.", in_reply_to="Comment changer mon adresse ?", bot="b")
    context = Context(NOW, lang="fr", customer_lang="fr")
    assert [s.label for s in ToneScorer(far).score(draft, context)] == ["unanswered"]
    assert [s.label for s in ToneScorer(near).score(draft, context)] == ["fits"]


def test_a_cheerful_answer_to_anger_is_held_and_one_to_a_complaint_is_a_warning() -> None:
    with house(DEFAULT, (WordScorer(), ToneScorer())) as at:
        angry = at.says("Super, belle journée 🎉", in_reply_to="Bande de voleurs, c'est inadmissible")
        wanting = at.says("Super, votre colis arrive demain 🎉", in_reply_to="Mon colis a du retard")
        assert (angry.verdict.action, wanting.verdict.action) == (Action.HOLD, Action.ALLOW)
        assert wanting.verdict.severity is Severity.WARN
        (reason,) = angry.verdict.reasons
        assert reason.category == "tone"
        assert reason.evidence[0]["customer"] == "bande de"
        assert reason.message.fr == "Réponse joyeuse à quelqu'un qui ne l'est pas"


def test_what_a_rule_says_already_is_not_said_twice() -> None:
    hit = Hit("distress.grief", "distress", 1, "distress", Severity.HOLD, Message("no", "non"))
    clean, signal = Signal("toxicity", "insult", 0.0), Signal("distress", "death", 1.0)
    context = Context(NOW, lang="fr", languages=("fr",))
    for hits, names in (((), ["distress.death"]), ((hit,), ["distress.grief"])):
        verdict = weigh(reply("x", bot="b"), context, [clean, signal], hits, DEFAULT, model="m", packs={})
        assert [reason.name for reason in verdict.reasons] == names
