"""What is promised of pictures, on each store."""

from __future__ import annotations

from dataclasses import replace

from review_gate.adapters.stores import SqlStore
from review_gate.domain.draft import Media
from review_gate.domain.message import Message
from review_gate.domain.picture import Look, Picture, Rejected
from review_gate.media_ports import Upload
from tests.stores.made import NOON, later, opening, submission

SHA, OTHER = "a" * 64, "b" * 64
LOOKS = ("00ff00ff00ff00ff", "ffffffffffffffff")


def upload(sha256: str = SHA, content: bytes = bytes(range(256))) -> Upload:
    return Upload(Picture(sha256, "image/png", 40, 30, len(content), LOOKS), content, b"small\0")


def test_a_picture_comes_back_as_it_was(any_store: SqlStore) -> None:
    any_store.keep_picture(upload(), "shop", NOON)
    any_store.keep_picture(upload(content=b"never"), "somebody", later(9))  # the same hash: nothing changes
    assert any_store.picture(SHA) == upload().picture
    assert any_store.picture_content(SHA) == bytes(range(256)) and any_store.thumbnail(SHA) == b"small\0"
    assert any_store.picture(OTHER) is None
    assert any_store.picture_content(OTHER) is None and any_store.thumbnail(OTHER) is None


def test_what_no_draft_has_named_is_found_the_oldest_first(any_store: SqlStore) -> None:
    for number, sha256 in enumerate((SHA, OTHER, "c" * 64, "d" * 64)):
        any_store.keep_picture(upload(sha256), "shop", later(number))
    media = (Media("/v1/media/x", look=Look(OTHER)), Media("/v1/media/y", look=Look(problem=Message("?", "?"))))
    seen = submission()
    any_store.commit(opening(replace(seen, draft=replace(seen.draft, media=media))))
    any_store.keep_picture(upload(SHA), "shop", later(20))  # uploaded again: it counts from then
    assert any_store.unused_since(later(10)) == ["c" * 64, "d" * 64]
    assert any_store.unused_since(later(10), limit=1) == ["c" * 64]
    assert any_store.unused_since(later(3)) == ["c" * 64]
    assert any_store.unused_since(later(21)) == ["c" * 64, "d" * 64, SHA]


def test_what_was_rejected_stays_too_unless_its_submission_was_erased(any_store: SqlStore) -> None:
    rejected, erased = submission(), submission()
    any_store.commit(opening(rejected))
    any_store.commit(opening(replace(erased, erased_at=NOON)))
    for sha256, about in ((SHA, rejected), (OTHER, erased)):
        any_store.keep_picture(upload(sha256), "shop", NOON)
        any_store.remember_rejected(Rejected(sha256, about.id, "", NOON, LOOKS))
    assert any_store.unused_since(later(1)) == [OTHER]


def test_each_reader_has_its_own_words(any_store: SqlStore) -> None:
    any_store.put_picture_words(SHA, "r1", "of a picture that was erased while it was read")
    any_store.keep_picture(upload(SHA), "shop", NOON)
    assert any_store.picture_words(SHA, "r1") is None
    any_store.put_picture_words(SHA, "r1", "")
    any_store.put_picture_words(SHA, "r2", "À bientôt\0 !")
    any_store.put_picture_words(SHA, "r1", "été")
    assert any_store.picture_words(SHA, "r1") == "été" and any_store.picture_words(SHA, "r2") == "À bientôt !"


def test_what_was_rejected_is_remembered_once_the_latest_first(any_store: SqlStore) -> None:
    first = Rejected(SHA, "s-1", "insensitive", NOON, LOOKS)
    second = Rejected(OTHER, "s-2", "", later(5), LOOKS)
    for one in (first, second, Rejected(SHA, "s-1", "other", later(9), LOOKS)):
        any_store.remember_rejected(one)
    assert any_store.rejected_pictures() == [second, first]
    assert any_store.rejected_pictures(limit=1) == [second]


def test_erased_means_gone_but_for_the_hashes_of_what_was_rejected(any_store: SqlStore) -> None:
    rejected = Rejected(SHA, "s-1", "insensitive", NOON, LOOKS)
    any_store.remember_rejected(rejected)
    for sha256 in (SHA, OTHER):
        any_store.keep_picture(upload(sha256), "shop", NOON)
        any_store.put_picture_words(sha256, "r1", "words")
    assert any_store.erase_pictures([SHA, SHA, "c" * 64]) == 1
    assert any_store.picture(SHA) is None and any_store.thumbnail(SHA) is None
    assert any_store.picture_words(SHA, "r1") is None
    assert any_store.picture(OTHER) is not None and any_store.picture_words(OTHER, "r1") == "words"
    assert any_store.rejected_pictures() == [rejected]
