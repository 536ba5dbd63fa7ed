"""Erasure: no word of an author's is left anywhere, the record of decisions and its chain hold, tampering is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from review_gate.adapters.release import ReleaseSigner
from review_gate.adapters.stores import SqlStore, chain
from review_gate.adapters.stores.erasing import PIECE
from review_gate.adapters.stores.moving import TABLES
from review_gate.cli import erase
from review_gate.cli.main import main
from review_gate.domain import lifecycle
from review_gate.domain.change import Change, Delivery, DeliveryKind, Event, Idempotency, Moment, Note, RememberedReply
from review_gate.domain.draft import Draft, Kind, Media
from review_gate.domain.message import Message
from review_gate.domain.outcome import About, Circumstances, Outcome, Readings
from review_gate.domain.release import Publication, claims, refusal
from review_gate.domain.submission import Answer, Person, Role, Submission
from review_gate.domain.verdict import Action, Reason, Severity, Source
from review_gate.gate.alerts import alert, clusters_since
from review_gate.gate.erasing import Ageing, Erasure, Retention
from review_gate.insight.digest import Digest, Sampled, digest
from review_gate.insight.invariants import breaches
from review_gate.slack.notices import Notices
from tests.builders import NOW, RENE, FakeClock, Ids, verdict
from tests.stores.test_commands import call, no_settings

__all__ = ["no_settings"]
Open = Callable[[str], SqlStore]

SECRET = ("Peggy", "Sandcastle", "Marmalade", "peggy@example.org", "U0PEGGY99", "Question?")
"""Words that only the author wrote, or that name her."""
PEGGY = Person("peggy@example.org", "Peggy")

IDS = Ids("erase")
DAY = NOW.date()


def at(minutes: float) -> Moment:
    return Moment(NOW + timedelta(minutes=minutes), IDS)


def hand_in(
    store: SqlStore, author: str = PEGGY.id, text: str = "Sandcastle!", planned_at: datetime | None = None
) -> Submission:
    reason = Reason(
        Source.RULE, Severity.HOLD, Message("'Sandcastle' again", "« Sandcastle » encore"), found="Sandcastle"
    )
    judged = replace(verdict(text), reasons=(reason,))
    draft = Draft(text, Kind.REPLY, media=(Media("https://x.example/Marmalade.png", "Marmalade"),), author=author,
                  bot="faq", in_reply_to="Question?", planned_at=planned_at)  # fmt: skip
    opened = lifecycle.open_submission(IDS(), draft, judged, "shop", at(0))
    assert opened.submission is not None
    answer = {
        "id": opened.submission.id,
        "state": "held",
        "text": text,
        "verdict": {"reasons": [{"found": "Sandcastle"}]},
    }
    reply = RememberedReply(IDS(), "faq", "c-Peggy", text, b"", NOW, Action.HOLD)
    store.commit(replace(opened, idempotency=Idempotency("shop", IDS(), "ab", 202, answer, NOW), replies=(reply,)))
    return opened.submission


def decide(store: SqlStore, seen: Submission, answer: Answer = Answer.APPROVE) -> Submission:
    change = lifecycle.decide(seen, answer, RENE, at(1), "Marmalade, really?")
    store.commit(change)
    assert change.submission is not None
    return change.submission


def commented(store: SqlStore, about: Submission) -> None:
    data = {"text": "I built that Sandcastle", "by_name": "Peggy", "revision": 1}
    event = Event(IDS(), NOW, "submission.commented", "U0PEGGY99", about.id, data)
    notice = Delivery(IDS(), DeliveryKind.NOTICE, NOW, payload={"user": "U0PEGGY99", "text": "Marmalade",
                                                                 "submission_id": about.id})  # fmt: skip
    store.commit(Change(events=(event,), deliveries=(notice,)))


def everything(store: SqlStore) -> str:
    """All that is stored, but keys and accounts, as one text."""
    found = []
    with store.database.read() as session:
        for table in TABLES:
            if table.name not in ("api_keys", "users"):
                rows = session.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}").fetchall()
                found += [str(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)) for row in rows]
    return "\n".join(found)


def erasure(store: SqlStore) -> Erasure:
    return Erasure(store, FakeClock(NOW + timedelta(days=3)), IDS)


@pytest.fixture
def known(store: SqlStore) -> SqlStore:
    store.put_note("person", "U0PEGGY99", {"email": PEGGY.id, "name": "Peggy", "lang": "en", "tz": "UTC"})
    store.put_note("person-by-email", PEGGY.id, {"user": "U0PEGGY99"})
    return store


def sound(store: SqlStore) -> None:
    assert chain.verify(store.log()).broken is None
    assert [breach.message.en for breach in breaches(store.records())] == []
    assert list(store.strays()) == []


def test_no_word_is_left_and_the_record_holds(known: SqlStore) -> None:
    approved = decide(known, hand_in(known))
    commented(known, approved)
    held = hand_in(known, "U0PEGGY99")
    rejected = decide(known, hand_in(known, "PEGGY@example.org"), Answer.REJECT)
    other = hand_in(known, "tom@example.org", "Tom's own words")
    before = everything(known)
    assert all(word in before for word in SECRET)

    done = erasure(known).author("Peggy@example.org", "dpo")

    assert done.submissions == 3
    left = everything(known).replace(str(known.submission(other.id)), "")
    tom = [line for line in left.split("\n") if other.id not in line]
    assert [word for word in SECRET for line in tom if word.lower() in line.lower()] == []
    sound(known)
    kept = known.submission(approved.id)
    assert kept is not None and kept.decisions[0].by == RENE.id and kept.decisions[0].comment == ""
    assert kept.decisions[0].text_sha256 == approved.text_sha256  # which text was approved can still be proved
    assert {s: (found := known.submission(s)) and found.state for s in (approved.id, held.id, rejected.id)} == {
        approved.id: "approved", held.id: "withdrawn", rejected.id: "rejected",
    }  # fmt: skip
    assert [event.event.kind for event in known.events(held.id)][-1] == "submission.erased"
    untouched = known.submission(other.id)
    assert untouched == other
    assert erasure(known).author(PEGGY.id, "dpo").submissions == 0


def test_a_name_with_accents_is_found_in_any_case_and_however_it_is_written(store: SqlStore) -> None:
    name = "Équipe Élan"
    made, other = hand_in(store, name), hand_in(store, "tom@example.org", "Tom's own words")
    about = Circumstances("Tom's own words", NOW, 0, approved_by=name)
    store.commit(Change(outcome=Outcome(other.id, About.SUBMISSION, 1, Readings(complaints=1), about, name, NOW)))
    store.commit(Change(idempotency=Idempotency("submit:tom", "k", "ab", 202, {"claim": {"by": name}}, NOW)))
    before = everything(store)
    assert "Équipe Élan" in before and "\\u00c9quipe" in before  # both spellings are there

    assert erasure(store).author("équipe élan", "dpo").submissions == 1

    assert (found := store.submission(made.id)) is not None and found.draft.text == "[erased]"
    left = everything(store).casefold()
    assert [word for word in ("équipe", "\\u00c9quipe") if word.casefold() in left] == []
    assert store.submission(other.id) == other
    sound(store)


def give_up(store: SqlStore, minute: float, kinds: Iterable[DeliveryKind] = DeliveryKind) -> list[Delivery]:
    """Everything of these kinds that is due ends as a dead letter. Answers all dead letters."""
    for kind in kinds:
        while due := store.claim_deliveries(kind, at(minute).now, 100):  # a submission's keep their order
            for one in due:
                store.failed(one.id, at(minute).now, "410", None)
    return list(store.dead_letters())


def test_what_was_given_up_is_not_sent_again_without_its_words(
    known: SqlStore, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    approved = decide(known, hand_in(known, planned_at=NOW + timedelta(days=9)))
    commented(known, approved)
    mail = Delivery(IDS(), DeliveryKind.MAIL, NOW, payload={"to": PEGGY.id, "subject": "Sandcastle", "text": "Hello"})
    other = decide(known, hand_in(known, "tom@example.org", "Tom's own words"))
    known.commit(Change(deliveries=(mail,)))
    given_up = {one.id: one for one in give_up(known, 5, set(DeliveryKind) - {DeliveryKind.MAIL})}
    lost = [one for one in (*given_up.values(), mail) if one.kind.value in ("webhook", "notice", "mail")]
    lost = [one for one in lost if one.submission_id != other.id]
    assert {one.kind.value for one in lost} == {"webhook", "notice", "mail"}

    erasure(known).author(PEGGY.id, "dpo")

    left = {one.id for one in known.dead_letters()}
    assert left == set(given_up) - {one.id for one in lost}
    assert other.id in {one.submission_id for one in known.dead_letters() if one.kind is DeliveryKind.WEBHOOK}
    assert known.vitals(at(6).now).outbox["webhook"].dead == 1
    for one in lost:
        assert main(["outbox", "replay", one.id, "--database", url]) == 1
        assert "because they were erased" in capsys.readouterr().err
    assert main(["outbox", "replay", lost[0].id, "--database", url, "--language", "fr"]) == 1
    assert "effacés" in capsys.readouterr().err

    told = [one for one in give_up(known, 5000) if one.payload.get("type") == "submission.withdrawn"]
    assert [one.submission_id for one in told] == [approved.id], "that it was withdrawn can be told again"
    assert main(["outbox", "replay", told[0].id, "--database", url]) == 0
    sound(known)
    assert call("audit", "verify", "--deep", "--database", url) == 0


def test_what_still_waited_when_it_was_erased_is_no_dead_letter_later(known: SqlStore) -> None:
    approved = decide(known, hand_in(known, planned_at=NOW + timedelta(days=9)))
    commented(known, approved)
    erasure(known).author(PEGGY.id, "dpo")
    said = [one.payload.get("type") for one in give_up(known, 5000) if one.kind is not DeliveryKind.CARD]
    assert [one for one in said if one is not None] == ["submission.withdrawn"]


def looked_at(store: SqlStore, quoted: Sequence[Submission], day: date = DAY) -> None:
    """A cluster was found among these and told, and the day's digest made of it and of two replies that went out."""
    data = {"kind": "tone", "count": 9, "usual": 0.5, "submissions": [one.id for one in quoted],
            "examples": [one.draft.text[:120] for one in quoted]}  # fmt: skip
    found = {"at": NOW.isoformat(), **data}
    seen = store.note("clusters", "seen")
    items = [*(seen or {"items": []})["items"], found]
    event = Event(IDS(), NOW, "cluster.found", "gate", None, data)
    store.commit(Change(events=(event,), notes=(Note("clusters", "seen", {"items": items}, seen),)))
    notices = Notices(store, FakeClock(NOW), IDS)
    told = alert(event)
    assert told is not None
    notices.direct_once(event.id, "C1", told, "en", "", [one.id for one in quoted])
    (cluster,) = clusters_since(store, NOW)[-1:]
    sample = (
        Sampled("r-1", "faq", "U0PEGGY99", "Your Sandcastle is on its way.", NOW, 0.2),
        Sampled("r-2", "faq", "c-9", "Hello PEGGY!", NOW, 0.1),
        Sampled("r-3", "faq", "c-8", "Hi Tom!", NOW, 0.1),
    )
    made = digest(day, NOW, NOW + timedelta(days=1), {"faq": {20: 3}}, (), (), (), sample, (cluster,))
    store.put_note("digest", day.isoformat(), TypeAdapter(Digest).dump_python(made, mode="json"))


