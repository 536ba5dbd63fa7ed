"""Pictures in portable SQL: bytes, small copies, the texts read in them, and which ones were rejected.

They lie in the database: one backup, one transaction, one place to erase; both databases take files of this size.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from review_gate.adapters.stores.database import Database, Session, moment, stamp
from review_gate.domain.picture import Picture, Rejected
from review_gate.media_ports import Upload

PICTURING = """erased = 0 AND replace(body, '"sha256":"', '') <> body"""
"""Which submissions show a picture that was looked at; the schema has an index over exactly this condition."""


class SqlPictures:
    _database: Database

    def keep_picture(self, upload: Upload, by: str, now: datetime) -> None:
        picture = upload.picture
        with self._database.write() as session:
            session.execute(
                "INSERT INTO pictures (sha256, type, width, height, size, looks, kept_by, kept_at, content, thumbnail,"
                " used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
                " ON CONFLICT (sha256) DO UPDATE SET kept_at = excluded.kept_at",
                (picture.sha256, picture.type, picture.width, picture.height, picture.size,
                 json.dumps(picture.looks), by, stamp(now), upload.content, upload.thumbnail),
            )  # fmt: skip

    def picture(self, sha256: str) -> Picture | None:
        with self._database.read() as session:
            row = session.execute(
                "SELECT type, width, height, size, looks FROM pictures WHERE sha256 = ?", (sha256,)
            ).fetchone()
        if row is None:
            return None
        kind, width, height, size, looks = row
        return Picture(sha256, kind, width, height, size, tuple(json.loads(looks)))

    def picture_content(self, sha256: str) -> bytes | None:
        return self._bytes("content", sha256)

    def thumbnail(self, sha256: str) -> bytes | None:
        return self._bytes("thumbnail", sha256)

    def _bytes(self, column: str, sha256: str) -> bytes | None:
        with self._database.read() as session:
            row = session.execute(f"SELECT {column} FROM pictures WHERE sha256 = ?", (sha256,)).fetchone()  # noqa: S608
        return None if row is None else bytes(row[0])

    def unused_since(self, before: datetime, limit: int = 100) -> Sequence[str]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT sha256 FROM pictures WHERE used = 0 AND kept_at < ? ORDER BY kept_at LIMIT ?",
                (stamp(before), limit),
            ).fetchall()
        return [str(row[0]) for row in rows]

    def picture_words(self, sha256: str, reader: str) -> str | None:
        with self._database.read() as session:
            row = session.execute(
                "SELECT words FROM picture_words WHERE sha256 = ? AND reader = ?", (sha256, reader)
            ).fetchone()
        return None if row is None else str(row[0])

    def put_picture_words(self, sha256: str, reader: str, words: str) -> None:
        with self._database.write() as session:
            if session.execute("SELECT 1 FROM pictures WHERE sha256 = ?", (sha256,)).fetchone():
                session.execute(
                    "INSERT INTO picture_words (sha256, reader, words) VALUES (?, ?, ?)"
                    " ON CONFLICT (sha256, reader) DO UPDATE SET words = excluded.words",
                    (sha256, reader, words.replace("\0", "")),
                )

    def remember_rejected(self, rejected: Rejected) -> None:
        with self._database.write() as session:
            session.execute(
                "INSERT INTO rejected_pictures (sha256, submission_id, reason_code, at, looks) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (sha256, submission_id) DO NOTHING",
                (rejected.sha256, rejected.submission, rejected.reason_code, stamp(rejected.at),
                 json.dumps(rejected.looks)),
            )  # fmt: skip
            shown = "SELECT 1 FROM submissions WHERE id = ? AND erased = 0"
            if session.execute(shown, (rejected.submission,)).fetchone():
                use_pictures(session, [rejected.sha256])

    def rejected_pictures(self, limit: int = 20_000) -> Sequence[Rejected]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT sha256, submission_id, reason_code, at, looks FROM rejected_pictures"
                " ORDER BY at DESC, sha256, submission_id LIMIT ?",
                (limit,),
            ).fetchall()
        return [
            Rejected(sha256, about, code, moment(at), tuple(json.loads(looks)))
            for sha256, about, code, at, looks in rows
        ]

    def erase_pictures(self, sha256s: Iterable[str]) -> int:
        erased = 0
        with self._database.write() as session:
            for sha256 in dict.fromkeys(sha256s):
                erased += _erase_picture(session, sha256)
        return erased


def use_pictures(session: Session, sha256s: Iterable[str]) -> None:
    session.executemany(
        "UPDATE pictures SET used = 1 WHERE sha256 = ? AND used = 0", [(sha256,) for sha256 in sorted(set(sha256s))]
    )


def erase_unshown(session: Session, sha256s: Iterable[str]) -> None:
    """Erases those of these pictures that no submission shows any more, the erased ones not counted."""
    for sha256 in sorted(set(sha256s)):
        shown = session.execute(
            f"SELECT 1 FROM submissions WHERE {PICTURING} AND body LIKE ? LIMIT 1",  # noqa: S608 - our own words
            (f"%{sha256}%",),
        ).fetchone()
        if shown is None:
            _erase_picture(session, sha256)


def _erase_picture(session: Session, sha256: str) -> int:
    session.execute("DELETE FROM picture_words WHERE sha256 = ?", (sha256,))
    return session.execute("DELETE FROM pictures WHERE sha256 = ?", (sha256,)).rowcount
