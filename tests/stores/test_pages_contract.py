"""What the pages ask of a store: accounts, sessions, the queue in order of need, the log backwards."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.domain.change import Change, Event, RememberedReply
from review_gate.domain.errors import Stale
from review_gate.domain.incident import Incident, IncidentState, Task
from review_gate.domain.outcome import About, Circumstances, Outcome, Readings
from review_gate.domain.submission import Answer, Claim, Decision, Role, State, Submission
from review_gate.domain.verdict import Action, Severity
from review_gate.page_ports import Account, Facet, Judged, Trail, Waiting
from tests.stores.made import NOON, VERDICT, later, reply, submission

ADA = Account("ada@example.com", "Ada", frozenset({Role.AUTHOR, Role.LEAD}), "$hash", NOON, "fr", True)


def outcome(id_: str, version: int = 1, seconds: float = 0, complaints: int = 1) -> Outcome:
    """`seconds` after noon it went out."""
    how = Circumstances("Hello", later(seconds), 2, ("tone",), ("tone.cold",), bot="faq")
    return Outcome(id_, About.REPLY, version, Readings(complaints=complaints), how, "crm", NOON)


def put(
    store: SqlStore, planned: float | None = None, severity: Severity = Severity.HOLD, **fields: object
) -> Submission:
    """A submission planned `planned` seconds after noon."""
    made = submission(**fields)
    due = None if planned is None else later(planned)
    made = replace(made, draft=replace(made.draft, planned_at=due), verdict=replace(VERDICT, severity=severity))
    event = Event(f"e-{made.id}", NOON, "submission.held", made.author, made.id)
    store.commit(Change(submission=made, expected_version=0, events=(event,)))
    return made


def test_an_account_comes_back_as_it_was_and_is_there_once(any_store: SqlStore) -> None:
    any_store.add_user(ADA)
    assert any_store.user("ada@example.com") == ADA
    with pytest.raises(ValueError, match="already"):
        any_store.add_user(replace(ADA, name="Another"))
    changed = replace(ADA, must_change=False, disabled_at=NOON, language=None)
    assert any_store.change_user(ADA.email, {"must_change": False, "disabled_at": NOON, "language": None})
    assert any_store.users() == [changed]
    assert not any_store.change_user("nobody@example.com", {"language": "en"})


def test_of_an_account_only_what_is_named_is_written_and_a_password_only_over_the_one_read(any_store: SqlStore) -> None:
    any_store.add_user(ADA)
    any_store.change_user(ADA.email, {"roles": frozenset({Role.AUTHOR}), "disabled_at": NOON})
    assert any_store.change_user(ADA.email, {"password_hash": "$new"}, over="$hash")
    assert not any_store.change_user(ADA.email, {"password_hash": "$late"}, over="$hash")
    disabled = replace(ADA, roles=frozenset({Role.AUTHOR}), password_hash="$new", disabled_at=NOON)
    assert any_store.user(ADA.email) == disabled


def test_a_session_lasts_until_its_end_or_until_it_is_ended(any_store: SqlStore) -> None:
    any_store.add_user(ADA)
    for token in ("t1", "t2", "t3"):
        assert any_store.open_session(token, ADA.email, NOON, later(60), ADA.password_hash)
    assert any_store.session_user("t1", later(59)) == ADA
    assert any_store.session_user("t1", later(60)) is None
    any_store.end_session("t1")
    assert any_store.session_user("t1", NOON) is None
    assert any_store.session_user("t2", NOON) == ADA
    any_store.change_user(ADA.email, {"disabled_at": NOON})
    assert any_store.session_user("t2", NOON) is None
    any_store.change_user(ADA.email, {"disabled_at": None})
    any_store.end_sessions(ADA.email)
    assert any_store.session_user("t3", NOON) is None


def test_a_session_is_opened_for_the_account_as_it_is_and_a_change_ends_those_before(any_store: SqlStore) -> None:
    any_store.add_user(ADA)
    assert any_store.open_session("t1", ADA.email, NOON, later(60), ADA.password_hash)
    assert not any_store.change_user(ADA.email, {"password_hash": "$late"}, over="$other", sign_out=True)
    assert any_store.session_user("t1", NOON) == ADA
    assert any_store.change_user(ADA.email, {"password_hash": "$new"}, over=ADA.password_hash, sign_out=True)
    assert any_store.session_user("t1", NOON) is None
    assert not any_store.open_session("t2", ADA.email, NOON, later(60), ADA.password_hash)
    any_store.change_user(ADA.email, {"disabled_at": NOON})
    assert not any_store.open_session("t3", ADA.email, NOON, later(60), "$new")
    any_store.change_user(ADA.email, {"disabled_at": None})
    assert any_store.session_user("t2", NOON) is None and any_store.session_user("t3", NOON) is None
    assert not any_store.open_session("t4", "nobody@example.org", NOON, later(60), "$new")


def test_a_session_waits_for_a_change_that_is_under_way(any_store: SqlStore) -> None:
    any_store.add_user(ADA)
    with ThreadPoolExecutor(1) as pool:
        with any_store.database.write() as session:
            session.execute("UPDATE users SET password_hash = '$new' WHERE email = ?", (ADA.email,))
            opening = pool.submit(any_store.open_session, "t1", ADA.email, NOON, later(60), ADA.password_hash)
            time.sleep(0.2)
            assert not opening.done()
        assert opening.result(10) is False


def test_failed_sign_ins_are_counted_and_forgotten(any_store: SqlStore) -> None:
    for seconds in (0, 10, 20):
        any_store.sign_in_failed("account:ada", later(seconds), NOON)
    assert any_store.sign_in_failures("account:ada", later(10)) == 2
    assert any_store.sign_in_failures("account:other", NOON) == 0
    any_store.sign_in_forgiven("account:ada", later(20))
    any_store.sign_in_forgiven("account:other", later(10))
    assert any_store.sign_in_failures("account:ada", NOON) == 2
    any_store.sign_in_failed("account:other", later(100), later(50))
    assert any_store.sign_in_failures("account:ada", NOON) == 0


def test_the_queue_is_in_order_of_need_page_by_page(any_store: SqlStore) -> None:
    expected = [put(any_store, planned).id for planned in (50, 60, 70)]
    first = put(any_store, 10).id
    without = [put(any_store).id for _ in range(3)]
    put(any_store, 5, state=State.APPROVED)
    seen: list[str] = []
    after = None
    while True:
        page = any_store.queue(Waiting(), after, 2)
        seen += [item.id for item in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [first, *expected, *without]
    with pytest.raises(ValueError, match="cursor"):
        any_store.queue(Waiting(), "nonsense")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Waiting(channel="x"), {0, 1}),
        (Waiting(market="FR"), {1, 2}),
        (Waiting(severity=int(Severity.HOLD)), {0, 2}),
        (Waiting(due_before=later(100)), {0}),
        (Waiting(channel="x", market="FR"), {1}),
        (Waiting(kind="reply"), set()),
    ],
)
def test_filters_of_the_queue(any_store: SqlStore, where: Waiting, expected: set[int]) -> None:
    made = [
        put(any_store, 50, Severity.HOLD, channel="x", market="BE"),
        put(any_store, None, Severity.NOTE, channel="x", market="FR"),
        put(any_store, 500, Severity.BLOCK, channel="facebook", market="FR"),
    ]
    assert {item.id for item in any_store.queue(where).items} == {made[n].id for n in expected}


def test_facets_count_what_waits(any_store: SqlStore) -> None:
    for _ in range(2):
        put(any_store, channel="x", market="FR")
    put(any_store, channel="x", market="FR", state=State.REJECTED)
    assert any_store.facets() == [Facet("x", "FR", int(Severity.HOLD), "post", 2)]


def test_what_is_planned_between_two_moments(any_store: SqlStore) -> None:
    put(any_store, 5)
    there = [put(any_store, 20).id, put(any_store, 10, state=State.APPROVED).id]
    put(any_store, 15, state=State.REJECTED)
    put(any_store, 30)
    put(any_store)
    assert [item.id for item in any_store.planned(later(10), later(30)).items] == there[::-1]


def test_the_log_backwards_filtered_and_in_pages(any_store: SqlStore) -> None:
    assert any_store.last_position() == 0
    events = [
        Event(f"e{n}", later(n), "submission.held" if n % 2 else "bot.paused", f"actor{n % 3}", f"s{n}")
        for n in range(9)
    ]
    any_store.commit(Change(events=tuple(events)))
    assert any_store.last_position() == 9
    assert [item.position for item in any_store.trail(Trail(), None, 4)] == [9, 8, 7, 6]
    assert [item.position for item in any_store.trail(Trail(), 6, 100)] == [5, 4, 3, 2, 1]
    assert [item.event.id for item in any_store.trail(Trail(kind="submission.held"))] == ["e7", "e5", "e3", "e1"]
    assert [item.event.id for item in any_store.trail(Trail(actor="actor0"))] == ["e6", "e3", "e0"]
    assert [item.event.id for item in any_store.trail(Trail(submission_id="s4"))] == ["e4"]
    assert [item.event.id for item in any_store.trail(Trail(since=later(3), until=later(5)))] == ["e4", "e3"]
    assert any_store.event_kinds() == ["bot.paused", "submission.held"]


def test_what_a_range_of_days_held(any_store: SqlStore) -> None:
    made = [put(any_store, created_at=NOON + timedelta(days=days)) for days in (-1, 0, 1)]
    found = any_store.handed_in(NOON, NOON + timedelta(days=1))
    assert found == [Judged.of(made[1])]
    replies = tuple(
        RememberedReply(f"r{n}", "bot", None, "Hello", b"", NOON + timedelta(days=n // 2), action)
        for n, action in enumerate((Action.ALLOW, Action.ALLOW, Action.HOLD, Action.ALLOW))
    )
    any_store.commit(Change(replies=replies))
    assert any_store.replies_by_action(NOON - timedelta(days=9), NOON + timedelta(days=9)) == {
        ("2026-11-13", "allow"): 2,
        ("2026-11-14", "hold"): 1,
        ("2026-11-14", "allow"): 1,
    }


def test_what_is_counted_is_what_was_decided(any_store: SqlStore) -> None:
    made = put(any_store, 3600)
    decision = Decision("d1", Answer.REJECT, "u1", "", later(60), 1, "0" * 64)
    any_store.commit(Change(replace(made, version=2, state=State.REJECTED, decisions=(decision,)), 1))
    (found,) = any_store.handed_in(NOON, later(1))
    assert found == Judged.of(any_store.submission(made.id))  # type: ignore[arg-type]
    assert (found.rulings[0].by_name, found.rules, found.categories) == (
        "u1", frozenset({"calendar.mourning-cheer"}), frozenset({"solemn_date"})
    )  # fmt: skip


def test_an_outcome_is_there_once_and_follows_its_reports(any_store: SqlStore) -> None:
    first, second = outcome("r1", seconds=10), outcome("r1", 2, 10, 3)
    any_store.commit(Change(outcome=first))
    assert any_store.outcome("r1") == first and any_store.outcome("r2") is None
    for stale in (first, outcome("r1", 3)):  # somebody else's report came between
        with pytest.raises(Stale):
            any_store.commit(Change(outcome=stale))
    any_store.commit(Change(outcome=second))
    any_store.commit(Change(outcome=outcome("r3", seconds=20)))
    assert [one.id for one in any_store.outcomes(NOON, later(60))] == ["r3", "r1"]
    assert any_store.outcomes(NOON, later(15)) == [second]


def test_there_is_one_incident_about_one_thing(any_store: SqlStore) -> None:
    task = Task("t1", "Train", "Ana", NOON.date())
    first = Incident("i1", 1, About.REPLY, "r1", "A sale", "Hello", IncidentState.OPEN, "Ada", NOON, tasks=(task,))
    any_store.commit(Change(incident=first))
    for stale in (replace(first, id="i2"), replace(first, version=3)):
        with pytest.raises(Stale):
            any_store.commit(Change(incident=stale))
    closed = replace(first, version=2, state=IncidentState.CLOSED, closed_at=NOON)
    any_store.commit(Change(incident=closed))
    any_store.commit(Change(incident=replace(first, id="i3", subject="r3")))
    assert any_store.incident("i1") == closed == any_store.incident_about("r1")
    assert any_store.incident("r1") is None
    assert [one.id for one in any_store.incidents()] == ["i3", "i1"]


def test_the_queue_by_whose_desk_it_is_on(any_store: SqlStore) -> None:
    ada, grace = (Claim(who, who.title(), later(60)) for who in ("ada", "grace"))
    free, hers, other = put(any_store), put(any_store, claim=ada), put(any_store, claim=grace)

    def listed(names: tuple[str, ...], seconds: float = 0) -> list[str]:
        return [one.id for one in any_store.queue(Waiting(claimed_by=names, now=later(seconds))).items]

    assert listed(("ada", "U1")) == [hers.id] and listed(("U1",)) == []
    assert listed(()) == [free.id] and listed((), 61) == [free.id, hers.id, other.id]
    assert sorted(claim.by for claim in any_store.claims(NOON)) == ["ada", "grace"]
    assert any_store.claims(later(61)) == []
    gone = replace(hers, version=hers.version + 1, claim=None)
    any_store.commit(Change(submission=gone, expected_version=hers.version))
    assert listed(
        (),
    ) == [free.id, hers.id]


def test_replies_are_counted_by_bot(any_store: SqlStore) -> None:
    replies = [reply(at=later(n), bot=bot) for n, bot in enumerate(("faq", "faq", "shop"))]
    any_store.commit(Change(replies=tuple(replies)))
    assert any_store.replies_by_bot(NOON, later(60)) == {("faq", "allow"): 2, ("shop", "allow"): 1}
    assert any_store.replies_by_bot(later(1), later(2)) == {("faq", "allow"): 1}
