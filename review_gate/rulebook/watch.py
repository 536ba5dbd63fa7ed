"""Packs that follow their folder: a changed file counts within seconds, a broken one never replaces a good one."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Pack, Packs
from review_gate.rulebook.scene import Encoder

log = logging.getLogger(__name__)


def _named(packs: Iterable[Pack]) -> str:
    return ", ".join(f"{pack.name}@{pack.version}" for pack in packs)


class LivePacks:
    """The packs of a folder as they are now. Safe to share between threads.

    `similarity` is for `load_packs`; `every` is how many seconds pass between two looks at the folder, `clock` a
    steady clock in seconds. `aside`: changed files are read in a thread of their own, as it can take seconds; whoever
    asks meanwhile gets the packs that are there. Only the first reading is always waited for.
    """

    def __init__(
        self,
        folder: Path,
        similarity: Encoder | None = None,
        *,
        every: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        aside: bool = False,
    ) -> None:
        self.folder = folder
        self.error: PackErrors | None = None
        """What is wrong with the files as they are now, while the last good packs go on; None when all is well."""
        self._similarity = similarity
        self._every = every
        self._clock = clock
        self._aside = aside
        self._lock = threading.Lock()
        self._packs: Packs | None = None
        self._stamp: object = None
        self._seen = ""
        self._next_look = 0.0

    def current(self) -> Packs:
        """The last good packs. Raises PackErrors when there never were any: without rules nothing may pass."""
        packs = self._packs
        if packs is not None and self._clock() < self._next_look:
            return packs
        if packs is None:
            with self._lock:
                if self._packs is None:
                    self._look_and_rest()
        # Whoever comes while another thread reads the files goes on with the packs that are there.
        elif self._lock.acquire(blocking=False):
            self._look_again()
        if self._packs is None:
            assert self.error is not None
            raise self.error
        return self._packs

    def _look_again(self) -> None:
        """Looks, here or aside, and lets the lock go."""
        if self._aside and self._times() != self._stamp:
            try:
                return threading.Thread(target=self._look_aside, name="rule-packs", daemon=True).start()
            except RuntimeError:  # no thread to be had: somebody has to wait
                log.warning("no thread could be started to read the rule packs")
        try:
            self._look_and_rest()
        finally:
            self._lock.release()

    def _look_aside(self) -> None:
        try:
            self._look_and_rest()
        except Exception:
            log.exception("the rule packs could not be read")
        finally:
            self._lock.release()

    def _look_and_rest(self) -> None:
        try:
            self._look()
        finally:
            self._next_look = self._clock() + self._every

    def _look(self) -> None:
        """Reads the packs again if a file changed. Names, sizes and times are asked first, then the contents."""
        stamp = self._times()
        if stamp == self._stamp:
            return
        seen = self._contents()
        if seen == self._seen:
            self._stamp = stamp
            return
        try:
            # Examples guard the packs that run. At the start there are none to keep: a service that stayed without
            # rules because one example lies a hair off on this machine would hold everything. `rules check` names it.
            packs = load_packs(self.folder, self._similarity, examples=self._packs is not None)
        except PackErrors as error:
            self.error = error
            log.error("the rule packs were not taken over: %s", error)
        else:
            before = {pack.name: pack for pack in self._packs.packs} if self._packs is not None else {}
            new = [pack for pack in packs.packs if pack.name not in before or pack.digest != before[pack.name].digest]
            same = [pack for pack in new if pack.name in before and pack.version == before[pack.name].version]
            self._packs, self.error = packs, None
            log.info("%d rule packs are live%s", len(packs.packs), f"; changed: {_named(new)}" if before else "")
            if same:
                log.warning(
                    "rule packs changed and kept their version: %s. Verdicts name packs by it: count it up",
                    _named(same),
                )
        if self._contents() == seen:
            # A file that changed while it was read is read again at the next look.
            self._stamp, self._seen = stamp, seen

    def _files(self) -> list[Path]:
        if self.folder.is_file():
            return [self.folder]
        return sorted([*self.folder.glob("*.yml"), *self.folder.glob("*.yaml")])

    def _times(self) -> object:
        found = []
        for path in self._files():
            try:
                about = path.stat()
            except OSError:
                continue
            found.append((path.name, about.st_mtime_ns, about.st_size))
        return tuple(found)

    def _contents(self) -> str:
        digest = hashlib.sha256()
        for path in self._files():
            try:
                digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
            except OSError:
                continue
        return digest.hexdigest()
