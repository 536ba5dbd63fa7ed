"""An erased submission's pictures go with its words, in the same transaction; what else it left goes later if need be."""

from __future__ import annotations

from dataclasses import replace

from review_gate.adapters.stores import SqlStore
from review_gate.domain import lifecycle, unattended
from review_gate.domain.change import Change
from review_gate.domain.draft import Media
from review_gate.domain.picture import Look, Rejected, named_url
from review_gate.domain.submission import Answer, Submission
from tests.builders import RENE, verdict
from tests.stores.test_erasing import NOW, PEGGY, at, decide, erasure, everything, hand_in, sound
from tests.stores.test_pictures_contract import upload

OLD, NEW, SHARED, LATE = ("1" * 64, "2" * 64, "3" * 64, "4" * 64)


def keep(store: SqlStore, *sha256s: str) -> None:
    for sha256 in sha256s:
        store.keep_picture(upload(sha256), "shop", NOW)
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


class DiesAfter:
    """The store of a process that dies as soon as an erasure is committed."""

    def __init__(self, inner: SqlStore) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def commit(self, change: Change) -> None:
        self._inner.commit(change)
        if change.erasing is not None:
            raise KeyboardInterrupt


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
    erasure(store).author("tom@example.org", "dpo")
    assert store.picture(SHARED) is None, "nobody shows it any more"
    sound(store)
