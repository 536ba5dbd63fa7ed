"""A day of automatic replies, made up: twenty bots that answer the usual questions, and one that loses its mind.

Every bot has its own answers, some asked for far more often than others. Names, numbers, openings and closing lines
differ from reply to reply, as they do in life.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
ILL_FROM = START + timedelta(hours=14)
ILL = "bot-07"

NAMES = (
    "Julie", "Marc", "Aïcha", "Paul", "Zoé", "Karim", "Léa", "Hugo", "Inès", "Tom", "Nina", "Yann", "Fatou", "Jean-Luc",
    "Chloé", "Mehdi", "Rose", "Oscar", "Lina", "Noé", "Maya", "Adam", "Eva", "Luis", "Anaïs", "Bilal", "Jade", "Victor",
)  # fmt: skip
WHAT = (
    "colis", "facture", "abonnement", "carte de fidélité", "remboursement", "commande", "rendez-vous", "bon d'achat",
    "contrat", "mot de passe", "retour", "garantie", "livraison", "devis", "compte client", "échange", "mandat",
    "ticket de caisse", "réservation", "chèque cadeau",
)  # fmt: skip
DONE = (
    "est en cours de préparation dans notre entrepôt", "a bien été enregistré hier soir par nos équipes",
    "sera vérifié par le service concerné avant vendredi", "apparaît dans votre espace personnel depuis ce matin",
    "a été modifié comme vous l'aviez demandé au téléphone", "reste valable jusqu'à la fin du mois prochain",
    "attend encore une pièce justificative de votre part", "vient d'être transmis au magasin le plus proche",
    "peut être annulé sans frais pendant quatorze jours", "demande une nouvelle signature sur le formulaire",
)  # fmt: skip
NEXT = (
    "Vous recevrez un courriel dès que ce sera prêt.", "Pour aller plus vite, gardez votre numéro sous la main.",
    "Le suivi se trouve dans la rubrique mes achats.", "Il suffit de répondre à ce message avec une photo.",
    "Le point relais vous préviendra par un texto.", "Nous vous rappelons demain entre dix heures et midi.",
    "La somme revient sur votre compte sous cinq jours.", "Une étiquette prépayée vous attend dans votre espace.",
)  # fmt: skip
OPEN = ("Bonjour {},", "Bonsoir {},", "Merci {} pour votre message.", "{}, merci de nous avoir écrit.", "Bonjour,")
CLOSE = ("– {}", "Belle journée ! – {}", "À bientôt, {}", "", "Bien à vous. ^{}", "🙂")
SICK = "{open} nous comprenons votre déception et faisons le maximum pour améliorer notre service. {close}"


@dataclass(frozen=True, slots=True)
class Spoken:
    at: datetime
    bot: str
    conversation: str
    text: str
    ill: bool


def dress(body: str, dice: random.Random) -> str:
    """The same message with another name, number, opening and closing line."""
    name, agent = dice.choice(NAMES), dice.choice(NAMES)
    return " ".join(
        (dice.choice(OPEN).format(name), body.format(n=dice.randint(10_000, 999_999)), dice.choice(CLOSE).format(agent))
    ).strip()


def answers(bot: int, count: int = 60) -> list[str]:
    """The answers of one bot: what it knows about, how things stand, what comes next."""
    dice = random.Random(bot)
    every = [f"votre {what} n° {{n}} {done}. {then}" for what in WHAT for done in DONE for then in NEXT]
    return dice.sample(every, count)


def day(replies: int, bots: int = 20, seed: int = 11) -> Iterator[Spoken]:
    """`replies` in order of time, shared out evenly; from two in the afternoon one bot says one thing to everybody."""
    dice = random.Random(seed)
    known = {f"bot-{n:02}": answers(n) for n in range(bots)}
    weights = [1 / (rank + 3) for rank in range(60)]  # the favourite answer: about one in nine
    names = list(known)
    pause = timedelta(hours=24) / replies
    for number in range(replies):
        at = START + pause * number
        bot = dice.choice(names)
        ill = bot == ILL and at >= ILL_FROM
        if ill:
            name, agent = dice.choice(NAMES), dice.choice(NAMES)
            text = SICK.format(open=dice.choice(OPEN).format(name), close=dice.choice(CLOSE).format(agent))
        else:
            text = dress(dice.choices(known[bot], weights)[0], dice)
        yield Spoken(at, bot, f"c-{dice.randrange(replies // 2)}", text, ill)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`caught_after`: how many replies the sick bot said to people before it was stopped; None: it never was."""

    caught_after: int | None
    paused: tuple[str, ...]
    held: int
    checked: int
