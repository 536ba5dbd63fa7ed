"""`review-gate drill`: list, run an exercise, read the results."""

from __future__ import annotations

from pathlib import Path

import pytest

from review_gate.adapters.stores import open_store
from review_gate.cli.main import main
from review_gate.ports import Filter


def test_an_exercise_from_the_list_to_the_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:{tmp_path / 'gate.db'}"

    def said(*arguments: str, status: int = 0) -> str:
        assert main(["drill", *arguments]) == status
        found = capsys.readouterr()
        return found.out or found.err

    listed = [line.split("\t") for line in said("list").splitlines()]
    french = [line[0] for line in listed if line[0].startswith("crisis/") and line[2] == "fr"]
    done = said("run", "--pack", "crisis", "--lang", "fr", "--database", database)
    assert [line.split("\t")[1] for line in done.splitlines()] == french
    store = open_store(database)
    try:
        made = store.submissions(Filter(drills=True)).items
        assert sorted(one.drill.scenario for one in made if one.drill) == [name.split("/")[1] for name in french]
        assert store.submissions(Filter()).items == ()
    finally:
        store.close()
    assert f"{len(french)} waiting, 0 ran out of time" in said("results", "--database", database)
    assert "drill list" in said("run", "--scenario", "crisis/none", "--database", database, status=1)
    assert main(["export", "--format", "jsonl", "--database", database]) == 0
    assert capsys.readouterr().out == ""
