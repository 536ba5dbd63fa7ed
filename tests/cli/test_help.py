"""`--help` speaks the reader's language: every text of it stands in English and in French."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from review_gate.cli.main import _parsed, main, usage
from review_gate.cli.usage import usage_in


def texts(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str | None]]:
    """What the help of this parser, and of those below it, says about each thing that can be typed."""
    if parser.description:
        yield f"{parser.prog}: description", parser.description
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                yield f"{parser.prog} {choice.dest}", choice.help
            for below in action.choices.values():
                yield from texts(below)
        else:
            yield f"{parser.prog}: {'/'.join(action.option_strings) or action.dest}", action.help


def texts_in(language: str) -> dict[str, str | None]:
    with usage_in(language):
        return dict(texts(usage()))


def test_every_help_text_has_both_languages() -> None:
    english, french = texts_in("en"), texts_in("fr")
    assert len(english) > 150 and english.keys() == french.keys()
    assert [what for what, text in english.items() if not text or text == french[what]] == []


def shown(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--language", "fr", "--help"], ["--help", "--language=fr"]])
def test_the_flag_says_which_language(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(arguments, capsys)
    assert "Rien ne part au nom de la marque" in told and "vérifie le journal d'audit" in told
    assert "check the audit log" in shown(["--help"], capsys)


def test_the_settings_say_which_language(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_GATE_LANGUAGE", "fr")
    assert "ce qu'elle permet (plusieurs fois possible)" in shown(["key", "create", "--help"], capsys)
    assert "what it may do (repeatable)" in shown(["key", "create", "--help", "--language", "en"], capsys)


def test_the_language_may_stand_before_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "fr", "audit", "verify", "--database", "nothing"]) == 1
    assert "n'est pas une adresse de base de données" in capsys.readouterr().err


def test_no_option_of_a_command_takes_the_place_of_one_before_it() -> None:
    """`--language fr` stood in the place of `erase --before DAY`, and the day became the language."""
    whole = usage()
    (commands,) = (one for one in whole._actions if isinstance(one, argparse._SubParsersAction))
    mine = {one.dest for one in whole._actions} - {"help"}
    assert {"spoken", "command"} <= mine
    for name, command in commands.choices.items():
        assert mine.isdisjoint(one.dest for one in command._actions), name
    day = _parsed(["erase", "--before", "2026-01-01"])
    assert (day.language, day.before) == (None, "2026-01-01")
    day = _parsed(["--language", "fr", "erase", "--before", "2026-01-01"])
    assert (day.language, day.before) == ("fr", "2026-01-01")
