"""A rule that sees the same in several words is told once."""

from dataclasses import replace

from review_gate.domain.message import Message
from review_gate.domain.telling import told_once, without_echoes
from review_gate.domain.verdict import Reason, Severity, Source

CHEER = Reason(
    Source.RULE, Severity.HOLD, Message("'fête' on a day of mourning.", "« fête » un jour de deuil."),
    category="solemn_date", span=(0, 4), found="fête", rule="calendar.cheer", pack="calendar", version=1,
)  # fmt: skip


def test_one_rule_is_told_once_with_all_its_words() -> None:
    danced = replace(CHEER, span=(9, 15), found="danser")
    graver = replace(CHEER, severity=Severity.BLOCK)
    told = told_once([CHEER, graver, danced, danced])
    assert [(one.reason, one.found) for one in told] == [(CHEER, ("fête", "danser")), (graver, ("fête",))]


def test_what_no_pack_says_stands_alone() -> None:
    insult = Reason(Source.SCORER, Severity.HOLD, Message("a", "b"), scorer="toxicity", label="insult", score=0.9)
    threat = replace(insult, label="threat")
    assert [one.reason for one in told_once([insult, threat])] == [insult, threat]
    assert told_once([insult])[0].found == ()


def test_what_a_graver_rule_says_in_the_same_words_is_not_said_again() -> None:
    maybe = replace(CHEER, severity=Severity.WARN, rule="calendar.cheer-maybe")
    elsewhere = replace(maybe, span=(9, 13))
    other = replace(maybe, message=Message("Cheer?", "De la joie ?"))
    assert without_echoes([maybe, CHEER, elsewhere, other]) == (CHEER, elsewhere, other)
    assert [one.reason for one in told_once([CHEER, maybe])] == [CHEER]