def texts(store: SqlStore, day: date = DAY) -> tuple[list[str], list[str], list[str]]:
    """What is left in the digest's sample, in the digest's clusters, and in the note of clusters."""
    note = store.note("digest", day.isoformat())
    found = TypeAdapter(Digest).validate_python(note, strict=False)
    assert (found.sent, found.scores) == ({"faq": 3}, {"faq": {20: 3}})  # what was counted stays
    assert [(one.kind, one.count) for one in (*found.clusters, *clusters_since(store, NOW))] == [("tone", 9)] * 2
    return (
        [one.text for one in found.sample],
        [text for one in found.clusters for text in one.examples],
        [text for one in clusters_since(store, NOW) for text in one.examples],
    )


def test_looks_and_clusters_lose_the_authors_words_and_keep_their_counts(known: SqlStore) -> None:
    mine, other = hand_in(known), hand_in(known, "tom@example.org", "Tom's own words")
    looked_at(known, [mine, other])
    erasure(known).author(PEGGY.id, "dpo")
    gone = ["[erased]", "Tom's own words"]
    assert texts(known) == (["[erased]", "[erased]", "Hi Tom!"], gone, gone)
    lines = everything(known).split("\n")
    left = "\n".join(line for line in lines if other.id not in line or mine.id in line)  # not what is Tom's alone
    assert [word for word in SECRET if word.lower() in left.lower()] == []
    sound(known)
    again = [one.payload for one in known.claim_deliveries(DeliveryKind.NOTICE, NOW + timedelta(days=9), 10)]
    assert {"digest": DAY.isoformat(), "only_posted": True} in again  # the channel is shown what is left
    erasure(known).author("tom@example.org", "dpo")  # the second of two who were quoted
    assert texts(known)[1:] == (["[erased]"] * 2,) * 2
    assert "Tom" not in str([item.event for item in known.log()])
    sound(known)


