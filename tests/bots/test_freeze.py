"""The switch for a crisis."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from review_gate.adapters.clock import uuid7
from review_gate.adapters.stores import SqlStore
from review_gate.courier import WEBHOOK_SECONDS, Courier
from review_gate.domain.change import Change, Delivery, DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.errors import NotFound, NotPermitted
from review_gate.domain.freeze import BRAND, Freeze
from review_gate.domain.release import Publication, Refusal
from review_gate.domain.submission import Answer, Person, State, Submission
from review_gate.domain.verdict import Action
from review_gate.gate import Seen
from review_gate.gate.freezes import AGAIN_SECONDS, Freezes, FreezingNotifier, freeze_of, scope_of
from review_gate.gate.releases import Released, Releases
from review_gate.ports import Undeliverable
from tests.bots.house import KEY, LEAD, MORNING, House, house
from tests.builders import RENE


class Ring:
    """Tokens that are decision ids of one submission."""

    def __init__(self, submission: Submission) -> None:
        self._submission = submission

    def claims(self, token: str) -> Mapping[str, Any] | None:
        there = self._submission
        return {"sub": there.id, "jti": token, "revision": 1, "text_sha256": there.text_sha256, "media_sha256": [],
                "channel": None, "account": None, "nbf": 0, "exp": MORNING.timestamp() + 99_999}  # fmt: skip


def approved(at: House, market: str | None = "FR", hours: int | None = 5) -> Submission:
    planned = None if hours is None else at.clock() + timedelta(hours=hours)
    made = at.gate.submit(Draft("Notre nouvelle carte est là.", market=market, planned_at=planned), KEY)
    return at.gate.decide(made.id, Answer.APPROVE, RENE, Seen(1, made.text_sha256))


@pytest.mark.parametrize(("scope", "market", "stopped"), [
    (BRAND, "FR", True), (BRAND, None, True), ("FR", "FR", True), ("FR", "BE", False), ("FR", None, True),
])  # fmt: skip
def test_what_a_freeze_covers(scope: str, market: str | None, stopped: bool) -> None:
    assert Freeze(scope, "lea", "Léa", MORNING, "fire").covers(market) is stopped


def test_nothing_approved_goes_out_and_planned_posts_wait_again() -> None:
    with house() as at:
        soon, elsewhere = approved(at), approved(at, "BE")
        releases = Releases(at.store, Ring(soon), at.clock, lambda: "r")
        wanted = Publication(soon.draft.text, at.clock())
        assert isinstance(releases.verify("t", wanted), Released)
        freeze, back = at.gate.freezes.freeze("FR", "fire in the plant", LEAD)
        assert back == 1
        refused = releases.verify("t", wanted)
        assert isinstance(refused, Refusal)
        again = at.gate.get(soon.id)
        assert (again.state, again.revision, again.approvals) == (State.HELD, 2, ())
        assert again.verdict.reasons[0].rule == "frozen"
        assert "fire in the plant" in again.verdict.reasons[0].message.fr
        assert at.gate.get(elsewhere.id).state is State.APPROVED
        assert at.events("freeze.") == [("freeze.on", "lea")]
        assert freeze == freeze_of(at.store, "FR")


def test_what_cannot_be_called_back_or_read_leaves_no_other_approved() -> None:
    with house() as at:
        refused, unreadable, last = approved(at), approved(at), approved(at)
        approved(at, hours=None)
        with at.store.database.write() as session:
            session.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (unreadable.id,))

        class Lame(SqlStore):
            def commit(self, change: Change) -> None:
                if change.submission is not None and change.submission.id == refused.id:
                    raise RuntimeError("a bug")
                super().commit(change)

        _, back = Freezes(Lame(at.store.database), at.clock, uuid7).freeze(BRAND, "fire in the plant", LEAD)
        assert back == 1
        assert at.gate.get(last.id).state is State.HELD


def test_what_changes_while_it_is_called_back_is_called_back_all_the_same() -> None:
    """A comment, or a look at a picture: it stays approved, and would go out when the freeze is lifted."""
    with house() as at:
        planned = approved(at)

        class Busy(SqlStore):
            changed = False

            def commit(self, change: Change) -> None:
                if change.submission is not None and not self.changed:
                    self.changed = True
                    there = at.gate.get(planned.id)
                    at.store.commit(Change(replace(there, version=there.version + 1), there.version))
                super().commit(change)

        _, back = Freezes(Busy(at.store.database), at.clock, uuid7).freeze(BRAND, "fire in the plant", LEAD)
        assert back == 1 and at.gate.get(planned.id).state is State.HELD


def test_what_has_no_planned_time_stays_approved_and_its_token_refuses_until_the_freeze_is_lifted() -> None:
    with house() as at:
        now = approved(at, hours=None)
        releases = Releases(at.store, Ring(now), at.clock, lambda: "r")
        wanted = Publication(now.draft.text, at.clock())
        at.gate.freezes.freeze(BRAND, "fire", LEAD)
        refused = releases.verify("t", wanted)
        assert isinstance(refused, Refusal)
        assert refused.reason == "frozen"
        at.gate.freezes.lift(BRAND, "all safe", LEAD)
        assert isinstance(releases.verify("t", wanted), Released)


def test_a_token_is_used_up_with_its_event_or_not_at_all() -> None:
    with house() as at:
        now = approved(at, hours=None)
        taken = at.store.events(now.id)[0].event.id
        wanted = Publication(now.draft.text, at.clock())
        with pytest.raises(sqlite3.IntegrityError):  # the event cannot be written, as in a crash between the two
            Releases(at.store, Ring(now), at.clock, lambda: taken).use("t", wanted, KEY)
        releases = Releases(at.store, Ring(now), at.clock, uuid7)
        assert isinstance(releases.verify("t", wanted), Released)
        assert isinstance(releases.use("t", wanted, KEY), Released)
        assert isinstance(releases.use("t", wanted, KEY), Refusal)
        assert at.events("release.") == [("release.used", "shop")]


def test_a_freeze_is_written_with_its_event_or_not_at_all() -> None:
    with house() as at:
        taken = at.store.events(approved(at).id)[0].event.id
        with pytest.raises(sqlite3.IntegrityError):
            Freezes(at.store, at.clock, lambda: taken).freeze("FR", "fire", LEAD)
        assert at.gate.freezes.all() == ()


def test_bots_are_held_and_do_not_count_as_repeating_themselves() -> None:
    with house() as at:
        at.gate.freezes.freeze("FR", "fire", LEAD)
        for n in range(10):
            answer = at.says("Votre colis arrive demain matin au relais.", conversation=f"c-{n}", market="FR")
            assert answer.verdict.action is Action.HOLD
        assert answer.verdict.reasons[0].rule == "frozen"
        assert answer.verdict.holding is not None
        assert at.state() == "closed"
        assert at.says("Votre colis arrive demain matin au relais.", market="BE").verdict.action is Action.ALLOW


def test_only_a_lead_freezes_and_lifts() -> None:
    with house() as at:
        for person in (KEY, RENE, Person("x")):
            with pytest.raises(NotPermitted):
                at.gate.freezes.freeze("FR", "fire", person)
        at.gate.freezes.freeze("FR", "fire", LEAD)
        with pytest.raises(NotPermitted):
            at.gate.freezes.lift("FR", "fine", RENE)
        with pytest.raises(NotFound, match="Frozen: FR"):
            at.gate.freezes.lift("BE", "fine", LEAD)


class Heard:
    def __init__(self) -> None:
        self.seen: list[str] = []
        self.trouble: list[Undeliverable] = []

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        self.seen.append(delivery.id)
        if self.trouble:
            raise self.trouble.pop()
        return {}


def test_an_approvals_webhook_waits_and_a_rejections_does_not() -> None:
    with house() as at:
        at.gate.freezes.freeze("FR", "fire", LEAD)
        heard = Heard()
        notifier = FreezingNotifier(heard, at.store)
        payloads = {
            "a": {"type": "submission.approved", "data": {"market": "FR"}},
            "b": {"type": "submission.approved", "data": {"market": "BE"}},
            "c": {"type": "submission.rejected", "data": {"market": "FR"}},
        }
        for name, payload in payloads.items():
            delivery = Delivery(name, DeliveryKind.WEBHOOK, MORNING, None, payload)
            if name == "a":
                with pytest.raises(Undeliverable) as waiting:
                    notifier.deliver(delivery)
                assert waiting.value.waits == 60
            else:
                notifier.deliver(delivery)
        assert heard.seen == ["b", "c"]


def test_a_freeze_uses_up_none_of_a_webhooks_tries() -> None:
    with house() as at:
        approved(at, hours=None)
        at.gate.freezes.freeze("FR", "fire", LEAD)
        heard = Heard()
        courier = Courier(at.store, DeliveryKind.WEBHOOK, FreezingNotifier(heard, at.store), at.clock, jitter=lambda: 1)
        for _ in range(180):  # three hours
            assert courier.run_once() == 1
            at.clock.pass_(seconds=AGAIN_SECONDS)
        at.gate.freezes.lift("FR", "all safe", LEAD)
        heard.trouble = [Undeliverable("503")] * len(WEBHOOK_SECONDS)
        for pause in (0, *WEBHOOK_SECONDS):  # as after an approval without a freeze: every try is still there
            at.clock.pass_(seconds=pause * 1.1)
            assert courier.run_once() == 1
        assert len(heard.seen) == len(WEBHOOK_SECONDS) + 1
        assert at.store.dead_letters() == []


@pytest.mark.parametrize("word", ["fr", "FRA", "", "12", "Brand"])
def test_a_scope_that_is_none(word: str) -> None:
    with pytest.raises(ValueError, match="is no scope"):
        scope_of(word)
