"""Who may do what, and what each step leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from review_gate.domain import lifecycle, permits, unattended
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.errors import NotPermitted, Stale
from review_gate.domain.submission import FINAL, Answer, Claim, Operation, Person, Role, State, Submission
from review_gate.domain.verdict import Severity
from tests.builders import ANNE, LEA, NOW, RENE, SOFIA, held, moment, verdict

DECIDING = {Operation.APPROVE, Operation.REQUEST_CHANGES, Operation.REJECT}


def permitted(submission: Submission, person: Person) -> frozenset[Operation]:
    return permits.permitted_actions(submission, person, NOW)


@pytest.mark.parametrize(
    ("person", "may_decide"),
    [
        (ANNE, False),  # an author is no reviewer
        (RENE, True),
        (LEA, True),
        (Person("anne", roles=frozenset({Role.REVIEWER})), False),  # the author, even as a reviewer
        (Person("U9", roles=frozenset({Role.REVIEWER}), aliases=frozenset({"ANNE"})), False),  # under another name
        (Person("anne", roles=frozenset({Role.LEAD, Role.ADMIN})), False),  # not even as a lead
    ],
)
def test_who_may_decide(person: Person, may_decide: bool) -> None:
    assert (permitted(held(), person) >= DECIDING) is may_decide
    assert bool(permitted(held(), person) & DECIDING) is may_decide


def test_who_handed_it_in_may_not_decide_about_somebody_elses_text_either() -> None:
    submission = held(author="camille@brand.example")
    assert submission.author == "camille@brand.example"
    assert submission.submitted_by == "anne"
    for own in ("anne", "camille@brand.example"):
        assert not permitted(submission, Person(own, roles=frozenset({Role.REVIEWER}))) & DECIDING


def test_a_claim_keeps_others_out_until_it_ends() -> None:
    claimed = replace(held(), claim=Claim(RENE.id, "René", NOW + timedelta(minutes=5)))
    assert permitted(claimed, RENE) >= {*DECIDING, Operation.HAND_BACK}
    assert not permitted(claimed, SOFIA) & DECIDING
    assert permitted(claimed, LEA) >= DECIDING
    later = NOW + timedelta(minutes=6)
    assert permits.permitted_actions(claimed, SOFIA, later) >= {*DECIDING, Operation.CLAIM}


def test_what_is_blocked_only_a_lead_may_approve() -> None:
    blocked = replace(held(), verdict=verdict(severity=Severity.BLOCK))
    assert Operation.APPROVE not in permitted(blocked, RENE)
    assert Operation.REJECT in permitted(blocked, RENE)
    assert Operation.APPROVE in permitted(blocked, LEA)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_can_be_done_with_what_is_over(state: State) -> None:
    for person in (ANNE, RENE, LEA):
        assert permitted(replace(held(), state=state), person) == frozenset()


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer.APPROVE, State.APPROVED),
        (Answer.REQUEST_CHANGES, State.CHANGES_REQUESTED),
        (Answer.REJECT, State.REJECTED),
    ],
)
def test_a_decision_changes_the_state_and_leaves_event_card_and_webhook(answer: Answer, state: State) -> None:
    before = held("Bonjour")
    change = lifecycle.decide(before, answer, RENE, moment(), comment="because")
    after = change.submission
    assert after is not None
    assert (after.state, after.version, change.expected_version) == (state, 2, 1)
    assert after.decisions[-1].by == RENE.id
    assert after.decisions[-1].text_sha256 == Draft("Bonjour").text_sha256
    assert [event.kind for event in change.events] == [f"submission.{answer.value}"]
    assert [delivery.kind for delivery in change.deliveries] == [DeliveryKind.CARD, DeliveryKind.WEBHOOK]
    payload = change.deliveries[1].payload
    assert payload["type"] == f"submission.{state.value}"
    assert payload["data"]["decision"]["comment"] == "because"


def test_two_approvals_need_two_people() -> None:
    submission = replace(held(), approvals_needed=2)
    once = lifecycle.decide(submission, Answer.APPROVE, RENE, moment()).submission
    assert once is not None
    assert once.state is State.HELD
    with pytest.raises(NotPermitted, match="second person"):
        lifecycle.decide(once, Answer.APPROVE, RENE, moment())
    change = lifecycle.decide(once, Answer.APPROVE, SOFIA, moment())
    assert change.submission is not None
    assert change.submission.state is State.APPROVED
    assert [d.kind for d in change.deliveries] == [DeliveryKind.CARD, DeliveryKind.WEBHOOK]


def test_new_text_voids_the_approval_and_tells_the_publisher() -> None:
    approved = lifecycle.decide(held("Old"), Answer.APPROVE, RENE, moment()).submission
    assert approved is not None
    change = lifecycle.revise(approved, Draft("New"), verdict("New"), ANNE, moment())
    revised = change.submission
    assert revised is not None
    assert (revised.state, revised.revision, revised.approvals) == (State.HELD, 2, ())
    assert revised.earlier[0][0] == "Old"
    webhooks = [d.payload for d in change.deliveries if d.kind is DeliveryKind.WEBHOOK]
    assert [payload["type"] for payload in webhooks] == ["submission.held"]


def test_the_old_text_again_does_not_bring_the_old_approval_back() -> None:
    approved = lifecycle.decide(held("Old"), Answer.APPROVE, RENE, moment()).submission
    assert approved is not None
    changed = lifecycle.revise(approved, Draft("New"), verdict("New"), ANNE, moment()).submission
    assert changed is not None
    back = lifecycle.revise(changed, Draft("Old"), verdict("Old"), ANNE, moment()).submission
    assert back is not None
    assert (back.state, back.approvals) == (State.HELD, ())


@pytest.mark.parametrize(
    ("person", "words"),
    [(ANNE, "your own draft"), (Person("U7", "Guest"), "Only reviewers and leads")],
)
def test_a_refusal_says_why_in_both_languages(person: Person, words: str) -> None:
    with pytest.raises(NotPermitted) as refused:
        lifecycle.decide(held(), Answer.APPROVE, person, moment())
    assert words in refused.value.message.en
    assert refused.value.message.fr != refused.value.message.en


@pytest.mark.parametrize("state", sorted({*State} - {State.HELD}))
def test_a_refusal_names_the_state_as_people_do(state: State) -> None:
    with pytest.raises(NotPermitted) as refused:
        permits.require(Operation.APPROVE, replace(held(), state=state), RENE, NOW)
    word, said = permits.STATE_WORDS[state], refused.value.message
    assert f"already {word.en}" in said.en and f"déjà {word.fr}" in said.fr
    assert "state:" not in said.en and state.value not in said.fr


@pytest.mark.parametrize("operation", [Operation.REQUEST_CHANGES, Operation.HAND_BACK, Operation.REVISE])
def test_a_refusal_carries_no_word_of_the_program(operation: Operation) -> None:
    with pytest.raises(NotPermitted, match="Only") as refused:
        permits.require(operation, held(), Person("U7", "Guest"), NOW)
    assert operation.value not in refused.value.message.en + refused.value.message.fr


def test_what_was_seen_must_be_what_is_there() -> None:
    submission = held("Hello")
    permits.check_seen(submission, 1, submission.text_sha256)
    for revision, sha in ((2, submission.text_sha256), (1, "0" * 64)):
        with pytest.raises(Stale):
            permits.check_seen(submission, revision, sha)


def test_claim_hand_back_escalate_withdraw_expire() -> None:
    claimed = lifecycle.claim(held(), RENE, moment(), 15).submission
    assert claimed is not None and claimed.claim is not None
    assert claimed.claim.until == NOW + timedelta(minutes=15)
    back = lifecycle.hand_back(claimed, RENE, moment()).submission
    assert back is not None and back.claim is None
    up = lifecycle.escalate(back, RENE, moment(), "not mine to decide").submission
    assert up is not None and up.escalated
    gone = lifecycle.withdraw(up, ANNE, moment())
    assert gone.submission is not None and gone.submission.state is State.WITHDRAWN
    late = unattended.expire(up, moment())
    assert late.submission is not None and late.submission.state is State.EXPIRED
    assert [d.kind for d in late.deliveries] == [DeliveryKind.CARD, DeliveryKind.WEBHOOK]


@pytest.mark.parametrize(
    ("operation", "person", "words"),
    [
        (Operation.ESCALATE, RENE, "escalated already"),
        (Operation.HAND_BACK, RENE, "nothing to hand back"),
        (Operation.REVISE, RENE, "Only its author"),
        (Operation.WITHDRAW, RENE, "Only its author or a lead"),
        (Operation.ESCALATE, Person("U7", "Guest"), "Only reviewers and leads"),
    ],
)
def test_a_refusal_names_what_is_in_the_way(operation: Operation, person: Person, words: str) -> None:
    up = lifecycle.escalate(held(), RENE, moment(), "not mine to decide").submission
    assert up is not None
    with pytest.raises(NotPermitted) as refused:
        permits.require(operation, up, person, NOW)
    assert words in refused.value.message.en
    assert operation.value not in refused.value.message.fr


def test_who_claims_twice_is_told_that_it_is_theirs() -> None:
    claimed = lifecycle.claim(held(), RENE, moment(), 15).submission
    assert claimed is not None
    with pytest.raises(NotPermitted) as refused:
        permits.require(Operation.CLAIM, claimed, RENE, NOW)
    assert "pris en charge" in refused.value.message.fr