def test_looks_and_clusters_lose_their_texts_when_the_policy_says_so(known: SqlStore) -> None:
    waits = hand_in(known, "tom@example.org", "Tom's own words")
    looked_at(known, [waits])
    clock = FakeClock(NOW + timedelta(days=30))
    chore = Retention(Erasure(known, clock, IDS), clock, days=30)
    chore()
    assert texts(known)[0][2] == "Hi Tom!"  # the digest ended a day later
    clock.pass_(hours=25)
    chore()
    assert texts(known) == (["[erased]"] * 3, ["[erased]"], ["[erased]"])
    assert known.submission(waits.id) == waits
    assert Erasure(known, clock, IDS).before(clock(), "dpo").others == 0  # nothing is swept twice
    sound(known)


def test_an_approved_text_that_could_still_go_out_is_withdrawn(known: SqlStore) -> None:
    approved = decide(known, hand_in(known))
    early = Erasure(known, FakeClock(NOW + timedelta(minutes=5)), IDS)
    early.author(PEGGY.id, "dpo")
    kept = known.submission(approved.id)
    assert kept is not None and kept.state == "withdrawn"
    told = [one.payload["type"] for one in known.claim_deliveries(DeliveryKind.WEBHOOK, NOW + timedelta(days=1), 10)]
    assert told == ["submission.approved"] or "submission.withdrawn" in told
    payload = lifecycle.decide(hand_in(known), Answer.APPROVE, RENE, at(1)).deliveries[-1].payload
    said = {**claims(payload["data"]), "sub": approved.id, "revision": 1}
    refused = refusal(said, kept, Publication("Sandcastle!", NOW))
    assert refused is not None and refused.reason == "erased"
    sound(known)


