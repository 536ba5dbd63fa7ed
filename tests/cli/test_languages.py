"""Every command says in French what it says in English: the same in both are names, figures and a word or two that both
languages have (a key is `active`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.language import EldcDetector
from review_gate.adapters.stores import open_store
from review_gate.domain.submission import Answer
from review_gate.gate import Gate, Screening, Seen
from review_gate.gate.drills import Drills
from review_gate.gate.templates import ApprovedTemplates
from review_gate.settings.drill_file import load_drills
from review_gate.settings.templates_file import load_templates
from tests.builders import POLICY, RENE, NoRules, WordScorer
from tests.cli.both import call, said, words_alike


@pytest.fixture(autouse=True)
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with a database that is made at the first call."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_keys(capsys: pytest.CaptureFixture[str]) -> None:
    call("key", "create", "--name", "paris", "--scope", "check")
    capsys.readouterr()
    assert words_alike(["key", "create", "--name", "paris", "--scope", "check"], capsys) == {"paris", "active"}
    assert words_alike(["key", "revoke", "--name", "lyon"], capsys) == {"lyon", "active"}
    assert words_alike(["key", "list"], capsys) == {"paris", "check", "UTC", "active"}
    call("key", "revoke", "--name", "paris")
    assert words_alike(["key", "list"], capsys) == {"paris", "check", "UTC"}
    assert "révoquée le" in said(["key", "list"], capsys)["fr"]


def test_users(capsys: pytest.CaptureFixture[str]) -> None:
    call("user", "create", "--email", "ines@example.com", "--language", "fr")
    assert "ne sert qu'une fois" in capsys.readouterr().err
    address = {"ines", "example", "com"}
    assert words_alike(["user", "create", "--email", "ines@example.com"], capsys) == address
    assert words_alike(["user", "create", "--email", "ines"], capsys) == {"ines", "mail"}  # e-mail
    assert words_alike(["user", "disable", "--email", "rene@example.com"], capsys) == {"rene", "example", "com"}
    assert words_alike(["user", "list"], capsys) == {*address, "author"}
    call("user", "disable", "--email", "ines@example.com")
    assert words_alike(["user", "list"], capsys) == {*address, "author", "UTC"}


def template(name: str, expires: str) -> str:
    text = "Votre colis part demain matin de chez nous, merci de votre patience."
    return f"  - {{name: {name}, text: '{text}', owner: o, approved_by: lea, expires: {expires}}}\n"


def test_templates(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert words_alike(["templates", "check"], capsys) == {"REVIEW", "GATE", "TEMPLATES"}
    path = gate / "texts.yml"
    path.write_text("templates:\n" + template("late", "2020-01-01") + template("parcel", "2999-01-01"))
    check, listing = ["templates", "check", str(path)], ["templates", "list"]
    assert words_alike(check, capsys) == {"note", "late"}
    assert said(check, capsys)["fr"].startswith("2 modèles, dont 0 pour une crise, 1 expiré : tout est bon\n")
    store = open_store("sqlite:var/gate.db")
    ApprovedTemplates(store, utc_now, uuid7).follow(load_templates(path))
    store.close()
    assert words_alike(listing, capsys) == {"late", "parcel", "lea"}
    assert "late : 0 utilisation, jusqu'au 01/01/2020, partout, approuvé par lea\n" in said(listing, capsys)["fr"]
    path.write_text("templates: []")
    assert said(check, capsys)["fr"].endswith("1 erreur : ces modèles ne peuvent pas servir\n")


def test_drills(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(["drill", "list"], capsys)
    assert "\tdate de recueillement\t" in told["fr"] and "\tsolemn date\t" in told["en"]
    assert words_alike(["drill", "results"], capsys) == set()
    store = open_store("sqlite:var/gate.db")
    screening = Screening(EldcDetector(), [WordScorer()], NoRules, POLICY)
    scenario = next(one for one in load_drills() if one.marked.category == "solemn_date")
    made = Drills(store, lambda: screening, [scenario], utc_now, uuid7).run(scenario)
    assert made is not None
    gate = Gate(store, lambda: screening, utc_now, uuid7)
    gate.decide(made.id, Answer.REJECT, RENE, Seen(1, made.text_sha256), "pas ce jour-là")
    store.close()
    assert words_alike(["drill", "results"], capsys) == {RENE.name, "date", "min"}
    assert "1 vu sur 1\t100 % (27 % à 100 %)\tmédiane 0,0 min\n" in said(["drill", "results"], capsys)["fr"]


def test_an_unknown_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert words_alike(["drill", "run", "--scenario", "crisis/none"], capsys) == set()
