"""Every command says in French what it says in English: the same in both are names, figures and a word or two that both
languages have (a key is `active`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.both import call, said, words_alike


@pytest.fixture(autouse=True)
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with a database that is made at the first call."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_keys(capsys: pytest.CaptureFixture[str]) -> None:
    call("key", "create", "--name", "paris", "--scope", "check")
    capsys.readouterr()
    assert words_alike(["key", "create", "--name", "paris", "--scope", "check"], capsys) == {"paris", "active"}
    assert words_alike(["key", "revoke", "--name", "lyon"], capsys) == {"lyon", "active"}
    assert words_alike(["key", "list"], capsys) == {"paris", "check", "UTC", "active"}
    call("key", "revoke", "--name", "paris")
    assert words_alike(["key", "list"], capsys) == {"paris", "check", "UTC"}
    assert "révoquée le" in said(["key", "list"], capsys)["fr"]


def test_users(capsys: pytest.CaptureFixture[str]) -> None:
    call("user", "create", "--email", "ines@example.com", "--language", "fr")
    assert "ne sert qu'une fois" in capsys.readouterr().err
    address = {"ines", "example", "com"}
    assert words_alike(["user", "create", "--email", "ines@example.com"], capsys) == address
    assert words_alike(["user", "create", "--email", "ines"], capsys) == {"ines", "mail"}  # e-mail
    assert words_alike(["user", "disable", "--email", "rene@example.com"], capsys) == {"rene", "example", "com"}
    assert words_alike(["user", "list"], capsys) == {*address, "author"}
    call("user", "disable", "--email", "ines@example.com")
    assert words_alike(["user", "list"], capsys) == {*address, "author", "UTC"}
