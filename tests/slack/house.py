"""A whole gate for the Slack tests: real store, real gate, real HTTP, and the stand-in as Slack."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from review_gate.adapters.clock import uuid7
from review_gate.adapters.scorers.repetition import RepetitionScorer
from review_gate.adapters.stores import open_store
from review_gate.courier import Courier
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.submission import Person, Role, Submission
from review_gate.domain.verdict import Hit, Severity, Signal, SignalState
from review_gate.gate import Gate, Screening
from review_gate.gate.bots import Bots
from review_gate.gate.comments import Comments
from review_gate.gate.memory import Memory
from review_gate.slack.endpoints import slack_blueprint
from review_gate.slack.face import SlackFace, Workspace
from review_gate.slack.install import install_blueprint
from review_gate.slack.rooms import Room
from review_gate.slack.setting import Thumbnail
from review_gate.slack.standin import CHANNEL, LEADS, StandIn
from review_gate.slack.workspaces import OAuth

CAMILLE, SAMIRA, THOMAS, INES = "U0CAMILLE1", "U0SAMIRAB1", "U0THOMASW1", "U0INESLEAD"
SECRET = "a secret for tests"
WORDS = {"awful": Severity.WARN, "nul": Severity.HOLD, "forbidden": Severity.BLOCK}
SOMEBODY = Person("web", "The website")


class NoLanguage:
    name = "none"

    def detect(self, text: str) -> Signal:
        return Signal("language", "language", state=SignalState.INAPPLICABLE)


class WordRules:
    """Finds the words of WORDS."""

    versions: Mapping[str, int] = {"words": 1}
    digest = "0123456789ab"

    def evaluate(self, draft: Draft, context: Context) -> Sequence[Hit]:
        hits = []
        for word, severity in WORDS.items():
            at = draft.text.lower().find(word)
            if at >= 0:
                told = Message(f"'{word}' hurts people.", f"« {word} » blesse.")
                span = (at, at + len(word))
                hits.append(Hit(f"words.{word}", "words", 1, "profanity", severity, told, span, word, told))
        return hits


class House:
    """One gate on one SQLite file with its Slack face; `now` and `policy` can be set. `work()` is the courier's
    round."""

    def __init__(
        self,
        folder: Path,
        language: str = "en",
        approvals: int = 1,
        oauth: OAuth | None = None,
        thumbnail: Thumbnail | None = None,
        rooms: Sequence[Room] = (),
        **rules: Any,
    ) -> None:
        self.now, self._began = datetime.now(UTC), time.monotonic()
        self.store = open_store(f"sqlite:{folder / 'gate.db'}", durable=False)
        repeats = {"repetition": {"conversation": ((Severity.HOLD, 1.0),)}}
        base: dict[str, Any] = {"thresholds": repeats, "required": frozenset(), "approvals_needed": approvals}
        self.policy = Policy("test", 1, **{**base, **rules})
        scorers = (RepetitionScorer(self.policy.repetition),)
        self._scorers = scorers
        self.gate = Gate(self.store, lambda: self.screening, lambda: self.now, uuid7)
        app = Flask("slack-tests")
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.slack = StandIn(folder / "sandbox.db", SECRET, self.url, clock=self._slacks_time)
        host = frozenset({self.url.removeprefix("http://")})
        token = "" if oauth is not None else self.slack.token
        workspace = Workspace(
            token,
            CHANNEL,
            self.slack.api_url,
            LEADS,
            language,
            0.0,
            host,
            oauth=oauth,
            thumbnail=thumbnail,
            rooms=rooms,
        )
        memory = Memory(self.store, lambda: self.policy)
        self.bots = Bots(self.store, memory, lambda: self.now, uuid7)
        self.face = SlackFace(workspace, self.gate, self.store, lambda: self.now, uuid7, self.bots)
        self.cards, self.reconciler, self.directory = self.face.cards, self.face.reconcilers[0], self.face.directory
        self.comments = Comments(self.store, lambda: self.now, uuid7)
        app.register_blueprint(slack_blueprint(self.face.app, SECRET))
        self.slack.channels |= {room.channel for room in rooms}
        app.register_blueprint(self.slack.blueprint)
        if self.face.workspaces is not None:
            places = self.face.workspaces
            app.register_blueprint(install_blueprint(places, self.store, lambda: self.now, self.slack.api_url))
        carriers = self.face.carriers().items()
        self._couriers = [Courier(self.store, kind, one, lambda: self.now) for kind, one in carriers]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def screening(self) -> Screening:
        return Screening(NoLanguage(), self._scorers, WordRules, self.policy)

    def _slacks_time(self) -> float:
        """`now`, and what has passed since the house stands: of two messages one is always the later one."""
        return self.now.timestamp() + time.monotonic() - self._began

    def work(self) -> None:
        """Carries everything that is due."""
        while sum(courier.run_once() for courier in self._couriers):
            pass

    def hand_in(self, text: str = "Our shop opens at nine.", **fields: object) -> Submission:
        """A draft by Camille comes in, and its card goes out."""
        draft = Draft(**{"text": text, "channel": "x", "author": "camille@example.com", **fields})  # type: ignore[arg-type]
        submission = self.gate.submit(draft, SOMEBODY)
        self.work()
        return submission

    def revise(self, submission: Submission, text: str) -> Submission:
        author = Person("camille@example.com", "Camille", frozenset({Role.AUTHOR}))
        return self.gate.revise(submission.id, Draft(text=text, channel="x"), author)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.store.close()
