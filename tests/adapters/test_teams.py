"""The Teams card: small enough, in both languages, with nothing in it that a draft could turn into a link."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.adapters.teams import TeamsNotifier
from review_gate.adapters.teams_card import MAX_BYTES, message
from review_gate.domain import lifecycle
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer, Submission
from review_gate.domain.verdict import Reason, Severity, Source
from review_gate.gate.announcing import step_of
from review_gate.ports import Undeliverable
from tests.adapters.test_webhook import publisher
from tests.builders import NOW, RENE, held, moment

PAGE = "https://gate.example/items/s-1"


LEANS = Message("Leans on a catastrophe.", "S'appuie sur une catastrophe.")


def risky(text: str = "Hurricane sale: 20% off!", reasons: int = 1) -> Submission:
    found = tuple(
        Reason(Source.RULE, Severity.HOLD, LEANS,
               rule=f"newsjacking.sale{n}", pack="newsjacking", category="newsjack", span=(0, min(9, len(text))),
               found=text[:9])
        for n in range(reasons)
    )  # fmt: skip
    item = held(text, channel="x", market="FR", planned_at=NOW)
    return replace(item, verdict=replace(item.verdict, reasons=found, severity=Severity.HOLD))


def content(sent: dict[str, Any]) -> dict[str, Any]:
    (attachment,) = sent["attachments"]
    assert sent["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card: dict[str, Any] = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    return card


def written(card: dict[str, Any]) -> str:
    def of(block: dict[str, Any]) -> str:
        return "".join(run["text"] for run in block.get("inlines", ())) or "\n".join(map(of, block.get("items", ())))

    return "\n".join(map(of, card["body"]))


def blocks(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for block in card["body"]:
        yield block
        yield from block.get("items", ())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("Risky · post · X (France)", "By anne", "due 2026-11-23 10:00 UTC", LEANS.en, "Next: a rev"),
        ),
        ("fr", ("Risqué · publication · X (France)", "Par anne", "prévu", LEANS.fr, "Ensuite : un")),
    ],
)
def test_what_waits(language: str, words: tuple[str, ...]) -> None:
    card = content(message(risky(), language, PAGE))
    assert all(word in written(card) for word in words), written(card)
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": {"en": "Decide", "fr": "Décider"}[language], "url": PAGE}
    ]
    marked = [run["text"] for block in blocks(card) for run in block.get("inlines", ()) if run.get("highlight")]
    assert marked == ["Hurricane"]


def test_approving_that_publishes_says_so() -> None:
    assert "Approving publishes it" in written(content(message(risky(), "en", PAGE, "masto")))
    assert "Approving publishes it" not in written(content(message(risky(), "en", PAGE)))


@pytest.mark.parametrize("answer", Answer)
def test_what_was_decided(answer: Answer) -> None:
    after = lifecycle.decide(risky(), answer, RENE, moment(), comment="Not today").submission
    assert after is not None
    told = written(content(message(after, "fr", PAGE)))
    assert "René" in told and "Not today" in told


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20_000),
    reasons=st.integers(0, 60),
    comment=st.text(st.characters(exclude_categories=["Cs"]), max_size=2000),
)
@settings(max_examples=25, deadline=None)
def test_it_is_never_too_big(text: str, reasons: int, comment: str) -> None:
    item = lifecycle.decide(risky(text, reasons), Answer.REJECT, RENE, moment(), comment=comment).submission
    assert item is not None
    sent = message(item, "en", PAGE)
    assert len(json.dumps(sent, ensure_ascii=False).encode()) <= MAX_BYTES
    assert content(sent)["actions"][0]["url"] == PAGE


def test_the_biggest_text_is_shortened_not_dropped() -> None:
    sent = message(risky("🎉" * 20_000, 60), "fr", PAGE)
    assert len(json.dumps(sent, ensure_ascii=False).encode()) <= MAX_BYTES
    assert "caractères …]" in written(content(sent))


def test_nobody_makes_a_link_out_of_a_draft() -> None:
    text = "[Click](https://evil.example) **now** <b>x</b> {{DATE(2026-01-01)}}"
    card = content(message(risky(text), "en", PAGE))
    assert {block["type"] for block in blocks(card)} <= {"RichTextBlock", "Container"}  # no TextBlock: no Markdown
    assert text in written(card)


@pytest.fixture
def store() -> Iterator[SqlStore]:
    found = open_store("sqlite::memory:")
    yield found
    found.close()


def deliver(store: SqlStore, url: str, step: str = "") -> Any:
    item = risky()
    opened = lifecycle.open_submission("s-1", item.draft, item.verdict, "anne", moment(prefix="open"))
    if store.submission("s-1") is None:
        store.commit(opened)
    stored = store.submission("s-1")
    assert stored is not None
    payload = {"submission_id": "s-1", "step": step or step_of(stored)}
    with closing(TeamsNotifier(url, store, "fr", lambda id_: f"https://gate.example/items/{id_}")) as teams:
        return teams.deliver(Delivery("d-1", DeliveryKind.TEAMS, NOW, payload=payload))


def test_it_arrives_once_and_says_how_it_stands(store: SqlStore) -> None:
    with publisher(202) as (url, received):
        assert deliver(store, url) == {"status": 202}
        ((headers, body),) = received
        assert headers["content-type"] == "application/json"
        assert content(json.loads(body))["actions"][0]["url"] == PAGE
        assert "skipped" in deliver(store, url, "s-1:1:approved")
        assert len(received) == 1


@pytest.mark.parametrize(("status", "final"), [(429, False), (502, False), (404, True), (400, True)])
def test_what_goes_wrong(store: SqlStore, status: int, final: bool) -> None:
    with publisher(status, Retry_After="9") as (url, _), pytest.raises(Undeliverable) as error:
        deliver(store, url)
    assert (error.value.final, error.value.retry_after) == (final, 9.0)
    assert url not in str(error.value)  # it is a secret, and errors are shown
