"""`review-gate rules check|explain|replay|stats`: write, test and watch rules without a release."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_gate.cli import rules_words as words
from review_gate.cli.common import add_settings, settings_of
from review_gate.cli.packs import load, with_pack
from review_gate.cli.usage import said
from review_gate.domain.message import Message

if TYPE_CHECKING:
    from review_gate.domain.context import Context
    from review_gate.domain.draft import Draft
    from review_gate.rulebook.rule import Packs
    from review_gate.settings import Settings


def add_parser(subparsers: Any) -> None:
    rules = subparsers.add_parser(
        "rules",
        help=said(
            "check, explain, replay and measure the rule packs",
            "vérifie, explique, rejoue et mesure les packs de règles",
        ),
    )
    commands = rules.add_subparsers(required=True, metavar="check|explain|replay|stats")

    check = commands.add_parser(
        "check",
        help=said(
            "read all packs, run their examples, print every mistake",
            "lit tous les packs, essaie leurs exemples, affiche chaque erreur",
        ),
    )
    check.add_argument(
        "packs",
        nargs="?",
        type=Path,
        help=said(
            "folder of packs, or one pack (default: the settings' folder)",
            "dossier de packs, ou un seul pack (par défaut : le dossier des réglages)",
        ),
    )
    add_settings(check, "rules", "language")
    check.set_defaults(run=run_check)

    explain = commands.add_parser(
        "explain",
        help=said(
            "what the rules say about a text, and which were near",
            "ce que les règles disent d'un texte, et celles qui étaient proches",
        ),
    )
    explain.add_argument(
        "text", help=said("the text, or - for standard input", "le texte, ou - pour l'entrée standard")
    )
    explain.add_argument(
        "--lang",
        action="append",
        default=[],
        help=said(
            "language of the text (several: all apply; default: told as the service does)",
            "langue du texte (plusieurs : toutes comptent ; par défaut : reconnue comme le fait le service)",
        ),
    )
    explain.add_argument(
        "--kind",
        choices=("post", "reply"),
        help=said("default: reply with --in-reply-to, else post", "par défaut : reply avec --in-reply-to, sinon post"),
    )
    explain.add_argument("--market", help=said("country, such as FR", "pays, comme FR"))
    explain.add_argument("--channel", help=said("where it is to appear, such as x", "où il doit paraître, comme x"))
    explain.add_argument(
        "--at",
        help=said(
            "planned time, such as 2026-11-13T18:00:00+01:00 (default: now)",
            "heure prévue, comme 2026-11-13T18:00:00+01:00 (par défaut : maintenant)",
        ),
    )
    explain.add_argument("--in-reply-to", help=said("the customer's message", "le message du client"))
    add_settings(explain, "rules", "language")
    explain.set_defaults(run=run_explain)

    replay = commands.add_parser(
        "replay",
        help=said(
            "what the packs would say about stored drafts, against the decisions",
            "ce que les packs diraient des textes enregistrés, face aux décisions",
        ),
    )
    replay.add_argument(
        "--since",
        default="30d",
        help=said(
            "how far back: 30d, 12h, or a date (default 30d)",
            "depuis quand : 30d (jours), 12h, ou une date (par défaut 30d)",
        ),
    )
    replay.add_argument(
        "--pack",
        type=Path,
        help=said(
            "try this pack: in place of the one of its name, or added",
            "essaie ce pack : à la place de celui du même nom, ou en plus",
        ),
    )
    replay.add_argument(
        "--file",
        type=Path,
        help=said(
            "JSON Lines in place of the database: drafts with a 'decision'",
            "JSON Lines à la place de la base : des textes avec « decision »",
        ),
    )
    replay.add_argument(
        "--show",
        type=int,
        default=20,
        help=said(
            "how many changed drafts to print (default 20)", "combien de textes changés afficher (par défaut 20)"
        ),
    )
    add_settings(replay, "rules", "database", "language")
    replay.set_defaults(run=run_replay)

    stats = commands.add_parser(
        "stats",
        help=said(
            "precision of each rule by the decisions; never fired; expired",
            "précision de chaque règle d'après les décisions ; jamais déclenchées ; expirées",
        ),
    )
    stats.add_argument(
        "--since",
        default="90d",
        help=said(
            "how far back: 90d, 12h, or a date (default 90d)",
            "depuis quand : 90d (jours), 12h, ou une date (par défaut 90d)",
        ),
    )
    stats.add_argument(
        "--file",
        type=Path,
        help=said(
            "JSON Lines in place of the database: drafts with a 'decision'",
            "JSON Lines à la place de la base : des textes avec « decision »",
        ),
    )
    add_settings(stats, "rules", "database", "language")
    stats.set_defaults(run=run_stats)


def run_check(arguments: argparse.Namespace) -> int:
    """Prints every mistake and answers 1, or what was read and 0. Rules that have expired, or soon will, are named
    and no mistake."""
    from review_gate.adapters.clock import utc_now

    settings = settings_of(arguments)
    packs = load(arguments.packs or settings.rules_folder, settings.language)
    if packs is None:
        return 1
    today = utc_now().date()
    expired = packs.expired(today)
    for note in (*map(words.expired, expired), *words.expiring(packs.expiring(today))):
        print(note.in_(settings.language), file=sys.stderr)
    print(words.all_good(packs, len(expired)).in_(settings.language))
    return 0


def run_explain(arguments: argparse.Namespace) -> int:
    """Prints the hits on one text with their places, and the rules that were near with what kept them."""
    from review_gate.adapters.clock import utc_now
    from review_gate.domain.draft import Draft, Kind
    from review_gate.rulebook.evaluate import evaluate
    from review_gate.rulebook.explain import near

    settings = settings_of(arguments)
    planned = _moment(arguments.at) if arguments.at else None
    if arguments.at and planned is None:
        print(words.no_moment(arguments.at).in_(settings.language), file=sys.stderr)
        return 2
    packs = load(settings.rules_folder, settings.language)
    if packs is None:
        return 1
    if slips := list(_slips(arguments, packs)):
        print("\n".join(slip.in_(settings.language) for slip in slips), file=sys.stderr)
        return 2
    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    draft = Draft(
        text,
        kind=Kind(arguments.kind or ("reply" if arguments.in_reply_to else "post")),
        channel=arguments.channel or None,
        market=arguments.market.upper() if arguments.market else None,
        planned_at=planned,
        in_reply_to=arguments.in_reply_to,
    )
    context, told = _context(draft, tuple(word.split("-")[0].lower() for word in arguments.lang), settings, utc_now())
    if told is not None:
        print(told.in_(settings.language))
    print(words.explained(text, evaluate(packs, draft, context), near(packs, draft, context), settings.language))
    return 0


def _slips(arguments: argparse.Namespace, packs: Packs) -> Iterator[Message]:
    """A language, market or channel that there is not would keep rules away without a word."""
    from review_gate.rulebook.scope import no_channel, no_language, no_market

    own = frozenset(word for pack in packs.packs for word in pack.own_channels)
    asked = [("--lang", no_language(word)) for word in arguments.lang]
    asked.append(("--market", no_market(arguments.market) if arguments.market else None))
    asked.append(("--channel", no_channel(arguments.channel, own) if arguments.channel else None))
    for flag, slip in asked:
        if slip is not None:
            what, hint = slip
            yield Message(f"{flag}: {what.en}\n  {hint.en}", f"{flag} : {what.fr}\n  {hint.fr}")


def _context(draft: Draft, named: tuple[str, ...], settings: Settings, now: datetime) -> tuple[Context, Message | None]:
    """What is known of the draft, and where its language comes from. Without any `named` it is told as the service
    does."""
    from review_gate.adapters.language import DETECTORS
    from review_gate.domain.context import Context
    from review_gate.gate.languages import Languages
    from review_gate.settings import load_policy

    if named:
        return Context(now=now, lang=named[0], languages=named), None
    languages = Languages(DETECTORS[settings.language_detector](), load_policy(settings.policy_file).languages)
    context = languages.context(draft, now)
    if languages.detected(draft.text):
        return context, words.spoken("text", context, draft)
    return context, words.spoken("customer" if context.customer_lang else "market", context, draft)


def run_replay(arguments: argparse.Namespace) -> int:
    """Prints how the packs would have done, and the drafts about which they would say something else."""
    from review_gate.cli.judged import BadLine, judged
    from review_gate.rulebook.replay import replay

    settings = settings_of(arguments)
    now = load(settings.rules_folder, settings.language)
    packs = with_pack(now, arguments.pack, settings.language) if now is not None and arguments.pack else now
    if now is None or packs is None:
        return 1
    try:
        drafts = judged(arguments.file, settings.database, arguments.since)
    except BadLine as error:
        print(error.message.in_(settings.language), file=sys.stderr)
        return 2
    answer = replay(packs, drafts, before=now if arguments.pack else None)
    print(words.replayed(answer, arguments.show, settings.language))
    return 0


def run_stats(arguments: argparse.Namespace) -> int:
    """Prints each rule's precision by the reviewers' decisions, the rules that never fired and the expired ones."""
    from review_gate.adapters.clock import utc_now
    from review_gate.cli.judged import BadLine, judged
    from review_gate.rulebook.replay import stats

    settings = settings_of(arguments)
    packs = load(settings.rules_folder, settings.language)
    if packs is None:
        return 1
    try:
        drafts = judged(arguments.file, settings.database, arguments.since)
    except BadLine as error:
        print(error.message.in_(settings.language), file=sys.stderr)
        return 2
    print(words.measured(stats(packs, drafts, utc_now().date()), settings.language))
    return 0


def _moment(text: str) -> datetime | None:
    """A date and time with its zone; None for any other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
