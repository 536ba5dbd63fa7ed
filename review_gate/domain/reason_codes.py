"""Why something is rejected, as a word for statistics and in front of people."""

from __future__ import annotations

from review_gate.domain.message import Message

REASON_CODES = {
    "insensitive": Message("Insensitive or hurtful", "Blessant ou déplacé"),
    "wrong_moment": Message("Wrong moment", "Mauvais moment"),
    "wrong_facts": Message("Wrong or unproven facts", "Faits faux ou non vérifiés"),
    "off_brand": Message("Not our voice", "Pas notre ton"),
    "unhelpful": Message("Does not help the customer", "N'aide pas le client"),
    "legal": Message("Legal or privacy risk", "Risque juridique ou vie privée"),
    "other": Message("Something else", "Autre raison"),
}
