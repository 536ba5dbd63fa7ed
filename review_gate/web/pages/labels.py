"""What things of the domain are called on the pages, and small helpers for templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from unicodedata import normalize

from markupsafe import Markup

from review_gate.domain import days
from review_gate.domain.places import country, tongue
from review_gate.domain.repetition import how_often
from review_gate.domain.submission import Answer, Operation, State
from review_gate.domain.verdict import Severity
from review_gate.slack import words as spoken
from review_gate.web.pages.base import language

TONES = {
    State.HELD: "waits",
    State.APPROVED: "good",
    State.CHANGES_REQUESTED: "waits",
    State.REJECTED: "bad",
    State.WITHDRAWN: "gone",
    State.EXPIRED: "gone",
}


def state_name(state: State) -> str:
    return spoken.STATES[state].in_(language())


def state_tone(state: State) -> str:
    """The colour a state is told in."""
    return TONES[state]


def severity_name(severity: int) -> str:
    return spoken.SEVERITIES[Severity(severity)].in_(language())


def severity_word(severity: int) -> str:
    """The stable word, for class names and addresses."""
    return Severity(severity).word


def channel_name(channel: str | None) -> str:
    return spoken.channel_name(channel, language())


def market_name(market: str) -> str:
    return country(market).in_(language())


def lang_name(lang: str) -> str:
    return tongue(lang).in_(language())


def by_name(codes: Iterable[str], named: Callable[[str], str]) -> list[tuple[str, str]]:
    """The codes with their names, in the order of the names: accents do not count."""
    pairs = [(code, named(code)) for code in codes]
    return sorted(pairs, key=lambda pair: normalize("NFD", pair[1]).encode("ascii", "ignore"))


def category_name(category: str | None) -> str:
    return spoken.category_name(category, language())


def kind_name(kind: str) -> str:
    return (spoken.POST if kind == "post" else spoken.REPLY).in_(language())


def operation_name(operation: Operation) -> str:
    return spoken.BUTTONS[operation].in_(language())


def answer_name(answer: Answer) -> str:
    return spoken.ANSWERS[answer].in_(language())


def moment(at: datetime | None, words: str = "") -> Markup:
    """A time; the page's script tells it in the reader's own zone, without it UTC is shown."""
    if at is None:
        return Markup("")
    iso = at.astimezone(UTC).isoformat(timespec="seconds")
    plain = days.moment_in_figures(at).in_(language())
    return Markup('<time datetime="{}" data-local>{}</time>').format(iso, words or plain)


def day(one: date) -> str:
    """For a table."""
    return days.in_figures(one).in_(language())


def day_in_short(one: date) -> str:
    """For a chart and for a row of days."""
    return days.in_short(one).in_(language())


def day_in_words(one: date) -> str:
    """For a headline."""
    return days.in_words(one).in_(language())


def moment_of(at: str) -> Markup:
    """A time written in ISO 8601."""
    return moment(datetime.fromisoformat(at))


def sentence(words: str) -> str:
    """With a capital at the beginning; the others stay as they are."""
    return words[:1].upper() + words[1:]


def number(value: float | None) -> str:
    """With one digit, as the language writes it; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.1f}".replace(".", "," if language() == "fr" else ".")


LABELS = {
    "number": number,
    "sentence": sentence,
    "utc": UTC,
    "state_name": state_name,
    "state_tone": state_tone,
    "severity_name": severity_name,
    "severity_word": severity_word,
    "channel_name": channel_name,
    "market_name": market_name,
    "lang_name": lang_name,
    "by_name": by_name,
    "category_name": category_name,
    "kind_name": kind_name,
    "operation_name": operation_name,
    "answer_name": answer_name,
    "moment": moment,
    "day": day,
    "day_in_short": day_in_short,
    "day_in_words": day_in_words,
    "moment_of": moment_of,
    "how_often": how_often,
}
