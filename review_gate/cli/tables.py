"""Drafts from CSV, decisions to CSV, JSON Lines or SQLite. Reading and writing tables, no gate."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from review_gate.domain.message import Message
from review_gate.domain.submission import Submission
from review_gate.ports import Misconfigured
from review_gate.web.bodies import DraftBody, parse_draft
from review_gate.web.sheets import inert, read_sheet, with_zone

COLUMNS = (
    *("text", "kind", "channel", "account", "market", "lang", "planned_at", "author"),
    *("bot", "conversation", "in_reply_to", "media_url", "media_alt"),
)
DECISION_COLUMNS = (
    *("submission", "revision", "state", "kind", "channel", "account", "market", "author", "planned_at", "text"),
    *("text_sha256", "severity", "decision", "answer", "by", "by_name", "at", "comment", "reason_code", "reasons"),
    *("published_at", "published_url", "drill"),
)
MOMENTS = ("planned_at", "at", "published_at")
BATCH = 5_000
"""So many rows are written at once where a file is written by columns."""


def read_drafts(content: bytes, zone: str | None = None) -> list[DraftBody]:
    """The drafts of a CSV file with a header of COLUMNS (any of them, `text` at least); commas, semicolons or tabs.

    `zone` (an IANA name) holds for times without one. Raises BadTable, so that all of a file is taken or nothing.
    """
    return read_sheet(content, COLUMNS, ("text",), lambda _, cells: _draft(cells, zone))


def _draft(given: dict[str, str], zone: str | None) -> DraftBody:
    cells: dict[str, Any] = {**given}
    url, alt = cells.pop("media_url", None), cells.pop("media_alt", None)
    if url is not None:
        cells["media"] = [{"url": url.strip()} | ({"alt": alt} if alt else {})]
    for name in cells.keys() - {"text", "in_reply_to", "media"}:
        cells[name] = cells[name].strip()
    if "planned_at" in cells:
        cells["planned_at"] = with_zone(cells["planned_at"], zone)
    return parse_draft(cells)


def decision_rows(submissions: Iterable[Submission]) -> Iterator[dict[str, Any]]:
    """One row a decision, with what it was about. The text of a revision that is gone is left empty where the
    submission no longer holds it."""
    for submission in submissions:
        draft = submission.draft
        texts = {sha: text for text, sha in submission.earlier} | {submission.text_sha256: draft.text}
        for decision in submission.decisions:
            present = decision.revision == submission.revision
            out = submission.publication if submission.is_published and present else None
            yield {
                "submission": submission.id,
                "revision": decision.revision,
                "state": submission.state.value,
                "kind": draft.kind.value,
                "channel": draft.channel,
                "account": draft.account,
                "market": draft.market,
                "author": submission.author,
                "planned_at": draft.planned_at.isoformat() if draft.planned_at else None,
                "text": texts.get(decision.text_sha256),
                "text_sha256": decision.text_sha256,
                "severity": submission.verdict.severity.word if present else None,
                "decision": decision.id,
                "answer": decision.answer.value,
                "by": decision.by,
                "by_name": decision.by_name,
                "at": decision.at.isoformat(),
                "comment": decision.comment,
                "reason_code": decision.reason_code,
                "reasons": " ".join(r.name for r in submission.verdict.findings) if present else None,
                "published_at": out.at.isoformat() if out is not None and out.at is not None else None,
                "published_url": out.url if out is not None else None,
                "drill": submission.drill.scenario if submission.drill is not None else None,
            }


def write_csv(rows: Iterable[Mapping[str, Any]], file: IO[str]) -> int:
    """Answers how many. A cell that a spreadsheet would calculate gets an apostrophe in front."""
    writer = csv.DictWriter(file, DECISION_COLUMNS)
    writer.writeheader()
    count = 0
    for row in rows:
        writer.writerow({name: inert(value) for name, value in row.items()})
        count += 1
    return count


def write_jsonl(rows: Iterable[Mapping[str, Any]], file: IO[str]) -> int:
    """Answers how many."""
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_sqlite(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """A fresh SQLite file with one table, `decisions`, and full-text search over texts and comments, as Datasette
    likes it. Answers how many. Raises FileExistsError."""
    from sqlite_utils import Database

    if path.exists():
        raise FileExistsError(path)
    database = Database(path)
    try:
        table = database.table("decisions")
        kinds = {name: int if name == "revision" else str for name in DECISION_COLUMNS}
        table.create(kinds, pk="decision")
        table.insert_all(rows)
        for column in ("submission", "at", "answer"):
            table.create_index([column])
        table.enable_fts(["text", "comment"])
        return int(table.count)
    finally:
        database.close()


def write_parquet(rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    """A Parquet file with moments as timestamps in UTC, written in batches so that any number of rows fits into memory.
    Answers how many. Raises FileExistsError, and Misconfigured where pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        needed = Message(
            "Parquet needs pyarrow: `pip install -r requirements-parquet.txt`",
            "Parquet a besoin de pyarrow : `pip install -r requirements-parquet.txt`",
        )
        raise Misconfigured(needed) from error
    kinds = {"revision": pyarrow.int32(), **dict.fromkeys(MOMENTS, pyarrow.timestamp("us", tz="UTC"))}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in DECISION_COLUMNS])
    count, left = 0, iter(rows)
    with path.open("xb") as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := [_with_moments(row) for row in islice(left, BATCH)]:
            writer.write_table(pyarrow.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def _with_moments(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, **{name: datetime.fromisoformat(row[name]) for name in MOMENTS if row[name] is not None}}
