"""Settings of a PostgreSQL server with which a power cut takes what people were told is kept.

`synchronous_commit` is not among them: the gate sets it for its own connections (postgres.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from review_gate.domain.message import Message

HOSTED = Message(
    "A hosted database may be set so because its own storage keeps what is committed: ask who hosts it.",
    "Une base hébergée peut être réglée ainsi parce que son propre stockage garde ce qui est validé : demandez à qui "
    "l'héberge.",
)

LOST = {
    "fsync": Message(
        "after a power cut, drafts that were accepted and decisions may be gone, and the whole database unreadable",
        "après une coupure de courant, des brouillons acceptés et des décisions peuvent avoir disparu, et toute la "
        "base être illisible",
    ),
    "full_page_writes": Message(
        "after a power cut, pages that were being written may be unreadable, unless the file system writes each of "
        "them whole or not at all (as ZFS does)",
        "après une coupure de courant, des pages en cours d'écriture peuvent être illisibles, sauf si le système de "
        "fichiers écrit chacune en entier ou pas du tout (comme ZFS)",
    ),
}
"""What may be lost, by the setting that is off."""


def unsafe(settings: Mapping[str, str]) -> Sequence[Message]:
    """What to do about each setting of LOST that is off in `settings` (values as SHOW writes them)."""
    return [_advice(name, lost) for name, lost in LOST.items() if settings.get(name) == "off"]


def _advice(name: str, lost: Message) -> Message:
    command = f"`ALTER SYSTEM SET {name} = on`, `SELECT pg_reload_conf()`, `CHECKPOINT`"
    return Message(
        f"The PostgreSQL server runs with `{name} = off`: {lost.en}. Take that out of `postgresql.conf` or the "
        f"server's command line, or let an administrator run {command}; then run `sync` on its machine. {HOSTED.en}",
        f"Le serveur PostgreSQL tourne avec `{name} = off` : {lost.fr}. Retirez ce réglage de `postgresql.conf` ou de "
        f"la ligne de commande du serveur, ou faites exécuter par un administrateur {command} ; puis lancez `sync` sur "
        f"sa machine. {HOSTED.fr}",
    )
