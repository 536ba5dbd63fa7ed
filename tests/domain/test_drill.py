"""Drills: chance, choice, what counts as caught; and that nothing about one can be published."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from review_gate.domain import lifecycle, unattended
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.drill import Scenario, caught, choose, drawn, revealed
from review_gate.domain.errors import NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.release import Publication, refusal
from review_gate.domain.submission import Answer, Drill, Requirement, State, Submission
from review_gate.domain.verdict import Severity
from review_gate.insight.drills import results
from review_gate.settings import PolicyError
from review_gate.settings.drill_file import load_drills
from tests.builders import NOW, RENE, SOFIA, held, moment, verdict

MARK = Drill("everyday", "flood", "newsjack", "Stuck inside", Message("It sells.", "Cela vend."))
TEXT = "Stuck inside because of the hurricane? Shop!"


def drill(text: str = TEXT) -> Submission:
    return replace(held(text), drill=MARK)


def decided(answer: Answer, submission: Submission | None = None) -> Submission:
    after = lifecycle.decide(submission or drill(), answer, RENE, moment(), "because").submission
    assert after is not None
    return after


def test_chance_keeps_to_its_rate_and_says_the_same_to_everybody() -> None:
    keys = [f"s-{number}" for number in range(4000)]
    for rate in (0.0, 0.1, 0.5, 1.0):
        share = sum(drawn(key, rate) for key in keys) / len(keys)
        assert abs(share - rate) < 0.03
    assert [drawn(key, 0.1) for key in keys] == [drawn(key, 0.1) for key in keys]
    assert not any(drawn(key, 0.0) for key in keys)


def test_every_scenario_has_its_turn_before_one_comes_again() -> None:
    scenarios = [Scenario(replace(MARK, scenario=name), TEXT, "en", "Mark") for name in "abcde"]
    used: dict[str, int] = {}
    for number in range(15):
        one = choose(scenarios, used, f"key-{number}")
        assert one is not None
        used[one.name] = used.get(one.name, 0) + 1
    assert set(used.values()) == {3}
    assert choose([], used, "key") is None


@pytest.mark.parametrize("answer", list(Answer))
def test_whatever_the_answer_a_drill_is_over_unpublished(answer: Answer) -> None:
    change = lifecycle.decide(drill(), answer, RENE, moment(), "because")
    after = change.submission
    assert after is not None
    assert after.state is State.WITHDRAWN
    assert [one.kind for one in change.deliveries] == [DeliveryKind.CARD]
    assert change.events[0].data["drill"] == "flood"
    assert caught(after) is (answer is not Answer.APPROVE)
    with pytest.raises(NotPermitted):
        lifecycle.decide(after, Answer.APPROVE, SOFIA, moment())


def test_one_answer_ends_it_even_where_more_are_asked() -> None:
    asking = replace(drill(), approvals_needed=3, sign_off=(Requirement("legal", 1, ("legal",)),))
    assert decided(Answer.APPROVE, asking).state is State.WITHDRAWN


@pytest.mark.parametrize("state", list(State))
def test_no_token_lets_it_out(state: State) -> None:
    wanted = Publication(TEXT, NOW)
    refused = refusal({"revision": 1}, replace(drill(), state=state), wanted)
    assert refused is not None and refused.reason == "drill"


def test_nothing_that_closes_or_recalls_it_tells_a_publisher() -> None:
    one = drill()
    for change in (
        unattended.expire(one, moment()),
        lifecycle.recall(one, verdict(severity=Severity.HOLD), "lea", "crisis", moment()),
        lifecycle.escalate(one, RENE, moment()),
    ):
        assert [delivery.kind for delivery in change.deliveries] == [DeliveryKind.CARD]


@pytest.mark.parametrize(
    ("text", "seen"),
    [("Stay safe. Our shops are closed.", True), ("We hope nobody is STUCK  inside.", False), (TEXT + "!", False)],
)
def test_an_edit_counts_when_the_words_are_gone(text: str, seen: bool) -> None:
    edited = lifecycle.revise(drill(), Draft(text), verdict(text), RENE, moment()).submission
    assert edited is not None
    assert caught(edited) is None
    assert caught(decided(Answer.APPROVE, edited)) is seen


def test_what_is_said_when_it_is_over_and_not_before() -> None:
    assert revealed(drill()) is None
    assert revealed(decided(Answer.REJECT, held())) is None, "a real draft"
    for over, head in (
        (decided(Answer.APPROVE), "got past us"),
        (decided(Answer.REJECT), "was caught"),
        (unattended.expire(drill(), moment()).submission, "nobody answered"),
    ):
        assert over is not None
        told = revealed(over)
        assert told is not None
        assert head in told.en and "“Stuck inside”: It sells." in told.en
        assert "exercice" in told.fr and "Cela vend." in told.fr


def test_catch_rate_and_time_by_reviewer_and_category() -> None:
    def answered(answer: Answer, minutes: float, who: str, category: str) -> Submission:
        one = replace(drill(), drill=replace(MARK, category=category))
        person = replace(RENE, id=who, name=who.title())
        after = lifecycle.decide(one, answer, person, moment(NOW + timedelta(minutes=minutes))).submission
        assert after is not None
        return after

    found = results(
        [
            answered(Answer.REJECT, 2, "ann", "hate"),
            answered(Answer.APPROVE, 4, "ann", "tone"),
            answered(Answer.APPROVE, 10, "bob", "tone"),
            drill(),
            held("A real draft"),
            decided(Answer.REJECT, held("Another real one")),
        ]
    )
    assert found.whole is not None
    assert (found.whole.answered, found.whole.caught, found.whole.minutes) == (3, 1, 4)
    assert [(row.name, row.answered, row.caught, row.minutes) for row in found.reviewers] == [
        ("Bob", 1, 0, 10),
        ("Ann", 2, 1, 3),
    ]
    assert [(row.name, row.answered, row.caught) for row in found.categories] == [("tone", 2, 0), ("hate", 1, 1)]
    assert (found.waiting, found.unanswered) == (1, 0)
    assert results([]).whole is None


def test_the_packs_that_come_with_the_program() -> None:
    scenarios = load_drills()
    everyday = [one for one in scenarios if not one.exercise]
    assert {one.lang for one in everyday} == {"en", "fr"}
    assert len({one.marked.category for one in everyday}) >= 10
    assert any(one.exercise for one in scenarios)
    for one in scenarios:
        assert one.marked.look_at in one.text
        assert one.marked.lesson.en != one.marked.lesson.fr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("look_at: elsewhere", "part of the text"),
        ("category: rude", "no category 'rude'"),
        ("kind: reply", "a reply has 'in_reply_to'"),
        ("lang: de", "lang"),
        ("extra: 1", "extra"),
    ],
)
def test_a_slip_in_a_pack_is_told(tmp_path: Path, change: str, says: str) -> None:
    fields = {"name": "a", "lang": "en", "category": "hate", "author": "Mark", "text": "It is here", "look_at": "here"}
    key, _, value = change.partition(": ")
    lines = "\n".join(f"    {name}: {worth}" for name, worth in {**fields, key: value}.items())
    text = f"pack: mine\nversion: 1\nscenarios:\n  -\n{lines}\n    lesson: {{en: A, fr: B}}\n"
    (tmp_path / "mine.yml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=says):
        load_drills(tmp_path)
