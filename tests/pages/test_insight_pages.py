"""Figures, rules and audit log over HTTP."""

from __future__ import annotations

import json

import pytest

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.domain.change import Change, Event
from review_gate.domain.submission import Answer, Person, Role
from review_gate.gate import Seen
from review_gate.slack.directory import TOPIC
from tests.pages.house import INES, RISKY, SAMIRA, PageHouse

REVIEWER = Person(SAMIRA, "Samira Benali", frozenset({Role.REVIEWER}))
RULE = "newsjacking.catastrophe-promo"


@pytest.fixture
def busy(house: PageHouse) -> PageHouse:
    """Two risky drafts: one approved all the same, one rejected, twelve minutes after they came."""
    items = [house.hand_in(channel="x", market="FR") for _ in range(2)]
    house.pass_(minutes=12)
    for item, answer in zip(items, (Answer.APPROVE, Answer.REJECT), strict=True):
        house.gate.decide(item.id, answer, REVIEWER, Seen(1, item.text_sha256), "=cmd|why")
    return house


def test_figures_are_counted_from_what_happened(busy: PageHouse) -> None:
    visitor = busy.browser(INES)
    page = visitor.get("/figures?days=2").text
    assert "Samira Benali" in page
    lines = visitor.get("/figures/rules.csv?days=2").text.splitlines()
    assert f"{RULE},2,1,1,0,0.5" in lines
    answered, minutes = visitor.get("/figures/reviewers.csv?days=2").text.splitlines()[1].rsplit(",", 1)
    assert answered == "Samira Benali,2,1"
    assert 12 <= float(minutes) < 15, "twelve, and what a busy computer adds"
    assert f"{float(minutes):.0f} min" in page


def test_the_headline_says_the_days_as_french_does(busy: PageHouse) -> None:
    page = busy.browser(INES).get("/figures?since=2026-10-01&until=2026-11-02", **{"Accept-Language": "fr"}).text
    assert "du 1er octobre 2026 au 2 novembre 2026" in page


@pytest.mark.parametrize(
    "query", ["since=yesterday", "days=0", "since=2020-01-01", "days=99999999999", "until=9999-12-31&days=0"]
)
def test_a_range_that_is_none_is_told_so(house: PageHouse, query: str) -> None:
    answer = house.browser(INES).get(f"/figures?{query}")
    assert answer.status_code == 422
    assert "Choose a first and a last day" in answer.text


def test_no_drafts_yet_says_what_to_do(house: PageHouse) -> None:
    assert "hand in a first draft" in house.browser(INES).get("/figures").text


def test_a_rule_tells_its_record_and_its_examples(busy: PageHouse) -> None:
    page = busy.browser(SAMIRA).get(f"/rules/{RULE}").text
    assert "spoke about 2 drafts: 1 stopped, 1 approved all the same, 0 waiting" in page
    assert "Must hit" in page


def test_a_text_can_be_tried_on_the_rules(house: PageHouse) -> None:
    visitor = house.browser(SAMIRA)
    answer = visitor.client.get("/rules", params={"text": RISKY + "<script>", "channel": "x"}).text
    assert RULE in answer and "&lt;script&gt;" in answer and "<script>" not in answer.split("<main")[1]
    assert house.store.last_position() == 0, "trying stores nothing"
    assert "has anything to say" in visitor.client.get("/rules", params={"text": "Good morning."}).text


def test_the_audit_log_is_filtered_exported_and_checked(busy: PageHouse) -> None:
    visitor = busy.browser(INES)
    assert "4 events, all as they were written." in visitor.get("/audit?verify=1").text
    exported = visitor.get("/audit/events.jsonl?kind=submission.approve").text.splitlines()
    (line,) = [json.loads(one) for one in exported]
    assert (line["actor"], line["kind"], len(line["hash"])) == (SAMIRA, "submission.approve", 64)
    assert len(visitor.get("/audit/events.jsonl").text.splitlines()) == 4
    assert "No event fits." in visitor.get("/audit?actor=nobody").text
    assert visitor.get("/audit?since=soon").status_code == 422


def test_a_slack_id_is_shown_with_its_name_where_it_is_known(house: PageHouse) -> None:
    item = house.hand_in()
    house.gate.claim(item.id, Person("U0KNOWN001", roles=frozenset({Role.REVIEWER})))
    house.gate.escalate(item.id, Person("U0STRANGER", roles=frozenset({Role.LEAD})))
    house.store.put_note(TOPIC, "U0KNOWN001", {"name": "Zoé <Petit>"})
    page = house.browser(INES).get("/audit").text
    assert 'Zoé &lt;Petit&gt; <code class="soft small">U0KNOWN001</code>' in page and "<td>U0STRANGER</td>" in page
    history = house.browser(SAMIRA).get(f"/items/{item.id}").text.split('id="history"')[1]
    assert "Zoé &lt;Petit&gt;" in history and "U0KNOWN001" not in history and "U0STRANGER" in history


def test_a_changed_log_is_seen(busy: PageHouse) -> None:
    with busy.store.database.write() as session:
        session.execute("UPDATE events SET actor = 'somebody else' WHERE position = 2")
    page = busy.browser(INES).get("/audit?verify=1").text
    assert "The log holds up to position 1 only." in page


KINDS = (
    *("bot.tripped", "bot.paused", "bot.resumed", "bot.closed", "freeze.on", "freeze.off", "template.approved"),
    *("template.retired", "digest.marked", "cluster.found", "score.suggested", "submission.escalated"),
)


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_the_audit_log_speaks_words_and_is_filtered_and_exported_by_kind(house: PageHouse, spoken: str) -> None:
    events = tuple(Event(uuid7(), utc_now(), kind, "gate", None, {}) for kind in KINDS)
    house.store.commit(Change(events=events))
    visitor = house.browser(INES)
    page = visitor.get("/audit", **{"Accept-Language": spoken}).text
    for kind in KINDS:
        assert page.count(kind) == page.count(f'<option value="{kind}">') == 1
    assert ("a levé un gel" if spoken == "fr" else "lifted a freeze") in page
    (line,) = visitor.get("/audit/events.jsonl?kind=freeze.off").text.splitlines()
    assert json.loads(line)["kind"] == "freeze.off"