def test_what_was_blanked_by_hand_is_told(known: SqlStore) -> None:
    decide(known, hand_in(known))
    with known.database.write() as session:
        (data,) = session.execute("SELECT data FROM events WHERE position = 2").fetchone()
        content = chain.content_hash(RENE.id, json.loads(data))
        session.execute("UPDATE events SET data = '{}', content = ? WHERE position = 2", (content,))
    broken = chain.verify(known.log()).broken
    assert broken is not None and "no event says that it was erased" in broken.en


def test_what_is_kept_of_an_erased_event_still_counts(known: SqlStore) -> None:
    decide(known, hand_in(known))
    erasure(known).author(PEGGY.id, "dpo")
    with known.database.write() as session:
        session.execute("UPDATE events SET content = ? WHERE content IS NOT NULL", ("0" * 64,))
    assert chain.verify(known.log()).broken is not None


def test_retention_leaves_what_waits_and_what_is_young(known: SqlStore) -> None:
    old, waits = decide(known, hand_in(known), Answer.REJECT), hand_in(known)
    clock = FakeClock(NOW + timedelta(days=31))
    chore = Retention(Erasure(known, clock, IDS), clock, days=30)
    chore()
    assert (found := known.submission(old.id)) is not None and found.erased_at == clock()
    assert known.submission(waits.id) == waits
    young = decide(known, hand_in(known), Answer.REJECT)
    Erasure(known, clock, IDS).before(NOW, "dpo")
    assert known.submission(young.id) == young
    sound(known)


def test_one_that_cannot_be_erased_keeps_no_other_from_it(known: SqlStore) -> None:
    first, bad, last = (decide(known, hand_in(known), Answer.REJECT) for _ in range(3))
    with known.database.write() as session:
        session.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (bad.id,))
    clock = FakeClock(NOW + timedelta(days=31))
    with pytest.raises(ValueError, match="validation"):
        Retention(Erasure(known, clock, IDS), clock, days=30)()
    for one in (first, last):
        assert (found := known.submission(one.id)) is not None and found.erased_at == clock()
    mine = hand_in(known)
    with pytest.raises(ValueError, match="validation"):
        Erasure(known, clock, IDS).author(PEGGY.id, "dpo")
    assert (found := known.submission(mine.id)) is not None and found.erased_at == clock()


