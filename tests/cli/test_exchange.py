"""Drafts from spreadsheets, decisions back out."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.language import EldcDetector
from review_gate.adapters.stores import open_store
from review_gate.cli.tables import DECISION_COLUMNS, MOMENTS, read_drafts, write_parquet
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer, Person
from review_gate.gate import Gate, Screening, Seen
from review_gate.ports import Misconfigured
from review_gate.web.sheets import BadTable
from tests.builders import POLICY, RENE, NoRules, WordScorer
from tests.cli.terminal import Terminal, some_packs, terminal
from tests.cli.test_commands import run

__all__ = ["terminal"]

GOOD = (
    "text,kind,channel,market,planned_at,media_url,media_alt\r\n"
    '"We open at ten, see you",post,x,FR,2099-11-24T18:00,https://cdn.example/a.png,Our shop\r\n'
    "\r\n"
    '"Two lines\r\nin one cell",,,,,,\r\n'
)


def test_a_sheet_becomes_drafts() -> None:
    first, second = (body.draft() for body in read_drafts(GOOD.encode(), "Europe/Paris"))
    assert (first.text, first.channel, first.market) == ("We open at ten, see you", "x", "FR")
    assert first.planned_at is not None
    assert first.planned_at.isoformat() == "2099-11-24T18:00:00+01:00"
    assert (first.media[0].url, first.media[0].alt) == ("https://cdn.example/a.png", "Our shop")
    assert (second.text, second.channel, second.media) == ("Two lines\r\nin one cell", None, ())


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_separators_and_a_byte_order_mark(delimiter: str) -> None:
    sheet = f"\ufeffText{delimiter}Channel\nOn ouvre à dix heures, à demain{delimiter}x\n"
    (body,) = read_drafts(sheet.encode())
    assert (body.text, body.channel) == ("On ouvre à dix heures, à demain", "x")


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (b"", "'text' at least"),
        (b"channel\nx\n", "'text' at least"),
        (b"text,colour\na,b\n", "Not known: colour"),
        (b"text,text\na,b\n", "Not known: text"),
        (b"text\n\xe9t\xe9\n", "not UTF-8"),
        (b"text,kind\nHello,advert\n", "line 2: /kind: This must be one of"),
        (b"text,planned_at\nHello,tomorrow\n", "line 2: /planned_at"),
        (b"text,planned_at\nHello,2026-11-24T18:00\n", "line 2: /planned_at: The time zone is missing"),
        (b"text,market\nHello,x,y\n", "more cells than columns"),
        (b'text\n"never closed\n', "unexpected end of data"),
        (b"text,kind\n,post\n", "line 2: /text"),
    ],
)
def test_what_cannot_be_read_names_its_line(sheet: bytes, said: str) -> None:
    with pytest.raises(BadTable, match="(?s)" + said.replace("'", ".")):
        read_drafts(sheet)


@given(st.text(alphabet=st.sampled_from('text,;"\n\r\t\x00é '), max_size=60))
def test_no_sheet_breaks_it(sheet: str) -> None:
    try:
        drafts = read_drafts(sheet.encode(), "Europe/Paris")
    except BadTable as error:
        assert error.messages
    else:
        assert all(body.text.strip() for body in drafts)


def test_import_hands_each_draft_in_once(terminal: Terminal) -> None:
    some_packs("placeholders")
    Path("drafts.csv").write_text(GOOD, newline="")
    called = ("import", "drafts.csv", "--zone", "Europe/Paris")
    assert terminal.call(*called, "--dry-run")[:2] == (0, "")
    status, done, err = terminal.call(*called, "--as", "planning")
    assert status == 0, err
    ids = [line.split("\t")[0] for line in done.splitlines()]
    _, again, _ = terminal.call(*called, "--as", "planning")
    assert again.splitlines() == [f"{id_}\tthere already" for id_ in ids]
    store = open_store("sqlite:var/gate.db", durable=False)
    try:
        found = store.submission(ids[0])
        assert found is not None
        assert (found.state.value, found.author, found.draft.channel) == ("held", "planning", "x")
    finally:
        store.close()
    assert terminal.call("import", "var/gate.db")[0] == 1
    assert terminal.call("import", "drafts.csv", "--zone", "Mars/Base")[0] == 2


def test_a_row_whose_time_is_over_is_refused_and_the_others_are_taken(terminal: Terminal) -> None:
    some_packs("placeholders")
    late, soon = "On ouvre lundi à dix heures,2020-01-06T10:00Z", "On ouvre mardi à dix heures,2099-01-06T10:00Z"
    Path("drafts.csv").write_text(f"text,planned_at\n{late}\n{soon}\n")
    status, out, err = terminal.call("import", "drafts.csv", "--language", "fr")
    assert (status, len(out.splitlines())) == (1, 1)
    told = "« On ouvre lundi à dix heures », 2020-01-06 10:00:00+00:00 : Cette heure est passée"
    assert err.startswith(told)
    status, out, err = terminal.call("import", "drafts.csv", "--dry-run", "--language", "fr")
    assert (status, out, err.splitlines()[1].startswith(told)) == (0, "", True)


def test_export_tells_every_decision(tmp_path: Path) -> None:
    path = tmp_path / "gate.db"
    store = open_store(f"sqlite:{path}", durable=False)
    screening = Screening(EldcDetector(), [WordScorer()], NoRules, POLICY)
    gate = Gate(store, lambda: screening, utc_now, uuid7)
    author = Person("marketing")
    first = gate.submit(Draft("=1+1 is what we open with, idiot", channel="x"), author)
    gate.decide(first.id, Answer.REQUEST_CHANGES, RENE, Seen(1, first.text_sha256), "-kinder, please")
    revised = gate.revise(first.id, Draft("Demain, c'est fermé 🎉", channel="x"), author)
    gate.decide(first.id, Answer.APPROVE, RENE, Seen(2, revised.text_sha256))
    waiting = gate.submit(Draft("Nobody has decided about this one yet"), author)
    store.close()

    def export(*arguments: str) -> bytes:
        done = run("export", "--database", f"sqlite:{path}", *arguments)
        assert done.returncode == 0, done.stderr
        assert done.stderr.endswith(b"2 decisions\n")
        return bytes(done.stdout)

    rows = [json.loads(line) for line in export("--format", "jsonl").splitlines()]
    assert [row["answer"] for row in rows] == ["request_changes", "approve"]
    assert [row["text"] for row in rows] == ["=1+1 is what we open with, idiot", "Demain, c'est fermé 🎉"]
    assert {row["state"] for row in rows} == {"approved"}
    sheet = list(csv.DictReader(io.StringIO(export("--format", "csv").decode(), newline="")))
    assert (sheet[0]["text"], sheet[0]["comment"]) == ("'=1+1 is what we open with, idiot", "'-kinder, please")
    assert sheet[1]["text"] == rows[1]["text"]
    out = tmp_path / "decisions.db"
    export("--format", "sqlite", "--out", str(out))
    with sqlite3.connect(out) as database:
        told = database.execute("SELECT answer, text FROM decisions ORDER BY at").fetchall()
        found = database.execute("SELECT rowid FROM decisions_fts WHERE decisions_fts MATCH 'fermé'").fetchall()
    database.close()
    assert told == [(row["answer"], row["text"]) for row in rows]
    assert len(found) == 1
    columns = tmp_path / "decisions.parquet"
    export("--format", "parquet", "--out", str(columns))
    table = parquet.read_table(columns)
    assert table.column_names == list(rows[0])
    assert [one.isoformat() for one in table["at"].to_pylist()] == [row["at"] for row in rows]
    assert table["text"].to_pylist() == [row["text"] for row in rows]
    assert (str(table.schema.field("at").type), table["planned_at"].null_count) == ("timestamp[us, tz=UTC]", 2)
    assert run("export", "--database", f"sqlite:{path}", "--format", "parquet", "--out", str(columns)).returncode == 1
    assert run("export", "--database", f"sqlite:{path}", "--format", "sqlite").returncode == 2
    with closing(sqlite3.connect(path)) as damaged, damaged:
        damaged.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (waiting.id,))
    done = run("export", "--database", f"sqlite:{path}", "--format", "jsonl")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 2)
    assert f"1 submission cannot be read: {waiting.id}" in done.stderr.decode()


def test_parquet_is_written_in_batches_and_asks_for_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = dict.fromkeys(DECISION_COLUMNS, "é") | {"revision": 1} | dict.fromkeys(MOMENTS, "2026-11-23T10:00:00+01:00")
    path = tmp_path / "many.parquet"
    assert write_parquet((row for _ in range(12_000)), path) == 12_000
    assert parquet.ParquetFile(path).num_row_groups == 3
    assert parquet.read_table(path)["at"][0].as_py().isoformat() == "2026-11-23T09:00:00+00:00"
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Misconfigured, match="requirements-parquet"):
        write_parquet([row], tmp_path / "none.parquet")
    assert not (tmp_path / "none.parquet").exists()
