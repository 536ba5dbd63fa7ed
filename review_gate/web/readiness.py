"""Whether drafts can be taken, for `/readyz`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from review_gate.domain.message import Message
from review_gate.ports import StoreError
from review_gate.web.problems import Problem


def unready(ping: Callable[[], object], packs: Callable[[], Mapping[str, int]]) -> list[Message]:
    """What is missing. `ping` raises where the database cannot be used, `packs` answers which rule packs are loaded."""
    found = []
    try:
        ping()
    except Exception as error:
        found.append(_failed(Message("database", "base de données"), error))
    try:
        if not packs():
            found.append(Message("rules: no pack is loaded", "règles : aucun pack n'est chargé"))
    except Exception as error:
        found.append(_failed(Message("rules", "règles"), error))
    return found


def _failed(part: Message, error: Exception) -> Message:
    """For everybody, who may not know files and addresses: an error's own words may name them."""
    name = type(error).__name__
    if not isinstance(error, StoreError):
        return Message(f"{part.en}: {name}", f"{part.fr} : {name}")
    why = Problem.of_store(error).message
    return Message(f"{part.en}: {name}. {why.en}", f"{part.fr} : {name}. {why.fr}")
