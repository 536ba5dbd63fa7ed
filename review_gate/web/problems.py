"""Errors as problem documents (RFC 9457): a stable `type`, a `detail` a person understands, and the field's pointer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from review_gate.domain.errors import GateError, IdempotencyConflict, NotFound, NotPermitted, Stale, TimeOver, UnfitName
from review_gate.domain.message import Message
from review_gate.ports import StoreBroken, StoreDamaged, StoreError, StoreFull, StoreReplaced

TITLES: Mapping[str, Message] = {
    "bad-request": Message("The request is not right", "La requête n'est pas correcte"),
    "invalid-field": Message("A field is not right", "Un champ n'est pas correct"),
    "not-json": Message("The body is not JSON", "Le contenu n'est pas du JSON"),
    "too-large": Message("The body is too large", "Le contenu est trop grand"),
    "unsupported-media-type": Message("JSON is expected", "Du JSON est attendu"),
    "not-a-picture": Message("A picture is expected", "Une image est attendue"),
    "unauthorized": Message("An API key is needed", "Il faut une clé d'API"),
    "forbidden": Message("This key may not do that", "Cette clé ne le permet pas"),
    "not-found": Message("There is no such thing here", "Introuvable"),
    "method-not-allowed": Message("Not this way", "Pas de cette façon"),
    "not-permitted": Message("That is not permitted now", "Ce n'est pas permis maintenant"),
    "stale-version": Message("It has changed meanwhile", "Cela a changé entre-temps"),
    "idempotency-conflict": Message("The key was used already", "La clé a déjà servi"),
    "rate-limited": Message("Too many requests", "Trop de requêtes"),
    "release-refused": Message("This may not be published", "Ceci ne doit pas être publié"),
    "unavailable": Message("Nothing was decided: try again", "Rien n'a été décidé : réessayez"),
    "storage-full": Message("The disk is full", "Le disque est plein"),
    "storage-broken": Message("The database cannot be used", "La base de données est inutilisable"),
    "not-installed": Message("What this needs is not installed", "Il manque un composant"),
    "internal": Message("Something broke here", "Quelque chose s'est cassé ici"),
}

AWAY = Message(
    "The database did not answer in time. Nothing was allowed; it is safe to try again.",
    "La base de données n'a pas répondu à temps. Rien n'a été autorisé ; vous pouvez réessayer.",
)

UNUSABLE = Message(
    "The database is damaged, or cannot be read or written. Nothing was allowed. Tell whoever runs Review Gate: its "
    "log names the file and what is wrong with it, `review-gate doctor` looks again, and a damaged file is replaced by "
    "the last backup. Trying again helps once that is done.",
    "La base de données est endommagée, illisible ou interdite en écriture. Rien n'a été autorisé. Prévenez la "
    "personne qui administre Review Gate : son journal nomme le fichier et le problème, `review-gate doctor` vérifie, "
    "et un fichier endommagé se remplace par la dernière sauvegarde. Réessayez une fois la réparation faite.",
)

REPLACED = Message(
    "The database's file was deleted or replaced under the running service: what would be written now would be lost. "
    "Nothing was accepted and nothing was allowed. Tell whoever runs Review Gate: its log names the file and says what "
    "to do. Trying again helps once that is done.",
    "Le fichier de la base de données a été supprimé ou remplacé pendant que le service tournait : ce qui serait écrit "
    "maintenant serait perdu. Rien n'a été accepté ni autorisé. Prévenez la personne qui administre Review Gate : son "
    "journal nomme le fichier et dit quoi faire. Réessayez une fois la réparation faite.",
)

DAMAGED = Message(
    "What is stored of this is damaged and cannot be read. Nothing was published, decided or changed; what is not "
    "damaged goes on. Tell whoever runs Review Gate: its log names what is damaged, `review-gate doctor` says more, "
    "and the last backup has it as it was.",
    "Ce qui est enregistré à ce sujet est endommagé et illisible. Rien n'a été publié, décidé ni modifié ; ce qui "
    "n'est pas endommagé continue. Prévenez la personne qui administre Review Gate : son journal nomme ce qui est "
    "endommagé, `review-gate doctor` en dit plus, et la dernière sauvegarde le contient intact.",
)

TROUBLES: Mapping[type[StoreBroken], Message] = {StoreReplaced: REPLACED, StoreDamaged: DAMAGED}

STATUS: Mapping[type[GateError], int] = {
    NotFound: 404, NotPermitted: 403, Stale: 409, IdempotencyConflict: 422, TimeOver: 422, UnfitName: 422,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `pointer` is a JSON Pointer (RFC 6901) into the body, or a parameter's name."""

    pointer: str
    message: Message


class Problem(Exception):
    """An error answer on its way out."""

    def __init__(self, status: int, code: str, message: Message, fields: Sequence[FieldError] = (),
                 headers: Mapping[str, str] | None = None,
                 members: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        super().__init__(message.en)
        self.status = status
        self.code = code
        self.message = message
        self.fields = tuple(fields)
        self.headers = dict(headers or {})
        self.members = dict(members or {})
        """Further members of the document, for machines."""

    @classmethod
    def of(cls, error: GateError) -> Problem:
        if isinstance(error, TimeOver):
            return cls.invalid([FieldError("/planned_at", error.message)])
        if isinstance(error, UnfitName):
            return cls.invalid([FieldError("name", error.message)])
        return cls(STATUS.get(type(error), 409), error.code, error.message)

    @classmethod
    def of_store(cls, error: StoreError) -> Problem:
        """What a caller may know of it: the error's own message may name the database's address."""
        if isinstance(error, StoreFull):
            return cls(503, "storage-full", error.message)
        if isinstance(error, StoreBroken):
            return cls(503, "storage-broken", TROUBLES.get(type(error), UNUSABLE))
        return cls(503, "unavailable", AWAY)

    @classmethod
    def invalid(cls, fields: Sequence[FieldError]) -> Problem:
        """One or more fields that are not right: the detail names the first ones."""
        en = " ".join(f"{field.pointer}: {field.message.en}" for field in fields[:3])
        fr = " ".join(f"{field.pointer}: {field.message.fr}" for field in fields[:3])
        return cls(422, "invalid-field", Message(en, fr), fields)

    @classmethod
    def too_large(cls) -> Problem:
        message = Message(
            "The body is larger than 1 MiB: send one draft a request.",
            "Le contenu dépasse 1 Mio : envoyez un brouillon par requête.",
        )
        return cls(413, "too-large", message)

    def document(self, language: str) -> dict[str, Any]:
        """The problem document in `language`."""
        told: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": TITLES[self.code].in_(language),
            "status": self.status,
            "detail": self.message.in_(language),
            **self.members,
        }
        if self.fields:
            told["errors"] = [{"pointer": f.pointer, "detail": f.message.in_(language)} for f in self.fields]
        return told

    def response(self, language: str) -> Response:
        body = json.dumps(self.document(language), ensure_ascii=False)
        answer = Response(body, self.status, content_type="application/problem+json")
        answer.headers["Content-Language"] = language
        answer.headers.update(self.headers)
        return answer
