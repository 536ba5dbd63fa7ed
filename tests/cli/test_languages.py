"""Every command says in French what it says in English: the same in both are names, figures and a word or two that both
languages have (a key is `active`)."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.language import EldcDetector
from review_gate.adapters.stores import open_store
from review_gate.cli.main import main
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer, Person
from review_gate.gate import Gate, Screening, Seen
from review_gate.gate.drills import Drills
from review_gate.gate.templates import ApprovedTemplates
from review_gate.ports import Store
from review_gate.settings.drill_file import load_drills
from review_gate.settings.templates_file import load_templates
from tests.builders import POLICY, RENE, NoRules, WordScorer
from tests.cli.both import WORD, said, words_alike

SCREENING = Screening(EldcDetector(), [WordScorer()], NoRules, POLICY)


def gate_on(store: Store) -> Gate:
    return Gate(store, lambda: SCREENING, utc_now, uuid7)


@pytest.fixture(autouse=True)
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with a database that is made at the first call."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def words_of(path: Path) -> set[str]:
    """Those of a path that a message names."""
    return set(WORD.findall(str(path)))


def test_keys(capsys: pytest.CaptureFixture[str]) -> None:
    main(["key", "create", "--name", "paris", "--scope", "check"])
    capsys.readouterr()
    assert words_alike(["key", "create", "--name", "paris", "--scope", "check"], capsys) == {"paris", "active"}
    assert words_alike(["key", "revoke", "--name", "lyon"], capsys) == {"lyon", "active"}
    assert words_alike(["key", "list"], capsys) == {"paris", "check", "UTC", "active"}
    main(["key", "revoke", "--name", "paris"])
    assert words_alike(["key", "list"], capsys) == {"paris", "check", "UTC"}
    assert "révoquée le" in said(["key", "list"], capsys)["fr"]


def test_users(capsys: pytest.CaptureFixture[str]) -> None:
    main(["user", "create", "--email", "ines@example.com", "--language", "fr"])
    assert "ne sert qu'une fois" in capsys.readouterr().err
    address = {"ines", "example", "com"}
    assert words_alike(["user", "create", "--email", "ines@example.com"], capsys) == address
    assert words_alike(["user", "create", "--email", "ines"], capsys) == {"ines", "mail"}  # e-mail
    assert words_alike(["user", "disable", "--email", "rene@example.com"], capsys) == {"rene", "example", "com"}
    assert words_alike(["user", "list"], capsys) == {*address, "author"}
    main(["user", "disable", "--email", "ines@example.com"])
    assert words_alike(["user", "list"], capsys) == {*address, "author", "UTC"}


def template(name: str, expires: str) -> str:
    text = "Votre colis part demain matin de chez nous, merci de votre patience."
    return f"  - {{name: {name}, text: '{text}', owner: o, approved_by: lea, expires: {expires}}}\n"


def test_templates(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert words_alike(["templates", "check"], capsys) == set()
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
    scenario = next(one for one in load_drills() if one.marked.category == "solemn_date")
    made = Drills(store, lambda: SCREENING, [scenario], utc_now, uuid7).run(scenario)
    assert made is not None
    gate_on(store).decide(made.id, Answer.REJECT, RENE, Seen(1, made.text_sha256), "pas ce jour-là")
    store.close()
    assert words_alike(["drill", "results"], capsys) == {RENE.name, "date", "min"}
    assert "1 vu sur 1\t100 % (27 % à 100 %)\tmédiane 0,0 min\n" in said(["drill", "results"], capsys)["fr"]


def test_an_unknown_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert words_alike(["drill", "run", "--scenario", "crisis/none"], capsys) == set()


def test_import(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = gate / "drafts.csv"
    name = {"drafts", "csv", *words_of(gate)}
    assert words_alike(["import", "figures", str(sheet)], capsys) == {"figures", "import", "outcomes"}
    assert words_alike(["import", str(sheet)], capsys) == {*name, "CSV", "iCalendar"}
    sheet.write_text("text,kind\nHello,post\n")
    assert words_alike(["import", str(sheet), "--zone", "Mars/Base"], capsys) == {"Mars", "Base", "Europe", "Paris"}
    assert words_alike(["import", str(sheet), "--dry-run"], capsys) == set()
    sheet.write_text("text,kind\nHello,advert\n")
    assert words_alike(["import", str(sheet)], capsys) == {"kind", "post", "reply"}
    sheet.write_text('text\n"never closed\n')
    assert words_alike(["import", str(sheet)], capsys) == set()
    assert main(["import", str(sheet), "--language", "fr"]) == 1


def test_an_import_twice(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (gate / "drafts.csv").write_text("text\nOn ouvre à dix heures demain\n")
    assert main(["import", "drafts.csv"]) == 0
    (id_,) = re.findall(r"^(\S+)\t", capsys.readouterr().out)
    assert said(["import", "drafts.csv"], capsys) == {"en": f"{id_}\tthere already\n", "fr": f"{id_}\tdéjà là\n"}


def test_import_of_outcomes(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = gate / "outcomes.csv"
    command = ["import", "outcomes", str(sheet)]
    assert words_alike(command, capsys) == {"outcomes", "csv", "CSV", *words_of(gate)}
    sheet.write_text("reply,complaints\nr1,0\n")
    assert words_alike([*command, "--dry-run"], capsys) == set()
    sheet.write_text("submission,complaints\ns1,3\n")
    assert words_alike(command, capsys) == set()
    assert said(command, capsys)["fr"].startswith("ligne 2 : ")
    store = open_store("sqlite:var/gate.db")
    at = gate_on(store)
    made = at.submit(Draft("On ouvre à dix heures demain"), Person("marketing"))
    at.decide(made.id, Answer.APPROVE, RENE, Seen(1, made.text_sha256))
    store.close()
    sheet.write_text(f"submission,complaints\n{made.id},3\n")
    assert said(command, capsys) == {"en": f"{made.id}\tbad\n", "fr": f"{made.id}\tdéjà là\n"}
    sheet.write_text(f"submission,complaints\n{made.id},0\n")
    assert main([*command, "--language", "fr"]) == 0
    assert capsys.readouterr().out == f"{made.id}\tbien passé\n"


def test_export(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(gate / "out.csv")
    assert said(["export", "--format", "jsonl"], capsys) == {"en": "0 decisions\n", "fr": "0 décision\n"}
    assert words_alike(["export", "--format", "parquet"], capsys) == {"parquet", "out"}
    assert main(["export", "--out", out]) == 0
    capsys.readouterr()
    assert words_alike(["export", "--out", out], capsys) == {"out", "csv", *words_of(gate)}


def test_check(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert words_alike(["check", "none.jsonl"], capsys) == {"none", "jsonl", "JSON", "Lines"}
    (gate / "drafts.jsonl").write_text("{nonsense\n")
    main(["check", "drafts.jsonl", "--language", "fr"])
    assert capsys.readouterr().err.startswith("ligne 1 : ")
    (gate / "copy.md").write_bytes(b"\xe9t\xe9")
    assert words_alike(["check", "copy.md", "--format", "text"], capsys) == {"copy", "md", "hold", "not", "utf", "UTF"}


def test_bots(capsys: pytest.CaptureFixture[str]) -> None:
    by = ["--by", "Léa"]
    assert words_alike(["bot", "pause", "faq", "--why", " ", *by], capsys) == {"why"}
    assert main(["bot", "pause", "faq", "--why", "prix faux", *by, "--language", "fr"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("faq\tarrêté\tdepuis le ") and "\t0/0 retenues\t" in out
    assert err.startswith("« faq » n'a encore rien demandé") and err.endswith("Bots connus : aucun.\n")
    assert words_alike(["bot", "list"], capsys) == {"faq", "UTC", "Léa", "prix", "faux"}
    assert words_alike(["bot", "resume", "none", "--why", "x", *by], capsys) == {"none", "bot", "faq"}


def test_a_manifest_that_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    address = {"gate", "example", "com", "http", "https", "url"}
    assert words_alike(["slack", "manifest", "--url", "http://gate"], capsys) == {*address, "Slack"}
    assert words_alike(["slack", "manifest", "--oauth"], capsys) == {"oauth", "Slack", "service", "url", "https"}


def test_what_is_not_installed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_GATE_TOXICITY", "detoxify")
    assert words_alike(["check"], capsys) == {"toxicity", "detoxify"}


def test_doctor(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_GATE_WEBHOOK_URL", "https://hooks.example.com/in")
    with socket.create_server(("127.0.0.1", 0)) as other:
        nobody = str(other.getsockname()[1])
    monkeypatch.setenv("REVIEW_GATE_PORT", nobody)
    assert main(["doctor", "--language", "fr"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok       base de données : sqlite:var/gate.db, 0 envoi en attente"
    assert [line for line in lines if not line.startswith("ok ")] == [
        f"à noter  service : il ne tourne pas à l'adresse http://127.0.0.1:{nobody} : "
        "démarrez-le avec `review-gate serve`",
        "À RÉGLER webhook : renseignez REVIEW_GATE_WEBHOOK_SECRET : `review-gate key webhook` en crée un",
    ]


def test_a_demo_that_cannot_start(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert words_alike(["demo", "--port", port], capsys) == {"port"}
