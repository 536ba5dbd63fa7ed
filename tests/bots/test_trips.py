"""What a check asks of the database: each statement is a trip to a server that may stand elsewhere."""

from __future__ import annotations

from datetime import timedelta

from review_gate.domain.change import Saying
from review_gate.domain.repetition import DATED
from review_gate.signals.fingerprint import masked_words, saying_key
from tests.bots.house import House, house

TEXT = "Votre commande part ce soir de notre entrepôt de Lyon."


def statements(at: House, text: str) -> list[str]:
    """The beginnings of the statements that one check makes, a conversation of its own."""
    seen: list[str] = []
    with at.store.database.read() as connection:  # the store in memory has this one alone
        connection.set_trace_callback(seen.append)  # type: ignore[attr-defined]
        at.says(text, conversation=str(at.clock.now))
        connection.set_trace_callback(None)  # type: ignore[attr-defined]
    return [" ".join(statement.split()[:3]) for statement in seen if not statement.startswith("PRAGMA")]


def saying(at: House) -> Saying:
    (found,) = at.store.sayings_like(saying_key(masked_words(TEXT), "faq"), ())
    return found


def test_what_a_bot_has_just_said_costs_two_questions_and_one_line() -> None:
    with house() as at:
        at.says(TEXT)
        first = saying(at)
        for _ in range(2):
            known, frozen, *written = statements(at, TEXT)
            assert (known[:7], frozen) == ("SELECT ", "SELECT value FROM")
            assert written == ["BEGIN IMMEDIATE", "INSERT INTO replies", "COMMIT"]
        assert saying(at) == first


def test_what_it_says_for_the_first_time_is_looked_for_once_more_and_remembered() -> None:
    with house() as at:
        at.says("Nos magasins ouvrent à neuf heures du lundi au samedi.")
        *asked, begin, new, reply, commit = statements(at, TEXT)
        assert (len(asked), begin, new, reply, commit) == (
            *(3, "BEGIN IMMEDIATE", "INSERT INTO sayings", "INSERT INTO replies", "COMMIT"),
        )


def test_the_date_of_a_saying_moves_now_and_then() -> None:
    with house() as at:
        at.says(TEXT)
        first = saying(at).last_at
        at.clock.pass_(seconds=DATED.total_seconds() - 2)
        at.says(TEXT)
        assert saying(at).last_at == first
        at.says(TEXT)
        assert saying(at).last_at == first + DATED
        near = TEXT.replace("de notre entrepôt", "de notre grand entrepôt")
        at.says(near)
        assert saying(at).last_at == first + DATED
        at.clock.pass_(seconds=DATED.total_seconds())
        at.says(near)
        assert saying(at).last_at == first + 2 * DATED + timedelta(seconds=2)
