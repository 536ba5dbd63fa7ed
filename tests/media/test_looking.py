"""The courier looks at a submission's pictures: what it finds is added, told, and never makes a verdict milder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from review_gate.adapters.language import EldcDetector
from review_gate.adapters.pictures.fetcher import GuardedFetcher
from review_gate.adapters.stores import SqlStore
from review_gate.adapters.stores.database import FULL
from review_gate.domain import signoff
from review_gate.domain.change import DeliveryKind
from review_gate.domain.context import Context
from review_gate.domain.days import in_words
from review_gate.domain.draft import Draft, Media
from review_gate.domain.picture import Look
from review_gate.domain.signoff import Rule
from review_gate.domain.submission import Answer, State, Submission
from review_gate.domain.verdict import Action, Reason, Severity, Signal
from review_gate.gate import Screening, Seen
from review_gate.gate.looking import BROKEN, Tidying
from review_gate.insight.invariants import breaches
from review_gate.ports import StoreDamaged
from tests.builders import ANNE, NOW, POLICY, SOFIA, NoRules, WordScorer, reply, verdict
from tests.media.house import Lines, Studio, anywhere, serving
from tests.media.pictures import encoded, scene

ONE, TWO = (encoded(scene(n, (200, 150))) for n in (1, 2))


@pytest.fixture
def reader() -> Lines:
    return Lines()


@pytest.fixture
def studio(tmp_path: Path, reader: Lines) -> Iterator[Studio]:
    made = Studio(tmp_path, anywhere(seconds=2), reader)
    yield made
    assert list(breaches(made.store.records())) == []
    made.store.close()


def reason(submission: Submission, name: str) -> Reason:
    (found,) = (one for one in submission.verdict.reasons if one.name == name)
    return found


def picture(content: bytes = ONE) -> object:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(content)

    return answer


def test_a_draft_without_pictures_leaves_nothing_to_do(studio: Studio) -> None:
    studio.hand_in()
    assert studio.store.claim_deliveries(DeliveryKind.MEDIA, studio.clock()) == []


def test_an_upload_is_looked_at_and_the_record_tells(studio: Studio, reader: Lines) -> None:
    url = studio.upload(ONE)
    for address in (url, "https://gate.example" + url):
        seen = studio.look(address)
        (media,) = seen.draft.media
        assert media.sha256 is not None and media.sha256 in url
        assert media.look is not None and media.look.words == "" and media.look.problem is None
        assert seen.version == 2 and seen.verdict.severity is Severity.NONE and seen.state is State.HELD
        assert studio.store.events(seen.id)[-1].event.kind == "submission.looked"
    assert reader.asked == 1  # the same picture is read once


def test_looking_changes_neither_hash_nor_what_people_have_seen(studio: Studio) -> None:
    before = studio.hand_in(studio.upload(ONE))
    studio.work()
    assert studio.decide(before, Answer.APPROVE).state is State.APPROVED


def test_text_in_a_picture_is_screened_like_text(studio: Studio, reader: Lines) -> None:
    reader.of[ONE] = "Vous êtes un idiot\n[insérer le lien]"
    seen = studio.look(studio.upload(ONE, "affiche.png"))
    insult = reason(seen, "toxicity.insult")
    assert insult.severity is Severity.HOLD and insult.span is None
    assert insult.message.en == "In the picture 'affiche.png': Reads as an insult"
    assert insult.message.fr == "Dans l'image « affiche.png » : Se lit comme une insulte"
    gap = next(one for one in seen.verdict.reasons if one.category == "placeholder")
    assert gap.message.fr.startswith("Dans l'image « affiche.png » : ") and gap.span is None
    assert seen.verdict.severity is Severity.HOLD
    assert any(d.kind is DeliveryKind.CARD for d in studio.store.claim_deliveries(DeliveryKind.CARD, studio.clock()))


def test_a_word_in_the_picture_counts_together_with_one_in_the_text(studio: Studio, reader: Lines) -> None:
    reader.of[ONE] = "-20 % avec le code promo PLUIE"
    text = "Inondations dans le Pas-de-Calais : gardez les pieds au sec."
    assert studio.hand_in(text=text).verdict.severity < Severity.HOLD
    seen = studio.look(studio.upload(ONE), text=text)
    assert any(one.category == "newsjack" and "n° 1" in one.message.fr for one in seen.verdict.reasons)


def test_the_severest_of_text_and_picture_counts_and_nothing_gets_milder(studio: Studio, reader: Lines) -> None:
    reader.of[ONE] = "You are a moron, dear customer"
    text = "You are an idiot, dear customer"
    first = studio.hand_in(studio.upload(ONE), text=text)
    studio.work()
    seen = studio.gate.get(first.id)
    assert first.verdict.severity is Severity.HOLD
    assert (seen.verdict.severity, seen.verdict.action) == (Severity.BLOCK, Action.BLOCK)
    assert set(first.verdict.reasons) < set(seen.verdict.reasons)
    kept = studio.gate.revise(seen.id, Draft(text="Good morning to all of you", media=seen.draft.media), ANNE)
    assert kept.verdict.severity is Severity.BLOCK  # the picture still says so, before anybody looks again


@pytest.fixture
def asking(tmp_path: Path, reader: Lines) -> Iterator[Studio]:
    """Where what may be grave needs somebody of the legal department."""
    (tmp_path / "asking").mkdir()
    rules = (Rule("grave", 1, ("legal",), severity=Severity.WARN),)
    made = Studio(tmp_path / "asking", None, reader, replace(POLICY, sign_off=rules))
    yield made
    assert list(breaches(made.store.records())) == []
    made.store.close()


def test_what_is_found_in_a_picture_asks_for_the_approvals_that_the_policy_wants(asking: Studio, reader: Lines) -> None:
    reader.of[ONE] = "Vous êtes un idiot"
    held = asking.hand_in(asking.upload(ONE))
    assert held.sign_off == ()
    asking.work()
    seen = asking.gate.get(held.id)
    assert signoff.missing(seen) == (signoff.Missing("grave", ("legal",), 1),)
    asking.work()
    assert asking.gate.get(held.id).sign_off == seen.sign_off  # once
    assert asking.decide(seen, Answer.APPROVE).state is State.HELD  # a reviewer's own is not the one that is missing
    plain = asking.hand_in(asking.upload(TWO))
    asking.work()
    assert asking.decide(plain, Answer.APPROVE).state is State.APPROVED


def test_what_was_approved_before_anybody_knew_whose_approval_it_needs_waits_again(
    asking: Studio, reader: Lines
) -> None:
    reader.of[ONE] = "!"  # a mere warning: the picture could not be read
    first = asking.decide(asking.hand_in(asking.upload(ONE)), Answer.APPROVE)
    asking.work()
    back = asking.gate.get(first.id)
    assert (back.state, back.revision, back.approvals) == (State.HELD, 2, ())
    assert signoff.missing(back) == (signoff.Missing("grave", ("legal",), 1),)


class Unsure(WordScorer):
    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        return [Signal(self.name, "insult", 0.5 if draft.text == "OUVERT" else 0.9)]


def test_of_a_sign_only_what_a_scorer_is_sure_of_counts() -> None:
    screening = Screening(EldcDetector(), (Unsure(),), NoRules, POLICY)
    for words, severity in (("OUVERT", Severity.NONE), ("PAS OUVERT", Severity.HOLD)):
        draft = Draft("Bonjour", media=(Media("/v1/media/x", "Une rue", Look("a" * 64, words)),))
        assert screening.with_pictures(verdict("Bonjour"), draft, NOW).severity is severity


def test_a_reader_that_breaks_is_told_and_a_missing_one_is_not_hidden(
    studio: Studio, tmp_path: Path, reader: Lines
) -> None:
    reader.of[ONE] = "!"
    seen = studio.look(studio.upload(ONE))
    assert reason(seen, "media.unseen").severity is Severity.WARN and "could not be read" in str(
        reason(seen, "media.unseen").message
    )
    (tmp_path / "blind").mkdir()
    blind = Studio(tmp_path / "blind")
    (media,) = blind.look(blind.upload(ONE)).draft.media
    blind.store.close()
    assert media.look is not None and media.look.words is None and media.look.problem is None


def test_a_picture_elsewhere_is_fetched_and_kept(studio: Studio) -> None:
    with serving(picture()) as url:  # type: ignore[arg-type]
        seen = studio.look(url + "/rue.png")
    (media,) = seen.draft.media
    assert media.sha256 is not None and studio.store.picture_content(media.sha256) == ONE
    assert studio.store.thumbnail(media.sha256)


@pytest.mark.parametrize(
    ("content", "words"), [(b"<html>", "no picture that can be read"), (bytes(500_000), "larger than")]
)
def test_what_cannot_be_looked_at_is_told(studio: Studio, content: bytes, words: str) -> None:
    with serving(picture(content)) as url:  # type: ignore[arg-type]
        seen = studio.look(url + "/rue.png")
    told = reason(seen, "media.unseen")
    assert words in told.message.en and told.category == "media" and told.suggestion is not None
    assert seen.draft.media[0].look is not None and seen.draft.media[0].sha256 is None


def test_an_address_that_does_not_answer_is_asked_a_few_times(studio: Studio) -> None:
    asked: list[str] = []

    def away(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        request.send_response(503)
        request.end_headers()

    good = studio.upload(ONE)
    with serving(away) as url:
        submission = studio.hand_in(url + "/a.png", good)
        studio.courier.run_once()
        first = studio.gate.get(submission.id)
        assert [one.look is not None for one in first.draft.media] == [False, True]  # the other one does not wait
        studio.work()
    seen = studio.gate.get(submission.id)
    assert len(asked) == 3 and "answered 503" in reason(seen, "media.unseen").message.en


@pytest.mark.parametrize("trouble", [RuntimeError("a bug"), StoreDamaged(FULL)])
def test_a_picture_at_which_something_breaks_keeps_no_other_from_being_looked_at(
    tmp_path: Path, trouble: Exception
) -> None:
    class Lame(GuardedFetcher):
        def fetch(self, url: str) -> bytes:
            if url.endswith("bad.png"):
                raise trouble
            return super().fetch(url)

    studio = Studio(tmp_path, Lame(400_000, lambda _: True, seconds=2))
    with serving(picture()) as url:  # type: ignore[arg-type]
        seen = studio.look(url + "/bad.png", url + "/good.png")
    bad, good = seen.draft.media
    assert good.sha256 is not None
    assert bad.look is not None and bad.look.problem == BROKEN
    assert "something broke" in reason(seen, "media.unseen").message.en
    assert studio.store.dead_letters() == []
    studio.store.close()


def test_uploads_that_no_draft_names_are_forgotten_after_a_while(studio: Studio) -> None:
    shown = studio.look(studio.upload(ONE))
    forgotten = studio.uploads.take(TWO, "anne").picture.sha256
    tidying = Tidying(studio.store, studio.clock)
    assert tidying() == 0
    studio.clock.pass_(days=31)
    assert tidying() == 1 and tidying() == 0
    assert studio.store.picture(forgotten) is None
    assert studio.store.picture(shown.draft.media[0].sha256 or "") is not None


def test_an_upload_that_cannot_be_forgotten_keeps_no_other(studio: Studio) -> None:
    class Lame(SqlStore):
        def erase_pictures(self, sha256s: Iterable[str]) -> int:
            wanted = list(sha256s)
            if bad in wanted:
                raise StoreDamaged(FULL)
            return super().erase_pictures(wanted)

    bad, good = (studio.uploads.take(content, "anne").picture.sha256 for content in (ONE, TWO))
    studio.clock.pass_(days=31)
    assert Tidying(Lame(studio.store.database), studio.clock)() == 1
    assert studio.store.picture(good) is None and studio.store.picture(bad) is not None


def test_an_unknown_upload_is_told(studio: Studio) -> None:
    seen = studio.look(f"/v1/media/{'0' * 64}")
    assert "upload it" in reason(seen, "media.unseen").message.en


def test_fetching_can_be_switched_off_and_then_nobody_is_alarmed(tmp_path: Path) -> None:
    studio = Studio(tmp_path, fetcher=None)
    seen = studio.look("https://cdn.example.org/a.png")
    studio.store.close()
    assert seen.verdict.reasons == () and seen.draft.media[0].look is not None
    assert seen.draft.media[0].look.chosen and seen.draft.media[0].look.problem is not None


def test_a_rejected_picture_is_known_again_however_it_was_changed(studio: Studio) -> None:
    image = scene(5)
    first = studio.look(studio.upload(encoded(image)))
    studio.decide(first, Answer.REJECT, comment="hurtful", reason_code="insensitive")
    studio.work()
    smaller = studio.look(studio.upload(encoded(image.resize((320, 240)), "JPEG", quality=40), "fete.jpg"))
    told = reason(smaller, "media.rejected-before")
    assert told.severity is Severity.HOLD and smaller.verdict.severity is Severity.HOLD
    day = in_words(studio.gate.get(first.id).decisions[0].at.date()).fr
    assert told.message.fr == (
        f"« fete.jpg » ressemble à une image d'un brouillon refusé le {day} (Blessant ou déplacé)."
    )
    assert told.evidence == ({"submission": first.id},)
    same = studio.look(studio.upload(encoded(image)))
    assert "is the picture" in reason(same, "media.rejected-before").message.en
    other = studio.look(studio.upload(encoded(scene(6))))
    assert other.verdict.severity is Severity.NONE
    # its own rejection is no earlier one, and a look after the end changes nothing
    assert studio.gate.get(first.id).verdict.severity is Severity.NONE


def test_rejected_before_anybody_looked_is_remembered_all_the_same(studio: Studio) -> None:
    first = studio.hand_in(studio.upload(ONE))
    studio.decide(first, Answer.REJECT, comment="no")
    version = studio.gate.get(first.id).version
    studio.work()
    assert studio.gate.get(first.id).version == version
    assert [one.submission for one in studio.store.rejected_pictures()] == [first.id]


def test_what_was_approved_before_a_grave_find_waits_again(studio: Studio, reader: Lines) -> None:
    reader.of[ONE] = "Vous êtes un idiot"
    quick = studio.decide(studio.hand_in(studio.upload(ONE)), Answer.APPROVE)
    assert quick.state is State.APPROVED
    studio.work()
    back = studio.gate.get(quick.id)
    assert back.state is State.HELD and back.revision == 2 and back.approvals == ()
    assert studio.store.events(quick.id)[-1].event.kind == "submission.recalled"
    types = [d.payload["type"] for d in studio.store.claim_deliveries(DeliveryKind.WEBHOOK, studio.clock(), 9)]
    assert types == ["submission.approved"] or types[-1] == "submission.held"


def test_a_new_version_looks_again_where_another_picture_may_lie_by_now(studio: Studio, reader: Lines) -> None:
    contents = [ONE, TWO]

    def changing(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(contents[0] if len(contents) > 1 else contents[-1])

    reader.of[ONE] = "You idiot"
    with serving(changing) as url:
        first = studio.look(url + "/a.png")
        contents.pop(0)
        revised = studio.gate.revise(first.id, Draft("Bonjour à toutes et à tous", media=first.draft.media), ANNE)
        assert revised.verdict.severity is Severity.HOLD  # what was read before counts until somebody looks
        studio.work()
    seen = studio.gate.get(first.id)
    assert seen.draft.media[0].sha256 != first.draft.media[0].sha256
    assert seen.draft.media[0].look is not None and not seen.draft.media[0].look.stale
    assert seen.verdict.severity is Severity.HOLD  # never milder: a person decides


def test_an_approval_tells_the_hash_of_what_was_looked_at(studio: Studio) -> None:
    seen = studio.look(studio.upload(ONE))
    studio.gate.decide(seen.id, Answer.APPROVE, SOFIA, Seen(seen.revision, seen.text_sha256))
    (told,) = studio.store.claim_deliveries(DeliveryKind.WEBHOOK, studio.clock())
    assert told.payload["data"]["media"][0]["sha256"] == seen.draft.media[0].sha256


def test_a_bots_held_reply_is_looked_at_too_and_one_that_goes_out_costs_nothing(studio: Studio, reader: Lines) -> None:
    with_picture = {"bot": "faq", "media": (Media(studio.upload(ONE), "Une rue"),)}
    sent = studio.gate.check(reply("Votre colis arrive vendredi.", **with_picture), ANNE)
    assert sent.verdict.action is Action.ALLOW
    assert studio.store.claim_deliveries(DeliveryKind.MEDIA, studio.clock()) == []
    held = studio.gate.check(reply("You are an idiot", **with_picture), ANNE)
    assert held.submission is not None
    studio.work()
    assert studio.gate.get(held.submission.id).draft.media[0].sha256 is not None
