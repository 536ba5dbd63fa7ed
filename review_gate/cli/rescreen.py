"""`review-gate rescreen ARCHIVE`: screens an archive with the packs of today or a draft of them, on all cores."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from review_gate.cli.common import add_settings, settings_of, tell
from review_gate.cli.packs import usable
from review_gate.cli.rescreen_engines import GO_ON, cluster, processes
from review_gate.cli.rescreen_work import Task, counts, fingerprint, pieces
from review_gate.cli.usage import said
from review_gate.domain.message import Message
from review_gate.settings import load_policy

SIZE = 200
"""So many lines are one piece of work."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "rescreen",
        help=said(
            "screen an archive (JSON Lines or Parquet) with today's packs or a draft of them, on all cores",
            "analyse une archive (JSON Lines ou Parquet) avec les packs du jour ou une ébauche, sur tous les cœurs",
        ),
        description=said(
            "Writes one JSON line for each line of the archive, in its order, whatever the order of the "
            "work. Run it again after an interruption: what is done is not done again. Nothing is stored "
            "in the database.",
            "Écrit une ligne JSON pour chaque ligne de l'archive, dans son ordre, quel que soit l'ordre "
            "du travail. Relancez après une interruption : ce qui est fait n'est pas refait. Rien n'est "
            "enregistré dans la base.",
        ),
    )
    parser.add_argument(
        "archive",
        type=Path,
        help=said(
            "lines as `check` takes them, or .parquet with columns of their names",
            "des lignes comme `check` les prend, ou un .parquet dont les colonnes portent les mêmes noms",
        ),
    )
    parser.add_argument(
        "--out",
        type=Path,
        help=said(
            "file to write (default: ARCHIVE.screened.jsonl)", "fichier à écrire (par défaut : ARCHIVE.screened.jsonl)"
        ),
    )
    parser.add_argument(
        "--packs",
        type=Path,
        metavar=said("FOLDER", "DOSSIER"),
        help=said(
            "a draft of the packs, instead of the running ones", "une ébauche des packs, au lieu de ceux en service"
        ),
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help=said("whole answers, as `check` gives them", "des réponses complètes, comme celles de `check`"),
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=len(os.sched_getaffinity(0)),
        help=said("default: all cores", "nombre de processus (par défaut : tous les cœurs)"),
    )
    parser.add_argument(
        "--engine",
        choices=("processes", "dask"),
        default="processes",
        help=said(
            "what does the work (default: processes of this machine)",
            "ce qui fait le travail (par défaut : des processus de cette machine)",
        ),
    )
    parser.add_argument(
        "--scheduler",
        metavar=said("ADDRESS", "ADRESSE"),
        help=said(
            "of the Dask cluster, such as tcp://10.0.0.1:8786", "adresse de la grappe Dask, comme tcp://10.0.0.1:8786"
        ),
    )
    parser.add_argument(
        "--core-hour",
        type=float,
        metavar=said("PRICE", "PRIX"),
        help=said(
            "what a core costs an hour: tells the price of a million",
            "ce que coûte une heure d'un cœur : donne le prix d'un million de textes",
        ),
    )
    parser.add_argument(
        "--restart",
        action="store_true",
        help=said("throw away an earlier run that was cut off", "jette un lancement précédent, interrompu"),
    )
    add_settings(parser, "rules", "policy", "language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0; 1 when something was wrong with what was given. Raises PolicyError, Misconfigured."""
    settings = settings_of(arguments)
    archive: Path = arguments.archive
    out = arguments.out or archive.with_name(archive.name + ".screened.jsonl")

    def refuse(en: str, fr: str) -> int:
        tell(settings, en, fr)
        return 1

    if not archive.is_file():
        return refuse(f"There is no archive '{archive}'.", f"L'archive « {archive} » n'existe pas.")
    if out.is_dir():
        return refuse(f"'{out}' is a folder: give a file.", f"« {out} » est un dossier : donnez un fichier.")
    if (arguments.engine == "dask") != (arguments.scheduler is not None):
        return refuse("--engine dask and --scheduler go together.", "--engine dask et --scheduler vont ensemble.")
    rules = (arguments.packs or settings.rules_folder).absolute()
    if not usable(rules, settings.language):
        return 1
    load_policy(settings.policy_file)
    detoxify = str(settings.detoxify.absolute()) if settings.detoxify else None
    task = Task(
        str(rules), str(settings.policy_file.absolute()), settings.language, _now(), arguments.full,
        settings.toxicity, detoxify, settings.language_detector,
    )  # fmt: skip
    parts = out.with_name(out.name + ".parts")
    try:
        kept = _begin(parts, task, archive, arguments.restart)
        if kept is None:
            return refuse(
                f"'{parts}' belongs to a run with another archive, packs or policy: finish that one, or give "
                "--restart.",
                f"« {parts} » appartient à un autre lancement (archive, règles ou politique) : terminez-le, ou ajoutez "
                "--restart.",
            )
        return _screen(arguments, settings.language, kept, parts, out)
    except OSError as error:  # no right, no space
        place, why = error.filename or out, error.strerror or error
        return refuse(f"{place}: {why}. {GO_ON.en}", f"{place} : {why}. {GO_ON.fr}")


def _screen(arguments: argparse.Namespace, language: str, task: Task, parts: Path, out: Path) -> int:
    archive: Path = arguments.archive
    done = {int(path.stem) for path in parts.glob("*.jsonl")}
    todo = (piece for piece in pieces(archive, SIZE) if piece.number not in done)
    begun, lines, cpu = time.monotonic(), 0, 0.0
    engine = cluster(arguments.scheduler) if arguments.engine == "dask" else processes(max(1, arguments.processes))
    with _Progress(archive, len(done)) as progress:
        for result in engine(task, todo):
            _write(parts / f"{result.number:09}.jsonl", result.lines)
            lines, cpu = lines + len(result.lines), cpu + result.cpu_seconds
            progress.more(len(result.lines))
    found = _join(parts, out)
    _tell(found, lines, time.monotonic() - begun, cpu, arguments.core_hour, language, out)
    return 0


def _now() -> str:
    from review_gate.adapters.clock import utc_now

    return utc_now().isoformat()


def _begin(parts: Path, task: Task, archive: Path, restart: bool) -> Task | None:
    """The task to go on with: that of a run that was cut off, with its moment; None when that was another one."""
    with archive.open("rb") as file:
        facts = {**asdict(task), "now": "", "archive": hashlib.file_digest(file, "sha256").hexdigest(), "size": SIZE,
                 "read": fingerprint(task.rules, task.policy)}  # fmt: skip
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    mark = parts / "run.json"
    if mark.exists() and not restart:
        kept = json.loads(mark.read_text())
        return Task(**{**asdict(task), "now": kept["now"]}) if kept["of"] == digest.hexdigest() else None
    if parts.exists():
        for path in parts.iterdir():
            path.unlink()
    parts.mkdir(parents=True, exist_ok=True)
    _write(mark, (json.dumps({"of": digest.hexdigest(), "now": task.now}),))
    return task


def _write(path: Path, lines: tuple[str, ...]) -> None:
    """The file appears whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    os.replace(partial, path)


def _join(parts: Path, out: Path) -> Counter[str]:
    """Puts the parts together, in the archive's order, and counts what they say."""
    found: Counter[str] = Counter()
    partial = out.with_name(out.name + ".partial")
    with partial.open("w", encoding="utf-8") as file:
        for path in sorted(parts.glob("*.jsonl")):
            text = path.read_text(encoding="utf-8")
            file.write(text)
            found.update(counts(text.splitlines()))
    os.replace(partial, out)
    for path in parts.iterdir():
        path.unlink()
    parts.rmdir()
    return found


def _tell(
    found: Counter[str], lines: int, seconds: float, cpu: float, price: float | None, language: str, out: Path
) -> None:
    for word, number in sorted(found.items(), key=lambda item: (item[0].startswith(" "), -item[1])):
        print(f"{number:>10}  {word}")
    if lines:
        hours = cpu / lines * 1e6 / 3600
        cost = "" if price is None else f" = {hours * price:.2f}"
        rate = f"{lines / seconds:.0f}"
        en = f"{out}: {lines} screened now, {rate} a second; a million takes {hours:.3g} core-hours{cost}."
        fr = f"{out} : {lines} analysées cette fois, {rate} par seconde ; un million demande {hours:.3g} h-cœur{cost}."
        print(Message(en, fr).in_(language), file=sys.stderr)


class _Progress:
    """A bar on standard error; how far is known from the pieces that are done, the end from the archive's lines."""

    def __init__(self, archive: Path, done: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True))
        total = None
        if archive.suffix != ".parquet":
            with archive.open("rb") as file:
                total = sum(1 for _ in file)
        self._task = self._bar.add_task(archive.name, total=total, completed=done * SIZE)

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def more(self, lines: int) -> None:
        self._bar.advance(self._task, lines)
