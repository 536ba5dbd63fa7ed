"""Whose approval a text needs: which rules fit, which approvals count, what is still missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.domain import lifecycle, permits, signoff
from review_gate.domain.draft import Draft, Kind, Media
from review_gate.domain.duty import OnCall
from review_gate.domain.errors import NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.signoff import LEAD, Missing, Rule
from review_gate.domain.submission import Answer, Operation, Person, Requirement, Role, State, Submission
from review_gate.domain.verdict import Reason, Severity, Source, Verdict
from tests.builders import NOW, held, moment, verdict

PICTURE = (Media("https://brand.example/a.png", "A shop"),)


def somebody(name: str, *groups: str, lead: bool = False) -> Person:
    roles = {Role.AUTHOR, Role.REVIEWER} | ({Role.LEAD} if lead else set())
    return Person(name, name.title(), frozenset(roles), frozenset(groups))


def found(category: str, severity: Severity = Severity.WARN) -> Verdict:
    reason = Reason(Source.RULE, severity, Message("It.", "Cela."), category=category, rule="a.b")
    return replace(verdict(), reasons=(reason,), severity=severity)


def asking(*sign_off: Requirement, approvals: int = 1, severity: Severity = Severity.NONE) -> Submission:
    return replace(held(), sign_off=sign_off, approvals_needed=approvals, verdict=verdict(severity=severity))


def approved_by(submission: Submission, *people: Person) -> Submission:
    for person in people:
        after = lifecycle.decide(submission, Answer.APPROVE, person, moment()).submission
        assert after is not None
        submission = after
    return submission


@pytest.mark.parametrize(
    ("rule", "draft", "judged", "fits"),
    [
        (Rule("all"), Draft("Hi"), verdict(), True),
        (Rule("images", media=True), Draft("Hi", media=PICTURE), verdict(), True),
        (Rule("images", media=True), Draft("Hi"), verdict(), False),
        (Rule("words", media=False), Draft("Hi"), verdict(), True),
        (Rule("grave", severity=Severity.HOLD), Draft("Hi"), verdict(severity=Severity.BLOCK), True),
        (Rule("grave", severity=Severity.HOLD), Draft("Hi"), verdict(severity=Severity.WARN), False),
        (Rule("legal", categories=frozenset({"commitment"})), Draft("Hi"), found("commitment"), True),
        (Rule("legal", categories=frozenset({"commitment"})), Draft("Hi"), found("hate"), False),
        (Rule("legal", categories=frozenset({"hate"})), Draft("Hi"), found("hate", Severity.NOTE), False),  # no finding
        (Rule("x", channels=frozenset({"x"})), Draft("Hi", channel="X"), verdict(), True),
        (Rule("x", channels=frozenset({"x"})), Draft("Hi"), verdict(), False),
        (Rule("fr", markets=frozenset({"FR", "BE"})), Draft("Hi", market="BE"), verdict(), True),
        (Rule("fr", markets=frozenset({"FR", "BE"})), Draft("Hi", market="CA"), verdict(), False),
        (Rule("replies", kind=Kind.REPLY), Draft("Hi", kind=Kind.REPLY), verdict(), True),
        (Rule("replies", kind=Kind.REPLY), Draft("Hi"), verdict(), False),
        (
            Rule("both", channels=frozenset({"x"}), markets=frozenset({"FR"})),
            Draft("Hi", channel="x", market="CA"),
            verdict(),
            False,
        ),
    ],
)
def test_which_texts_a_rule_fits(rule: Rule, draft: Draft, judged: Verdict, fits: bool) -> None:
    assert signoff.asked([rule], draft, judged) == ((rule.requirement,) if fits else ())


LEGAL, BRAND = somebody("lou", "legal"), somebody("bo", "brand")
BOTH, PLAIN, PLAIN2 = somebody("kim", "legal", "brand"), somebody("pia"), somebody("pat")
CHIEF, CHIEF2 = somebody("lea", lead=True), somebody("leo", lead=True)
FROM_LEGAL = Requirement("promises", 1, ("legal",))
FROM_EITHER = Requirement("either", 1, ("legal", "brand"))
FROM_EACH = Requirement("each", 1, ("legal", "brand"), each=True)
BLOCK = Severity.BLOCK


@pytest.mark.parametrize(
    ("submission", "people", "still"),
    [
        (asking(), (), (Missing("", (), 1),)),
        (asking(), (PLAIN,), ()),
        (asking(approvals=2), (PLAIN,), (Missing("", (), 1),)),
        (asking(Requirement("images", 2)), (PLAIN,), (Missing("images", (), 1),)),
        (asking(Requirement("images", 2)), (PLAIN, PLAIN2), ()),
        (asking(FROM_LEGAL), (), (Missing("promises", ("legal",), 1),)),  # legal's is also the one every text needs
        (asking(FROM_LEGAL), (LEGAL,), ()),
        (asking(FROM_LEGAL), (PLAIN,), (Missing("promises", ("legal",), 1),)),
        (asking(FROM_LEGAL, approvals=2), (), (Missing("promises", ("legal",), 1), Missing("", (), 1))),
        (asking(FROM_LEGAL, approvals=2), (LEGAL, PLAIN), ()),
        (asking(FROM_EITHER), (BRAND,), ()),
        (asking(FROM_EACH), (), (Missing("each", ("brand",), 1), Missing("each", ("legal",), 1))),
        (asking(FROM_EACH), (BOTH, LEGAL), ()),  # who is in both makes room for who is in one
        (asking(FROM_EACH), (BOTH, BRAND), ()),
        (asking(FROM_LEGAL, Requirement("images", 1, ("brand",))), (BOTH,), ()),  # two rules, one person in both groups
        (asking(severity=BLOCK), (), (Missing("", (LEAD,), 1),)),
        (asking(severity=BLOCK), (CHIEF,), ()),
        (asking(FROM_LEGAL, severity=BLOCK), (LEGAL,), (Missing("", (LEAD,), 1),)),
        (asking(FROM_LEGAL, severity=BLOCK), (LEGAL, CHIEF), ()),
        (asking(Requirement("chief", 1, (LEAD,))), (CHIEF,), ()),
        (asking(Requirement("images", 2), severity=BLOCK), (CHIEF,), (Missing("images", (LEAD,), 1),)),
        (asking(Requirement("images", 2), severity=BLOCK), (CHIEF, CHIEF2), ()),
    ],
)
def test_what_is_still_missing(submission: Submission, people: tuple[Person, ...], still: tuple[Missing, ...]) -> None:
    after = approved_by(submission, *people)
    assert set(signoff.missing(after)) == set(still)
    assert (after.state is State.APPROVED) is (not still)


@pytest.mark.parametrize(
    ("submission", "before", "person", "may"),
    [
        (asking(FROM_LEGAL), (), LEGAL, True),
        (asking(FROM_LEGAL), (), PLAIN, True),  # the one every text needs
        (asking(FROM_LEGAL), (PLAIN,), PLAIN2, False),
        (asking(FROM_LEGAL), (PLAIN,), CHIEF, False),  # a lead is not legal
        (asking(FROM_LEGAL), (PLAIN,), LEGAL, True),
        (asking(FROM_EACH), (LEGAL,), somebody("lin", "legal"), False),
        (asking(FROM_EACH), (LEGAL,), BOTH, True),
        (asking(FROM_EACH), (BOTH,), BOTH, False),  # never the same person twice
        (asking(FROM_LEGAL, severity=BLOCK), (), LEGAL, True),
        (asking(FROM_LEGAL, severity=BLOCK), (), PLAIN, False),
        (asking(FROM_LEGAL, severity=BLOCK), (), CHIEF, True),
        (asking(FROM_LEGAL), (), replace(LEGAL, roles=frozenset({Role.AUTHOR})), False),  # in the group, no reviewer
        (asking(FROM_LEGAL), (), replace(LEGAL, id="anne"), False),  # its author
    ],
)
def test_whose_approval_counts(submission: Submission, before: tuple[Person, ...], person: Person, may: bool) -> None:
    waiting = approved_by(submission, *before)
    assert (Operation.APPROVE in permits.permitted_actions(waiting, person, NOW)) is may
    if not may:
        with pytest.raises(NotPermitted) as refused:
            lifecycle.decide(waiting, Answer.APPROVE, person, moment())
        assert refused.value.message.en != refused.value.message.fr


def test_a_refused_approval_says_whose_is_missing() -> None:
    waiting = approved_by(asking(FROM_LEGAL), PLAIN)
    with pytest.raises(NotPermitted) as refused:
        lifecycle.decide(waiting, Answer.APPROVE, CHIEF, moment())
    assert "Still needed: 1 approval from legal (promises)." in refused.value.message.en
    assert "Il faut encore : 1 approbation de legal (promises)." in refused.value.message.fr


def test_one_no_is_enough_whatever_is_asked() -> None:
    after = lifecycle.decide(asking(FROM_EACH, approvals=3), Answer.REJECT, PLAIN, moment()).submission
    assert after is not None and after.state is State.REJECTED


def test_who_leaves_a_group_later_has_approved_all_the_same() -> None:
    first = approved_by(asking(FROM_EACH), LEGAL)
    assert first.decisions[0].groups == ("legal",)
    assert approved_by(first, BRAND).state is State.APPROVED


def test_a_new_text_is_asked_anew() -> None:
    first = approved_by(asking(FROM_EACH), LEGAL)
    anne = Person("anne")
    revised = lifecycle.revise(first, Draft("New"), verdict("New"), anne, moment(), 1, (FROM_LEGAL,)).submission
    assert revised is not None
    assert revised.sign_off == (FROM_LEGAL,)
    assert signoff.missing(revised) == (Missing("promises", ("legal",), 1),)


GROUPS = ("legal", "brand", "press")


@given(
    st.lists(
        st.builds(
            Requirement,
            st.just("r"),
            st.integers(1, 2),
            st.lists(st.sampled_from(GROUPS), max_size=3, unique=True).map(tuple),
            st.booleans(),
        ),
        max_size=3,
    ),
    st.lists(st.frozensets(st.sampled_from(GROUPS)), min_size=1, max_size=4),
)
def test_the_order_of_approvals_does_not_matter_and_none_is_asked_in_vain(
    sign_off: list[Requirement], groups: list[frozenset[str]]
) -> None:
    """Whoever is allowed to approve brings it on; whoever is not would not have."""
    people = [somebody(f"p{number}", *mine) for number, mine in enumerate(groups)]
    outcomes = set()
    for order in list(permutations(people))[:6]:
        one = asking(*sign_off)
        for person in order:
            if one.state is not State.HELD:
                break
            before = sum(item.count for item in signoff.missing(one))
            if signoff.counts(one, person):
                one = approved_by(one, person)
                assert sum(item.count for item in signoff.missing(one)) <= before
        if one.state is State.HELD:
            assert not any(signoff.counts(one, person) for person in people)
        outcomes.add(one.state)
    assert len(outcomes) == 1


@pytest.mark.parametrize(
    ("at", "out"),
    [
        (datetime(2026, 11, 26, 8, 30, tzinfo=UTC), False),  # Thursday, half past nine in Paris
        (datetime(2026, 11, 26, 7, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 17, 0, tzinfo=UTC), True),  # six in the evening there
        (datetime(2026, 11, 28, 11, 0, tzinfo=UTC), True),  # Saturday
        (datetime(2026, 7, 23, 16, 30, tzinfo=UTC), True),  # summer time: half past six in Paris
    ],
)
def test_who_is_called_when(at: datetime, out: bool) -> None:
    policy = Policy(
        "test", 1, {}, groups={"nights": ("UNIGHTS01",), "senior": ("USENIOR01",)},
        on_call=OnCall("nights", "Europe/Paris", (0, 1, 2, 3, 4), time(9), time(18)),
    )  # fmt: skip
    assert policy.on_call.out_of_hours(at) is out
    assert policy.called_for(at=at, escalated=False) == (("UNIGHTS01",) if out else ())
    assert policy.called_for(at=at, escalated=True) == (("UNIGHTS01",) if out else ("USENIOR01",))
    assert replace(policy, on_call=OnCall()).called_for(at=at, escalated=False) == ()


def test_groups_go_by_every_id_of_a_person() -> None:
    policy = Policy(
        "test", 1, {}, groups={"legal": ("Paul@example.com",), "brand": ("U0PAUL0001",), "press": ("x@y.z",)}
    )
    paul = Person("U0PAUL0001", aliases=frozenset({"paul@example.com"}))
    assert policy.groups_of(paul) == {"legal", "brand"}
