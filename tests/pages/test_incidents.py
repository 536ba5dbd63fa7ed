"""Incidents, and drafts of packs: from what went out to a rule that sees it, over HTTP with a real rules folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from review_gate.adapters.clock import uuid7
from review_gate.domain.change import Change
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.outcome import About
from review_gate.domain.submission import Answer, Person, Role, Submission
from review_gate.gate import Seen
from review_gate.gate.incidents import Incidents
from review_gate.rulebook.watch import LivePacks
from tests.pages.house import CAMILLE, INES, SAMIRA, PageHouse, Visitor, running

REVIEWER = Person(SAMIRA, "Samira Benali", frozenset({Role.REVIEWER}))
PACK = """# Words that hurt
pack: words
version: 1
owner: "@care"
rules:
  - id: words.cheap
    kind: existence
    category: stereotype
    severity: hold
    message: {en: "'{found}' hurts.", fr: "« {found} » blesse."}
    rationale: complaints  # many
    source: tests
    terms: [scrounger, layabout]
    should_hit:
      - "No scrounger in our queue"
    should_pass:
      - "No queue today"
"""
WENT_OUT = "Even a layabout can afford our autumn sale"


@dataclass
class Desk:
    """A house with a pack of its own in `file`, and something that went out."""

    house: PageHouse
    file: Path
    item: Submission

    def open(self, visitor: Visitor) -> str:
        sent = visitor.send("/incidents", about="submission", subject=self.item.id)
        assert sent.status_code == 303, sent.text
        return sent.headers["Location"].split("?")[0]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    rules = tmp_path / "rules"
    rules.mkdir()
    file = rules / "words.yml"
    file.write_text(PACK)
    with running(tmp_path, packs=LivePacks(rules, every=0).current) as house:
        item = house.hand_in(WENT_OUT, channel="x")
        house.gate.decide(item.id, Answer.APPROVE, REVIEWER, Seen(1, item.text_sha256))
        yield Desk(house, file, item)


def version(page: str) -> str:
    return page.split('name="version" value="')[1].split('"')[0]


def test_from_what_went_out_to_a_rule_that_knows_it(desk: Desk) -> None:
    lead = desk.house.browser(INES)
    assert "No incident so far" in lead.get("/incidents").text
    lead.send(f"/items/{desk.item.id}/outcome", complaints="4")
    path = desk.open(lead)
    assert desk.open(lead) == path, "one thing that went out is one incident"
    page = lead.get(path).text
    order = ["handed it in", "approved", "It went out", "reported what happened", "opened an incident"]
    places = [page.index(words, page.index('id="timeline"')) for words in order]
    assert places == sorted(places) and "words.cheap" in page

    seen = version(page)
    assert lead.send(f"{path}/describe", version=seen, title="A sale", causes="Nobody saw it").status_code == 303
    stale = lead.send(f"{path}/describe", version=seen, title="Mine", causes="Lost?")
    assert stale.status_code == 409 and "Somebody else wrote to this incident" in stale.text and "Lost?" in stale.text
    now = version(lead.get(path).text)
    assert lead.send(f"{path}/task", version=now, what="Train", owner="Ana", due="2020-01-01").status_code == 303
    page = lead.get(path).text
    assert "1 late" in lead.get("/incidents").text
    refused = lead.send(f"{path}/close", version=version(page))
    assert refused.status_code == 403 and "every action is done" in refused.text
    task = page.split('name="task" value="')[1].split('"')[0]
    lead.send(f"{path}/finish", version=version(page), task=task, done="1")

    refused = lead.send(f"{path}/example", rule="words.cheap")
    assert refused.status_code == 422 and "2 texts that must hit and 1 that must pass" in refused.text
    assert desk.file.read_text() == PACK
    taught = lead.send(f"{path}/example", rule="words.cheap", harmless="An autumn sale for everybody")
    assert taught.status_code == 303
    written = desk.file.read_text()
    assert "version: 2" in written and f'text: "{WENT_OUT}", channel: "x"' in written
    assert "# Words that hurt" in written and "# many" in written
    assert list(desk.file.parent.iterdir()) == [desk.file]
    page = lead.get(path).text
    assert "words.cheap, version 2 of its pack, by Inès Garnier" in page
    assert lead.send(f"{path}/close", version=version(page)).status_code == 303
    assert "closed the incident" in lead.get(path).text
    kinds = [chained.event.kind for chained in desk.house.store.events()]
    assert [kind for kind in kinds if kind.startswith(("incident", "rules"))] == [
        "incident.opened", "incident.described", "incident.task_added", "incident.task_done", "rules.written",
        "incident.example_added", "incident.closed",
    ]  # fmt: skip


def test_what_a_rule_has_learned_is_noted_whatever_else_is_written_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = desk.house.store
    incidents = Incidents(store, lambda: datetime.now(UTC), uuid7)
    made = incidents.open(About.SUBMISSION, desk.item.id, "", REVIEWER)
    commit, others = store.commit, ["nobody looked"]

    def contested(change: Change) -> None:
        if others:
            incidents.describe(made.id, made.version, "A sale", others.pop(), REVIEWER)
        commit(change)

    monkeypatch.setattr(store, "commit", contested)
    after = incidents.taught(made.id, "words.cheap", "words", 2, REVIEWER)
    assert (after.version, after.causes, after.taught[0].rule) == (3, "nobody looked", "words.cheap")


def test_a_reply_that_went_out_by_itself_is_an_incident_too(desk: Desk) -> None:
    draft = Draft("Votre colis part demain matin, merci.", Kind.REPLY, bot="faq")
    reply = desk.house.gate.check(draft, Person("faq")).reply
    reviewer = desk.house.browser(SAMIRA)
    sent = reviewer.send("/incidents", about="reply", subject=str(reply))
    page = reviewer.get(sent.headers["Location"]).text
    assert draft.text in page and "bot faq" in page and "Add to the pack" not in page
    assert reviewer.send(sent.headers["Location"].split("?")[0] + "/example", rule="words.cheap").status_code == 403
    assert reviewer.send("/incidents", about="reply", subject="nothing").status_code == 404


def test_what_never_went_out_is_no_incident_and_authors_open_none(desk: Desk) -> None:
    held = desk.house.hand_in("Another text")
    refused = desk.house.browser(SAMIRA).send("/incidents", about="submission", subject=held.id)
    assert refused.status_code == 403 and "Nobody approved this" in refused.text
    assert desk.house.browser(CAMILLE).send("/incidents", about="submission", subject=held.id).status_code == 403


def test_a_text_that_no_rule_sees_leads_to_a_draft_of_the_pack(desk: Desk) -> None:
    lead = desk.house.browser(INES)
    desk.file.write_text(PACK.replace(", layabout", ""))
    path = desk.open(lead)
    refused = lead.send(f"{path}/example", rule="words.cheap", harmless="An autumn sale")
    assert refused.status_code == 422 and "this must hit &#39;words.cheap&#39; and does not" in refused.text
    link = refused.text.split('href="/rules/draft?')[1].split('"')[0].replace("&amp;", "&")
    page = lead.get(f"/rules/draft?{link}").text
    hidden = {
        name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("pack", "sha", "incident", "rule")
    }
    text = desk.file.read_text().replace("[scrounger]", "[scrounger, layabout]")
    text = text.replace("version: 1", "version: 2").replace("should_hit:", f"should_hit:\n      - {WENT_OUT}")
    text = text.replace("should_pass:", "should_pass:\n      - Even better")
    saved = lead.send("/rules/draft", **hidden, text=text.replace("\n", "\r\n"), action="save")
    assert saved.status_code == 303 and saved.headers["Location"].endswith("said=taught")
    assert desk.file.read_text() == text
    assert "Put in force" not in desk.house.browser(SAMIRA).get("/rules/draft?pack=words").text
    assert desk.house.browser(SAMIRA).send("/rules/draft", **hidden, text=text, action="save").status_code == 403


def test_a_draft_is_checked_and_replayed_against_the_decisions(desk: Desk) -> None:
    desk.house.hand_in("Our queue is short today")
    reviewer = desk.house.browser(SAMIRA)
    wrong = reviewer.send("/rules/draft", pack="words", text=PACK.replace("severity: hold", "severity: hodl"))
    assert wrong.status_code == 422 and "words.yml:9:15" in wrong.text and "did you mean" in wrong.text
    assert "\n  " + " " * 14 + "^" in wrong.text
    reviewer.send("/language", language="fr")
    wrong = reviewer.send("/rules/draft", pack="words", text=PACK.replace("severity: hold", "severity: hodl"))
    assert "« hodl » n&#39;est pas une valeur de « severity »" in wrong.text and "vouliez-vous dire" in wrong.text
    reviewer.send("/language", language="en")
    milder = reviewer.send("/rules/draft", pack="words", text=PACK.replace("severity: hold", "severity: note")).text
    assert "approved 1" in milder.split("Would go through now")[1]
    assert "Nothing would have been different" in reviewer.send("/rules/draft", pack="words", text=PACK).text
    gone = reviewer.send("/rules/draft", pack="words", text=PACK.replace(", layabout", "")).text
    assert "− words.cheap" in gone and "approved 1" in gone.split("Would go through now")[1]
    more = reviewer.send(
        "/rules/draft", pack="words",
        text=PACK.replace("[scrounger", "[queue is short, scrounger"),
    ).text  # fmt: skip
    assert "+ words.cheap" in more and "undecided" in more.split("Would be held now")[1]
    assert desk.file.read_text() == PACK, "trying writes nothing"
    assert desk.house.browser(CAMILLE).get("/rules/draft").status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda text: (
                text.replace("pack: words", "pack: other")
                .replace("- id: words", "- id: other")
                .replace("version: 1", "version: 2")
            ),
            "leave the name",
        ),
        (lambda text: text, "higher version number"),
    ],
)
def test_what_may_not_replace_a_pack(desk: Desk, change, said: str) -> None:  # type: ignore[no-untyped-def]
    lead = desk.house.browser(INES)
    page = lead.get("/rules/draft?pack=words").text
    sha = page.split('name="sha" value="')[1].split('"')[0]
    answer = lead.send("/rules/draft", pack="words", sha=sha, text=change(PACK), action="save")
    assert said in answer.text and desk.file.read_text() == PACK


def test_somebody_elses_change_is_not_written_over(desk: Desk) -> None:
    lead = desk.house.browser(INES)
    page = lead.get("/rules/draft?pack=words").text
    sha = page.split('name="sha" value="')[1].split('"')[0]
    desk.file.write_text(PACK + "# by hand\n")
    text = PACK.replace("version: 1", "version: 2")
    answer = lead.send("/rules/draft", pack="words", sha=sha, text=text, action="save")
    assert answer.status_code == 409 and "Somebody changed words.yml meanwhile" in answer.text
    assert desk.file.read_text().endswith("# by hand\n")


def test_a_file_that_cannot_be_written_gives_the_line_to_copy(desk: Desk) -> None:
    desk.file = desk.file.rename(desk.file.with_name("w" * 240 + ".yml"))  # no room for a name beside it
    lead = desk.house.browser(INES)
    answer = lead.send(f"{desk.open(lead)}/example", rule="words.cheap", harmless="An autumn sale")
    assert answer.status_code == 409 and "The service may not write" in answer.text
    assert f"text: &#34;{WENT_OUT}&#34;" in answer.text
    assert desk.file.read_text() == PACK and len(list(desk.file.parent.iterdir())) == 1
