"""Pack files that several people write at once: whoever comes second is told, and no edit is lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest

from review_gate.adapters.rule_files import ChangedMeanwhile, RuleFiles
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Packs
from tests.rulebook.making import pack_text

SPAWN = multiprocessing.get_context("spawn")
EDITS = 25


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "testing.yml").write_text(pack_text("terms: [hello]\nshould_hit: [hello]\nshould_pass: [bye]"))
    return tmp_path


def files(folder: Path, packs: Callable[[], Packs] | None = None) -> RuleFiles:
    return RuleFiles(packs or (lambda: load_packs(folder, None)))


def edit(rules: RuleFiles, line: str) -> None:
    seen = rules.read("testing")
    assert seen is not None
    rules.write("testing", f"{seen.text}\n# {line}\n", seen.sha256)


def test_what_somebody_writes_while_a_draft_is_checked_is_not_overwritten(folder: Path) -> None:
    asked = 0

    def packs() -> Packs:
        nonlocal asked
        asked += 1
        if asked == 3:  # A has read the file, `write` has, and now the draft is checked
            edit(files(folder), "B's")
        return load_packs(folder, None)

    with pytest.raises(ChangedMeanwhile):
        edit(files(folder, packs), "A's")
    text = (folder / "testing.yml").read_text()
    assert "B's" in text and "A's" not in text
    assert [path.name for path in folder.iterdir()] == ["testing.yml"]


def edit_often(folder: Path, name: str) -> None:
    """For a process of its own: as many edits as it takes, each begun anew when somebody else was faster."""
    rules = files(folder)
    for number in range(EDITS):
        while True:
            try:
                edit(rules, f"{name}{number}")
                break
            except ChangedMeanwhile:
                pass


def test_no_edit_of_several_processes_is_lost(folder: Path) -> None:
    processes = [SPAWN.Process(target=edit_often, args=(folder, name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    lines = (folder / "testing.yml").read_text().split("\n")
    assert sorted(line for line in lines if line.startswith("# ")) == sorted(
        f"# {name}{number}" for name in "ab" for number in range(EDITS)
    )
