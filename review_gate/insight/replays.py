"""A draft of a rule pack held against the drafts that came in: what it would have held, and what people decided. Reads
only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from review_gate.domain.context import MARKET_LANGUAGES, Context
from review_gate.domain.submission import Submission
from review_gate.domain.verdict import Hit, Severity, Source
from review_gate.paging import pages
from review_gate.ports import Filter, Submissions
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.load import combined
from review_gate.rulebook.replay import Judged, Record
from review_gate.rulebook.rule import Pack, Packs


@dataclass(frozen=True, slots=True)
class Turn:
    """A draft about which the pack would now say something else. `before` and `now`: the gravest finding with the
    pack as it counts today and as drafted, all other rules and scores as they were on the day."""

    judged: Judged
    before: Severity
    now: Severity
    new: tuple[Hit, ...]
    gone: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether it would be held now, and was not."""
        return self.before < Severity.HOLD <= self.now

    @property
    def let_through(self) -> bool:
        """Whether it was held, and would not be now."""
        return self.now < Severity.HOLD <= self.before


@dataclass(frozen=True, slots=True)
class PackReplay:
    """`turns` holds everything that changed, what would be held or let through first. `rules`: how each rule of the
    draft did by the decisions. `answers`: by (which way it turned: held, let_through; what people decided)."""

    drafts: int
    cut: bool
    turns: Sequence[Turn]
    rules: Mapping[str, Record]
    answers: Counter[tuple[str, str]]

    def count(self, way: str) -> int:
        """How many turned that way: held or let_through."""
        return sum(number for (turned, _), number in self.answers.items() if turned == way)


def replay_pack(packs: Packs, draft: Pack, store: Submissions, since: datetime, at_most: int) -> PackReplay:
    """`draft` in place of the pack of its name, on the newest `at_most` submissions since then."""
    submissions = list(islice(_newest(store, since), at_most + 1))
    looked, cut = submissions[:at_most], len(submissions) > at_most
    tried = combined([draft], packs.encoder)
    present = combined([pack for pack in packs.packs if pack.name == draft.name], packs.encoder)
    rules = {rule.id: Record() for rule in tried.rules if rule.status != "retired"}
    turns = []
    for submission in looked:
        judged = judged_of(submission)
        hits = evaluate(tried, judged.draft, judged.context)
        turn = _turn(submission, judged, evaluate(present, judged.draft, judged.context), hits, draft.name)
        for rule in {hit.rule for hit in hits}:
            rules[rule].note(judged)
        if turn.new or turn.gone or turn.now != turn.before:
            turns.append(turn)
    turns.sort(key=lambda turn: not (turn.held or turn.let_through))
    answers = Counter((_way(turn), _people(turn.judged)) for turn in turns)
    return PackReplay(len(looked), cut, turns, rules, answers)


def _turn(submission: Submission, judged: Judged, old: Sequence[Hit], hits: Sequence[Hit], pack: str) -> Turn:
    known, told = {hit.rule for hit in old}, {hit.rule for hit in hits}
    others = [reason.severity for reason in submission.verdict.reasons if reason.pack != pack]
    before = max([*others, *(hit.severity for hit in old if not hit.shadow)], default=Severity.NONE)
    now = max([*others, *(hit.severity for hit in hits if not hit.shadow)], default=Severity.NONE)
    return Turn(judged, before, now, tuple(hit for hit in hits if hit.rule not in known), tuple(sorted(known - told)))


def from_store(store: Submissions, since: datetime) -> Iterator[Judged]:
    """The stored submissions, newest first, each with the last decision about the text it has now."""
    return map(judged_of, _newest(store, since))


def judged_of(submission: Submission) -> Judged:
    """A submission as rules are held against it."""
    verdict = submission.verdict
    answers = [decision.answer for decision in submission.decisions if decision.revision == submission.revision]
    seen = [r.rule for r in (*verdict.reasons, *verdict.shadow) if r.source is Source.RULE and r.rule]
    languages = (verdict.lang,) if verdict.lang else MARKET_LANGUAGES.get(submission.draft.market or "", ())
    return Judged(
        id=submission.id,
        draft=submission.draft,
        context=Context(now=submission.created_at, lang=verdict.lang, languages=languages),
        answer=answers[-1] if answers else None,
        hits=tuple(dict.fromkeys(seen)),
    )


def _newest(store: Submissions, since: datetime) -> Iterator[Submission]:
    for page in pages(lambda cursor: store.submissions(Filter(), cursor, 200)):
        for submission in page.items:
            if submission.created_at < since:
                return
            yield submission


def _way(turn: Turn) -> str:
    return "held" if turn.held else "let_through" if turn.let_through else "other"


def _people(judged: Judged) -> str:
    return "undecided" if judged.answer is None else "refused" if judged.refused else "approved"
