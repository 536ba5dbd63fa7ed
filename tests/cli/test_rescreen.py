"""An archive screened again: on processes and on a Dask cluster, cut off and gone on with, from both kinds of file."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, closing
from pathlib import Path
from typing import Any

import pytest
from pyarrow import Table, parquet

from review_gate.cli import rescreen, rescreen_engines, rescreen_work
from review_gate.cli.rescreen_work import Task, pieces, screen_piece
from review_gate.ports import Misconfigured
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

    monkeypatch.setattr(rescreen, "processes", engine)


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
    whole = rescreen.processes(1)
    worked: list[int] = []

    def cut_off(number: int) -> Any:
        def work(task: Task, todo: Iterator[Any]) -> Iterator[Any]:
            for done, one in enumerate(whole(task, todo)):
                if done == 3:
                    raise KeyboardInterrupt
                worked.append(one.number)
                yield one

        return work

    monkeypatch.setattr(rescreen, "processes", cut_off)
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

    monkeypatch.setattr(rescreen, "processes", count)
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

    whole = rescreen.processes
    monkeypatch.setattr(rescreen, "processes", cut_off)
    with pytest.raises(KeyboardInterrupt):
        call(archive, packs)
    monkeypatch.setattr(rescreen, "processes", whole)
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
    plain = sorted(rescreen.processes(1)(task, pieces(archive, 11)), key=lambda done: done.number)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None,
                      silence_logs=False) as cluster:  # fmt: skip
        engine = rescreen.cluster(cluster.scheduler_address)
        clustered = sorted(engine(task, pieces(archive, 11)), key=lambda done: done.number)
    assert [done.lines for done in plain] == [done.lines for done in clustered]
    assert [done.number for done in plain] == [1, 2]


def test_a_worker_that_would_say_something_else_does_no_work(archive: Path, packs: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    policy = load_settings({}, {}).policy_file
    task = Task("packs", str(policy), "en", "2026-11-26T12:00:00+00:00")  # which packs these are goes by the folder
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "packs").mkdir(parents=True)
    (elsewhere / "packs" / "emoji.yml").write_bytes((PROJECT / "rules" / "emoji.yml").read_bytes())
    with (
        chdir(tmp_path),
        LocalCluster(n_workers=0, protocol="tcp", dashboard_address=None, silence_logs=False) as scheduler,
    ):
        engine = rescreen.cluster(scheduler.scheduler_address)
        with pytest.raises(Misconfigured, match="no workers yet"):
            next(engine(task, pieces(archive, 11)))
        words = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler.scheduler_address, "--no-dashboard",
                 "--no-nanny"]  # fmt: skip
        with subprocess.Popen(words, cwd=elsewhere, stderr=subprocess.DEVNULL) as worker:
            try:
                _until(lambda: len(scheduler.scheduler.workers) == 1)
                with pytest.raises(Misconfigured, match="would say something else"):
                    next(engine(task, pieces(archive, 11)))
            finally:
                worker.terminate()


def test_no_scheduler(archive: Path, packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescreen_engines, "CONNECT_SECONDS", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        with pytest.raises(Misconfigured, match=f"No scheduler answers at {address}"):
            call(archive, packs, "--engine", "dask", "--scheduler", address)


def test_a_process_that_is_killed_ends_the_run_with_advice(archive: Path, packs: Path) -> None:
    task = Task(str(packs), str(load_settings({}, {}).policy_file), "en", "2026-11-26T12:00:00+00:00")
    with closing(rescreen.processes(1)(task, pieces(archive, 1))) as done:
        next(done)
        for child in multiprocessing.active_children():
            child.kill()
        with pytest.raises(Misconfigured, match=r"want of memory.*is kept"):
            list(done)


def test_the_processes_of_a_killed_run_end(tmp_path: Path, packs: Path) -> None:
    """Each takes some 300 MB."""
    archive = tmp_path / "many.jsonl"
    archive.write_text("".join(json.dumps({"text": f"Parcel {n} arrives on Friday."}) + "\n" for n in range(100_000)))
    words = [sys.executable, "-m", "review_gate", "rescreen", str(archive), "--packs", str(packs), "--processes", "1"]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL, cwd=tmp_path) as run:
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
        _until(lambda: any(b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in _of(children)))
        _until(lambda: any((tmp_path / "many.jsonl.screened.jsonl.parts").glob("*.jsonl")))
        pids = _of(children)
        run.kill()
    _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def _of(children: Path) -> list[str]:
    return children.read_text().split()


def test_a_place_that_cannot_be_written_is_named(
    archive: Path, packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(archive, packs, "--out", str(tmp_path)) == 1
    assert f"'{tmp_path}' is a folder" in capsys.readouterr().err
    assert call(archive, packs, "--out", "/proc/none/out.jsonl", "--language", "fr") == 1
    assert capsys.readouterr().err.startswith("/proc/none")


def test_a_damaged_parquet_file_is_named(tmp_path: Path, packs: Path, here: None) -> None:
    path = tmp_path / "archive.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(Misconfigured, match=f"{path}: this is no whole Parquet file"):
        call(path, packs)


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


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
