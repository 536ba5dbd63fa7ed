"""Whether something may be published on a release token: pure, so that every refusal is one line of a table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from review_gate.domain.draft import Media, text_sha256
from review_gate.domain.message import Message
from review_gate.domain.permits import STATE_WORDS
from review_gate.domain.submission import State, Submission

GRACE = timedelta(hours=24)
"""How long after the planned time (or the decision, where no time is planned) a token stays good."""
EARLY = timedelta(minutes=5)
"""How long before the planned time a token is good already: uploads take a while, clocks differ."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publisher is about to put out, and when."""

    text: str
    at: datetime
    channel: str | None = None
    account: str | None = None
    media: tuple[Media, ...] = ()
    content: tuple[str | None, ...] = ()
    """SHA-256 of the bytes of each of `media` that is about to go out, None or left out where they are not at hand."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: `reason` is a word for the machine."""

    reason: str
    message: Message


def claims(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a release token says, from the `data` of an approval's webhook."""
    decided = datetime.fromisoformat(data["decision"]["at"])
    planned = datetime.fromisoformat(data["planned_at"]) if data["planned_at"] else decided
    start = max(decided, planned - EARLY)
    return {
        "iss": "review-gate",
        "sub": data["id"],
        "jti": data["decision"]["id"],
        "iat": int(decided.timestamp()),
        "nbf": int(start.timestamp()),
        "exp": int((max(decided, planned) + GRACE).timestamp()),
        "text_sha256": data["text_sha256"],
        "media_sha256": [media_sha256(Media(item["url"], item["alt"])) for item in data["media"]],
        "media_content_sha256": [item.get("sha256") for item in data["media"]],
        "channel": data["channel"],
        "account": data.get("account"),
        "revision": data["revision"],
    }


def fits(data: Mapping[str, Any]) -> bool:
    """Whether text and pictures in the `data` of an approval's webhook are those that its hash, and so its token,
    names: once they were erased they are not."""
    media = tuple(Media(item["url"], item["alt"]) for item in data["media"])
    return text_sha256(data["text"], media) == str(data["text_sha256"])


def media_sha256(media: Media) -> str:
    """SHA-256, in hex, of a picture's address and alt text."""
    return hashlib.sha256(f"{media.url}\0{media.alt or ''}".encode()).hexdigest()


def refusal(said: Mapping[str, Any], submission: Submission | None, wanted: Publication) -> Refusal | None:
    """Why `wanted` may not go out on a token that says `said` (its signature was checked already); None: it may."""
    if submission is None:
        return Refusal(
            "unknown",
            Message("No submission here has this token.", "Aucune soumission d'ici ne correspond à ce jeton."),
        )
    if submission.erased_at is not None:
        return Refusal(
            "erased",
            Message("This text was erased: it cannot go out.", "Ce texte a été effacé : il ne peut plus être publié."),
        )
    if submission.drill is not None:
        return Refusal(
            "drill",
            Message("This is a drill: do not publish it.", "C'est un exercice : ne pas publier."),
        )
    if submission.revision != said["revision"] and submission.state not in (State.WITHDRAWN, State.REJECTED):
        return Refusal(
            "revised",
            Message(
                "The text was revised after this approval: wait for the approval of the new one.",
                "Le texte a été révisé après cette approbation : attendez l'approbation du nouveau.",
            ),
        )
    if submission.state is not State.APPROVED:
        word = STATE_WORDS[submission.state]
        return Refusal(
            submission.state.value,
            Message(
                f"The submission is {word.en}: do not publish it.", f"La soumission est {word.fr} : ne pas publier."
            ),
        )
    return _other(said, wanted) or _hour(said, wanted.at)


def _other(said: Mapping[str, Any], wanted: Publication) -> Refusal | None:
    hashes = [media_sha256(item) for item in wanted.media]
    if hashes != said["media_sha256"]:
        return Refusal(
            "media",
            Message(
                "These are not the pictures that were approved: same addresses, same alt texts, same order.",
                "Ce ne sont pas les images approuvées : mêmes adresses, mêmes textes de remplacement, même ordre.",
            ),
        )
    approved = said.get("media_content_sha256", ())  # tokens from before pictures were looked at have none
    if any(here and there and here != there for here, there in zip(wanted.content, approved, strict=False)):
        return Refusal(
            "media",
            Message(
                "There is another picture at that address than the one that was approved: hand it in again.",
                "L'image à cette adresse n'est plus celle qui a été approuvée : soumettez-la à nouveau.",
            ),
        )
    if text_sha256(wanted.text, wanted.media) != said["text_sha256"]:
        return Refusal(
            "text",
            Message(
                "This is not the text that was approved, to the letter: publish that one, or hand this one in.",
                "Ce n'est pas, à la lettre, le texte approuvé : publiez celui-là, ou soumettez celui-ci.",
            ),
        )
    for field, value in (("channel", wanted.channel), ("account", wanted.account)):
        if said[field] != value:
            return Refusal(
                field,
                Message(
                    f"It was approved for {field} '{said[field] or '-'}', not '{value or '-'}'.",
                    f"Approuvé pour {'le canal' if field == 'channel' else 'le compte'} « {said[field] or '-'} »,"
                    f" pas « {value or '-'} ».",
                ),
            )
    return None


def _hour(said: Mapping[str, Any], at: datetime) -> Refusal | None:
    moment = at.timestamp()
    if moment < said["nbf"]:
        return Refusal(
            "early",
            Message("Its time has not come yet: wait for the planned time.", "Trop tôt : attendez l'heure prévue."),
        )
    if moment >= said["exp"]:
        return Refusal(
            "expired",
            Message(
                "The approval has expired: hand the text in again.", "L'approbation a expiré : soumettez à nouveau."
            ),
        )
    return None
