"""An archive screened again: on processes and on a Dask cluster, cut off and gone on with, from both kinds of file."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pyarrow import Table, parquet

from review_gate.cli import rescreen, rescreen_work
from review_gate.cli.rescreen_work import Task, pieces, screen_piece
from review_gate.settings import PolicyError, load_settings
from review_gate.settings.settings import PROJECT

LINES = [
    {"text": "Your parcel arrives on Friday.", "kind": "reply", "bot": "faq"},
    {"text": "Dear [insert name], hello", "kind": "reply"},
    {"text": ""},
    {"text": "Ouverture à dix heures demain.", "kind": "post", "lang": "fr"},
] * 5


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "placeholders.yml").write_bytes((PROJECT / "rules" / "placeholders.yml").read_bytes())
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES) + "not json\n\n", encoding="utf-8")
    return path


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is done in this process, so that a model is loaded once: what counts is the order and the files."""
    monkeypatch.setattr(rescreen, "SIZE", 4)

    def engine(number: int) -> Any:
        def work(task: Task, todo: Iterator[Any]) -> Iterator[Any]:
            for piece in reversed(list(todo)):
                yield screen_piece(task, piece)

        return work

    monkeypatch.setattr(rescreen, "_processes", engine)


def call(archive: Path, packs: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    rescreen.add_parser(parser.add_subparsers(required=True))
    chosen = parser.parse_args(["rescreen", str(archive), "--packs", str(packs), *words])
    return int(chosen.run(chosen))


def screened(archive: Path) -> list[dict[str, Any]]:
    path = archive.with_name(archive.name + ".screened.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_in_the_archives_order_whatever_the_order_of_the_work(
    archive: Path, packs: Path, here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(archive, packs, "--core-hour", "0.05") == 0
    told = screened(archive)
    assert [one["line"] for one in told] == list(range(1, 22))
    assert [one["action"] for one in told[:4]] == ["allow", "hold", "hold", "hold"]
    assert told[1]["reasons"][0]["name"].startswith("placeholder")
    assert "error" in told[2] and "error" in told[20]
    out, err = capsys.readouterr()
    assert "unreadable" in out and "core-hours = " in err
    assert not archive.with_name(archive.name + ".screened.jsonl.parts").exists()


def test_goes_on_where_it_was_cut_off(
    archive: Path, packs: Path, here: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = rescreen._processes(1)
    worked: list[int] = []

    def cut_off(number: int) -> Any:
        def work(task: Task, todo: Iterator[Any]) -> Iterator[Any]:
            for done, one in enumerate(whole(task, todo)):
                if done == 3:
                    raise KeyboardInterrupt
                worked.append(one.number)
                yield one

        return work

    monkeypatch.setattr(rescreen, "_processes", cut_off)
    with pytest.raises(KeyboardInterrupt):
        call(archive, packs)
    assert len(worked) == 3
    (packs / "more.yml").write_bytes((PROJECT / "rules" / "emoji.yml").read_bytes())
    assert call(archive, packs) == 1  # other packs: the pieces would not fit together
    assert "--restart" in capsys.readouterr().err
    (packs / "more.yml").unlink()
    again: list[int] = []

    def count(number: int) -> Any:
        def work(task: Task, todo: Iterator[Any]) -> Iterator[Any]:
            for one in whole(task, todo):
                again.append(one.number)
                yield one

        return work

    monkeypatch.setattr(rescreen, "_processes", count)
    assert call(archive, packs) == 0
    assert sorted(worked + again) == list(range(1, 7))
    assert [one["line"] for one in screened(archive)] == list(range(1, 22))


def test_another_archive_of_the_same_name_and_size_is_not_gone_on_with(
    archive: Path, packs: Path, here: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut_off(number: int) -> Any:
        def work(task: Task, todo: Iterator[Any]) -> Iterator[Any]:
            yield screen_piece(task, next(todo))
            raise KeyboardInterrupt

        return work

    whole = rescreen._processes
    monkeypatch.setattr(rescreen, "_processes", cut_off)
    with pytest.raises(KeyboardInterrupt):
        call(archive, packs)
    monkeypatch.setattr(rescreen, "_processes", whole)
    before = archive.read_bytes()
    archive.write_bytes(before.replace(b"Friday", b"Monday"))
    assert call(archive, packs) == 1
    assert "--restart" in capsys.readouterr().err
    archive.write_bytes(before)  # the same words at another time are the same archive
    assert call(archive, packs) == 0
    assert [one["line"] for one in screened(archive)] == list(range(1, 22))


def test_parquet_says_the_same(tmp_path: Path, archive: Path, packs: Path, here: None) -> None:
    assert call(archive, packs) == 0
    columns = sorted({name for line in LINES for name in line})
    table = Table.from_pylist([{name: line.get(name) for name in columns} for line in LINES])
    other = tmp_path / "archive.parquet"
    parquet.write_table(table, other)
    assert call(other, packs) == 0
    assert screened(other) == screened(archive)[: len(LINES)]


def test_processes_and_a_cluster_say_the_same(archive: Path, packs: Path) -> None:
    """Real ones, one of each."""
    from distributed import LocalCluster

    task = Task(str(packs), str(load_settings({}, {}).policy_file), "en", "2026-11-26T12:00:00+00:00")
    plain = sorted(rescreen._processes(1)(task, pieces(archive, 11)), key=lambda done: done.number)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None,
                      silence_logs=False) as cluster:  # fmt: skip
        engine = rescreen._dask(cluster.scheduler_address)
        clustered = sorted(engine(task, pieces(archive, 11)), key=lambda done: done.number)
    assert [done.lines for done in plain] == [done.lines for done in clustered]
    assert [done.number for done in plain] == [1, 2]


def test_wrong_use_is_told(archive: Path, packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path / "none.jsonl", packs) == 1
    assert call(archive, packs, "--engine", "dask") == 1
    assert call(archive, packs, "--scheduler", "tcp://127.0.0.1:1", "--language", "fr") == 1
    assert "vont ensemble" in capsys.readouterr().err


def test_without_packs_or_policy_nothing_is_screened(
    archive: Path, packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line would only be held as `rules.errored`."""
    nowhere = tmp_path / "nowhere"
    assert call(archive, nowhere) == 1
    assert capsys.readouterr().err.startswith(f"{nowhere}:1:1: no rule packs here")
    (packs / "placeholders.yml").write_text("pack: placeholders\nversion: one\n", encoding="utf-8")
    assert call(archive, packs, "--language", "fr") == 1
    assert "ces packs ne peuvent pas servir" in capsys.readouterr().err
    with pytest.raises(PolicyError, match="nowhere"):
        call(archive, PROJECT / "rules", "--policy", str(nowhere))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive.jsonl", "packs"]


def test_a_line_is_numbered_as_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"1\n\n2\n3\n")
    with closing(pieces(path, 3)) as found:
        assert [(one.number, one.first, one.lines) for one in found] == [
            (1, 1, (b"1\n", b"\n", b"2\n")), (2, 4, (b"3\n",)),
        ]  # fmt: skip
    assert rescreen_work.counts(['{"severity": "hold", "reasons": [{"name": "a"}]}']) == {"hold": 1, "  a": 1}
