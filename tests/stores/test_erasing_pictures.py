"""An erased submission's pictures go with it, in one transaction; what it left elsewhere goes after a kill too."""

from __future__ import annotations

import multiprocessing
import os
import signal
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.domain import lifecycle, unattended
from review_gate.domain.change import Change, DeliveryKind
from review_gate.domain.draft import Media
from review_gate.domain.erasure import UNSWEPT
from review_gate.domain.picture import Look, Rejected, named_url
from review_gate.domain.submission import Answer, Submission
from review_gate.gate.digests import ONLY_POSTED, PAYLOAD
from review_gate.gate.erasing import Erasure, Retention
from tests.builders import NOW, FakeClock, Ids, verdict
from tests.stores.test_erasing import (
    IDS,
    PEGGY,
    SECRET,
    at,
    commented,
    decide,
    erasure,
    everything,
    hand_in,
    known,
    looked_at,
    sound,
)
from tests.stores.test_pictures_contract import upload

__all__ = ["known"]
SPAWN = multiprocessing.get_context("spawn")
OLD, NEW, SHARED, LATE = ("1" * 64, "2" * 64, "3" * 64, "4" * 64)


def keep(store: SqlStore, *sha256s: str) -> None:
    for sha256 in sha256s:
        store.keep_picture(upload(sha256), PEGGY.id.upper(), NOW)
        store.put_picture_words(sha256, "r1", "Marmalade")


def showing(store: SqlStore, seen: Submission, *sha256s: str) -> Submission:
    """The next version of the submission shows these pictures, and they were looked at."""
    draft = replace(seen.draft, media=tuple(Media(named_url(sha256)) for sha256 in sha256s))
    change = lifecycle.revise(seen, draft, verdict(draft.text), replace(PEGGY, id=seen.author), at(2))
    store.commit(change)
    for number, sha256 in enumerate(sha256s):
        assert change.submission is not None
        media = list(change.submission.draft.media)
        media[number] = replace(media[number], look=Look(sha256, "Marmalade"))
        draft = replace(draft, media=tuple(media))
        found = {"picture": sha256, "revision": change.submission.revision}
        change = unattended.looked(change.submission, draft, change.submission.verdict, (), at(3), found)
        store.commit(change)
    assert change.submission is not None
    return change.submission


class Interrupted(SqlStore):
    """The store of a process that ends as soon as an erasure is committed."""

    def commit(self, change: Change) -> None:
        super().commit(change)
        if change.erasing is not None:
            self.end()

    def end(self) -> None:
        raise KeyboardInterrupt


class LooksSwept(SqlStore):
    """The store of a process that ends as soon as digests and clusters have lost their words."""

    def sweep_looks(self, *asked: Any) -> int:
        super().sweep_looks(*asked)
        raise KeyboardInterrupt


class Killed(Interrupted):
    def end(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def erase_and_be_killed(url: str) -> None:
    """For a process of its own."""
    Erasure(Killed(open_store(url).database), FakeClock(NOW + timedelta(days=3)), Ids("killed")).author(PEGGY.id, "dpo")


def test_pictures_of_every_version_go_and_what_others_show_stays(store: SqlStore) -> None:
    keep(store, OLD, NEW, SHARED, LATE)
    mine = showing(store, showing(store, hand_in(store), OLD), NEW, SHARED)
    theirs = showing(store, hand_in(store, "tom@example.org", "Tom's own words"), SHARED)
    rejected = decide(store, hand_in(store), Answer.REJECT)  # before anybody had looked: no version tells
    store.remember_rejected(Rejected(LATE, rejected.id, "", NOW, ()))

    erasure(store).author(PEGGY.id, "dpo")

    assert [one for one in (OLD, NEW, SHARED, LATE) if store.picture(one) is not None] == [SHARED]
    assert [store.picture_words(one, "r1") for one in (NEW, SHARED)] == [None, "Marmalade"]
    assert (found := store.submission(mine.id)) is not None and found.erased_at is not None
    assert store.submission(theirs.id) == theirs
    with store.database.read() as session:
        assert session.execute("SELECT kept_by FROM pictures").fetchall() == [("erased",)]
    erasure(store).author("tom@example.org", "dpo")
    assert store.picture(SHARED) is None, "nobody shows it any more"
    sound(store)


@pytest.mark.parametrize("by_age", [False, True], ids=["by author", "by age"])
def test_what_a_dying_process_has_erased_is_gone_everywhere_after_the_next_run(known: SqlStore, by_age: bool) -> None:
    keep(known, OLD, NEW)
    first, second = (decide(known, showing(known, hand_in(known), sha256)) for sha256 in (OLD, NEW))
    for one in (first, second):
        commented(known, one)
    looked_at(known, [first, second])
    clock = FakeClock(NOW + timedelta(days=33))

    with pytest.raises(KeyboardInterrupt):
        Erasure(Interrupted(known.database), clock, IDS).author(PEGGY.id, "dpo")

    assert [known.picture(one) for one in (OLD, NEW)].count(None) == 1
    one, other = sorted((first, second), key=lambda it: (known.submission(it.id) or it).erased_at is None)
    assert quoting(known, one) != []
    if by_age:
        Retention(Erasure(known, clock, IDS), clock, days=30)()
    else:
        assert erasure(known).author(PEGGY.id, "dpo").submissions == 1
        assert [word for word in SECRET if word.casefold() in everything(known).casefold()] == []
    assert (quoting(known, one), quoting(known, other)) == ([], [])
    assert known.picture(OLD) is None and known.picture(NEW) is None
    assert known.notes_about(UNSWEPT) == []
    sound(known)


def test_the_courier_finishes_what_a_killed_process_began_also_where_texts_are_kept_for_good(
    known: SqlStore, url: str
) -> None:
    keep(known, OLD)
    made = showing(known, hand_in(known), OLD)
    commented(known, made)
    process = SPAWN.Process(target=erase_and_be_killed, args=(url,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert known.picture(OLD) is None and quoting(known, made) != []
    clock = FakeClock(NOW + timedelta(days=3))
    Retention(Erasure(known, clock, IDS), clock, days=None)()
    assert (quoting(known, made), known.notes_about(UNSWEPT)) == ([], [])
    sound(known)


def test_the_channel_is_shown_what_is_left_of_a_digest_though_the_process_that_swept_it_died(known: SqlStore) -> None:
    looked_at(known, [hand_in(known)])
    clock = FakeClock(NOW + timedelta(days=3))
    with pytest.raises(KeyboardInterrupt):
        Erasure(LooksSwept(known.database), clock, IDS).author(PEGGY.id, "dpo")
    for _ in range(2):
        Erasure(known, clock, IDS).author(PEGGY.id, "dpo")
    told = [one.payload for one in known.claim_deliveries(DeliveryKind.NOTICE, NOW + timedelta(days=9), 10)]
    assert told.count({PAYLOAD: NOW.date().isoformat(), ONLY_POSTED: True}) == 1
    assert known.notes_about(UNSWEPT) == []


def quoting(store: SqlStore, seen: Submission) -> list[str]:
    """What is stored about the submission and still says one of the author's words."""
    lines = [line for line in everything(store).split("\n") if seen.id in line]
    return [line for line in lines if any(word in line for word in ("Sandcastle", "Marmalade", "Question?"))]
