"""Commands called within the tests' own process: a process of its own takes seconds to load what it needs."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from review_gate.cli.main import main
from review_gate.settings.settings import PROJECT


@dataclass(frozen=True)
class Terminal:
    """Calls commands within this process, in a folder of their own."""

    capsys: pytest.CaptureFixture[str]

    def call(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        self.capsys.readouterr()
        status = main(arguments)
        return status, *self.capsys.readouterr()

    def check(self, lines: list[Any], *flags: str) -> tuple[int, list[dict[str, Any]]]:
        """Exit status and answers, by one of the packs."""
        some_packs("placeholders")
        Path("lines.jsonl").write_text("\n".join(map(as_line, lines)), encoding="utf-8")
        status, out, _ = self.call("check", "lines.jsonl", *flags)
        return status, [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys)


def as_line(line: Any) -> str:
    return line if isinstance(line, str) else json.dumps(line)


def some_packs(*names: str) -> None:
    """Puts these packs into the present folder, where commands find them: to read all takes seconds."""
    Path("rules").mkdir(exist_ok=True)
    for name in names:
        shutil.copy(PROJECT / "rules" / f"{name}.yml", "rules")
