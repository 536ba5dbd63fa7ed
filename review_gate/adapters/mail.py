"""E-mail through the operator's SMTP server, for authors whom Slack does not reach. Plain text, nothing that tracks."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Literal

from review_gate.domain.change import Delivery
from review_gate.domain.message import Message
from review_gate.ports import Undeliverable

TIMEOUT_SECONDS = 10.0
PORTS = {"starttls": 587, "ssl": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """`security`: 'starttls' or 'ssl', or 'none' for a server on this machine. The server's certificate is checked."""

    host: str
    port: int
    security: Literal["starttls", "ssl", "none"]
    sender: str
    user: str | None = None
    password: str | None = None


class MailNotifier:
    """Carries deliveries of the kind MAIL. One sent twice has the same Message-ID, by which mail programs drop it."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        letter = self._letter(delivery)
        try:
            with self._connect() as smtp:
                smtp.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, said),) = error.recipients.values()
            raise self._refused(code, said) from error
        except smtplib.SMTPDataError as error:
            raise self._refused(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:  # our password, our sender: an operator can mend that
            raise self._refused(error.smtp_code, error.smtp_error, of_the_letter=False) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Undeliverable(f"The mail server could not be reached ({type(error).__name__})") from error
        return {"to": delivery.payload["to"]}

    def check(self) -> Message:
        """Signs in and sends nothing. Raises Undeliverable with what is wrong."""
        try:
            with self._connect() as smtp:
                smtp.noop()
        except smtplib.SMTPResponseException as error:
            raise self._refused(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            place = f"{self._server.host}:{self._server.port}"
            why = Message(f"{place}: {error}", f"{place} : serveur d'e-mail injoignable ({type(error).__name__})")
            raise Undeliverable(why) from error
        server = self._server
        return Message(
            f"{server.host}:{server.port} as {server.sender}",
            f"{server.host}:{server.port} en tant que {server.sender}",
        )

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "ssl":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        try:
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user and server.password:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _letter(self, delivery: Delivery) -> EmailMessage:
        said = delivery.payload
        domain = self._server.sender.rpartition("@")[2].rstrip(">")
        letter = EmailMessage()
        try:
            letter["To"] = Address(addr_spec=_travelling(str(said["to"])))
        except ValueError as error:
            raise Undeliverable("That is no e-mail address", final=True) from error
        letter["From"] = self._server.sender
        letter["Subject"] = " ".join(str(said["subject"]).split())
        letter["Date"] = format_datetime(delivery.created_at)
        letter["Message-ID"] = f"<{delivery.id}@{domain}>"
        letter["Content-Language"] = str(said["lang"])
        letter["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers it (RFC 3834)
        letter.set_content(str(said["text"]))
        return letter

    def _refused(self, code: int, said: bytes | str, *, of_the_letter: bool = True) -> Undeliverable:
        words = said.decode(errors="replace") if isinstance(said, bytes) else said
        why = Message(
            f"The mail server answers {code} {words[:200]}", f"Le serveur d'e-mail répond {code} {words[:200]}"
        )
        return Undeliverable(why, final=of_the_letter and 500 <= code < 600)


def _travelling(address: str) -> str:
    """The address with its domain as servers write it: few take É there, and a letter that none takes would be tried
    for ever. Raises ValueError."""
    name, at, domain = address.rpartition("@")
    return name + at + domain.encode("idna").decode()
