"""What every store promises about deliveries, notes and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.domain.change import Change, Delivery, DeliveryKind, Event, Note
from review_gate.domain.errors import Stale
from review_gate.ports import ApiKey
from tests.stores.made import NOON, delivery, event, later


def put(store: SqlStore, *deliveries: Delivery) -> None:
    store.commit(Change(deliveries=deliveries))


def ids(deliveries: object) -> list[str]:
    assert isinstance(deliveries, list | tuple)
    return [one.id for one in deliveries]


def test_a_delivery_is_handed_out_as_it_was_put_in(any_store: SqlStore) -> None:
    put(any_store, made := delivery("s-1", not_before=later(5)))
    assert any_store.pending() == 1
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(4)) == []
    claimed = any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(5))
    assert claimed == [replace(made, attempts=1)]
    assert list(claimed[0].payload) == ["b", "a"]  # the order of keys stays: a retry sends the same bytes


def test_who_has_waited_longest_comes_first(any_store: SqlStore) -> None:
    b, a, c = delivery("b", later(2)), delivery("a", later(1)), delivery("c", later(3))
    put(any_store, b, a, c)
    assert ids(any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(9), limit=2)) == [a.id, b.id]
    assert ids(any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(9))) == [c.id]


def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(any_store: SqlStore) -> None:
    """So does one whose courier was killed come back."""
    put(any_store, made := delivery("s-1"))
    assert len(any_store.claim_deliveries(DeliveryKind.WEBHOOK, NOON, lease_seconds=60)) == 1
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(59)) == []
    assert any_store.pending() == 1
    again = any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(60))
    assert ids(again) == [made.id]
    assert again[0].attempts == 2


def test_one_submissions_deliveries_of_a_kind_keep_their_order(any_store: SqlStore) -> None:
    first, second = delivery("s-1"), delivery("s-1")
    card, other, free, free_too = (
        delivery("s-1", kind=DeliveryKind.CARD), delivery("s-2"), delivery(None), delivery(None),
    )  # fmt: skip
    put(any_store, first, second, card, other, free, free_too)
    assert ids(any_store.claim_deliveries(DeliveryKind.WEBHOOK, NOON)) == [first.id, other.id, free.id, free_too.id]
    assert ids(any_store.claim_deliveries(DeliveryKind.CARD, NOON)) == [card.id]
    assert any_store.claim_deliveries(DeliveryKind.NOTICE, NOON) == []
    any_store.failed(first.id, NOON, "busy", retry_at=later(30))  # the second waits for the first's next try
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(29)) == []
    assert ids(any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(30))) == [first.id]
    any_store.delivered(first.id, later(31))
    assert ids(any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(31))) == [second.id]


def test_a_later_delivery_waits_even_when_it_is_due_earlier(any_store: SqlStore) -> None:
    first, second = delivery("s-1", not_before=later(100)), delivery("s-1")
    put(any_store, first, second)
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(50)) == []
    assert ids(any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(100))) == [first.id]


def test_what_is_delivered_is_done(any_store: SqlStore) -> None:
    put(any_store, made := delivery("s-1"))
    any_store.claim_deliveries(DeliveryKind.WEBHOOK, NOON)
    any_store.delivered(made.id, later(1), {"ts": "1.2"})
    assert any_store.pending() == 0
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(1000)) == []
    any_store.failed(made.id, later(2), "a courier whose lease had ended", retry_at=later(3))
    any_store.failed(made.id, later(2), "a courier whose lease had ended", retry_at=None)
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(1000)) == []
    assert any_store.dead_letters() == []


def test_a_failed_delivery_keeps_its_attempts_and_its_error(any_store: SqlStore) -> None:
    put(any_store, made := delivery("s-1"))
    any_store.claim_deliveries(DeliveryKind.WEBHOOK, NOON)
    any_store.failed(made.id, NOON, "503 d'après le récepteur", retry_at=later(5))
    again = any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(5))
    assert again == [replace(made, attempts=2, last_error="503 d'après le récepteur")]


def test_what_is_held_back_has_all_its_attempts_still(any_store: SqlStore) -> None:
    put(any_store, made := delivery("s-1"))
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, NOON) == [replace(made, attempts=1)]
    any_store.held_back(made.id, "gelé : FR", later(60))
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(59)) == []
    again = replace(made, attempts=1, last_error="gelé : FR")
    assert any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(60)) == [again]
    any_store.delivered(made.id, later(61))
    any_store.held_back(made.id, "a courier whose lease had ended", later(62))
    assert any_store.pending() == 0


def test_what_waits_is_shown_oldest_first_with_its_tries_and_its_next_one(any_store: SqlStore) -> None:
    planned, tried, over = delivery("s-1", not_before=later(500)), delivery("s-2", later(-9)), delivery("s-3")
    put(any_store, planned, tried, over)
    any_store.delivered(over.id, NOON)
    any_store.claim_deliveries(DeliveryKind.WEBHOOK, NOON)
    any_store.failed(tried.id, NOON, "503", retry_at=later(30))
    first = (replace(tried, attempts=1, last_error="503"), later(30))
    assert any_store.waiting() == [first, (planned, later(500))]
    assert any_store.waiting(limit=1) == [first]


def test_a_dead_letter_is_kept_lets_the_next_go_and_can_be_replayed(any_store: SqlStore) -> None:
    first, second = delivery("s-1"), delivery("s-1")
    put(any_store, first, second)
    any_store.claim_deliveries(DeliveryKind.WEBHOOK, NOON)
    any_store.failed(first.id, NOON, "410", retry_at=None)
    assert any_store.dead_letters() == [replace(first, attempts=1, last_error="410")]
    assert any_store.pending() == 1
    assert ids(any_store.claim_deliveries(DeliveryKind.WEBHOOK, NOON)) == [second.id]

    assert any_store.replay(second.id, later(5)) is False
    assert any_store.replay("unknown", later(5)) is False
    assert any_store.replay(first.id, later(5)) is True
    assert any_store.replay(first.id, later(5)) is False
    assert any_store.dead_letters() == []
    assert [(one.id, one.attempts) for one in any_store.claim_deliveries(DeliveryKind.WEBHOOK, later(5))] == [
        (first.id, 1)
    ]


def test_a_dead_letter_that_did_arrive_counts_as_delivered(any_store: SqlStore) -> None:
    put(any_store, made := delivery("s-1"))
    any_store.failed(made.id, NOON, "the lease had ended", retry_at=None)
    any_store.delivered(made.id, later(1))
    assert any_store.dead_letters() == []


def test_notes(any_store: SqlStore) -> None:
    assert any_store.note("card", "s-1") is None
    any_store.put_note("card", "s-1", {"ts": "1"})
    any_store.put_note("card", "s-1", {"ts": "2", "é": [1, None]})
    any_store.put_note("person", "s-1", {})
    assert any_store.note("card", "s-1") == {"ts": "2", "é": [1, None]}
    assert any_store.note("person", "s-1") == {}


def test_the_first_of_two_notes_stays(any_store: SqlStore) -> None:
    assert any_store.put_note_once("secret", "signing", {"key": "a"}) == {"key": "a"}
    assert any_store.put_note_once("secret", "signing", {"key": "b"}) == {"key": "a"}
    assert any_store.note("secret", "signing") == {"key": "a"}


def test_notes_are_listed_by_topic_and_forgotten_by_key(any_store: SqlStore) -> None:
    for topic, key in (("used", "0000000300.b"), ("used", "0000000200.a"), ("used", "0000000100.c"), ("kept", "0.x")):
        any_store.put_note(topic, key, {"key": key})
    assert [note["key"] for note in any_store.notes_about("used")] == ["0000000100.c", "0000000200.a", "0000000300.b"]
    any_store.forget_notes("used", "0000000200")
    assert [note["key"] for note in any_store.notes_about("used")] == ["0000000200.a", "0000000300.b"]
    assert any_store.notes_about("kept") == [{"key": "0.x"}] and any_store.notes_about("none") == []


def test_a_note_is_written_with_the_event_or_neither_and_only_over_what_was_read(any_store: SqlStore) -> None:
    def change(value: int, was: dict[str, object] | None = None, about: Event | None = None) -> Change:
        return Change(events=(about or event(None),), notes=(Note("used", "d-1", {"é": value}, was),))

    def there() -> tuple[object, int]:
        return any_store.note("used", "d-1"), len(any_store.events())

    first = event(None)
    any_store.commit(change(1, about=first))
    for late in (change(2), change(2, {"é": 0}), replace(change(2), notes=(Note("used", "d-2", {}, {}),))):
        with pytest.raises(Stale):
            any_store.commit(late)
        assert there() == ({"é": 1}, 1)
    with pytest.raises(Exception, match=r"(?i)unique"):  # the event cannot be written: neither is the note
        any_store.commit(change(2, {"é": 1}, first))
    assert there() == ({"é": 1}, 1)
    any_store.commit(change(2, {"é": 1}))
    assert there() == ({"é": 2}, 2)


def key(name: str = "shop", number: int = 1) -> ApiKey:
    return ApiKey(f"k{number}", name, f"{number:064x}", frozenset({"submit", "read"}), later(number))


def test_keys(any_store: SqlStore) -> None:
    first, other = key(), key("bot", 2)
    any_store.add_key(first)
    any_store.add_key(other)
    assert any_store.keys() == [first, other]
    assert any_store.key_by_hash(first.key_sha256) == first
    assert any_store.key_by_hash("0" * 64) is None


def test_a_name_is_taken_until_its_key_is_revoked(any_store: SqlStore) -> None:
    any_store.add_key(key())
    with pytest.raises(ValueError, match="'shop'"):
        any_store.add_key(key(number=2))
    assert any_store.revoke_key("shop", later(9)) is True
    assert any_store.revoke_key("shop", later(10)) is False
    assert any_store.revoke_key("unknown", later(10)) is False
    any_store.add_key(key(number=2))
    assert any_store.keys() == [replace(key(), revoked_at=later(9)), key(number=2)]
    assert any_store.key_by_hash(key().key_sha256) == replace(key(), revoked_at=later(9))
