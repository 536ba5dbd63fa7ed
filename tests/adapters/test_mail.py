"""E-mail through a real SMTP server: encrypted, signed in, in the author's language, told once."""

from __future__ import annotations

import datetime
import email
import email.policy
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from review_gate.adapters.mail import MailNotifier, MailServer
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.courier import Courier
from review_gate.domain import lifecycle
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer
from review_gate.gate.announcing import Announcing, Letters
from review_gate.ports import Undeliverable
from tests.builders import NOW, RENE, FakeClock, Ids, held, moment, verdict


@dataclass
class Post:
    """Keeps the letters it is handed; `answers` come first instead."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        letter = email.message_from_bytes(content, policy=email.policy.default)
        self.letters.append(letter)  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"gate", b"pass"), handled=False)


class OnAnyPort(Controller):
    """Knows its port only once it listens."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def post_office(certificate: Path, security: str) -> Iterator[tuple[Post, int]]:
    post = Post()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    options: dict[str, Any] = {"hostname": "localhost", "port": 0, "authenticator": sign_in, "enable_SMTPUTF8": False}
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True, "auth_required": True}
    elif security == "ssl":
        options |= {"ssl_context": context, "auth_require_tls": False}
    controller = OnAnyPort(post, **options)
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()


def letter(to: str = "anne@example.com", **said: str) -> Delivery:
    payload = {"to": to, "subject": "Votre brouillon « Été »", "text": "✅ René a approuvé.\n", "lang": "fr", **said}
    return Delivery("0195-d1", DeliveryKind.MAIL, NOW, payload=payload)


