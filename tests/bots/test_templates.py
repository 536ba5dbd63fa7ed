"""Texts that a lead has approved once."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.adapters.scorers.distress import DistressScorer
from review_gate.adapters.scorers.repetition import RepetitionScorer
from review_gate.domain.errors import NotFound, NotPermitted
from review_gate.domain.template import Template, check, find
from review_gate.domain.verdict import Action
from review_gate.gate.templates import ApprovedTemplates
from review_gate.web.app import create_app
from review_gate.web.auth import make_key, new_key
from tests.bots.house import KEY, LEAD, MORNING, POLICY, House, house
from tests.bots.test_distress import DEFAULT
from tests.builders import RENE, WordScorer, reply

TEXT = "Bonjour {name}, votre commande {number} part aujourd'hui de notre entrepôt. Belle journée !"
TEMPLATE = Template("shipped", TEXT, "lea", "lea", MORNING, MORNING + timedelta(days=30), lang=None)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("Bonjour Julie, votre commande 4711 part aujourd'hui de notre entrepôt. Belle journée !",
         {"name": "Julie", "number": "4711"}),
        ("  Bonjour Jean-Luc,  votre commande A-1 part aujourd'hui de notre entrepôt. Belle journée !\n",
         {"name": "Jean-Luc", "number": "A-1"}),
        ("Bonjour Julie, votre commande 4711 part demain de notre entrepôt. Belle journée !", None),
        ("Bonjour Julie, votre commande 4711 part aujourd'hui de notre entrepôt. Belle journée ! Et -10 % ici.", None),
        ("Bonjour " + "a" * 81 + ", votre commande 1 part aujourd'hui de notre entrepôt. Belle journée !", None),
        ("Bonjour https://x.example/a, votre commande 1 part aujourd'hui de notre entrepôt. Belle journée !", None),
        ("Bonjour a\nb, votre commande 1 part aujourd'hui de notre entrepôt. Belle journée !", None),
        ("Bonjour  , votre commande 1 part aujourd'hui de notre entrepôt. Belle journée !", None),
    ],
)  # fmt: skip
def test_what_is_the_template(text: str, slots: dict[str, str] | None) -> None:
    found = find([TEMPLATE], reply(text), MORNING)
    assert (None if found is None else dict(found.slots)) == slots
    if found is not None:
        assert [text[start:end] for start, end in found.spans] == list(found.slots.values())


@pytest.mark.parametrize(("fields", "draft", "counts"), [
    ({}, {}, True),
    ({"market": "FR"}, {"market": "FR"}, True),
    ({"market": "FR"}, {"market": "BE"}, False),
    ({"channel": "x"}, {}, False),
    ({"expires": MORNING}, {}, False),
])  # fmt: skip
def test_where_and_until_when_it_counts(fields: dict[str, Any], draft: dict[str, Any], counts: bool) -> None:
    text = TEXT.format(name="Julie", number="1")
    assert (find([replace(TEMPLATE, **fields)], reply(text, **draft), MORNING) is not None) is counts


@pytest.mark.parametrize("text", [
    "{anything}", "Bonjour {a}{b}, votre commande part ce soir", "Bonjour {a} {b}, votre commande part ce soir",
    "{a} dit {b} et {c} ou {d}", "Bonjour {Name}, votre commande part ce soir",
    "Votre {a} et votre {a} partent ce soir là", "Bonjour {name, votre commande part ce soir",
])  # fmt: skip
def test_what_cannot_be_a_template(text: str) -> None:
    with pytest.raises(NotPermitted, match="cannot be a template"):
        check(replace(TEMPLATE, text=text))


@pytest.mark.parametrize("name", ["", "  ", "n" * 201])
def test_what_cannot_be_its_name(name: str) -> None:
    with pytest.raises(NotPermitted, match="its name has 1 to 200 characters"):
        check(replace(TEMPLATE, name=name))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_looked_at(text: str) -> None:
    find([TEMPLATE], reply(text), MORNING)


def shipped(at: House, name: str, number: str = "4711", **fields: Any) -> Any:
    return at.says(TEXT.format(name=name, number=number), **fields).verdict


def test_it_goes_out_again_and_again_is_counted_and_never_stops_the_bot() -> None:
    with house() as at:
        at.gate.templates.approve(TEMPLATE, LEAD)
        verdicts = [shipped(at, f"Zoé{n}", str(n), conversation="c-1") for n in range(30)]
        assert {verdict.action for verdict in verdicts} == {Action.ALLOW}
        assert {verdict.template for verdict in verdicts} == {"shipped"}
        assert at.state() == "closed"
        assert [(template.name, template.uses) for template in at.gate.templates.all()] == [("shipped", 30)]


def test_what_is_in_a_slot_is_screened() -> None:
    with house() as at:
        at.gate.templates.approve(TEMPLATE, LEAD)
        held = shipped(at, "idiot")
        assert held.action is Action.HOLD
        (reason,) = held.reasons
        assert reason.span == (8, 13)
        assert at.gate.templates.all()[0].uses == 0


def test_the_fixed_words_were_approved() -> None:
    with house() as at:
        text = "No idiot left behind, {name}: our workshop for beginners starts on {day}."
        draft = text.format(name="Ann", day="Monday")
        assert at.says(draft).verdict.action is Action.HOLD
        at.gate.templates.approve(replace(TEMPLATE, text=text), LEAD)
        assert at.says(draft).verdict.action is Action.ALLOW


def test_distress_a_pause_and_a_freeze_hold_it_all_the_same() -> None:
    scorers = (WordScorer(), RepetitionScorer(POLICY.repetition), DistressScorer())
    with house(DEFAULT, scorers) as at:
        at.gate.templates.approve(TEMPLATE, LEAD)
        assert shipped(at, "Julie", in_reply_to="Mon mari est décédé hier.").action is Action.HOLD
        assert shipped(at, "Julie", in_reply_to="Quand part ma commande ?").action is Action.ALLOW
        at.gate.freezes.freeze("FR", "fire", LEAD)
        assert shipped(at, "Julie", market="FR").action is Action.HOLD
        at.gate.bots.pause("faq", "wrong dates", LEAD)
        assert shipped(at, "Julie", market="BE").reasons[0].rule == "paused"


def test_only_a_lead_approves_and_retires() -> None:
    with house() as at:
        for person in (KEY, RENE):
            with pytest.raises(NotPermitted):
                at.gate.templates.approve(TEMPLATE, person)
        at.gate.templates.approve(TEMPLATE, LEAD)
        at.gate.templates.approve(replace(TEMPLATE, owner="nina"), LEAD)
        with pytest.raises(NotPermitted):
            at.gate.templates.retire("shipped", RENE)
        at.gate.templates.retire("shipped", LEAD)
        with pytest.raises(NotFound, match="Known: -"):
            at.gate.templates.retire("shipped", LEAD)
        assert [kind for kind, _ in at.events("template.")] == [
            "template.approved", "template.approved", "template.retired"
        ]  # fmt: skip


def test_no_template_changes_without_its_line_in_the_log() -> None:
    with house() as at:
        at.gate.templates.approve(TEMPLATE, LEAD)
        (before,) = at.gate.templates.all()
        first = at.store.events()[0].event.id
        clashing = ApprovedTemplates(at.store, at.clock, lambda: first)  # no second event takes this id
        other, filed = replace(TEMPLATE, name="other"), replace(TEMPLATE, name="filed", source="texts.yml")
        for refused in (
            lambda: clashing.approve(other, LEAD),
            lambda: clashing.retire("shipped", LEAD),
            lambda: clashing.follow([filed]),
        ):
            with pytest.raises(sqlite3.IntegrityError):
                refused()
            assert at.gate.templates.all() == (before,)
        at.gate.templates.follow([filed])
        with pytest.raises(sqlite3.IntegrityError):
            clashing.follow([])
        assert len(at.gate.templates.all()) == 2 and len(at.events("template.")) == 2


def test_over_http() -> None:
    with house() as at:
        text = new_key()
        at.store.add_key(make_key("lead", frozenset({"admin"}), text, "k", MORNING))
        client = create_app(at.gate, at.store, list, lambda: {"keys": []}).test_client()
        headers = {"Authorization": f"Bearer {text}"}
        body = {"text": TEXT, "owner": "lea", "expires": "2026-12-31T00:00:00Z"}
        assert client.put("/v1/templates/shipped", json=body, headers=headers).status_code == 200
        sent = {"text": TEXT.format(name="Julie", number="1"), "bot": "faq"}
        assert client.post("/v1/check", json=sent, headers=headers).json["template"] == "shipped"
        (listed,) = client.get("/v1/templates", headers=headers).json["items"]
        assert (listed["approved_by"], listed["uses"]) == ("lead", 1)
        for wrong in ({**body, "text": "{a}"}, {**body, "expires": "tomorrow"}, {"text": TEXT}):
            assert client.put("/v1/templates/x", json=wrong, headers=headers).status_code in (403, 422)
        assert client.delete("/v1/templates/shipped", headers=headers).status_code == 204
        assert client.delete("/v1/templates/shipped", headers=headers).status_code == 404
