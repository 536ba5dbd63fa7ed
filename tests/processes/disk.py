"""A disk whose power can be cut: what nobody has waited for is gone then (disk.c)."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

PAGE = 4096
"""Bytes that a disk writes as one."""

HAS_COMPILER = shutil.which("cc") is not None


class Disk:
    """Holds those `files` of a folder that `pattern` fits, and what is in them. Programs that shall write to it are
    started with `environment`. Needs a C compiler."""

    def __init__(self, folder: Path, files: Path, pattern: str) -> None:
        self._files = files.resolve()
        self._pattern = pattern
        self._certain = folder.resolve() / "certain"
        self._certain.mkdir()
        self._certain.chmod(0o777)  # PostgreSQL's own user writes there
        library, source = folder / "disk.so", Path(__file__).with_name("disk.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-o", library, source, "-ldl"], check=True)
        self.environment = {
            "LD_PRELOAD": str(library.resolve()),
            "POWER_FROM": str(self._files),
            "POWER_TO": str(self._certain),
        }

    def settle(self) -> None:
        """From now on what is there is there for certain, whoever has written it."""
        for old in self._certain.glob(self._pattern):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        # By another process: to open and close a file in this one would drop SQLite's locks on it.
        subprocess.run(["cp", "--archive", *self._files.glob(self._pattern), self._certain], check=True)

    def cut(self, half: random.Random | None = None) -> None:
        """The power fails: call it when whoever writes here was killed. What nobody waited for is gone; with dice in
        `half`, half of the pages of it are there."""
        certain = _names(self._certain, self._pattern)
        for name in sorted(_names(self._files, self._pattern) - certain, reverse=True):  # what is in a folder first
            gone = self._files / name
            gone.rmdir() if gone.is_dir() else gone.unlink()
        for name in sorted(certain):
            kept, written = self._certain / name, self._files / name
            if kept.is_dir():
                written.mkdir(exist_ok=True)
            else:
                _bring_back(kept, written, half)
            shutil.copystat(kept, written)
            os.chown(written, kept.stat().st_uid, kept.stat().st_gid)


def _names(folder: Path, pattern: str) -> set[Path]:
    tops = list(folder.glob(pattern))
    return {path.relative_to(folder) for top in tops for path in (top, *top.rglob("*"))}


def _bring_back(kept: Path, written: Path, half: random.Random | None) -> None:
    old, new = kept.read_bytes(), written.read_bytes() if written.exists() else b""
    if half is not None and old != new:
        old = _mixed(old, new, half)
        kept.write_bytes(old)  # what the disk has after all
    if old != new or not written.exists():
        written.write_bytes(old)


def _mixed(old: bytes, new: bytes, dice: random.Random) -> bytes:
    size = dice.choice([len(old), len(new)])
    pages = [dice.choice([old, new])[at : at + PAGE].ljust(PAGE, b"\0") for at in range(0, size, PAGE)]
    return b"".join(pages)[:size]
