"""How the labels about a reply and what it answers are called in front of people, and the category each belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from review_gate.domain.message import Message

REPLY_LABELS: Mapping[str, tuple[str, Message]] = {
    label: (category, Message(en, fr))
    for category, label, en, fr in (
        ("distress", "self_harm", "The customer speaks of dying or of hurting themselves: a person answers",
         "Le client parle de mourir ou de se faire du mal : une personne répond"),
        ("distress", "danger", "The customer may be in danger: a person answers",
         "Le client est peut-être en danger : une personne répond"),
        ("distress", "violence", "The customer speaks of violence: a person answers",
         "Le client parle de violence : une personne répond"),
        ("distress", "death", "The customer speaks of a death: a person answers",
         "Le client parle d'un décès : une personne répond"),
        ("distress", "accident", "The customer speaks of an accident: a person answers",
         "Le client parle d'un accident : une personne répond"),
        ("distress", "illness", "The customer speaks of illness: a person answers",
         "Le client parle de maladie : une personne répond"),
        ("distress", "vulnerable", "The customer may be vulnerable: a person answers",
         "Le client est peut-être vulnérable : une personne répond"),
        ("distress", "legal", "The customer speaks of the law or of authorities: a person answers",
         "Le client parle de justice ou d'autorités : une personne répond"),
        ("distress", "press", "The customer speaks of the press: a person answers",
         "Le client parle de la presse : une personne répond"),
        ("tone", "cheer_to_upset", "A cheerful answer to somebody who is upset",
         "Réponse joyeuse à quelqu'un qui ne l'est pas"),
        ("tone", "promotion_to_upset", "A promotion in answer to somebody who is upset",
         "Promotion en réponse à quelqu'un de mécontent ou de touché"),
        ("tone", "generic_to_upset", "A form letter in answer to somebody who is upset",
         "Formule toute faite en réponse à quelqu'un de mécontent ou de touché"),
        ("tone", "apology_to_praise", "An apology in answer to praise", "Excuses en réponse à un compliment"),
        ("tone", "unanswered", "Takes up nothing of what was asked", "Ne reprend rien de ce qui a été demandé"),
        ("repetition", "already_said", "The customer says that this was said already",
         "Le client dit qu'on lui a déjà répondu cela"),
        ("tone", "wants_human", "The customer asks for a person", "Le client demande à parler à quelqu'un"),
        ("wrong_language", "wrong_language", "Not in the customer's language", "Pas dans la langue du client"),
        ("tone", "no_apology", "Advice: no apology", "Conseil : pas d'excuses"),
        ("tone", "no_next_step", "Advice: no next step", "Conseil : pas d'étape suivante"),
        ("tone", "no_name", "Advice: no name at the end", "Conseil : pas de prénom à la fin"),
        ("tone", "no_time", "Advice: it does not say when", "Conseil : ne dit pas quand"),
    )
}  # fmt: skip
