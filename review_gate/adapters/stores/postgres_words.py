"""What is wrong with a PostgreSQL server, and what to do about it: for whoever runs the gate."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from review_gate.domain.message import Message
from review_gate.ports import StoreError


def whereabouts(url: str) -> str:
    """The address as people may see it: never user or password, wherever in it they stand."""
    if url.startswith("sqlite:"):
        return url
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        return "postgresql"
    return f"postgresql://{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"


def unusable(url: str, why: str) -> Message:
    where = whereabouts(url)
    return Message(
        f"{where} cannot be used: {why}. Look at the server's log and its disk, and whether it is a standby that "
        "takes no writes; if it is damaged, restore the last backup.",
        f"{where} est inutilisable : {why}. Consultez le journal et le disque du serveur, et vérifiez qu'il n'est "
        "pas un secours en lecture seule ; s'il est endommagé, restaurez la dernière sauvegarde.",
    )


def unreachable(url: str, why: str) -> StoreError:
    where = whereabouts(url)
    return StoreError(
        Message(
            f"Cannot reach {where}. Check the address, and that the server runs and lets you in. ({why})",
            f"{where} est injoignable. Vérifiez l'adresse, que le serveur tourne et qu'il vous laisse entrer. ({why})",
        )
    )
