"""The pack files as the pages read and write them: checked as strictly as at the start, replaced in one step."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from review_gate.domain.errors import GateError
from review_gate.domain.message import Message
from review_gate.rulebook.load import drafted
from review_gate.rulebook.rule import Pack, Packs


class NotWritten(GateError):
    """The file stays as it was."""

    code = "not-permitted"


class ChangedMeanwhile(NotWritten):
    """Somebody else wrote the file since it was read."""

    code = "stale-version"


@dataclass(frozen=True, slots=True)
class PackFile:
    """A pack's text as it stands in its file. `sha256` names exactly this text."""

    name: str
    path: Path
    text: str
    sha256: str


class RuleFiles:
    """`packs` answers those that count now. Raises PackErrors where there are none."""

    def __init__(self, packs: Callable[[], Packs]) -> None:
        self._packs = packs

    def read(self, name: str) -> PackFile | None:
        """The file of a pack that counts now; None when there is no such pack, or its file is gone."""
        path = next((Path(pack.path) for pack in self._packs().packs if pack.name == name), None)
        try:
            return None if path is None else _read(name, path)
        except (OSError, UnicodeDecodeError):
            return None

    def check(self, text: str, shown: str) -> Pack:
        """The pack that `text` is, its examples run. Raises PackErrors with every mistake."""
        return drafted(self._packs(), text, shown)[0]

    def write(self, name: str, text: str, seen_sha256: str) -> Pack:
        """Puts `text` in place of the pack's file: it counts within seconds.

        Raises PackErrors when it could not be loaded, ChangedMeanwhile when the file is no longer the one that was
        seen, NotWritten when the pack is unknown or renamed, or the folder cannot be written.
        """
        file = self.read(name)
        if file is None:
            raise NotWritten(
                Message(
                    f"There is no file of a pack '{name}' that counts now.",
                    f"Il n'y a pas de fichier d'un pack « {name} » en vigueur.",
                )
            )
        pack = self.check(text, file.path.name)
        if pack.name != name:
            raise NotWritten(
                Message(
                    f"The draft is named '{pack.name}', the pack '{name}': leave the name, or make a new file by hand.",
                    f"Le projet s'appelle « {pack.name} », le pack « {name} » : gardez le nom, ou créez un fichier.",
                )
            )
        try:
            with _alone(file.path.parent):
                there = self.read(name)
                if there is None or there.sha256 != seen_sha256:
                    raise ChangedMeanwhile(
                        Message(
                            f"Somebody changed {file.path.name} meanwhile: nothing was written. Load it again.",
                            f"Quelqu'un a modifié {file.path.name} entre-temps : rien n'a été écrit. Rechargez-le.",
                        )
                    )
                _replace(file.path, text)
        except OSError as error:
            raise NotWritten(
                Message(
                    f"The service may not write {file.path} ({error.strerror}): nothing was changed. Copy the text "
                    "below and have it put where your rules come from, such as their repository.",
                    f"Le service ne peut pas écrire {file.path} ({error.strerror}) : rien n'a changé. Copiez le texte "
                    "ci-dessous et faites-le mettre là d'où viennent vos règles, par exemple leur dépôt.",
                )
            ) from error
        return pack


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time inside the block, among all threads and processes of this machine that ask for the same folder. The
    lock is on the folder itself, so that nothing is left in it, and ends with the process. Raises OSError."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _read(name: str, path: Path) -> PackFile:
    text = path.read_bytes().decode("utf-8-sig")
    return PackFile(name, path, text, hashlib.sha256(text.encode()).hexdigest())


def _replace(path: Path, text: str) -> None:
    """Writes beside the file, to the disk, then over it in one step: nobody ever reads half of it. The name of the
    file beside it does not end like a pack's."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            os.chmod(beside, path.stat().st_mode & 0o777)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
