"""`review-gate doctor`: looks at every part and says what to fix."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from review_gate.cli.common import add_settings, settings_of

if TYPE_CHECKING:
    from review_gate.bootstrap import Services

Check = Callable[["Services"], str]
"""Answers what it found; raises with what to fix."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("doctor", help="check settings, database, rules, model and Slack")
    add_settings(parser, "database", "rules", "policy")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 when all is well."""
    from review_gate.bootstrap import Services

    services = Services(settings_of(arguments))
    bad = 0
    for name, check in CHECKS:
        try:
            print(f"ok    {name}: {check(services)}")
        except Exception as error:
            bad += 1
            print(f"FIX   {name}: {error}")
    services.close()
    return 1 if bad else 0


class Advice(Exception):
    """What to fix."""


def _database(services: Services) -> str:
    from review_gate.adapters.stores.postgres import whereabouts

    services.store.ping()
    dead = len(services.store.dead_letters())
    if dead:
        raise Advice(f"{dead} deliveries were given up: see `review-gate outbox list`, then `outbox replay`")
    return f"{whereabouts(services.settings.database)}, {services.store.pending()} deliveries waiting"


NEWEST = 1000


def _records(services: Services) -> str:
    from review_gate.insight.invariants import breaches

    found = next(breaches(services.store.records(NEWEST)), None)
    if found is not None:
        raise Advice(f"submission {found.submission_id}: {found.message} See `review-gate audit verify --deep`")
    return f"the newest {NEWEST} at most: accounted for, decided once, told once"


def _policy(services: Services) -> str:
    return f"{services.policy.label} ({services.settings.policy_file})"


def _rules(services: Services) -> str:
    from review_gate.adapters.clock import utc_now

    packs, today = services.packs.current(), utc_now().date()
    ending = [(len(packs.expired(today)), "expired"), (len(packs.expiring(today)), "expiring soon (`rules check`)")]
    told = "".join(f", {count} rule{'s' if count > 1 else ''} {how}" for count, how in ending if count)
    return f"{len(packs.packs)} packs ({packs.digest}) in {services.settings.rules_folder}{told}"


def _templates(services: Services) -> str:
    from review_gate.settings.templates_file import load_templates

    path = services.settings.templates
    if path is None:
        return f"{len(services.store.templates())} approved, no file of them (REVIEW_GATE_TEMPLATES)"
    return f"{len(load_templates(path))} in {path}"


def _model(services: Services) -> str:
    return services.screening.model


def _pictures(services: Services) -> str:
    from review_gate.adapters.pictures.reader import open_reader

    reader = open_reader(services.settings.ocr)
    fetched = "fetched" if services.settings.media_fetch else "not fetched (REVIEW_GATE_MEDIA_FETCH)"
    read = f"read by {reader.name}" if reader else "not read (requirements-ocr.txt, REVIEW_GATE_OCR)"
    return f"at other addresses: {fetched}; text in them: {read}"


def _sign_in(services: Services) -> str:
    if services.company is None:
        return f"{len(services.store.users())} accounts of the gate, no company's sign-in (REVIEW_GATE_OIDC_ISSUER)"
    return f"{services.company.look()}, back to {services.settings.url}/sign-in/company/back"


def _slack(services: Services) -> str:
    settings = services.settings
    if settings.uses_stand_in:
        return "no credentials: the local stand-in plays Slack at /sandbox"
    missing = [
        name
        for name, value in (
            ("SLACK_BOT_TOKEN (or SLACK_CLIENT_ID)", settings.slack_bot_token or settings.slack_client_id),
            ("REVIEW_GATE_SLACK_CHANNEL", settings.slack_channel),
            ("SLACK_SIGNING_SECRET or SLACK_APP_TOKEN", settings.slack_signing_secret or settings.slack_app_token),
        )
        if not value
    ]
    if missing:
        raise Advice("set " + ", ".join(missing))
    from review_gate.adapters.clock import utc_now
    from review_gate.slack.checkup import checkup
    from review_gate.slack.client import web_client

    places = services.slack.workspaces
    token = services.slack_token if places is None else places.home()
    client = web_client(token, services.slack_api_url)
    others = [room.channel for room in settings.slack_rooms]
    found = checkup(client, services.slack_channel or "", utc_now, settings.slack_signing_secret, others)
    if found:
        raise Advice("\n      ".join(message.in_(settings.language) for message in found))
    return f"token, scopes, clock and channel {services.slack_channel} are fine"


def _webhook(services: Services) -> str:
    settings = services.settings
    if not settings.webhook_url:
        return "none set: decisions are kept here only (REVIEW_GATE_WEBHOOK_URL)"
    if not settings.webhook_secret:
        raise Advice("set REVIEW_GATE_WEBHOOK_SECRET: `review-gate key webhook` makes one")
    return f"set, to {urlsplit(settings.webhook_url).hostname}"  # the rest of the address may be a secret


def _teams(services: Services) -> str:
    url = services.settings.teams_webhook_url
    if not url:
        return "none set (REVIEW_GATE_TEAMS_WEBHOOK_URL)"
    if not url.startswith("https://"):
        raise Advice("REVIEW_GATE_TEAMS_WEBHOOK_URL must be the https:// address that the workflow shows")
    return "set (not tried: a try would be a message)"


def _mail(services: Services) -> str:
    if services.carrying.mail is None:
        return "none set: authors whom Slack does not know read the page (REVIEW_GATE_MAIL_SERVER)"
    return services.carrying.mail.check()


def _publish(services: Services) -> str:
    from review_gate.adapters.clock import utc_now
    from review_gate.adapters.publishers import open_publisher

    if not services.settings.publish:
        return "no outlet is set: approved posts go out by the webhook alone"
    fine, wrong = [], []
    for outlet in services.settings.publish:
        try:
            with closing(open_publisher(outlet, utc_now, services.studio.approved)) as publisher:
                fine.append(f"{outlet.name} {publisher.check()}")
        except Exception as error:
            wrong.append(f"{outlet.name}: {error}")
    if wrong:
        raise Advice("\n      ".join(wrong))
    return "\n      ".join(fine)


def _traces(services: Services) -> str:
    from review_gate.adapters.tracing import open_tracing

    endpoint = services.settings.otlp_endpoint
    if endpoint is None:
        return "none are sent (REVIEW_GATE_OTLP_ENDPOINT)"
    parts = urlsplit(endpoint)
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"  # the rest of the address may be a secret
    open_tracing(endpoint).close()
    from review_gate.adapters.spans import reaches

    if not reaches(endpoint):
        raise Advice(f"no collector takes them at {place}: start one, or set REVIEW_GATE_OTLP_ENDPOINT")
    return f"sent to {place}"


CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", _database),
    ("records", _records),
    ("policy", _policy),
    ("rules", _rules),
    ("templates", _templates),
    ("model", _model),
    ("pictures", _pictures),
    ("sign-in", _sign_in),
    ("slack", _slack),
    ("webhook", _webhook),
    ("teams", _teams),
    ("mail", _mail),
    ("publish", _publish),
    ("traces", _traces),
)
