"""The work of `rescreen`, in pieces that any process on any machine can do in any order, with the same results."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_gate import __version__
from review_gate.domain.message import Message
from review_gate.ports import Misconfigured

if TYPE_CHECKING:
    from review_gate.domain.draft import Draft
    from review_gate.gate import Screening

REMEMBERED = 20_000
"""So many drafts of an archive are known again by each process, some 30 MB."""

NO_PARQUET = Message(
    "Parquet needs pyarrow: run `pip install -r requirements-parquet.txt`, or give JSON Lines.",
    "Parquet a besoin de pyarrow : lancez `pip install -r requirements-parquet.txt`, ou donnez du JSON Lines.",
)


@dataclass(frozen=True, slots=True)
class Task:
    """What every piece is screened with. Paths are those of the machine that does the work. `now` (ISO 8601) is one
    moment for all: rules that know the day must not change their mind during a long run."""

    rules: str
    policy: str
    language: str
    now: str
    full: bool = False
    toxicity: str = "embedded"
    detoxify: str | None = None
    detector: str = "eldc"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of the archive, from line number `first` (1-based) on."""

    number: int
    first: int
    lines: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A screened piece: a JSON line for each of its lines, and what that took (`cpu_seconds` of the process)."""

    number: int
    lines: tuple[str, ...]
    cpu_seconds: float


def fingerprint(rules: str, policy: str) -> str:
    """What the answers depend on besides the lines: the program's version, the packs' files and the policy's."""
    digest = hashlib.sha256(__version__.encode())
    for path in (*sorted(Path(rules).glob("*.y*ml")), Path(policy)):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def pieces(archive: Path, size: int) -> Iterator[Piece]:
    """The archive in pieces of `size` lines: JSON Lines, or Parquet by its name. Blank lines stay, and are skipped
    later, so that numbers are those of the file. Raises Misconfigured where Parquet cannot be read, or is damaged."""
    lines = _parquet(archive) if archive.suffix == ".parquet" else _lines(archive)
    number, first = 1, 1
    while chunk := tuple(islice(lines, size)):
        yield Piece(number, first, chunk)
        number, first = number + 1, first + len(chunk)


def screen_piece(task: Task, piece: Piece) -> Done:
    """Screens the lines of a piece. What cannot be read as a draft is held, as everywhere, and says why."""
    from review_gate.cli.check import bounded
    from review_gate.domain.draft import from_a_caller
    from review_gate.web.bodies import parse_draft, parse_json
    from review_gate.web.problems import Problem

    _screening(task)  # loading is no work on a line
    begun = time.process_time()
    told = []
    for number, line in enumerate(piece.lines, start=piece.first):
        if not line.strip():
            continue
        answer: dict[str, Any] = {"line": number}
        try:
            draft = from_a_caller(parse_draft(parse_json(bounded(line))).draft())
        except Problem as problem:
            answer |= {"action": "hold", "error": problem.document(task.language)}
        else:
            answer |= _told(task, replace(draft, conversation=None))
        told.append(json.dumps(answer, ensure_ascii=False))
    return Done(piece.number, tuple(told), time.process_time() - begun)


@lru_cache(maxsize=REMEMBERED)
def _told(task: Task, draft: Draft) -> Mapping[str, Any]:
    """What the answer says of a draft. Bots say the same to many people, and without a memory of what was said before
    the verdict on the same draft is the same."""
    from review_gate.web.answers import verdict_json

    verdict = _screening(task).screen(draft, datetime.fromisoformat(task.now))
    if task.full:
        return verdict_json(verdict, task.language)
    return {
        "action": verdict.action.value,
        "severity": verdict.severity.word,
        "reasons": [{"name": one.name, "severity": one.severity.word} for one in verdict.reasons],
        "text_sha256": verdict.text_sha256,
    }


@lru_cache(maxsize=1)
def _screening(task: Task) -> Screening:
    """One for each process. One thread each: all cores are busy with other pieces."""
    from review_gate.bootstrap import Services
    from review_gate.gate import Screening
    from review_gate.settings import Settings

    settings = Settings.model_validate({
        "rules": task.rules, "policy": task.policy, "toxicity": task.toxicity, "detoxify": task.detoxify,
        "language_detector": task.detector,
    })  # fmt: skip
    made = Services(settings).screening
    assert isinstance(made, Screening)
    return made


def _lines(archive: Path) -> Iterator[bytes]:
    with archive.open("rb") as file:
        yield from file


def _parquet(archive: Path) -> Iterator[bytes]:
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise Misconfigured(NO_PARQUET) from error
    try:
        for batch in parquet.ParquetFile(archive).iter_batches(batch_size=1000):
            for row in batch.to_pylist():
                yield json.dumps(_given(row), ensure_ascii=False).encode()
    except arrow.ArrowException as error:
        raise Misconfigured(
            Message(f"{archive}: this is no whole Parquet file ({error}).",
                    f"{archive} : ce n'est pas un fichier Parquet intact ({error}).")
        ) from error  # fmt: skip


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its empty cells, times as text."""
    return {
        name: value.isoformat() if isinstance(value, datetime | date) else value
        for name, value in row.items()
        if value is not None
    }


def counts(lines: Sequence[str]) -> dict[str, int]:
    """How many of the screened lines got which severity, or could not be read, and how often each reason was given."""
    found: dict[str, int] = {}
    for line in lines:
        told = json.loads(line)
        words = ["unreadable"] if "error" in told else [told["severity"]]
        words += [f"  {one.get('name') or one.get('rule') or one.get('scorer')}" for one in told.get("reasons", ())]
        for word in words:
            found[word] = found.get(word, 0) + 1
    return found
