"""Who is who in Slack: ids, e-mail addresses, names and languages, kept as notes so that no click has to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import available_timezones

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from review_gate.domain.submission import Person, Role, Submission
from review_gate.ports import Notes
from review_gate.slack.client import call, error_code

TOPIC = "person"
"""Notes by Slack user id: {"email", "name", "lang", "tz"}."""
BY_EMAIL = "person-by-email"
"""Notes by e-mail address: {"user": the Slack user id}."""

_USER_ID = re.compile(r"[UW][A-Z0-9]{7,20}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def is_user_id(word: str) -> bool:
    """Whether `word` looks like a Slack user id."""
    return _USER_ID.fullmatch(word) is not None


class Directory:
    """People as Slack knows them. `leads` are Slack user ids or e-mail addresses; `known` puts people into their
    groups; `elsewhere` is who speaks to somebody in another workspace."""

    def __init__(
        self,
        notes: Notes,
        leads: Iterable[str] = (),
        known: Callable[[Person], Person] = lambda person: person,
        elsewhere: Callable[[str], WebClient | None] = lambda user: None,
    ) -> None:
        self._notes = notes
        self._known = known
        self._elsewhere = elsewhere
        self._leads = frozenset(lead.casefold() for lead in leads)

    def person(self, user_id: str, name: str = "", *, reviewing: bool) -> Person:
        """Who clicked, from what is noted; `reviewing` says whether they act inside the review channel."""
        note = self._notes.note(TOPIC, user_id) or {}
        email = str(note.get("email") or "")
        roles = {Role.AUTHOR}
        if reviewing:
            roles.add(Role.REVIEWER)
        if self._leads & {user_id.casefold(), email.casefold()}:
            roles.add(Role.LEAD)
        aliases = frozenset({email}) if email else frozenset()
        return self._known(Person(user_id, str(note.get("name") or name), frozenset(roles), aliases=aliases))

    def language(self, user_id: str, otherwise: str) -> str:
        """The language Slack shows this person, where it is known."""
        note = self._notes.note(TOPIC, user_id) or {}
        return str(note.get("lang") or otherwise)

    def time_zone(self, user_id: str) -> str:
        """The IANA name of where this person is; UTC where it is unknown."""
        zone = str((self._notes.note(TOPIC, user_id) or {}).get("tz") or "UTC")
        return zone if zone in available_timezones() else "UTC"

    def names(self, ids: Iterable[str | None]) -> dict[str, str]:
        """Names by id, for those that are known. An e-mail address finds its Slack user."""
        found = {}
        for person_id in {one for one in ids if one}:
            note = self._notes.note(TOPIC, self._user_of(person_id)) or {}
            if note.get("name"):
                found[person_id] = str(note["name"])
        return found

    def user_id(self, person_id: str) -> str | None:
        """The Slack user id behind an id, where it is known."""
        user = self._user_of(person_id)
        return user if is_user_id(user) else None

    def slack_user(self, submission: Submission) -> str | None:
        """The Slack user id of who wrote it, or of who handed it in, where one of them is known."""
        known = (self.user_id(one) for one in (submission.draft.author, submission.author) if one)
        return next((user for user in known if user is not None), None)

    def learn(self, client: WebClient, ids: Iterable[str | None]) -> None:
        """Asks Slack about those ids (user ids and e-mail addresses) that are not noted yet.

        An author must be known under both names before anybody can click, so a question that cannot be answered
        raises Undeliverable; an address that belongs to nobody in Slack is fine.
        """
        for person_id in sorted({one for one in ids if one}):
            if is_user_id(person_id):
                if self._notes.note(TOPIC, person_id) is None:
                    self._ask(
                        self._elsewhere(person_id) or client, "users.info", {"user": person_id, "include_locale": True}
                    )
            elif _EMAIL.fullmatch(person_id) and self._notes.note(BY_EMAIL, person_id.casefold()) is None:
                self._ask(client, "users.lookupByEmail", {"email": person_id})

    def learn_members(self, client: WebClient, channel: str, most: int = 25) -> None:
        """Notes up to `most` members of the channel that are new here: names and languages before the first click."""
        answer = call(lambda: client.conversations_members(channel=channel, limit=1000))
        fresh = [one for one in answer.get("members") or [] if self._notes.note(TOPIC, str(one)) is None]
        self.learn(client, fresh[:most])

    def _ask(self, client: WebClient, method: str, params: dict[str, Any]) -> None:
        try:
            answer = call(lambda: client.api_call(method, params=params))
        except SlackApiError as error:
            if error_code(error) in {"users_not_found", "user_not_found", "user_not_visible"}:
                return
            raise
        user = answer.get("user")
        if isinstance(user, dict):
            self.note_user(user)

    def note_user(self, user: Mapping[str, Any]) -> None:
        """Notes a user object as Slack sends it."""
        profile = user.get("profile") or {}
        email = str(profile.get("email") or "")
        name = (
            profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name") or ""
        )
        locale = str(user.get("locale") or "")[:2].lower()
        user_id = str(user["id"])
        known = self._notes.note(TOPIC, user_id) or {}
        lang = locale or str(known.get("lang") or "")
        tz = str(user.get("tz") or "")
        self._notes.put_note(TOPIC, user_id, {"email": email, "name": str(name), "lang": lang, "tz": tz})
        if email:
            self._notes.put_note(BY_EMAIL, email.casefold(), {"user": user_id})

    def _user_of(self, person_id: str) -> str:
        if is_user_id(person_id):
            return person_id
        note = self._notes.note(BY_EMAIL, person_id.casefold())
        return str(note["user"]) if note else person_id