def notifier(port: int, security: Any, password: str = "pass") -> MailNotifier:
    return MailNotifier(MailServer("localhost", port, security, "gate@brand.example", "gate", password))


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_letter_arrives_encrypted(certificate: Path, security: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with post_office(certificate, security) as (post, port):
        with pytest.raises(Undeliverable, match="SSLCertVerificationError"):  # nobody vouches for that certificate
            notifier(port, security).deliver(letter())
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert notifier(port, security).deliver(letter()) == {"to": "anne@example.com"}
        assert notifier(port, security).check().en == f"localhost:{port} as gate@brand.example"
        (arrived,) = post.letters
    assert (arrived["To"], arrived["From"]) == ("anne@example.com", "gate@brand.example")
    assert arrived["Subject"] == "Votre brouillon « Été »"
    assert arrived["Message-ID"] == "<0195-d1@brand.example>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_content().strip() == "✅ René a approuvé."


def test_what_goes_wrong_is_final_or_not(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with post_office(certificate, "starttls") as (post, port):
        for answers, final in ((["451 later"], False), (["552 mailbox full"], True)):
            post.answers = answers
            with pytest.raises(Undeliverable, match=r"45\d|55\d") as error:
                notifier(port, "starttls").deliver(letter())
            assert error.value.final is final
        with pytest.raises(Undeliverable, match="535"):
            notifier(port, "starttls", "wrong").check()
        with pytest.raises(Undeliverable, match="535") as error:  # until somebody sets the right one
            notifier(port, "starttls", "wrong").deliver(letter())
        assert not error.value.final
        for wrong in ("anne@example.com\nBcc: all@example.com", "two@a.example, b@c.example", "nobody"):
            with pytest.raises(Undeliverable, match="no e-mail address"):
                notifier(port, "starttls").deliver(letter(to=wrong))
        assert post.letters == []
    with pytest.raises(Undeliverable, match="could not be reached") as error:
        notifier(port, "starttls").deliver(letter())
    assert not error.value.final


def test_a_subject_stays_one_line(certificate: Path) -> None:
    with post_office(certificate, "none") as (post, port):
        server = MailServer("localhost", port, "none", "gate@brand.example")
        MailNotifier(server).deliver(letter(subject="One\nBcc: all@example.com"))
        (arrived,) = post.letters
    assert arrived["Bcc"] is None and arrived["Subject"] == "One Bcc: all@example.com"


def test_a_domain_with_accents_is_written_as_servers_know_it(certificate: Path) -> None:
    with post_office(certificate, "none") as (post, port):
        server = MailServer("localhost", port, "none", "gate@brand.example")
        assert MailNotifier(server).deliver(letter(to="noa@exemplé.fr")) == {"to": "noa@exemplé.fr"}
        (arrived,) = post.letters
    assert arrived["To"] == "noa@xn--exempl-gva.fr"


# --- who is told what, and once


class Cards:
    def __init__(self) -> None:
        self.shown = 0
        self.trouble = False

    def deliver(self, delivery: Delivery) -> dict[str, Any]:
        self.shown += 1
        if self.trouble:
            raise Undeliverable("Slack is away")
        return {}


@pytest.fixture
def store() -> Iterator[SqlStore]:
    found = open_store("sqlite::memory:")
    yield found
    found.close()


@dataclass
class House:
    store: SqlStore
    clock: FakeClock = field(default_factory=FakeClock)
    cards: Cards = field(default_factory=Cards)
    in_slack: bool = False
    ids: Ids = field(default_factory=lambda: Ids("a"))

    def run(self) -> None:
        ids = self.ids
        letters = Letters(self.store, self.clock, ids, lambda _: self.in_slack, lambda address: "fr",
                          lambda id_: f"https://gate.example/items/{id_}")  # fmt: skip
        announcing = Announcing(self.cards, self.store, self.clock, ids, teams=True, letters=letters)
        courier = Courier(self.store, DeliveryKind.CARD, announcing, self.clock, jitter=lambda: 0.0)
        while courier.run_once():
            pass

    def waiting(self, kind: DeliveryKind) -> list[dict[str, Any]]:
        found = []
        while some := self.store.claim_deliveries(kind, self.clock()):
            for one in some:
                self.store.delivered(one.id, self.clock())
            found += [dict(one.payload) for one in some]
        return found

    def hand_in(self, author: str = "anne@example.com") -> None:
        opened = lifecycle.open_submission("s-1", held(author=author).draft, verdict(), "key", moment(prefix="o"))
        self.store.commit(opened)
        self.run()

    def approve(self) -> None:
        found = self.store.submission("s-1")
        assert found is not None
        self.store.commit(lifecycle.decide(found, Answer.APPROVE, RENE, moment(prefix="d")))
        self.run()


def test_an_author_without_slack_gets_a_letter_at_the_end_and_the_channel_both(store: SqlStore) -> None:
    house = House(store)
    house.hand_in()
    assert house.waiting(DeliveryKind.MAIL) == []
    assert house.waiting(DeliveryKind.TEAMS) == [{"submission_id": "s-1", "step": "s-1:1:held"}]
    house.approve()
    (told,) = house.waiting(DeliveryKind.MAIL)
    assert told["to"] == "anne@example.com"
    assert told["text"].startswith("✅ René a approuvé votre brouillon « Hello ». Il peut partir tel quel")
    assert "https://gate.example/items/s-1" in told["text"]
    assert [one["step"] for one in house.waiting(DeliveryKind.TEAMS)] == ["s-1:1:approved"]
    assert house.cards.shown == 2


@pytest.mark.parametrize(("author", "in_slack"), [("anne@example.com", True), ("U1ANNE", False), ("a b@c d", False)])
def test_others_get_none(store: SqlStore, author: str, in_slack: bool) -> None:
    house = House(store, in_slack=in_slack)
    house.hand_in(author)
    house.approve()
    assert house.waiting(DeliveryKind.MAIL) == []


def test_slack_being_away_tells_nobody_twice_and_keeps_nobody_waiting(store: SqlStore) -> None:
    house = House(store)
    house.cards.trouble = True
    house.hand_in()
    for _ in range(3):
        house.clock.pass_(minutes=2)
        house.run()
    assert house.cards.shown > 1
    assert len(house.waiting(DeliveryKind.TEAMS)) == 1


def test_a_letter_that_cannot_be_written_keeps_no_card_from_being_shown(store: SqlStore) -> None:
    house = House(store)
    house.hand_in()

    def in_slack(_: object) -> bool:
        raise RuntimeError("a bug")

    found = store.submission("s-1")
    assert found is not None
    store.commit(lifecycle.decide(found, Answer.APPROVE, RENE, moment(prefix="d")))
    letters = Letters(store, house.clock, Ids("b"), in_slack, lambda _: "en", str)
    announcing = Announcing(house.cards, store, house.clock, Ids("c"), teams=False, letters=letters)
    with pytest.raises(RuntimeError):
        announcing.deliver(Delivery("x", DeliveryKind.CARD, NOW, "s-1"))
    assert house.cards.shown == 2


def test_the_same_word_is_written_once(store: SqlStore) -> None:
    house = House(store)
    house.hand_in()
    found = store.submission("s-1")
    assert found is not None
    letters = Letters(store, house.clock, Ids("b"), lambda _: False, lambda _: "en", str)
    for _ in range(2):
        letters.tell(found, Message("It is late.", "C'est tard."), "late:1")
    (told,) = house.waiting(DeliveryKind.MAIL)
    assert told["text"].startswith("It is late.") and told["subject"] == "It is late."
