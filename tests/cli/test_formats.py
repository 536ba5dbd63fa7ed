"""`check` for people and editors: places, escapes, exit status."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.adapters.language import EldcDetector
from review_gate.cli.check import _found, _print
from review_gate.cli.formats import Finding, Lines, Place, as_github, as_sarif, as_text, passages
from review_gate.domain.verdict import Severity
from review_gate.gate import Screening
from tests.builders import POLICY, NoRules, WordScorer
from tests.cli.terminal import Terminal, some_packs, terminal
from tests.cli.test_commands import run

__all__ = ["terminal"]

COPY = "# Our shop\r\n\r\nWe open at ten 🎉,\r\nand every idiot knows it.\r\n\r\nSee you there, everybody!\r\n"


def found(name: str, content: bytes) -> list[Finding]:
    screening = Screening(EldcDetector(), [WordScorer()], NoRules, POLICY)
    return list(_found(screening, name, io.BytesIO(content), "en"))


def test_a_finding_stands_at_its_words() -> None:
    (item,) = found("copy/shop.md", COPY.encode())
    assert (item.place, item.severity, item.rule) == (Place(4, 11, 4, 16), Severity.HOLD, "toxicity.insult")
    assert as_text(item).startswith("copy/shop.md:4:11: hold toxicity.insult: ")
    assert as_github(item).startswith(
        "::error file=copy/shop.md,line=4,endLine=4,col=11,endColumn=16,title=toxicity.insult::"
    )
    told = json.loads(as_sarif([item]))
    (result,) = told["runs"][0]["results"]
    assert (told["version"], result["ruleId"], result["level"]) == ("2.1.0", "toxicity.insult", "error")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "copy/shop.md"},
        "region": {"startLine": 4, "startColumn": 11, "endLine": 4, "endColumn": 16},
    }


def test_json_lines_are_found_by_their_line() -> None:
    lines = b'{"text": "Good morning to all of you"}\n\n{"text": "You are an idiot, dear customer"}\nnonsense\n'
    insult, unread = found("drafts.jsonl", lines)
    assert (insult.place, insult.rule) == (Place(3, 1, 3, 44), "toxicity.insult")
    assert (unread.place, unread.rule, unread.severity) == (Place(4, 1, 4, 9), "not-json", Severity.HOLD)


def test_what_cannot_be_read_is_found() -> None:
    (item,) = found("a.txt", b"\xff\xfe")
    assert (item.place, item.rule, item.severity) == (None, "not-utf-8", Severity.HOLD)
    assert as_text(item).startswith("a.txt: hold not-utf-8: ")
    assert as_github(item).startswith("::error file=a.txt,title=not-utf-8::")
    (long,) = found("a.txt", b"a" * 20_001)
    assert (long.rule, long.severity) == ("invalid-field", Severity.HOLD)


@pytest.mark.parametrize(("severity", "status"), [(Severity.NOTE, 0), (Severity.WARN, 0), (Severity.HOLD, 1)])
def test_the_exit_status_says_whether_something_would_be_held(
    severity: Severity, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _print([Finding("a", None, severity, "r", "m")], "text") == status
    assert capsys.readouterr().out == f"a: {severity.word} r: m\n"


def test_a_message_cannot_write_a_command_of_its_own() -> None:
    item = Finding("a,b:c.md", None, Severity.WARN, "r", "50 %\n::error::gotcha", "better")
    assert as_github(item) == "::warning file=a%2Cb%3Ac.md,title=r::50 %25%0A::error::gotcha → better"


@given(st.text(alphabet=st.sampled_from("aé🎉 \t\n\r\x0b"), max_size=80))
def test_every_word_is_in_a_passage_and_has_a_place(text: str) -> None:
    plain = text.replace("\r\n", "\n")
    lines, rest = Lines(text), list(plain)
    for passage in passages(text):
        end = passage.start + len(passage.text)
        assert plain[passage.start : end] == passage.text
        rest[passage.start : end] = " " * len(passage.text)
        place = lines.place(passage.start, end)
        assert plain.split("\n")[place.line - 1][place.column - 1 :].startswith(passage.text.split("\n")[0])
    assert not "".join(rest).strip()


def test_the_command(tmp_path: Path, terminal: Terminal) -> None:
    clean, post = Path("clean.md"), Path("post.txt")
    clean.write_text("# Opening\n\nWe open at **ten** tomorrow morning, see you there.\n")
    post.write_text("Hello dear customers!\n\nHello [insert name], here is your code.\n")
    done = run("check", "--format", "text", str(tmp_path / clean))
    assert (done.returncode, done.stdout) == (0, b"")
    some_packs("placeholders", "off-script")
    status, out, _ = terminal.call("check", "--format", "github", "clean.md", "post.txt")
    assert status == 1
    assert "post.txt,line=3,endLine=3,col=7," in out
    clean.rename("clean.txt")  # where the same signs would be shown as they are
    assert "off-script.markdown" in terminal.call("check", "--format", "text", "clean.txt")[1]
    Path("clean.txt").rename(clean)
    _, out, _ = terminal.call("check", "--format", "sarif", "clean.md")
    assert json.loads(out)["runs"][0]["results"] == []
