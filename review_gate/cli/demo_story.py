"""What happens in the demo, step by step."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet
from rich.console import Console
from rich.table import Table
from rich.text import Text

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.bootstrap import Services
from review_gate.cli.demo import DemoFailed, wait_for
from review_gate.cli.demo_receiver import Receiver
from review_gate.domain.message import Message
from review_gate.domain.submission import Role, State
from review_gate.domain.verdict import Severity
from review_gate.slack.standin import people
from review_gate.slack.words import POST, REPLY, SEVERITIES, STATES
from review_gate.web.auth import make_key, new_key

COLOURS = {"allow": "green", "hold": "yellow", "block": "red"}
ACTIONS = {
    "allow": Message("allow", "laissé passer"),
    "hold": Message("hold", "retenu"),
    "block": Message("block", "bloqué"),
}
KINDS = {"post": POST, "reply": REPLY}
WEBHOOK = Message("the webhook", "le webhook n'arrive pas")
AUTHOR, REVIEWER, OTHER = "U0CAMILLE1", "U0SAMIRAB1", "U0THOMASW1"


class Story:
    """Plays with a running service over HTTP; looks into nothing but what people and publishers can see."""

    def __init__(self, services: Services, receiver: Receiver) -> None:
        self._services = services
        self._spoken = services.settings.language
        self._receiver = receiver
        self._stand_in = services.stand_in
        self._console = Console(highlight=False)
        self.key = new_key()
        scopes = frozenset({"submit", "check", "read"})
        services.store.add_key(make_key("demo", scopes, self.key, uuid7(), utc_now()))
        self._client = httpx.Client(
            base_url=services.settings.address, headers={"Authorization": f"Bearer {self.key}"}, timeout=60
        )
        self._held: list[dict[str, Any]] = []
        self._told = 0

    # --- drafts come in

    def hand_in(self, drafts: Path) -> None:
        """Submits every draft (a post) or asks about it (a reply), and prints the verdicts."""
        title = Message("What the gate says", "Ce que dit le portail")
        table = Table(title=title.in_(self._spoken), show_lines=True, expand=True)
        for heading, share in (
            (Message("draft", "brouillon"), 5),
            (Message("kind", "nature"), None),
            (Message("action", "verdict"), None),
            (Message("why", "pourquoi"), 6),
        ):
            table.add_column(heading.in_(self._spoken), ratio=share, no_wrap=share is None)
        for number, line in enumerate(drafts.read_text(encoding="utf-8").splitlines(), start=1):
            draft = json.loads(line)
            post = draft["kind"] == "post"
            answer = self._client.post(
                "/v1/submissions" if post else "/v1/check", json=draft, headers={"Idempotency-Key": f"demo-{number}"}
            )
            if answer.is_error:
                raise DemoFailed(
                    f"draft {number} was refused: {answer.text}", f"le brouillon {number} a été refusé : {answer.text}"
                )
            verdict = answer.json()["verdict"] if post else answer.json()
            if post:
                self._held.append(answer.json())
            action = verdict["action"]
            table.add_row(
                draft["text"],
                KINDS[draft["kind"]].in_(self._spoken),
                Text(ACTIONS[action].in_(self._spoken), style=COLOURS[action]),
                Text("\n".join(_reasons(verdict, self._spoken))),
            )
        self._console.print(table)

    def invite(self) -> None:
        """Says where to go on, and lets the sandbox's people sign in to the pages."""
        address = self._services.settings.address
        password = self._accounts()
        told = Message(
            f"\nNow you are the reviewer: open [bold]{address}/sandbox[/bold] and click on the cards.\n"
            f"Or sign in at [bold]{address}[/bold], password [bold]{password}[/bold], as ines@example.com (lead),"
            " samira@example.com, thomas@example.com (reviewers) or camille@example.com (author).\n"
            f"The API answers at {address}/v1 with the key {self.key}\n"
            "What you decide goes out as a signed webhook; this window shows what arrives. Ctrl-C ends the demo.\n",
            f"\nÀ vous de relire : ouvrez [bold]{address}/sandbox[/bold] et cliquez sur les cartes.\n"
            f"Ou connectez-vous à [bold]{address}[/bold], mot de passe [bold]{password}[/bold], en tant que"
            " ines@example.com (responsable), samira@example.com, thomas@example.com (relecteurs) ou"
            " camille@example.com (auteure).\n"
            f"L'API répond à {address}/v1 avec la clé {self.key}\n"
            "Ce que vous décidez part en webhook signé ; cette fenêtre montre ce qui arrive. Ctrl-C met fin à la"
            " démonstration.\n",
        )
        self._console.print(told.in_(self._spoken))

    def _accounts(self) -> str:
        """Makes an account for each of the sandbox's people; all have the password that is answered."""
        accounts, password = self._services.pages.accounts, secrets.token_urlsafe(12)
        for who in people.PEOPLE:
            roles = {"reviewer": [Role.REVIEWER], "lead": [Role.LEAD, Role.ADMIN]}.get(who.role, [])
            once = accounts.create(who.email, who.name, roles)
            opened = accounts.sign_in(who.email, once, "demo")
            accounts.sign_out(accounts.change_password(opened.account, once, password).token)
        return password

    def tell_webhooks(self) -> None:
        """Prints the webhooks that have come since the last call."""
        for payload in self._receiver.received[self._told :]:
            self._told += 1
            self._console.print(f"webhook: {payload['type']}: {payload['data']['text'][:80]}")

    # --- the story that plays by itself

    def tell(self) -> None:
        """Clicks as people would. Raises DemoFailed when something does not happen as it must."""
        first, second, third = self._held[0], self._held[2], self._held[10]
        self._say(
            1,
            f"Camille cannot approve her own draft: “{_start(first)}”",
            f"Camille ne peut pas approuver son propre brouillon : « {_start(first)} »",
        )
        self._wait_for_card(first)
        self._click(AUTHOR, first, "gate_approve")
        self._expect(first, "held")
        heard = self._heard(AUTHOR, "your own draft", "propre brouillon")
        self._say("", f"refused: {heard}", f"refusé : {heard}")

        self._say(2, "Samira approves it with one click", "Samira l'approuve d'un clic")
        self._click(REVIEWER, first, "gate_approve")
        self._expect(first, "approved")

        self._say(
            3,
            "Thomas clicks a moment later: one decision stands, he is told",
            "Thomas clique un instant plus tard : une seule décision compte, il en est prévenu",
        )
        gone = Message("the card shows no button any more", "la carte n'a plus de bouton")
        if self._click(OTHER, first, "gate_approve", missing=gone):
            heard = self._heard(OTHER, "already", "déjà")
            self._say("", f"told: {heard}", f"prévenu : {heard}")
        payload = wait_for(lambda: self._receiver.of(first["id"], "submission.approved"), WEBHOOK)
        channel, text_hash = self._token(payload)
        self._say(
            4,
            "The publisher receives the signed webhook and checks the release token: good for "
            f"{channel}, text {text_hash}",
            "L'outil de publication reçoit le webhook signé et vérifie le jeton de sortie : valable pour "
            f"{channel}, texte {text_hash}",
        )

        self._say(
            5,
            f"Samira asks for changes: “{_start(second)}”",
            f"Samira demande des changements : « {_start(second)} »",
        )
        self._wait_for_card(second)
        self._click(REVIEWER, second, "gate_request_changes")
        self._fill(REVIEWER, "Pas de promotion sur le dos des sinistrés.")
        self._expect(second, "changes_requested")

        self._say(
            6,
            "Camille writes a new text; it is screened and held again",
            "Camille écrit un nouveau texte ; il est contrôlé et retenu à nouveau",
        )
        text = "Nos magasins du Pas-de-Calais sont fermés aujourd'hui. Prenez soin de vous et de vos proches."
        revised = self._client.post(f"/v1/submissions/{second['id']}/revisions", json={"text": text}).json()
        self._expect(second, "held")
        wait_for(
            lambda: self._shows(revised, "fermés"),
            Message("the card to show the new text", "la carte ne montre pas le nouveau texte"),
        )
        self._click(REVIEWER, second, "gate_approve")
        self._expect(second, "approved")
        wait_for(lambda: self._receiver.of(second["id"], "submission.approved"), WEBHOOK)

        self._say(7, f"Thomas rejects: “{_start(third)}”", f"Thomas refuse : « {_start(third)} »")
        self._wait_for_card(third)
        self._click(OTHER, third, "gate_reject")
        self._fill(OTHER, "A stereotype: not under our name.")
        self._expect(third, "rejected")
        wait_for(lambda: self._receiver.of(third["id"], "submission.rejected"), WEBHOOK)
        if self._receiver.refused:
            bad = self._receiver.refused
            raise DemoFailed(f"{bad} webhooks had a bad signature", f"{bad} webhooks avaient une mauvaise signature")
        number = len(self._receiver.received)
        self._say(
            "✓",
            f"{number} webhooks arrived, each signed; nothing went out unseen.",
            f"{number} webhooks sont arrivés, tous signés ; rien n'est parti sans avoir été vu.",
        )

    def _wait_for_card(self, submission: dict[str, Any]) -> None:
        wait_for(lambda: self._stand_in.card(submission["id"]), Message("the card", "la carte n'arrive pas"))

    def _shows(self, submission: dict[str, Any], words: str) -> bool:
        return words in json.dumps(self._stand_in.card(submission["id"]), ensure_ascii=False)

    def _click(self, person: str, submission: dict[str, Any], action_id: str, missing: Message | None = None) -> bool:
        """Whether there was such a button; without one the demo fails, unless `missing` says that it is fine."""
        try:
            reply = self._stand_in.click(person, submission["id"], action_id)
        except LookupError as error:
            if missing is not None:
                self._say("", missing.en, missing.fr)
                return False
            raise DemoFailed(str(error), str(error)) from error
        if reply.status != 200:
            raise DemoFailed(f"the click was answered with {reply.status}", f"le clic a reçu {reply.status}")
        return True

    def _fill(self, person: str, words: str) -> None:
        view = self._stand_in.wait_for_window(person)
        blocks = {block["block_id"]: words for block in view["blocks"] if block["type"] == "input"}
        reply = self._stand_in.send_window(person, view, blocks)
        if reply.status != 200 or reply.body.get("response_action") == "errors":
            raise DemoFailed(f"the window was answered with {reply}", f"la fenêtre a reçu {reply}")

    def _heard(self, person: str, *words: str) -> str:
        def found() -> str | None:
            return next((told for told in self._stand_in.told(person) if any(word in told for word in words)), None)

        name = people.BY_ID[person].name
        return wait_for(found, Message(f"{name} to be told", f"{name} n'est pas prévenu")) or ""

    def _expect(self, submission: dict[str, Any], state: str) -> None:
        found = self._client.get(f"/v1/submissions/{submission['id']}").json()["state"]
        if found != state:
            raise DemoFailed(
                f"{submission['id']} is {found}, not {state}", f"{submission['id']} est {found}, pas {state}"
            )
        self._say("", f"state: {state}", f"état : {STATES[State(state)].fr.lower()}")

    def _token(self, payload: dict[str, Any] | None) -> tuple[str, str]:
        """The channel that the release token is good for, and the start of the text's hash."""
        assert payload is not None
        keys = KeySet.import_key_set(self._client.get("/.well-known/jwks.json").json())
        claims = jwt.decode(payload["data"]["release_token"], keys, algorithms=["Ed25519"]).claims
        if claims["text_sha256"] != payload["data"]["text_sha256"]:
            raise DemoFailed("the release token speaks of another text", "le jeton de sortie parle d'un autre texte")
        return claims["channel"], claims["text_sha256"][:12] + "…"

    def _say(self, step: int | str, en: str, fr: str) -> None:
        self._console.print(f"[bold]{step!s:>2}[/bold]  {Message(en, fr).in_(self._spoken)}", markup=True)


def _start(submission: dict[str, Any]) -> str:
    text = str(submission["text"])
    return text if len(text) <= 60 else text[:57] + "…"


def _reasons(verdict: dict[str, Any], language: str) -> list[str]:
    told = {reason.get("rule") or reason["label"]: reason for reason in reversed(verdict["reasons"])}  # each rule once
    shown = [reason for reason in verdict["reasons"] if reason["severity"] != "note" and reason in told.values()]
    lines = [_pair(reason, language) for reason in shown[:4]]
    nothing = Message("nothing found", "rien trouvé")
    if verdict["action"] == "hold":
        nothing = Message(
            f"{nothing.en}; a post waits for a person", f"{nothing.fr} ; une publication attend une personne"
        )
    return lines or [nothing.in_(language)]


def _pair(reason: dict[str, Any], language: str) -> str:
    """A reason with its weight in front: "hold: …" as the API has it, "risqué : …" as the French card has it."""
    weight, said = reason["severity"], reason["message"]
    return Message(f"{weight}: {said}", f"{SEVERITIES[Severity[weight.upper()]].fr.lower()} : {said}").in_(language)
