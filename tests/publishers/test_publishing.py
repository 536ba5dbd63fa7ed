"""From the approval to the post: at its time, once, and only what may still go out at that moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from review_gate.adapters.language import EldcDetector
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.adapters.stores.database import FULL
from review_gate.cli.main import main
from review_gate.courier import PUBLISH_SECONDS, STORE_SECONDS, Courier
from review_gate.domain.change import Change, Delivery, DeliveryKind
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.errors import NotPermitted, Stale
from review_gate.domain.message import Message
from review_gate.domain.publication import Stage
from review_gate.domain.submission import Answer, State, Submission
from review_gate.gate import Gate, Screening, Seen
from review_gate.gate.erasing import Erasure
from review_gate.gate.publishing import Publishing
from review_gate.gate.releases import USED
from review_gate.ports import Posted, Posting, StoreFull, Undeliverable
from review_gate.slack.cards import card
from review_gate.slack.setting import Setting
from tests.builders import ANNE, LEA, NOW, POLICY, RENE, FakeClock, Ids, NoRules, WordScorer


@dataclass
class Service:
    """A publisher that keeps what it is given, as one post for each key; `trouble` is raised after it has posted."""

    seen: list[Posting] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)
    trouble: list[Exception] = field(default_factory=list)
    meanwhile: Any = None

    def publish(self, posting: Posting) -> Posted:
        self.seen.append(posting)
        self.posts[posting.key] = posting.text
        if self.meanwhile is not None:
            self.meanwhile()
        if self.trouble:
            raise self.trouble.pop(0)
        return Posted("7", "https://m.example/@brand/7")

    def check(self) -> str:
        return "posts as brand"

    def close(self) -> None: ...


class House:
    """A gate with one outlet, 'masto', for the channel mastodon, and the courier that carries its posts."""

    def __init__(self, store: SqlStore, path: Path) -> None:
        self.path = path
        self.store, self.clock, self.service = store, FakeClock(), Service()
        screening = Screening(EldcDetector(), (WordScorer(),), NoRules, POLICY)
        outlets = {"mastodon": "masto"}
        self.gate = Gate(store, lambda: screening, self.clock, Ids("g"), lambda d: outlets.get(d.channel or ""))
        self.told: dict[str, Message] = {}
        self.publishing = Publishing(store, {"masto": self.service}, self.clock, Ids("p"), self.tell)
        self.courier = Courier(store, DeliveryKind.PUBLISH, self.publishing, self.clock, jitter=lambda: 0.0)

    def tell(self, submission: Submission, message: Message, key: str) -> None:
        self.told.setdefault(key, message)

    def approved(self, text: str = "We open at ten tomorrow", minutes: float = 60, **fields: Any) -> str:
        planned = {"planned_at": self.clock() + timedelta(minutes=minutes), "channel": "mastodon"}
        found = self.gate.submit(Draft(text, **{**planned, **fields}), ANNE)
        self.approve(found)
        return found.id

    def approve(self, found: Submission) -> None:
        self.gate.decide(found.id, Answer.APPROVE, RENE, Seen(found.revision, found.text_sha256))

    def run(self) -> None:
        while self.courier.run_once():
            pass

    def later(self, **time: float) -> None:
        self.clock.pass_(**time)
        self.run()

    def kinds(self, submission_id: str) -> list[str]:
        return [one.event.kind for one in self.store.events(submission_id)]

    def webhooks(self) -> list[Delivery]:
        found = []
        while claimed := self.store.claim_deliveries(DeliveryKind.WEBHOOK, self.clock()):
            for one in claimed:
                self.store.delivered(one.id, self.clock())
            found += claimed
        return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=False)
    yield House(store, tmp_path / "gate.db")
    store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """As `house`, on each database."""
    sqlite = request.param == "sqlite"
    store = open_store(f"sqlite:{tmp_path / 'gate.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield House(store, tmp_path / "gate.db")
    store.close()


def test_it_goes_out_at_its_time_once_and_leaves_its_proof(anywhere: House) -> None:
    house = anywhere
    id_ = house.approved(minutes=60)
    house.later(minutes=59)
    assert house.service.seen == []
    house.later(minutes=1)
    house.later(hours=5)
    assert [posting.text for posting in house.service.seen] == ["We open at ten tomorrow"]
    found = house.gate.get(id_)
    assert found.publication is not None
    assert (found.publication.stage, found.publication.url) == (Stage.PUBLISHED, "https://m.example/@brand/7")
    assert house.kinds(id_)[-1] == "submission.published"
    (approval, out) = house.webhooks()
    assert out.payload["type"] == "submission.published"
    assert out.payload["data"]["publication"]["url"] == "https://m.example/@brand/7"
    assert approval.payload["data"]["publication"]["stage"] == "planned"


def test_without_a_time_it_goes_out_at_once(house: House) -> None:
    house.approved(planned_at=None)
    house.run()
    assert len(house.service.posts) == 1


@pytest.mark.parametrize("fields", [{"channel": "x"}, {"channel": None}])
def test_nothing_goes_out_where_no_outlet_is_set(house: House, fields: dict[str, Any]) -> None:
    id_ = house.approved(**fields)
    house.later(hours=2)
    assert house.service.seen == []
    assert house.gate.get(id_).publication is None


def test_two_approvals_needed_one_is_not_enough(house: House) -> None:
    found = house.gate.submit(Draft("Hello", channel="mastodon"), ANNE)
    house.store.commit(Change(replace(found, approvals_needed=2, version=found.version + 1), found.version))
    house.approve(found)
    house.run()
    assert house.service.seen == []


def test_what_is_withdrawn_stays_in(house: House) -> None:
    id_ = house.approved()
    house.gate.withdraw(id_, ANNE)
    house.later(hours=2)
    assert house.service.seen == []
    assert house.gate.get(id_).publication is None


def test_a_revised_text_voids_it_and_its_own_approval_counts(anywhere: House) -> None:
    house = anywhere
    id_ = house.approved(minutes=600)
    sooner = Draft("We open at nine", channel="mastodon", planned_at=house.clock() + timedelta(minutes=30))
    revised = house.gate.revise(id_, sooner, ANNE)
    assert revised.publication is None
    house.later(minutes=31)
    assert house.service.seen == []  # nobody has approved it
    house.clock.now = NOW
    house.approve(revised)
    house.later(minutes=30)  # it does not wait for the time of the old one
    house.later(hours=20)
    assert list(house.service.posts.values()) == ["We open at nine"]


def test_a_freeze_sends_it_back_to_the_queue(anywhere: House) -> None:
    house = anywhere
    due_now, later = house.approved(minutes=0, market="FR"), house.approved("Another one", minutes=60, market="FR")
    house.gate.freezes.freeze("FR", "accident", LEA)
    house.run()
    house.gate.freezes.lift("FR", "over", LEA)
    house.later(minutes=61)
    assert house.service.seen == []
    assert {house.gate.get(one).state for one in (due_now, later)} == {State.HELD}
    assert house.gate.get(due_now).verdict.reasons[0].rule == "frozen"


def test_a_day_late_is_too_late_and_is_told(house: House) -> None:
    id_ = house.approved(minutes=60)
    house.later(hours=26)
    assert house.service.seen == []
    found = house.gate.get(id_)
    assert found.publication is not None and found.publication.stage is Stage.FAILED
    assert "more than a day ago" in found.publication.why
    assert len(house.told) == 1


def test_a_text_that_was_changed_behind_the_gates_back_stays_in(house: House) -> None:
    id_ = house.approved()
    found = house.gate.get(id_)
    forged = replace(found, draft=replace(found.draft, text="Something else"), version=found.version + 1)
    house.store.commit(Change(forged, found.version))
    house.later(hours=1)
    assert house.service.seen == []
    assert house.kinds(id_)[-1] == "submission.not_published"


def test_another_publisher_has_used_up_the_token(house: House) -> None:
    id_ = house.approved()
    decision = house.gate.get(id_).decisions[-1].id
    house.store.put_note_once(USED, decision, {"attempt": "x", "by": "scheduler", "once": None, "at": "10:00"})
    house.later(hours=1)
    assert house.service.seen == []
    found = house.gate.get(id_)
    assert found.publication is not None and "scheduler has published it already" in found.publication.why


def test_a_crash_between_post_and_record_makes_no_second_post(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = house.approved()
    house.clock.pass_(minutes=60)
    claimed = house.store.claim_deliveries(DeliveryKind.PUBLISH, house.clock(), 1, 120)
    house.service.meanwhile = crash
    with pytest.raises(KeyboardInterrupt):  # as a kill does: nothing catches it
        house.publishing.deliver(claimed[0])
    house.service.meanwhile = None
    house.later(seconds=119)
    assert len(house.service.seen) == 1  # the dead courier's lease
    house.later(seconds=2)
    first, second = house.service.seen
    assert first.key == second.key and (first.again, second.again) == (False, True)
    assert first.since == second.since
    assert len(house.service.posts) == 1
    assert house.kinds(id_).count("submission.published") == 1


def crash() -> None:
    raise KeyboardInterrupt


def test_trouble_of_the_store_uses_up_no_try_and_makes_no_second_post(anywhere: House) -> None:
    house = anywhere
    id_ = house.approved()
    troubles = len(PUBLISH_SECONDS) + 5
    house.service.trouble = [StoreFull(FULL)] * troubles  # each after the post is out
    house.clock.pass_(minutes=60)
    for _ in range(troubles):
        house.run()
        house.clock.pass_(seconds=STORE_SECONDS)
    assert house.told == {} and house.store.dead_letters() == []
    house.run()
    assert [posting.again for posting in house.service.seen] == [False] + [True] * troubles
    assert len(house.service.posts) == 1 and house.kinds(id_)[-1] == "submission.published"


@pytest.mark.parametrize(("hours", "state"), [(0.5, State.WITHDRAWN), (26, State.APPROVED)])
def test_what_was_erased_stays_in_and_nobody_is_troubled(anywhere: House, hours: float, state: State) -> None:
    house = anywhere
    id_ = house.approved(minutes=60)
    house.clock.pass_(hours=hours)
    Erasure(house.store, house.clock, Ids("e")).author(ANNE.id, "dpo")
    house.later(hours=1)
    assert house.service.seen == [] and house.told == {} and house.store.dead_letters() == []
    assert (house.gate.get(id_).state, house.kinds(id_)[-1]) == (state, "submission.erased")


def test_withdrawn_while_the_service_answers_the_record_says_that_it_is_out(house: House) -> None:
    id_ = house.approved()
    house.service.meanwhile = lambda: house.gate.withdraw(id_, ANNE)
    house.later(hours=1)
    found = house.gate.get(id_)
    assert found.state is State.WITHDRAWN
    assert found.publication is not None and found.publication.stage is Stage.PUBLISHED


def test_it_is_tried_for_an_hour_then_told_and_can_be_sent_again(anywhere: House) -> None:
    house = anywhere
    id_ = house.approved()
    house.service.trouble = [Undeliverable("m.example is away")] * 9 + [ValueError("not JSON")]
    house.clock.pass_(minutes=60)
    for seconds in PUBLISH_SECONDS:
        house.run()
        assert house.told == {}
        house.clock.pass_(seconds=seconds)
    house.run()
    assert len(house.service.seen) == len(PUBLISH_SECONDS) + 1 and sum(PUBLISH_SECONDS) < 3700
    (message,) = house.told.values()
    assert "did not go out through masto: ValueError" in message.en and "n'est pas partie par masto" in message.fr
    found = house.gate.get(id_)
    assert found.publication is not None and (found.publication.stage, found.state) == (Stage.FAILED, State.APPROVED)
    assert house.webhooks()[-1].payload["type"] == "submission.not_published"
    (letter,) = house.store.dead_letters()
    assert house.store.replay(letter.id, house.clock())
    house.run()
    assert len(house.service.posts) == 1 and len({posting.key for posting in house.service.seen}) == 1
    found = house.gate.get(id_)
    assert found.publication is not None and found.publication.stage is Stage.PUBLISHED
    assert found.publication.why == ""


def test_what_no_try_can_mend_is_told_at_once(house: House) -> None:
    house.approved()
    house.service.trouble = [Undeliverable("too long", final=True)]
    house.later(hours=1)
    assert len(house.told) == 1 and len(house.store.dead_letters()) == 1


def test_an_outlet_that_is_not_set_up_is_waited_for(house: House) -> None:
    house.approved()
    empty = Publishing(house.store, {}, house.clock, Ids("p"), house.tell)
    house.clock.pass_(minutes=60)
    (delivery,) = house.store.claim_deliveries(DeliveryKind.PUBLISH, house.clock())
    with pytest.raises(Undeliverable, match="review-gate doctor") as error:
        empty.deliver(delivery)
    assert not error.value.final


def test_what_is_out_can_neither_be_revised_nor_withdrawn(house: House) -> None:
    id_ = house.approved()
    house.later(hours=1)
    for change in (
        lambda: house.gate.withdraw(id_, ANNE),
        lambda: house.gate.revise(id_, Draft("Another text"), ANNE),
    ):
        with pytest.raises(NotPermitted) as error:
            change()
        assert "https://m.example/@brand/7" in error.value.message.fr


def test_somebody_changes_the_record_all_the_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = house.approved()
    commit, left = house.store.commit, [3]

    def contested(change: Change) -> None:
        if change.submission is not None and left[0] and change.events[0].kind == "submission.published":
            left[0] -= 1
            raise Stale(Message("stale", "périmé"))
        commit(change)

    monkeypatch.setattr(house.store, "commit", contested)
    house.later(hours=1)
    assert house.kinds(id_)[-1] == "submission.published"


def test_replies_are_no_posts() -> None:
    from review_gate.settings.outlets import Webhook, outlet_of

    outlets = (
        Webhook(kind="webhook", name="a", channel="x", url="https://a.example"),
        Webhook(kind="webhook", name="b", channel="x", account="brand-fr", url="https://b.example"),
    )
    named = [
        outlet_of(outlets, Draft("t", **fields))
        for fields in (
            {"channel": "x"},
            {"channel": "x", "account": "brand-fr"},
            {"channel": "x", "account": "brand-uk"},
            {"channel": "mail"},
            {},
            {"channel": "x", "kind": Kind.REPLY},
        )
    ]
    assert named == ["a", "b", None, None, None, None]


def test_the_card_says_that_approving_publishes_and_where_it_is(house: House) -> None:
    def shown(outlet: str | None = "masto") -> str:
        return json.dumps(card(house.gate.get(id_), NOW, Setting("fr", outlet=outlet)).blocks, ensure_ascii=False)

    id_ = house.gate.submit(Draft("We open at ten", channel="mastodon"), ANNE).id
    assert "Approuver le publie : il part tout seul par masto, tout de suite." in shown()
    assert "Approuver le publie" not in shown(None)
    house.approve(house.gate.get(id_))
    assert "il part tout seul par masto, sauf révision" in shown()
    house.run()
    assert "Publié par masto." in shown() and "https://m.example/@brand/7" in shown()


def test_a_failed_post_is_sent_again_by_name_alone(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    id_ = house.approved()
    house.service.trouble = [Undeliverable("too long", final=True)]
    house.later(hours=1)
    (letter,) = house.store.dead_letters()
    database = ["--database", f"sqlite:{house.path}"]
    assert main(["outbox", "list", *database]) == 0
    assert capsys.readouterr().out == f"{letter.id}\tpublish\t{id_}\ttoo long\n"
    assert main(["outbox", "replay", "--all", *database]) == 0
    told = capsys.readouterr()
    assert told.out == "0 deliveries are due again.\n" and f"'{letter.id}' is a post" in told.err
    assert main(["outbox", "replay", letter.id, *database]) == 0
    assert house.store.dead_letters() == []
