"""`review-gate drill list|run|results`: made-up risky drafts, to train the reviewers or to play through a crisis."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from review_gate.cli.common import add_settings, settings_of

if TYPE_CHECKING:
    from review_gate.domain.drill import Scenario
    from review_gate.domain.submission import Submission
    from review_gate.insight.drills import Row


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("drill", help="made-up risky drafts that train the reviewers")
    commands = parser.add_subparsers(required=True, metavar="list|run|results")

    listing = commands.add_parser("list", help="the scenarios, by name: pack, category, language, words to see")
    listing.set_defaults(run=run_list)

    running = commands.add_parser("run", help="hand scenarios in now, among the real drafts")
    what = running.add_mutually_exclusive_group()
    what.add_argument("--scenario", action="append", default=[], metavar="PACK/NAME", help="this one (repeatable)")
    what.add_argument("--pack", help="every scenario of this pack, as in a crisis")
    running.add_argument("--lang", choices=("en", "fr"), help="only scenarios in this language")
    add_settings(running, "database", "rules", "policy")
    running.set_defaults(run=run_run)

    results = commands.add_parser("results", help="what was caught and how fast, by reviewer and by category")
    add_settings(results, "database")
    results.set_defaults(run=run_results)


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.settings.drill_file import load_drills

    for one in load_drills():
        print("\t".join((one.name, one.marked.category, one.lang, one.marked.look_at)))
    return 0


def run_run(arguments: argparse.Namespace) -> int:
    """Prints the submission's id and the scenario, one a line. Without --scenario or --pack it is the one that was
    used least. Exit status 1 for a scenario that is not there."""
    from review_gate.bootstrap import Services

    services = Services(settings_of(arguments))
    try:
        chosen = _chosen(arguments, services.drills.scenarios, services)
        if not chosen:
            print("There is no such scenario: `review-gate drill list` shows them all.", file=sys.stderr)
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
    from review_gate.ports import Filter

    store = open_store(settings_of(arguments).database)
    try:
        drills: list[Submission] = []
        cursor = None
        while True:
            page = store.submissions(Filter(drills=True), cursor, 200)
            drills += page.items
            cursor = page.next
            if cursor is None:
                break
    finally:
        store.close()
    found = results(drills)
    if found.whole is None:
        print("No drill has been answered yet.")
    else:
        for heading, rows in (
            ("all", (found.whole,)),
            ("by reviewer", found.reviewers),
            ("by category", found.categories),
        ):
            print(heading)
            for row in rows:
                print(_line(row))
    print(f"{found.waiting} waiting, {found.unanswered} ran out of time")
    return 0


def _line(row: Row) -> str:
    rate = row.rate
    between = f" ({rate.low:.0%} to {rate.high:.0%})" if rate is not None else ""
    share = f"{row.caught / row.answered:.0%}{between}"
    return "\t".join(("", row.name or "everybody", f"{row.caught} of {row.answered} caught", share,
                      f"median {row.minutes:.1f} min"))  # fmt: skip
