"""`review-gate drill list|run|results`: made-up risky drafts, to train the reviewers or to play through a crisis."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from review_gate.cli.common import add_settings, counted, settings_of, tell
from review_gate.cli.usage import said
from review_gate.domain.message import Message

if TYPE_CHECKING:
    from review_gate.domain.drill import Scenario
    from review_gate.insight.drills import Results, Row


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "drill",
        help=said(
            "made-up risky drafts that train the reviewers",
            "des textes à risque inventés, pour entraîner les relecteurs",
        ),
    )
    commands = parser.add_subparsers(required=True, metavar="list|run|results")

    listing = commands.add_parser(
        "list",
        help=said(
            "the scenarios, by name: pack, category, language, words to see",
            "les scénarios, par nom : pack, catégorie, langue, mots à voir",
        ),
    )
    add_settings(listing, "language")
    listing.set_defaults(run=run_list)

    running = commands.add_parser(
        "run",
        help=said(
            "hand scenarios in now, among the real drafts", "soumet des scénarios maintenant, parmi les vrais textes"
        ),
    )
    what = running.add_mutually_exclusive_group()
    what.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar=said("PACK/NAME", "PACK/NOM"),
        help=said("this one (repeatable)", "celui-ci (plusieurs fois possible)"),
    )
    what.add_argument(
        "--pack",
        help=said(
            "every scenario of this pack, as in a crisis", "tous les scénarios de ce pack, comme lors d'une crise"
        ),
    )
    running.add_argument(
        "--lang",
        choices=("en", "fr"),
        help=said("only scenarios in this language", "seulement les scénarios dans cette langue"),
    )
    add_settings(running, "database", "rules", "policy", "language")
    running.set_defaults(run=run_run)

    results = commands.add_parser(
        "results",
        help=said(
            "what was caught and how fast, by reviewer and by category",
            "ce qui a été vu et en combien de temps, par relecteur et par catégorie",
        ),
    )
    add_settings(results, "database", "language")
    results.set_defaults(run=run_results)


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.settings.drill_file import load_drills
    from review_gate.slack.words import category_name

    spoken = settings_of(arguments).language
    for one in load_drills():
        print("\t".join((one.name, category_name(one.marked.category, spoken), one.lang, one.marked.look_at)))
    return 0


def run_run(arguments: argparse.Namespace) -> int:
    """Prints the submission's id and the scenario, one a line. Without --scenario or --pack it is the one that was
    used least. Exit status 1 for a scenario that is not there."""
    from review_gate.bootstrap import Services

    services = Services(settings_of(arguments))
    try:
        chosen = _chosen(arguments, services.drills.scenarios, services)
        if not chosen:
            tell(
                services.settings,
                "There is no such scenario: `review-gate drill list` shows them all.",
                "Ce scénario n'existe pas : `review-gate drill list` les montre tous.",
            )
            return 1
        for scenario in chosen:
            made = services.drills.run(scenario)
            assert made is not None
            print(f"{made.id}\t{scenario.name}", flush=True)
    finally:
        services.close()
    return 0


def _chosen(arguments: argparse.Namespace, scenarios: Sequence[Scenario], services: Any) -> list[Scenario]:
    offered = [one for one in scenarios if arguments.lang in (None, one.lang)]
    if arguments.scenario:
        by_name = {one.name: one for one in offered}
        found = [by_name[name] for name in arguments.scenario if name in by_name]
        return found if len(found) == len(arguments.scenario) else []
    if arguments.pack:
        return [one for one in offered if one.marked.pack == arguments.pack]
    least = services.drills.next([one for one in offered if not one.exercise])
    return [least] if least is not None else []


def run_results(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import open_store
    from review_gate.insight.drills import results
    from review_gate.paging import pages
    from review_gate.ports import Filter

    settings = settings_of(arguments)
    store = open_store(settings.database)
    try:
        every = pages(lambda cursor: store.submissions(Filter(drills=True), cursor, 200))
        drills = [one for page in every for one in page.items]
    finally:
        store.close()
    for line in _told(results(drills), settings.language):
        print(line)
    return 0


def _told(found: Results, language: str) -> Iterator[str]:
    from review_gate.slack.drill_command import NONE_YET
    from review_gate.slack.words import category_name

    if found.whole is None:
        yield NONE_YET.in_(language)
    else:
        yield Message("all", "ensemble").in_(language)
        yield _line(found.whole, Message("everybody", "tout le monde").in_(language), language)
        yield Message("by reviewer", "par relecteur").in_(language)
        yield from (_line(row, row.name, language) for row in found.reviewers)
        yield Message("by category", "par catégorie").in_(language)
        yield from (_line(row, category_name(row.name, language), language) for row in found.categories)
    yield Message(
        f"{found.waiting} waiting, {found.unanswered} ran out of time",
        f"{found.waiting} en attente, {counted(found.unanswered, 'resté')} sans réponse",
    ).in_(language)


def _line(row: Row, name: str, language: str) -> str:
    share, rate, minutes = f"{row.caught / row.answered:.0%}", row.rate, f"{row.minutes:.1f}"
    en, fr = (f" ({rate.low:.0%} {to} {rate.high:.0%})" if rate is not None else "" for to in ("to", "à"))
    told = Message(
        f"\t{name}\t{row.caught} of {row.answered} caught\t{share}{en}\tmedian {minutes} min",
        f"\t{name}\t{counted(row.caught, 'vu')} sur {row.answered}\t{(share + fr).replace('%', ' %')}"
        f"\tmédiane {minutes.replace('.', ',')} min",
    )
    return told.in_(language)
