"""Live packs: a change counts, a mistake never does."""

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.watch import LivePacks
from tests.rulebook.making import hits, pack_text


class Seconds:
    """A steady clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def write(path: Path, text: str) -> None:
    """Replaces the file in one step, as editors and deployments do, with a time of its own."""
    write.count += 1  # type: ignore[attr-defined]
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    os.utime(fresh, ns=(write.count * 10**9, write.count * 10**9))  # type: ignore[attr-defined]
    fresh.replace(path)


write.count = 0  # type: ignore[attr-defined]


def live(tmp_path: Path) -> tuple[LivePacks, Seconds, Path]:
    clock, path = Seconds(), tmp_path / "a.yml"
    write(path, pack_text("terms: [promo]"))
    return LivePacks(tmp_path, every=2, clock=clock), clock, path


def test_a_change_counts_at_the_next_look(tmp_path: Path) -> None:
    packs, clock, path = live(tmp_path)
    first = packs.current()
    write(path, pack_text("terms: [solde]").replace("version: 3", "version: 4"))
    assert packs.current() is first
    clock.now += 2
    assert packs.current().versions == {"testing": 4}
    assert [hit.version for hit in hits(packs.current(), "un solde")] == [4]


def test_a_change_under_the_same_version_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    packs, clock, path = live(tmp_path)
    packs.current()
    for text in ("terms: [solde]", "terms: [solde]  # a note"):
        caplog.clear()
        write(path, pack_text(text))
        clock.now += 2
        packs.current()
        packs.current()
        told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert len(told) == 1 and "testing@3" in told[0]
    caplog.clear()
    write(path, pack_text("terms: [rabais]").replace("version: 3", "version: 4"))
    clock.now += 2
    assert packs.current().versions == {"testing": 4}
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


class Slow:
    """An encoder that takes until it is let go: a stand-in for what makes reading long."""

    def __init__(self) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str]) -> NDArray[Any]:
        self.asked.set()
        assert self.go_on.wait(20)
        return np.ones((len(texts), 1))

    features = encode


def test_whoever_asks_does_not_wait_until_changed_packs_are_read(tmp_path: Path) -> None:
    rule = "kind: similar_to\nexamples: [solde]\ncounter: [rien]\nmargin: 0\nshould_hit: [{word}]\nshould_pass: []"
    slow, clock, path = Slow(), Seconds(), tmp_path / "a.yml"
    write(path, pack_text("terms: [promo]"))
    packs = LivePacks(tmp_path, slow, every=2, clock=clock, aside=True)
    first = packs.current()
    write(path, pack_text(rule.replace("{word}", "solde")).replace("version: 3", "version: 4"))
    clock.now += 2
    assert packs.current() is first
    assert slow.asked.wait(20)
    clock.now += 2
    assert packs.current() is first  # nobody begins a second time
    slow.go_on.set()
    until = time.monotonic() + 20
    while packs.current() is first and time.monotonic() < until:
        clock.now += 2
        time.sleep(0.01)
    assert packs.current().versions == {"testing": 4}


def test_the_packs_as_a_whole_are_told_apart_to_the_letter(tmp_path: Path) -> None:
    packs, clock, path = live(tmp_path)
    digests = [packs.current().digest]
    for text in (pack_text("terms: [promo]") + "# a note\n", pack_text("terms: [promo]")):
        write(path, text)
        clock.now += 2
        digests.append(packs.current().digest)
    assert digests[0] == digests[2] != digests[1]
    assert len(digests[0]) == 12


def test_nothing_is_read_again_without_a_change(tmp_path: Path) -> None:
    packs, clock, path = live(tmp_path)
    first = packs.current()
    clock.now += 10
    assert packs.current() is first
    write(path, path.read_text())
    clock.now += 10
    assert packs.current() is first


def test_a_broken_pack_never_replaces_a_good_one(tmp_path: Path) -> None:
    packs, clock, path = live(tmp_path)
    first = packs.current()
    write(path, pack_text("terms: [promo]\nseverty: hold"))
    clock.now += 2
    assert packs.current() is first
    assert packs.error is not None
    assert "severty" in str(packs.error)
    write(path, pack_text("terms: [solde]"))
    clock.now += 2
    assert packs.current() is not first
    assert packs.error is None


def test_a_broken_one_is_reported_once_and_not_read_again_and_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    packs, clock, path = live(tmp_path)
    packs.current()
    write(path, "pack: [")
    for _ in range(3):
        clock.now += 2
        packs.current()
    assert len([record for record in caplog.records if "not taken over" in record.message]) == 1


def test_one_broken_file_keeps_all_of_the_last_good_packs(tmp_path: Path) -> None:
    packs, clock, _ = live(tmp_path)
    first = packs.current()
    write(tmp_path / "b.yml", "pack: broken")
    clock.now += 2
    assert packs.current() is first


def test_all_files_gone_is_an_error_and_the_good_ones_stay(tmp_path: Path) -> None:
    packs, clock, path = live(tmp_path)
    first = packs.current()
    path.unlink()
    clock.now += 2
    assert packs.current() is first
    assert packs.error is not None


def test_without_any_good_pack_it_says_so_every_time(tmp_path: Path) -> None:
    write(tmp_path / "a.yml", "pack: [")
    clock = Seconds()
    packs = LivePacks(tmp_path, clock=clock)
    for _ in range(2):
        with pytest.raises(PackErrors):
            packs.current()
    write(tmp_path / "a.yml", pack_text("terms: [promo]"))
    clock.now += 5
    assert packs.current().versions == {"testing": 3}


def test_many_threads_see_whole_packs(tmp_path: Path) -> None:
    packs, clock, path = live(tmp_path)
    seen: list[tuple[int, list[int]]] = []

    def look() -> None:
        for _ in range(40):
            now = packs.current()
            versions = [hit.version for hit in hits(now, "promo")]
            seen.append((now.versions["testing"], versions))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for version in range(5, 12):
        write(path, pack_text("terms: [promo]").replace("version: 3", f"version: {version}"))
        clock.now += 2
    for thread in threads:
        thread.join()
    assert len(seen) == 160
    assert all(versions == [version] for version, versions in seen)
