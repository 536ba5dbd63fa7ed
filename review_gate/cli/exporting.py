"""`review-gate export` writes down what was decided."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_gate.cli.common import add_settings, counted, settings_of, tell
from review_gate.cli.usage import said
from review_gate.domain.message import why

if TYPE_CHECKING:
    from review_gate.domain.submission import Submission
    from review_gate.ports import Store


def add_parser(subparsers: Any) -> None:
    giving = subparsers.add_parser(
        "export",
        help=said(
            "write down every decision: who, what, when, why", "écrit toutes les décisions : qui, quoi, quand, pourquoi"
        ),
    )
    giving.add_argument(
        "--format",
        choices=("csv", "jsonl", "parquet", "sqlite"),
        default="csv",
        help=said("of the file (default csv)", "format du fichier (par défaut csv)"),
    )
    giving.add_argument(
        "--out",
        type=Path,
        help=said(
            "file to write (default: standard output, but for parquet and sqlite)",
            "fichier à écrire (par défaut : la sortie standard, sauf pour parquet et sqlite)",
        ),
    )
    add_settings(giving, "database", "language")
    giving.set_defaults(run=run_export)


def run_export(arguments: argparse.Namespace) -> int:
    """Newest submissions first, each with its decisions in order. The count goes to standard error."""
    from review_gate.adapters.stores import open_store
    from review_gate.cli.tables import decision_rows, write_csv, write_jsonl, write_parquet, write_sqlite
    from review_gate.domain.unread import unread
    from review_gate.ports import Misconfigured

    settings = settings_of(arguments)
    files = {"sqlite": write_sqlite, "parquet": write_parquet}
    if arguments.format in files and arguments.out is None:
        tell(
            settings,
            f"A file of {arguments.format} needs a name: give --out FILE.",
            f"Un fichier {arguments.format} doit avoir un nom : donnez --out FICHIER.",
        )
        return 2
    store = open_store(settings.database)
    try:
        damaged: list[str] = []
        rows = decision_rows(_all(store, damaged))
        if arguments.format in files:
            count = files[arguments.format](rows, arguments.out)
        else:
            write = write_csv if arguments.format == "csv" else write_jsonl
            if arguments.out is None:
                sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
                count = write(rows, sys.stdout)
            else:
                with arguments.out.open("x", encoding="utf-8", newline="") as file:
                    count = write(rows, file)
    except Misconfigured as error:
        print(error.message.in_(settings.language), file=sys.stderr)
        return 1
    except OSError as error:
        if arguments.out is None:
            raise
        tell(
            settings,
            f"{arguments.out}: {why(error).en}. Name another file.",
            f"{arguments.out} : {why(error).fr}. Choisissez un autre nom.",
        )
        return 1
    finally:
        store.close()
    tell(settings, f"{count} decisions", counted(count, "décision"))
    if missing := unread(damaged):
        tell(settings, missing.en, missing.fr)
        return 1
    return 0


def _all(store: Store, damaged: list[str]) -> Iterator[Submission]:
    """The ids of what cannot be read go into `damaged`."""
    from review_gate.paging import pages
    from review_gate.ports import Filter

    for page in pages(lambda cursor: store.submissions(Filter(), cursor, 200)):
        yield from page.items
        damaged += page.unread
