"""The made-up workspace: a channel, a bot, and the people one can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TEAM = "T0SANDBOX"
CHANNEL = "C0REVIEW"
CHANNEL_NAME = "review-gate"
APP_ID = "A0REVIEWGT"
BOT_USER = "U0GATEBOT1"
BOT_ID = "B0GATEBOT1"
TOKEN = "xoxb-stand-in"  # noqa: S105  (opens nothing but this stand-in)
APP_TOKEN = "xapp-1-sandbox"  # noqa: S105  what Socket Mode is opened with, not a secret


@dataclass(frozen=True, slots=True)
class SandboxPerson:
    """Somebody made up. `role` is for the page only: 'author', 'reviewer' or 'lead'."""

    id: str
    handle: str
    name: str
    email: str
    locale: str
    role: str

    def as_user(self) -> dict[str, Any]:
        """The user object as users.info sends it."""
        return {
            "id": self.id,
            "team_id": TEAM,
            "name": self.handle,
            "real_name": self.name,
            "deleted": False,
            "is_bot": False,
            "locale": self.locale,
            "tz": "Europe/Paris" if self.locale.startswith("fr") else "Europe/London",
            "profile": {"real_name": self.name, "display_name": self.name, "email": self.email},
        }


PEOPLE = (
    SandboxPerson("U0CAMILLE1", "camille", "Camille Moreau", "camille@example.com", "fr-FR", "author"),
    SandboxPerson("U0SAMIRAB1", "samira", "Samira Benali", "samira@example.com", "fr-FR", "reviewer"),
    SandboxPerson("U0THOMASW1", "thomas", "Thomas Wright", "thomas@example.com", "en-GB", "reviewer"),
    SandboxPerson("U0INESLEAD", "ines", "Inès Garnier", "ines@example.com", "fr-FR", "lead"),
)
BY_ID = {person.id: person for person in PEOPLE}
BY_EMAIL = {person.email: person for person in PEOPLE}
LEADS = tuple(person.id for person in PEOPLE if person.role == "lead")