def test_retention_leaves_what_is_approved_for_a_later_day(known: SqlStore) -> None:
    planned = NOW + timedelta(days=60)
    approved, rejected = (
        decide(known, hand_in(known, planned_at=planned), answer) for answer in (Answer.APPROVE, Answer.REJECT)
    )
    clock = FakeClock(NOW + timedelta(days=31))
    chore = Retention(Erasure(known, clock, IDS), clock, days=30)
    chore()
    assert known.submission(approved.id) == approved
    assert (found := known.submission(rejected.id)) is not None and found.erased_at == clock()  # never goes out
    clock.pass_(days=60)  # a month and a day after it was to go out
    chore()
    assert (found := known.submission(approved.id)) is not None and found.erased_at == clock()
    assert found.state == "approved"  # its day is over: there is nothing to withdraw
    sound(known)


def test_retention_leaves_what_somebody_takes_up_again_at_that_very_moment(
    known: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = decide(known, hand_in(known))
    commit = known.commit

    def contested(change: Change) -> None:
        if change.erasing is not None and known.submission(old.id) == old:
            draft = replace(old.draft, text="Another Sandcastle")
            commit(lifecycle.revise(old, draft, verdict(draft.text), PEGGY, at(60 * 24 * 31)))
        commit(change)

    monkeypatch.setattr(known, "commit", contested)
    clock = FakeClock(NOW + timedelta(days=31))
    Retention(Erasure(known, clock, IDS), clock, days=30)()
    held = known.submission(old.id)
    assert held is not None and (held.state, held.draft.text) == ("held", "Another Sandcastle")
    sound(known)


def answered(store: SqlStore, scope: str) -> Idempotency:
    made = Idempotency(scope, IDS(), "ab", 200, {"verdict": {"reasons": [{"found": "Sandcastle"}]}}, NOW)
    store.commit(Change(idempotency=made))
    return made


def test_the_apis_answers_go_and_what_happens_once_stays(store: SqlStore) -> None:
    lost = [answered(store, scope) for scope in ("check:shop", "submit:shop", "outcome reply:shop")]
    lost += [answered(store, "check:shop") for _ in range(PIECE)]  # more than one piece
    once = [answered(store, scope) for scope in ("notice", "mail", "cluster", "checkup", "import:shop")]
    clock = FakeClock(NOW + timedelta(days=7))
    chore = Ageing(store, clock, days=None)
    chore()
    assert {bool(store.answered(one.scope, one.key)) for one in (*lost, *once)} == {True}
    clock.pass_(hours=1)
    young = Idempotency("check:shop", "young", "ab", 200, {}, clock())
    store.commit(Change(idempotency=young))
    chore()
    assert [store.answered(one.scope, one.key) for one in lost] == [None] * len(lost)
    assert [store.answered(one.scope, one.key) for one in (*once, young)] == [*once, young]


def test_the_apis_answers_go_sooner_where_texts_are_kept_for_less(store: SqlStore) -> None:
    made = answered(store, "check:shop")
    Ageing(store, FakeClock(NOW + timedelta(days=2)), days=1)()
    assert store.answered(made.scope, made.key) is None


@pytest.mark.parametrize(("days", "kept_for"), [(30, 30), (None, 90)])
def test_what_was_delivered_loses_its_words_and_the_audit_holds(
    known: SqlStore, url: str, days: int | None, kept_for: int
) -> None:
    approved = decide(known, hand_in(known, text="Sandcastle, again"))
    commented(known, approved)
    waiting = Delivery(IDS(), DeliveryKind.MAIL, NOW, payload={"text": "Sandcastle"})
    known.commit(Change(deliveries=(waiting,)))
    for kind in DeliveryKind:
        for one in known.claim_deliveries(kind, at(5).now, 100) if kind is not DeliveryKind.MAIL else ():
            known.delivered(one.id, at(6).now, {"ts": "1"})
    clock = FakeClock(NOW + timedelta(days=kept_for))
    chore = Ageing(known, clock, days)
    before = deliveries(known)
    chore()
    assert deliveries(known) == before
    clock.pass_(hours=2)
    chore()
    left = deliveries(known)
    said = {kind: payload for kind, _, payload in left}
    assert set(said) == {"card", "webhook", "mail"}  # no message that belongs to no audit
    assert "Sandcastle" not in said["card"] + said["webhook"] and "Sandcastle" in said["mail"]
    assert str(approved.decisions[0].text_sha256) in said["webhook"]
    chore()
    assert deliveries(known) == left
    sound(known)
    assert call("audit", "verify", "--deep", "--database", url) == 0


def test_what_was_given_up_loses_its_words_too_and_the_audit_holds(known: SqlStore, url: str) -> None:
    approved = decide(known, hand_in(known, text="Sandcastle, again"))
    commented(known, approved)
    young = Delivery(IDS(), DeliveryKind.MAIL, at(200).now, payload={"text": "Sandcastle, too"})
    for minute, kinds in ((6, set(DeliveryKind) - {DeliveryKind.MAIL}), (200, {DeliveryKind.MAIL})):
        for kind in kinds:
            for _ in range(3):  # one by one: a submission's keep their order
                for one in known.claim_deliveries(kind, at(minute).now, 100):
                    known.failed(one.id, at(minute).now, "410: 'Sandcastle' is no word", None)
        known.commit(Change(deliveries=(young,) if minute == 6 else ()))
    given_up = known.dead_letters()
    assert {one.kind.value for one in given_up} == {"card", "webhook", "media", "notice", "mail"}
    clock = FakeClock(NOW + timedelta(days=30))
    chore = Ageing(known, clock, 30)
    chore()
    assert known.dead_letters() == given_up
    clock.pass_(hours=2)
    chore()
    assert known.dead_letters() == [one for one in given_up if one.id == young.id]
    assert known.vitals(clock()).outbox["webhook"].dead == 0
    assert {kind for kind, _, _ in deliveries(known)} == {"card", "webhook", "mail"}
    with known.database.read() as session:
        rows = session.execute("SELECT payload, last_error FROM deliveries WHERE id <> ?", (young.id,)).fetchall()
    assert rows and "Sandcastle" not in str(rows)
    assert not any(known.replay(one.id, clock()) for one in given_up if one.id != young.id), "nothing is left to send"
    sound(known)
    assert call("audit", "verify", "--deep", "--database", url) == 0


def deliveries(store: SqlStore) -> list[tuple[str, str, str]]:
    with store.database.read() as session:
        return session.execute("SELECT kind, state, payload FROM deliveries ORDER BY position").fetchall()


def test_the_command_asks_first(known: SqlStore, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = hand_in(known)
    assert run(url, "--author", PEGGY.id) == 0
    assert "1 submissions" in capsys.readouterr().err
    assert known.submission(made.id) == made
    assert run(url, "--author", PEGGY.id, "--by", "dpo", "--yes", "--language", "fr") == 0
    assert "Effacées : 1 soumissions" in capsys.readouterr().err
    assert (found := known.submission(made.id)) is not None and found.draft.text == "[erased]"
    assert run(url, "--before", "yesterday") == 2
    assert call("audit", "verify", "--deep", "--database", url) == 0


def test_a_checkpoint_holds_the_log_to_what_it_was(
    known: SqlStore, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(known)
    assert call("audit", "checkpoint", "--database", url) == 0
    file, keys = tmp_path / "head.jwt", tmp_path / "jwks.json"
    file.write_text(capsys.readouterr().out)
    keys.write_text(json.dumps(ReleaseSigner(known).jwks()))
    hand_in(known)
    erasure(known).author(PEGGY.id, "dpo")  # erasing changes no hash
    verify = ("audit", "verify", "--database", url, "--checkpoint", str(file), "--keys", str(keys))
    assert call(*verify) == 0
    assert ReleaseSigner(known).claims(file.read_text()) is None  # no release token
    with known.database.write() as session:
        session.execute("DELETE FROM notes WHERE topic = 'signing_key'")
        session.execute("DELETE FROM events")
    assert call(*verify) == 1
    assert "cut off or written anew" in capsys.readouterr().err
    assert call(*verify[:-2]) == 1
    assert "None of these keys" in capsys.readouterr().err


def run(url: str, *words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    erase.add_parser(parser.add_subparsers(required=True))
    chosen = parser.parse_args(("erase", "--database", url, *words))
    return int(chosen.run(chosen))


def test_reviewers_keep_their_names(known: SqlStore) -> None:
    decide(known, hand_in(known))
    erasure(known).author(PEGGY.id, "dpo")
    assert Role.REVIEWER in RENE.roles
    assert any(item.event.actor == RENE.id for item in known.log())
