"""`review-gate doctor`: looks at every part and says what to fix."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from review_gate.cli.common import add_settings, counted, reason, settings_of
from review_gate.cli.doctor_outside import Advice, Note, mail, publish, service, slack, teams, traces, webhook
from review_gate.cli.usage import said
from review_gate.domain.message import Message

if TYPE_CHECKING:
    from review_gate.bootstrap import Services

Check = Callable[["Services"], Message]
"""Answers what it found; raises with what to fix."""

FINE, FIX = Message("ok    ", "ok       "), Message("FIX   ", "À RÉGLER ")
NOTED = Message("note  ", "à noter  ")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help=said(
            "check settings, database, rules, model and Slack",
            "vérifie les réglages, la base, les règles, le modèle et Slack",
        ),
    )
    add_settings(parser, "database", "host", "port", "rules", "policy", "language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 when all is well."""
    from review_gate.bootstrap import Services

    services = Services(settings_of(arguments))
    bad = 0
    for name, check in CHECKS:
        try:
            found = check(services)
            sign = NOTED if isinstance(found, Note) else FINE
        except Exception as error:
            bad += 1
            sign, found = FIX, reason(error)
        line = Message(f"{sign.en}{name.en}: {found.en}", f"{sign.fr}{name.fr} : {found.fr}")
        print(line.in_(services.settings.language).replace("\n", "\n      "))
    services.close()
    return 1 if bad else 0


def _database(services: Services) -> Message:
    from review_gate.adapters.stores.postgres_words import whereabouts

    services.store.ping()
    dead = len(services.store.dead_letters())
    if dead:
        raise Advice(
            Message(
                f"{dead} deliveries were given up: see `review-gate outbox list`, then `outbox replay`",
                f"{counted(dead, 'envoi', 'abandonné')} : voir `review-gate outbox list`, puis `outbox replay`",
            )
        )
    place, pending = whereabouts(services.settings.database), services.store.pending()
    return Message(f"{place}, {pending} deliveries waiting", f"{place}, {counted(pending, 'envoi')} en attente")


def _power(services: Services) -> Message:
    found = services.store.unsafe_settings()
    if found:
        raise Advice(*found)
    return Message("what is committed stays", "ce qui est validé reste")


NEWEST = 1000
NAMED = 20


def _records(services: Services) -> Message:
    from review_gate.gate.reading import held_unread
    from review_gate.insight.invariants import breaches

    if damaged := held_unread(services.store):
        ids, more = ", ".join(damaged[:NAMED]), " …" if len(damaged) > NAMED else ""
        raise Advice(
            Message(
                f"{len(damaged)} held that nobody can decide on, because the record cannot be read: {ids}{more}. Keep "
                "a copy of the database; `review-gate audit verify --deep` looks at all of it, the last backup may "
                "have what is lost (docs/operations.md, Backups)",
                f"{counted(len(damaged), 'retenue')} dont personne ne peut décider, l'enregistrement étant illisible : "
                f"{ids}{more}. Gardez une copie de la base ; `review-gate audit verify --deep` l'examine en entier, la "
                "dernière sauvegarde peut contenir ce qui est perdu (docs/operations.md, Backups)",
            )
        )
    found = next(breaches(services.store.records(NEWEST)), None)
    if found is not None:
        id_, what = found.submission_id, found.message
        raise Advice(
            Message(
                f"submission {id_}: {what.en} See `review-gate audit verify --deep`",
                f"soumission {id_} : {what.fr} Voir `review-gate audit verify --deep`",
            )
        )
    return Message(
        f"the newest {NEWEST} at most: accounted for, decided once, told once",
        f"les {NEWEST} dernières au plus : toutes suivies, décidées une fois, annoncées une fois",
    )


def _policy(services: Services) -> Message:
    return _same(f"{services.policy.label} ({services.settings.policy_file})")


def _rules(services: Services) -> Message:
    from review_gate.adapters.clock import utc_now

    packs, today = services.packs.current(), utc_now().date()
    there, folder = f"{len(packs.packs)} packs ({packs.digest})", services.settings.rules_folder
    en, fr = f"{there} in {folder}", f"{there} dans {folder}"
    if gone := len(packs.expired(today)):
        en += f", {gone} rule{'s' if gone > 1 else ''} expired"
        fr += f", {counted(gone, 'règle', 'expirée')}"
    if soon := len(packs.expiring(today)):
        en += f", {soon} rule{'s' if soon > 1 else ''} expiring soon (`rules check`)"
        fr += f", {counted(soon, 'règle')} bientôt à terme (`rules check`)"
    return Message(en, fr)


def _templates(services: Services) -> Message:
    from review_gate.settings.templates_file import load_templates

    path = services.settings.templates
    if path is None:
        count = len(services.store.templates())
        return Message(
            f"{count} approved, no file of them (REVIEW_GATE_TEMPLATES)",
            f"{counted(count, 'approuvé')}, aucun fichier (REVIEW_GATE_TEMPLATES)",
        )
    count = len(load_templates(path))
    return Message(f"{count} in {path}", f"{count} dans {path}")


def _model(services: Services) -> Message:
    return _same(services.screening.model)


def _pictures(services: Services) -> Message:
    from review_gate.adapters.pictures.reader import open_reader

    reader = open_reader(services.settings.ocr)
    if services.settings.media_fetch:
        fetched = Message("fetched", "téléchargées")
    else:
        fetched = Message("not fetched (REVIEW_GATE_MEDIA_FETCH)", "non téléchargées (REVIEW_GATE_MEDIA_FETCH)")
    if reader:
        read = Message(f"read by {reader.name}", f"lu par {reader.name}")
    else:
        how = "(requirements-ocr.txt, REVIEW_GATE_OCR)"
        read = Message(f"not read {how}", f"non lu {how}")
    return Message(
        f"at other addresses: {fetched.en}; text in them: {read.en}",
        f"à d'autres adresses : {fetched.fr} ; leur texte : {read.fr}",
    )


def _sign_in(services: Services) -> Message:
    if services.company is None:
        count = len(services.store.users())
        return Message(
            f"{count} accounts of the gate, no company's sign-in (REVIEW_GATE_OIDC_ISSUER)",
            f"{counted(count, 'compte')} du portail, pas de connexion d'entreprise (REVIEW_GATE_OIDC_ISSUER)",
        )
    address, back = services.company.look(), f"{services.settings.url}/sign-in/company/back"
    return Message(f"{address}, back to {back}", f"{address}, retour à {back}")


def _same(text: str) -> Message:
    """Names and figures, which both languages write alike."""
    return Message(text, text)


CHECKS: tuple[tuple[Message, Check], ...] = (
    (Message("database", "base de données"), _database),
    (Message("service", "service"), service),
    (Message("power cuts", "coupures de courant"), _power),
    (Message("records", "soumissions"), _records),
    (Message("policy", "politique"), _policy),
    (Message("rules", "règles"), _rules),
    (Message("templates", "textes approuvés"), _templates),
    (Message("model", "modèle"), _model),
    (Message("pictures", "images"), _pictures),
    (Message("sign-in", "connexion"), _sign_in),
    (Message("slack", "slack"), slack),
    (Message("webhook", "webhook"), webhook),
    (Message("teams", "teams"), teams),
    (Message("mail", "e-mail"), mail),
    (Message("publish", "publication"), publish),
    (Message("traces", "traces"), traces),
)
