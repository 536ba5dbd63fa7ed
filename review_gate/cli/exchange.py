"""`review-gate import FILE` (CSV or iCalendar) hands drafts in, `review-gate import outcomes FILE` takes what happened
after publishing; `review-gate export` writes down what was decided."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from review_gate.cli.common import add_settings, settings_of

if TYPE_CHECKING:
    from review_gate.domain.submission import Submission
    from review_gate.gate import Checked
    from review_gate.ports import Store
    from review_gate.web.bodies import DraftBody


def add_parser(subparsers: Any) -> None:
    taking = subparsers.add_parser(
        "import", help="hand in the drafts of a CSV file or a calendar, or say what happened after publishing",
        usage="review-gate import [outcomes] FILE [options]",
    )  # fmt: skip
    taking.add_argument(
        "words", nargs="+", metavar="[outcomes] FILE",
        help="CSV whose first line names the columns, or iCalendar (.ics); after 'outcomes' a CSV of outcomes",
    )  # fmt: skip
    taking.add_argument("--as", dest="name", default="import", help="who hands them in (default: import)")
    taking.add_argument("--zone", help="time zone of planned_at where it has none, such as Europe/Paris")
    taking.add_argument("--dry-run", action="store_true", help="only look whether the file can be read")
    add_settings(taking, "database", "rules", "policy", "language")
    taking.set_defaults(run=run_import)

    giving = subparsers.add_parser("export", help="write down every decision: who, what, when, why")
    giving.add_argument("--format", choices=("csv", "jsonl", "parquet", "sqlite"), default="csv")
    giving.add_argument("--out", type=Path, help="file to write (default: standard output, but for parquet and sqlite)")
    add_settings(giving, "database")
    giving.set_defaults(run=run_export)


def run_import(arguments: argparse.Namespace) -> int:
    """Prints one line a draft: its submission's id and what the screening found. All rows are read before the first is
    handed in; running it again hands in only what was not there. Exit status 1 when something cannot be read."""
    from review_gate.cli.calendar_file import read_calendar
    from review_gate.cli.tables import read_drafts
    from review_gate.web.sheets import BadTable

    what, path = arguments.words[:-1], Path(arguments.words[-1])
    if what == ["outcomes"]:
        return _import_outcomes(arguments, path)
    if what:
        print(f"'{' '.join(what)}' is nothing to import: write import FILE, or import outcomes FILE.", file=sys.stderr)
        return 2
    read = read_calendar if path.suffix.lower() == ".ics" else read_drafts
    settings = settings_of(arguments)
    try:
        if arguments.zone is not None:
            ZoneInfo(arguments.zone)
        drafts = read(path.read_bytes(), arguments.zone)
    except OSError as error:
        print(f"{path}: {error.strerror}. Name a file of CSV or iCalendar.", file=sys.stderr)
        return 2
    except (KeyError, ValueError):
        print(f"'{arguments.zone}' is no time zone: use a name such as Europe/Paris.", file=sys.stderr)
        return 2
    except BadTable as error:
        for message in error.messages:
            print(message.in_(settings.language), file=sys.stderr)
        return 1
    if arguments.dry_run:
        print(f"{len(drafts)} drafts can be read; none was handed in.", file=sys.stderr)
        return 0
    from review_gate.bootstrap import Services

    services = Services(settings)
    try:
        for line in _hand_in(services, drafts, arguments.name):
            print(line, flush=True)
    finally:
        services.close()
    return 0


def _import_outcomes(arguments: argparse.Namespace, path: Path) -> int:
    """Prints one line a row: its id and 'bad', 'fine' or 'there already'. All rows are read before the first is taken;
    importing it again changes nothing. Exit status 1 when a row cannot be read, or is about what never went out."""
    from review_gate.domain.submission import Person
    from review_gate.web.outcome_sheet import read_outcomes, take
    from review_gate.web.sheets import BadTable

    settings = settings_of(arguments)
    try:
        if arguments.zone is not None:
            ZoneInfo(arguments.zone)
        rows = read_outcomes(path.read_bytes(), arguments.zone)
    except OSError as error:
        print(f"{path}: {error.strerror}. Name a CSV file.", file=sys.stderr)
        return 2
    except BadTable as error:
        for message in error.messages:
            print(message.in_(settings.language), file=sys.stderr)
        return 1
    except (KeyError, ValueError):
        print(f"'{arguments.zone}' is no time zone: use a name such as Europe/Paris.", file=sys.stderr)
        return 2
    if arguments.dry_run:
        print(f"{len(rows)} outcomes can be read; none was taken.", file=sys.stderr)
        return 0
    from review_gate.bootstrap import Services

    services, refused = Services(settings), 0
    try:
        for one in take(services.gate.outcomes, rows, Person(arguments.name)):
            if one.outcome is None:
                assert one.refused is not None
                refused += 1
                print(f"line {one.row.line}: {one.refused.in_(settings.language)}", file=sys.stderr)
            else:
                state = "bad" if one.outcome.bad else "fine"
                print(f"{one.row.id}\t{state if one.new else 'there already'}", flush=True)
    finally:
        services.close()
    return 1 if refused else 0


def _hand_in(services: Any, drafts: list[DraftBody], name: str) -> Iterator[str]:
    from review_gate.domain.submission import Person
    from review_gate.gate import Once

    seen: dict[str, int] = {}
    for body in drafts:
        content = body.model_dump_json()
        seen[content] = seen.get(content, 0) + 1  # the same draft twice in one file is two drafts
        key = hashlib.sha256(f"{content}\0{seen[content]}".encode()).hexdigest()
        once = Once(f"import:{name}", key, key, 202, _remembered)
        earlier = services.gate.answered(once)
        if earlier is not None:
            yield f"{earlier.answer['id']}\tthere already"
            continue
        submission = services.gate.submit(body.draft(), Person(name), once)
        yield f"{submission.id}\t{submission.verdict.severity.word}"


def _remembered(answer: Checked) -> dict[str, Any]:
    assert answer.submission is not None
    return {"id": answer.submission.id}


def run_export(arguments: argparse.Namespace) -> int:
    """Newest submissions first, each with its decisions in order. The count goes to standard error."""
    from review_gate.adapters.stores import open_store
    from review_gate.cli.tables import decision_rows, write_csv, write_jsonl, write_parquet, write_sqlite
    from review_gate.ports import Misconfigured

    files = {"sqlite": write_sqlite, "parquet": write_parquet}
    if arguments.format in files and arguments.out is None:
        print(f"A file of {arguments.format} needs a name: give --out FILE.", file=sys.stderr)
        return 2
    store = open_store(settings_of(arguments).database)
    try:
        rows = decision_rows(_all(store))
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
        print(error, file=sys.stderr)
        return 1
    except FileExistsError:
        print(f"{arguments.out} is there already: name another file.", file=sys.stderr)
        return 1
    finally:
        store.close()
    print(f"{count} decisions", file=sys.stderr)
    return 0


def _all(store: Store) -> Iterator[Submission]:
    from review_gate.ports import Filter

    after = None
    while True:
        page = store.submissions(Filter(), after, 200)
        yield from page.items
        after = page.next
        if after is None:
            return
