"""Stored submissions as rules are held against them: the last decision, and the rules that spoke then."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from review_gate.adapters.stores import open_store
from review_gate.cli.judged import from_store, moment_since
from review_gate.domain.change import Change
from review_gate.domain.lifecycle import decide
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer
from review_gate.domain.verdict import Reason, Severity, Source
from tests.builders import NOW, RENE, held, moment


def test_from_store(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'gate.db'}")
    try:
        reason = Reason(Source.RULE, Severity.HOLD, Message("x", "x"), rule="t.promo")
        submission = held("Une promo", market="FR")
        submission = replace(submission, verdict=replace(submission.verdict, lang="fr", reasons=(reason,)))
        store.commit(Change(submission=submission))
        rejected = decide(submission, Answer.REJECT, RENE, moment(prefix="r"), "Non")
        store.commit(rejected)
        (judged,) = from_store(store, NOW - timedelta(days=1))
        assert (judged.answer, judged.refused, judged.hits) == (Answer.REJECT, True, ("t.promo",))
        assert (judged.draft.text, judged.context.languages) == ("Une promo", ("fr",))
        assert list(from_store(store, NOW + timedelta(days=1))) == []
    finally:
        store.close()


def test_moment_since() -> None:
    assert moment_since("30d", NOW) == NOW - timedelta(days=30)
    assert moment_since("12h", NOW) == NOW - timedelta(hours=12)
    assert moment_since("2026-10-01", NOW).isoformat() == "2026-10-01T00:00:00+00:00"
