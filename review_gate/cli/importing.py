"""`review-gate import FILE` (CSV or iCalendar) hands drafts in, `review-gate import outcomes FILE` takes what happened
after publishing."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from review_gate.cli.common import Ended, add_settings, counted, settings_of, tell
from review_gate.cli.usage import said
from review_gate.domain.message import Message, in_line, why

if TYPE_CHECKING:
    from review_gate.gate import Checked
    from review_gate.settings import Settings
    from review_gate.web.bodies import DraftBody

Made = TypeVar("Made")

THERE_ALREADY = Message("there already", "déjà là")
BAD, FINE = Message("bad", "mal passé"), Message("fine", "bien passé")


def add_parser(subparsers: Any) -> None:
    taking = subparsers.add_parser(
        "import",
        help=said(
            "hand in the drafts of a CSV file or a calendar, or say what happened after publishing",
            "soumet les textes d'un fichier CSV ou d'un calendrier, ou note ce qui s'est passé après la publication",
        ),
        usage=said("review-gate import [outcomes] FILE [options]", "review-gate import [outcomes] FICHIER [options]"),
    )
    taking.add_argument(
        "words",
        nargs="+",
        metavar=said("[outcomes] FILE", "[outcomes] FICHIER"),
        help=said(
            "CSV whose first line names the columns, or iCalendar (.ics); after 'outcomes' a CSV of outcomes",
            "CSV dont la première ligne nomme les colonnes, ou iCalendar (.ics) ; après « outcomes », un "
            "CSV des suites",
        ),
    )
    taking.add_argument(
        "--as",
        dest="name",
        default="import",
        help=said("who hands them in (default: import)", "qui les soumet (par défaut : import)"),
    )
    taking.add_argument(
        "--zone",
        help=said(
            "time zone of planned_at where it has none, such as Europe/Paris",
            "fuseau horaire de planned_at quand il n'en a pas, comme Europe/Paris",
        ),
    )
    taking.add_argument(
        "--dry-run",
        action="store_true",
        help=said("only look whether the file can be read", "regarde seulement si le fichier est lisible"),
    )
    add_settings(taking, "database", "rules", "policy", "language")
    taking.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Prints one line a draft: its submission's id and what the screening found. All rows are read before the first is
    handed in; running it again hands in only what was not there. Exit status 1 when something cannot be read, or a
    draft's time is over: the others are handed in."""
    from review_gate.cli.calendar_file import read_calendar
    from review_gate.cli.tables import read_drafts

    what, path = arguments.words[:-1], Path(arguments.words[-1])
    if what == ["outcomes"]:
        return _import_outcomes(arguments, path)
    settings = settings_of(arguments)
    if what:
        said = " ".join(what)
        tell(
            settings,
            f"'{said}' is nothing to import: write import FILE, or import outcomes FILE.",
            f"« {said} » ne s'importe pas : écrivez import FICHIER, ou import outcomes FICHIER.",
        )
        return 2
    read = read_calendar if path.suffix.lower() == ".ics" else read_drafts
    wanted = Message("Name a file of CSV or iCalendar", "Nommez un fichier CSV ou iCalendar")
    drafts = _read(read, path, arguments.zone, settings, wanted)
    if arguments.dry_run:
        tell(
            settings,
            f"{len(drafts)} drafts can be read; none was handed in.",
            f"{counted(len(drafts), 'brouillon', 'lisible')} ; rien n'a été soumis.",
        )
        for late in _late(drafts):
            print(late.in_(settings.language), file=sys.stderr)
        return 0
    from review_gate.bootstrap import Services

    services, refused = Services(settings), 0
    try:
        for id_, told in _hand_in(services, drafts, arguments.name):
            if id_ is None:
                refused += 1
                print(told.in_(settings.language), file=sys.stderr)
            else:
                print(f"{id_}\t{told.in_(settings.language)}", flush=True)
    finally:
        services.close()
    return 1 if refused else 0


def _import_outcomes(arguments: argparse.Namespace, path: Path) -> int:
    """Prints one line a row: its id and 'bad', 'fine' or 'there already'. All rows are read before the first is taken;
    importing it again changes nothing. Exit status 1 when a row cannot be read, or is about what never went out."""
    from review_gate.domain.submission import Person
    from review_gate.web.outcome_sheet import read_outcomes, take

    settings = settings_of(arguments)
    rows = _read(read_outcomes, path, arguments.zone, settings, Message("Name a CSV file", "Nommez un fichier CSV"))
    if arguments.dry_run:
        tell(
            settings,
            f"{len(rows)} outcomes can be read; none was taken.",
            f"{counted(len(rows), 'bilan', 'lisible')} ; aucun n'a été enregistré.",
        )
        return 0
    from review_gate.bootstrap import Services

    services, refused = Services(settings), 0
    try:
        for one in take(services.gate.outcomes, rows, Person(arguments.name)):
            if one.outcome is None:
                assert one.refused is not None
                refused += 1
                print(in_line(one.row.line, one.refused).in_(settings.language), file=sys.stderr)
            else:
                state = (BAD if one.outcome.bad else FINE) if one.new else THERE_ALREADY
                print(f"{one.row.id}\t{state.in_(settings.language)}", flush=True)
    finally:
        services.close()
    return 1 if refused else 0


def _read(
    read: Callable[[bytes, str | None], list[Made]], path: Path, zone: str | None, settings: Settings, wanted: Message
) -> list[Made]:
    """What `read` makes of the file, times without a zone in `zone`. What is wrong is printed. Raises Ended: 2
    where there is no such zone or file (then `wanted` is said), 1 where the file cannot be understood."""
    from review_gate.web.sheets import BadTable

    try:
        if zone is not None:
            ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        tell(
            settings,
            f"'{zone}' is no time zone: use a name such as Europe/Paris.",
            f"« {zone} » n'est pas un fuseau horaire : donnez un nom comme Europe/Paris.",
        )
        raise Ended(2) from None
    try:
        return read(path.read_bytes(), zone)
    except OSError as error:
        tell(settings, f"{path}: {why(error).en}. {wanted.en}.", f"{path} : {why(error).fr}. {wanted.fr}.")
        raise Ended(2) from None
    except BadTable as error:
        for message in error.messages:
            print(message.in_(settings.language), file=sys.stderr)
        raise Ended(1) from None


def _hand_in(services: Any, drafts: list[DraftBody], name: str) -> Iterator[tuple[str | None, Message]]:
    """The submission of each draft and what the screening found, or that it was there already; None and why for one
    that is refused."""
    from review_gate.domain.errors import TimeOver
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
            yield earlier.answer["id"], THERE_ALREADY
            continue
        try:
            submission = services.gate.submit(body.draft(), Person(name), once)
        except TimeOver as late:
            yield None, _refused(body, late.message)
        else:
            word = submission.verdict.severity.word
            yield submission.id, Message(word, word)


def _late(drafts: list[DraftBody]) -> Iterator[Message]:
    """Those whose time is over: they would be refused, where they are not there already."""
    from review_gate.adapters.clock import utc_now
    from review_gate.domain.draft import require_time
    from review_gate.domain.errors import TimeOver

    for body in drafts:
        try:
            require_time(body.draft(), utc_now())
        except TimeOver as late:
            yield _refused(body, late.message)


def _refused(body: DraftBody, why: Message) -> Message:
    from review_gate.domain.ending import shortened

    text, at = shortened(body.text), body.planned_at
    return Message(f"“{text}”, {at}: {why.en}", f"« {text} », {at} : {why.fr}")


def _remembered(answer: Checked) -> dict[str, Any]:
    assert answer.submission is not None
    return {"id": answer.submission.id}
