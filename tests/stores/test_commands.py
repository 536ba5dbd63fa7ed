"""`review-gate audit verify` and `review-gate migrate`, called as the command line calls them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.cli import audit, migrate
from review_gate.ports import Filter
from tests.stores.made import opening

Open = Callable[[str], SqlStore]


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers(required=True)
    audit.add_parser(subparsers)
    migrate.add_parser(subparsers)
    chosen = parser.parse_args(words)
    return int(chosen.run(chosen))


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is set on this machine says nothing here."""
    monkeypatch.delenv("REVIEW_GATE_DATABASE", raising=False)
    monkeypatch.delenv("REVIEW_GATE_LANGUAGE", raising=False)
    monkeypatch.chdir(tmp_path)


def fill(url: str, changes: int = 5) -> None:
    store = open_store(url)
    for _ in range(changes):
        store.commit(opening())
    store.close()


def test_a_log_that_holds(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    fill(url)
    assert call("audit", "verify", "--database", url) == 0
    out, err = capsys.readouterr()
    assert out.startswith("5:") and len(out.strip()) == len("5:") + 64
    assert "5 events" in err


def test_a_log_that_was_changed(url: str, open_url: Open, capsys: pytest.CaptureFixture[str]) -> None:
    fill(url)
    with open_url(url).database.write() as session:
        session.execute("UPDATE events SET actor = 'nobody' WHERE position = 3")
    assert call("audit", "verify", "--database", url, "--language", "fr") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "La position 3" in err and "jusqu'à la position 2" in err


def test_a_log_whose_end_was_cut_off_does_not_hold_the_head_that_was_kept(
    url: str, open_url: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(url)
    call("audit", "verify", "--database", url)
    head = capsys.readouterr().out.strip()
    fill(url, 2)
    assert call("audit", "verify", "--database", url, "--head", head) == 0
    with open_url(url).database.write() as session:
        session.execute("DELETE FROM events WHERE position >= 5")
    assert call("audit", "verify", "--database", url) == 0
    assert call("audit", "verify", "--database", url, "--head", head) == 1
    assert "Position 5 is not the one that was kept" in capsys.readouterr().err


@pytest.mark.parametrize("head", ["", "5", "5:abc", ":" + "0" * 64, "-1:" + "0" * 64, "²:" + "0" * 64])
def test_a_head_that_is_none(head: str, capsys: pytest.CaptureFixture[str]) -> None:
    fill("sqlite:gate.db")
    assert call("audit", "verify", "--database", "sqlite:gate.db", f"--head={head}") == 2
    assert "POSITION:HASH" in capsys.readouterr().err


def test_no_log_is_not_a_log_that_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("audit", "verify", "--database", "sqlite:gate.db") == 1
    assert "gate.db" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_migrate_makes_the_tables_once(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("migrate", "--database", url) == 0
    assert "0001_first" in capsys.readouterr().err
    assert call("migrate", "--database", url) == 0
    assert "Up to date" in capsys.readouterr().err


def test_migrate_moves_everything(
    new_postgres_url: Callable[[], str], open_url: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    target = new_postgres_url()
    fill("sqlite:gate.db")
    assert call("migrate", "--from", "sqlite:gate.db", "--to", target) == 0
    out, err = capsys.readouterr()
    assert [line.split("\t")[:2] for line in out.splitlines()[:2]] == [["submissions", "5"], ["events", "5"]]
    assert "the same by count and hash" in err
    assert len(open_url(target).submissions(Filter()).items) == 5

    assert call("migrate", "--from", "sqlite:gate.db", "--to", target, "--language", "fr") == 1
    assert "n'est pas vide" in capsys.readouterr().err


def test_migrate_tells_when_the_log_it_moved_was_broken_before(
    open_url: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    fill("sqlite:gate.db")
    with open_url("sqlite:gate.db").database.write() as session:
        session.execute("UPDATE events SET actor = 'nobody' WHERE position = 3")
    assert call("migrate", "--from", "sqlite:gate.db", "--to", "sqlite:copy.db") == 1
    assert "nor did it in the source" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--from", "sqlite:a.db"], 2, "both"),
        (["--to", "sqlite:a.db"], 2, "both"),
        (["--from", "sqlite:a.db", "--to", "sqlite:b.db"], 1, "a.db"),
        (["--from", "what", "--to", "sqlite:b.db"], 1, "sqlite:PATH"),
    ],
)
def test_migrate_refuses_what_it_cannot_do(
    words: list[str], status: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("migrate", *words) == status
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
