"""The card: what it says in each state, what it marks, and that no text breaks Slack's limits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_gate.domain.draft import Kind, Media
from review_gate.domain.message import Message
from review_gate.domain.picture import Look
from review_gate.domain.submission import Answer, Claim, Decision, Drill, Requirement, State
from review_gate.domain.verdict import Severity, Signal, SignalState
from review_gate.slack import modals
from review_gate.slack.cards import card
from review_gate.slack.changes import changed_runs
from review_gate.slack.marked import Mark, pieces
from review_gate.slack.menu import chosen
from review_gate.slack.setting import Setting
from tests.slack.made import NOON, must_be_accepted, reason, submission, view_must_be_accepted, words_of

EN, FR = Setting("en"), Setting("fr")


def buttons(blocks: list[dict[str, Any]]) -> list[str]:
    return [element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]]


def decision(answer: Answer, **fields: Any) -> Decision:
    base: dict[str, Any] = {"by": "U1", "by_name": "Samira", "at": NOON, "revision": 1, "text_sha256": "x"}
    return Decision(**{"id": "d", "answer": answer, **base, **fields})


EVERYTHING = [
    "gate_approve",
    "gate_edit",
    "gate_request_changes",
    "gate_reject",
    "gate_claim",
    "gate_escalate",
    "gate_more",
]


@pytest.mark.parametrize(
    ("changes", "title", "drawn"),
    [
        ({}, "⚪ Nothing found · post · X", EVERYTHING),
        ({"reasons": (reason(Severity.HOLD),)}, "🟠 Risky · post · X", EVERYTHING),
        ({"reasons": (reason(Severity.BLOCK),)}, "🔴 Blocked · post · X", EVERYTHING),
        (
            {"kind": Kind.REPLY, "channel": None, "market": "FR"},
            "⚪ Nothing found · reply · no channel named (France)",
            EVERYTHING,
        ),
        ({"state": State.APPROVED}, "✅ Approved · post · X", []),
        ({"state": State.CHANGES_REQUESTED}, "✏️ Sent back for changes · post · X", []),
        ({"state": State.REJECTED}, "⛔ Rejected · post · X", []),
        ({"state": State.WITHDRAWN}, "↩️ Withdrawn · post · X", []),
        ({"state": State.EXPIRED}, "⌛ Expired · post · X", []),
        ({"escalated": True}, "⚪ Nothing found · post · X", [one for one in EVERYTHING if one != "gate_escalate"]),
        (
            {"claim": Claim("U1", "Samira", NOON + timedelta(minutes=5))},
            "⚪ Nothing found · post · X",
            [one.replace("claim", "hand_back") for one in EVERYTHING],
        ),
        ({"claim": Claim("U1", "Samira", NOON)}, "⚪ Nothing found · post · X", EVERYTHING),
    ],
)
def test_title_and_buttons_follow_the_state(changes: dict[str, Any], title: str, drawn: list[str]) -> None:
    shown = card(submission(**changes), NOON, EN)
    assert shown.blocks[0]["text"]["text"] == title
    assert buttons(shown.blocks) == drawn
    must_be_accepted(shown.text, shown.blocks)
    must_be_accepted(*astuple(card(submission(**changes), NOON, FR)))


def test_a_button_carries_what_was_seen() -> None:
    held = submission()
    actions = card(held, NOON, EN).blocks[-1]["elements"]
    for element in actions[:-1]:
        assert json.loads(element["value"]) == {"id": "s-1", "revision": 1, "version": 1, "sha": held.text_sha256}


def test_the_menu_carries_what_was_seen_within_slacks_150_characters() -> None:
    reply = submission(kind=Kind.REPLY, conversation="c-1", id="0" * 36, revision=99_999)
    menu = card(reply, NOON, EN).blocks[-1]["elements"][-1]
    assert [option["value"].split(":")[0] for option in menu["options"]] == ["ask", "hour", "tomorrow", "only"]
    for option in menu["options"]:
        assert len(option["value"]) <= 150
        word, clicked = chosen({"selected_option": option}, "C1")
        assert (clicked.id, clicked.revision, clicked.sha) == (reply.id, 99_999, reply.text_sha256)
        assert word in option["value"]
    for value in ("", "ask", "ask:x:y:z", "rob:1:a:b", "ask:1:a:"):
        with pytest.raises(ValueError, match="not an option"):
            chosen({"selected_option": {"value": value}}, "C1")


def test_finds_are_bold_at_their_exact_places() -> None:
    text = "a *b* <@U123> & <!channel> été 👩‍👩‍👧 fin"
    held = submission(text, reasons=(reason(span=(2, 5)), reason(Severity.BLOCK, span=(6, 13))))
    block = card(held, NOON, EN).blocks[2]
    runs = block["elements"][0]["elements"]
    assert "".join(run["text"] for run in runs) == text, "every character as it will go out"
    assert [run["text"] for run in runs if run.get("style") == {"bold": True}] == ["*b*", "<@U123>"]
    assert {run["type"] for run in runs} == {"text"}, "no mention, no link"


def test_the_notification_mentions_nobody() -> None:
    shown = card(submission("<!channel> & <@U0CAMILLE1> <https://x.example|click>"), NOON, EN)
    assert "<" not in shown.text
    assert "&lt;!channel&gt; &amp; &lt;@U0CAMILLE1&gt;" in shown.text


def test_it_says_what_happens_next_and_who_does_it() -> None:
    planned = NOON + timedelta(hours=2)
    claim = Claim("U1", "Samira", NOON + timedelta(minutes=5))
    said = {
        "Next: one reviewer decides.": submission(),
        "Without a decision it does not go out.": submission(planned_at=planned),
        "only a lead can approve": submission(reasons=(reason(Severity.BLOCK),)),
        "Next: Samira decides, claimed until": submission(claim=claim),
        "Next: a lead decides": submission(escalated=True),
        "1 of 2": submission(approvals_needed=2, decisions=(decision(Answer.APPROVE),)),
        "Camille Moreau changes the text": submission(state=State.CHANGES_REQUESTED),
        "exactly this text may go out": submission(state=State.APPROVED),
        "Nobody decided in time": submission(state=State.EXPIRED),
    }
    setting = Setting("en", None, {"camille@example.com": "Camille Moreau"})
    for sentence, one in said.items():
        assert sentence in words_of(card(one, NOON, setting).blocks), sentence


def test_findings_come_gravest_first_with_message_and_suggestion() -> None:
    suggestion = Message("Write it softer.", "Écrivez plus doux.")
    reasons = (reason(Severity.NOTE, category="style"), reason(Severity.BLOCK, category="hate", suggestion=suggestion))
    words = words_of(card(submission(reasons=reasons), NOON, FR).blocks)
    assert words.index("haine") < words.index("style")
    assert "Suggestion : Écrivez plus doux." in words


def test_scores_and_missing_scorers_are_told() -> None:
    signals = (Signal("toxicity", "insult", 0.914), Signal("tone", "tone", state=SignalState.ERRORED))
    words = words_of(card(submission(signals=signals), NOON, EN).blocks)
    assert "insult 91%" in words
    assert "no answer from: tone" in words


def test_a_reply_shows_what_the_customer_wrote() -> None:
    words = words_of(card(submission(kind=Kind.REPLY, in_reply_to="Where is *my* parcel?"), NOON, EN).blocks)
    assert "The customer wrote: \nWhere is *my* parcel?" in words


def test_media_with_and_without_alt_text() -> None:
    media = (Media("https://a.example/p.jpg", "A dog"), Media("javascript:alert(1)"))
    shown = card(submission(media=media), NOON, EN)
    assert "A dog" in words_of(shown.blocks)
    assert "no alt text" in words_of(shown.blocks)
    links = [line for line in json.dumps(shown.blocks).split("{") if '"type": "link"' in line]
    assert len(links) == 1, "only a web address becomes a link"


def test_a_revision_shows_what_changed_and_which_answers_are_void() -> None:
    before = submission("We open at nine, as ever.")
    revised = replace(
        submission("We open at ten, as ever.", revision=2),
        earlier=((before.draft.text, before.text_sha256),),
        decisions=(decision(Answer.APPROVE, comment="Fine <3"),),
    )
    words = words_of(card(revised, NOON, EN).blocks)
    assert "Changed since version 1" in words
    assert "version 1, void now" in words
    assert "Fine <3" in words


def test_changes_word_by_word() -> None:
    runs = changed_runs("We open at nine, as ever.", "We open at ten, as ever.", "en")
    assert [(run["text"], next(iter(run.get("style", {"": 0})))) for run in runs] == [
        ("We open at ", ""),
        ("nine,", "strike"),
        (" ", ""),
        ("ten,", "bold"),
        (" as ever.", ""),
    ]
    assert "too long" in changed_runs("a " * 2000, "b", "en")[0]["text"]
    assert "goes with the text" in changed_runs("same", "same", "en")[0]["text"]


def test_a_long_text_keeps_its_finds_in_sight() -> None:
    text = "x" * 9000 + " needle " + "y" * 9000 + " thread " + "z" * 1900
    spans = [(9001, 9007), (text.index("thread"), text.index("thread") + 6)]
    shown = pieces(text, spans, 2800)
    assert [piece.text for piece in shown if piece.mark is Mark.FIND] == ["needle", "thread"]
    kept = sum(len(piece.text) for piece in shown if piece.mark is not Mark.GAP)
    left_out = sum(int(piece.text) for piece in shown if piece.mark is Mark.GAP)
    assert kept <= 2800
    assert kept + left_out == len(text)


def test_when_not_all_finds_have_room_the_gravest_are_kept() -> None:
    spans = [(n, n + 5) for n in range(19_000, 500, -400)]
    shown = pieces("word " * 4000, spans, 1200)
    text_at = 0
    found = []
    for piece in shown:
        if piece.mark is Mark.FIND:
            found.append(text_at)
        text_at += int(piece.text) if piece.mark is Mark.GAP else len(piece.text)
    assert 19_000 in found
    assert text_at == 20_000


@pytest.mark.parametrize("language", ["en", "fr"])
def test_three_findings_at_their_longest_are_shown_whole(language: str) -> None:
    reasons = tuple(
        reason(
            Severity.HOLD, None, message=Message(f"{n}" + "é" * 999, f"{n}" + "é" * 999), found=f"{n}" + "x" * 999,
            suggestion=Message(f"instead {n}" + "y" * 999, f"plutôt {n}" + "y" * 999), category="c" * 120,
            evidence=({"text": "w" * 999},) * 3,
        )
        for n in range(9)
    )  # fmt: skip
    shown = card(submission("x", reasons=reasons), NOON, Setting(language))
    must_be_accepted(shown.text, shown.blocks)
    words = words_of(shown.blocks)
    assert all(f"{word} {n}yyy" in words for word in [{"en": "instead", "fr": "plutôt"}[language]] for n in range(3))


ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=120)
LONG = st.builds(lambda text, times: (text * times)[:20_000] or "x", ANY_TEXT, st.integers(1, 400))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), text=LONG, other=LONG, short=ANY_TEXT, language=st.sampled_from(["en", "fr"]))
def test_whatever_people_write_slack_takes_the_card(
    data: st.DataObject, text: str, other: str, short: str, language: str
) -> None:
    place = st.tuples(st.integers(-5, 21_000), st.integers(0, 21_000)).map(lambda pair: (min(pair), max(pair)))
    told = Message(other, other)
    reasons = tuple(
        reason(
            severity, span, message=told, found=short, suggestion=told, category=short, evidence=({"text": other},) * 3
        )
        for severity, span in data.draw(st.lists(st.tuples(st.sampled_from(Severity), st.none() | place), max_size=30))
    )
    answers = tuple(
        decision(answer, comment=other, by_name=short)
        for answer in data.draw(st.lists(st.sampled_from(Answer), max_size=9))
    )
    one = submission(
        text,
        reasons=reasons,
        decisions=answers,
        in_reply_to=other,
        channel=short,
        market=short,
        bot=short,
        author=other,
        media=(Media("https://a.example/" + short, other, Look("a" * 64)),) * 9,
        state=data.draw(st.sampled_from(State)),
        signals=tuple(Signal(short, short, 1.0) for _ in range(20)),
        earlier=((other, "x"),),
        revision=2,
        planned_at=NOON,
    )  # fmt: skip

    def thumbnail(sha256: str, until: datetime) -> str:
        return f"https://gate.example/{sha256}?until={until.timestamp()}"

    setting = Setting(language, "https://gate.example/s-1", {other: other}, thumbnail=data.draw(
        st.sampled_from([None, thumbnail])))  # fmt: skip
    shown = card(one, NOON, setting)
    must_be_accepted(shown.text, shown.blocks)
    assert len(json.dumps(shown.blocks, ensure_ascii=False)) < 40_000
    clicked = modals.Clicked("s-1", 1, one.text_sha256, "C1")
    for answer in (Answer.REJECT, Answer.REQUEST_CHANGES):
        view_must_be_accepted(modals.ask_why(answer, clicked, one, language))
    view_must_be_accepted(modals.told(told, language))


@settings(max_examples=100, deadline=None)
@given(
    text=LONG,
    spans=st.lists(st.tuples(st.integers(-9, 20_100), st.integers(-9, 20_100)), max_size=12),
    budget=st.integers(400, 3000),
)
def test_pieces_lose_nothing_but_what_they_count(text: str, spans: list[tuple[int, int]], budget: int) -> None:
    position = 0
    for piece in pieces(text, spans, budget):
        if piece.mark is Mark.GAP:
            position += int(piece.text)
            continue
        assert piece.text == text[position : position + len(piece.text)]
        if piece.mark is Mark.FIND:
            assert any(start <= position and position + len(piece.text) <= end for start, end in _merged(spans))
        position += len(piece.text)
    assert position == len(text)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch count as one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def astuple(shown: Any) -> tuple[str, list[dict[str, Any]]]:
    return shown.text, shown.blocks


def test_control_characters_are_shown_not_hidden() -> None:
    shown = words_of(card(submission("Half price\x1f today\nonly"), NOON, Setting()).blocks)
    assert "Half price␟ today\nonly" in shown


@pytest.mark.parametrize("language", ["en", "fr"])
def test_many_groups_many_on_call_and_a_long_lesson_keep_slacks_limits(language: str) -> None:
    asks = tuple(Requirement("r" * 40, 10, tuple(f"group {n} " + "g" * 30 for n in range(10)), True) for _ in range(10))
    setting = Setting(language, "https://gate.example/s-1", called=tuple(f"U0PERSON{n:03}" for n in range(60)))
    waiting = card(submission(sign_off=asks, approvals_needed=10), NOON, setting)
    must_be_accepted(waiting.text, waiting.blocks)
    assert "<@U0PERSON000>" in words_of(waiting.blocks)
    lesson = Message("<!channel> & " * 300, "<!here> & " * 300)
    drill = Drill("pack", "scenario", "hate", "nine", lesson)
    over = submission(drill=drill, state=State.WITHDRAWN, decisions=(decision(Answer.APPROVE),))
    shown = card(over, NOON, setting)
    must_be_accepted(shown.text, shown.blocks)
    view_must_be_accepted(modals.told(Message(lesson.en, lesson.fr), language))
