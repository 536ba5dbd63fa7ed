"""What is wrong with a SQLite file, and what to do about it: for whoever runs the gate."""

from __future__ import annotations

import sqlite3

from review_gate.adapters.stores.database import BUSY, FULL
from review_gate.domain.message import Message
from review_gate.ports import StoreBroken, StoreDamaged, StoreError, StoreFull, StoreReplaced

BROKEN = frozenset({
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
})  # fmt: skip
"""Primary codes of a file that cannot be used as it is. Another try mends none of them."""

NOT_WRITTEN = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
"""Errors of a write for which the system gave another reason than a full disk; which one SQLite keeps to itself."""

NO_TEXT = "Could not decode to UTF-8"
"""So begins what Python says of a text of which the disk has turned some bits."""


def unusable(path: str, why: str) -> StoreBroken:
    return StoreBroken(
        Message(
            f"Cannot use the database file '{path}': {why}. Check the path, the rights and the space on the disk.",
            f"Le fichier de base de données « {path} » est inutilisable : {why}. Vérifiez le chemin, les droits et "
            "l'espace disque.",
        )
    )


def replaced(path: str) -> StoreReplaced:
    """For a file that is not the one that was opened."""
    return StoreReplaced(
        Message(
            f"The database file '{path}' was deleted or replaced while it was in use: what would be written now would "
            "be lost, so nothing is taken and nothing is decided. If it was moved, move it back: all goes on by "
            "itself. If it was deleted, its content can be saved only as long as this process runs; for that and for "
            "putting a backup in its place see docs/operations.md (A database file that is gone).",
            f"Le fichier de base de données « {path} » a été supprimé ou remplacé alors qu'il était utilisé : ce qui "
            "serait écrit maintenant serait perdu, donc rien n'est accepté et rien n'est décidé. S'il a été déplacé, "
            "remettez-le à sa place : tout reprend sans intervention. S'il a été supprimé, son contenu ne peut être "
            "sauvé que tant que ce processus tourne ; pour cela, et pour mettre une sauvegarde à sa place, voir "
            "docs/operations.md (A database file that is gone).",
        )
    )


def damaged(path: str, why: Message) -> StoreDamaged:
    return StoreDamaged(
        Message(
            f"The database file '{path}' is damaged ({why.en}). Nothing was changed. Keep a copy of it, then restore "
            "the last backup (docs/operations.md, Backups).",
            f"Le fichier de base de données « {path} » est endommagé ({why.fr}). Rien n'a été modifié. Gardez-en une "
            "copie, puis restaurez la dernière sauvegarde (docs/operations.md, Backups).",
        )
    )


def refused(path: str, error: sqlite3.Error) -> StoreBroken:
    """For an error of SQLite's, by its code."""
    whole = getattr(error, "sqlite_errorcode", 0)
    code = whole & 0xFF
    file, fichier = f"the database file '{path}'", f"le fichier de base de données « {path} »"
    if code == sqlite3.SQLITE_CORRUPT:
        return damaged(path, Message(str(error), str(error)))
    if whole in NOT_WRITTEN:
        told = Message(
            f"The system refuses to write {file} ({error}) and does not say why: a quota or a limit on the size of "
            "files is reached, or the disk fails. Nothing was changed. Look at the quota (`quota`), at the limit "
            "(`ulimit -f`), at the space (`df`) and at the system's log; once writing works, all goes on by itself.",
            f"Le système refuse d'écrire dans {fichier} ({error}) sans dire pourquoi : un quota ou une limite de "
            "taille de fichier est atteint, ou le disque est défaillant. Rien n'a été modifié. Vérifiez le quota "
            "(`quota`), la limite (`ulimit -f`), l'espace libre (`df`) et le journal du système ; dès que l'écriture "
            "redevient possible, tout reprend sans intervention.",
        )
    elif code == sqlite3.SQLITE_IOERR:
        told = Message(
            f"The system fails to read or write {file} ({error}). Look at the disk and at the system's log. Once the "
            "disk is sound, `review-gate audit verify --deep` says whether the file is, too; if it is not, restore the "
            "last backup (docs/operations.md, Backups).",
            f"Le système n'arrive pas à lire ou à écrire {fichier} ({error}). Examinez le disque et le journal du "
            "système. Une fois le disque sain, `review-gate audit verify --deep` dit si le fichier l'est aussi ; "
            "sinon, restaurez la dernière sauvegarde (docs/operations.md, Backups).",
        )
    elif code == sqlite3.SQLITE_READONLY:
        told = Message(
            f"The gate may not write {file} ({error}). Let its user write the file, those beside it and their folder, "
            "and look whether the disk is mounted for reading only; then `review-gate doctor`.",
            f"Il est interdit d'écrire dans {fichier} ({error}). Donnez à l'utilisateur du service le droit d'écrire "
            "dans le fichier, ses voisins et leur dossier, et vérifiez que le disque n'est pas en lecture seule ; puis "
            "`review-gate doctor`.",
        )
    elif code == sqlite3.SQLITE_CANTOPEN:
        told = Message(
            f"Cannot use {file}: it cannot be opened ({error}). Look whether it and its folder are there, whether the "
            "service's user may read them, and how many files the service may open (`ulimit -n`); then `review-gate "
            "doctor`.",
            f"Le fichier de base de données « {path} » est inutilisable : impossible de l'ouvrir ({error}). Vérifiez "
            "que le fichier et son dossier existent, que l'utilisateur du service peut les lire, et combien de "
            "fichiers le service peut ouvrir (`ulimit -n`) ; puis `review-gate doctor`.",
        )
    else:
        return unusable(path, str(error))
    return StoreBroken(told)


def trouble_of(path: str, error: sqlite3.Error) -> StoreError | None:
    """What the system's error means to the store; None for an error of any other kind."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF == sqlite3.SQLITE_FULL:
        return StoreFull(FULL)
    if code & 0xFF == sqlite3.SQLITE_BUSY:
        return StoreError(BUSY)
    if str(error).startswith(NO_TEXT):  # has no code; its words repeat the text
        return damaged(path, Message("a text is not UTF-8", "un texte n'est pas en UTF-8"))
    return refused(path, error) if is_broken(error) else None


def is_broken(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in BROKEN
