"""Context: the customer's message and the reply, read together."""

from review_gate.domain.draft import Kind
from tests.rulebook.making import found, hits, packs

CHEER = """
kind: context
customer: {fr: [décès, "=mort*", "en deuil"], en: [passed away, funeral]}
reply: {fr: [génial, super, "😊"], en: [awesome, "😊"]}
message: {en: "'{found}' in answer to '{customer}'", fr: "« {found} » en réponse à « {customer} »"}
"""


def test_cheer_in_answer_to_grief() -> None:
    (hit,) = hits(packs(CHEER), "Super, à bientôt !", "fr", in_reply_to="Suite au décès de mon père", kind=Kind.REPLY)
    assert (hit.found, hit.span) == ("Super", (0, 5))
    assert hit.message.fr == "« Super » en réponse à « décès »"


def test_silent_without_grief_or_without_cheer() -> None:
    assert found(packs(CHEER), "Super, à bientôt !", "fr", in_reply_to="Bonjour") == []
    assert found(packs(CHEER), "Toutes nos condoléances.", "fr", in_reply_to="Suite au décès de mon père") == []
    assert found(packs(CHEER), "Super, décès", "fr") == []


def test_the_customer_may_speak_another_language() -> None:
    pack = packs(CHEER)
    assert found(pack, "Super !", "fr", in_reply_to="My mother passed away", customer_lang="en") == ["Super"]


def test_what_a_reply_must_not_lack() -> None:
    pack = packs("kind: context\nlanguages: [fr]\ncustomer: [décès]\nreply_lacks: [condoléances]")
    assert [hit.span for hit in hits(pack, "Votre dossier avance.", "fr", in_reply_to="un décès")] == [None]
    assert hits(pack, "Nos condoléances.", "fr", in_reply_to="un décès") == ()


def test_what_the_customer_says_may_be_enough() -> None:
    pack = packs("kind: context\nlanguages: [fr]\ncustomer: [suicide]")
    assert [hit.found for hit in hits(pack, "Bonjour", "fr", in_reply_to="je pense au suicide")] == ["suicide"]
