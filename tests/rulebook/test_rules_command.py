"""The commands of `review-gate rules`, as a rule owner calls them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from review_gate.adapters.clock import utc_now
from review_gate.cli.main import main
from tests.cli.both import alike
from tests.rulebook.making import pack_text

LIVE = """
id: t.promo
status: live
severity: hold
languages: [fr]
terms: [promo]
should_hit: [promo]
should_pass: [rien]
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.yml").write_text(pack_text(LIVE))
    return folder


def test_check_says_what_it_read(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check"]) == 0
    assert capsys.readouterr().out == "1 packs, 1 rules (0 expired), 2 examples: all good\n"
    assert main(["rules", "check", "--language", "fr"]) == 0
    assert capsys.readouterr().out == "1 packs, 1 règles (dont 0 expirées), 2 exemples : tout est bon\n"


def test_check_prints_all_mistakes_of_all_packs(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "a.yml").write_text(pack_text(LIVE.replace("severity", "severty")))
    (rules / "b.yml").write_text("pack: [")
    assert main(["rules", "check", str(rules)]) == 1
    err = capsys.readouterr().err
    assert "did you mean 'severity'?" in err
    assert "b.yml:" in err and "not YAML" in err
    assert err.rstrip().endswith("these packs cannot be used")
    assert main(["rules", "check", str(rules), "--language", "fr"]) == 1
    err = capsys.readouterr().err
    assert "vouliez-vous dire « severity » ?" in err
    assert err.rstrip().endswith("ces packs ne peuvent pas servir")


def test_check_names_expired_rules(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "a.yml").write_text(pack_text(LIVE + "expires: 2020-01-01"))
    assert main(["rules", "check"]) == 0
    assert "'t.promo' expired on 2020-01-01" in capsys.readouterr().err
    assert main(["rules", "check", "--language", "fr"]) == 0
    assert "« t.promo » a expiré le 01/01/2020" in capsys.readouterr().err


def test_check_and_stats_say_what_expires_soon(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = utc_now().date()
    first, last = today + timedelta(30), today + timedelta(89)
    texts = [
        LIVE.replace("t.promo", f"t.promo-{number}") + f"expires: {day}"
        for number, day in enumerate([last, first, today + timedelta(92), today - timedelta(1)])
    ]
    (rules / "a.yml").write_text(pack_text(*texts))
    assert main(["rules", "check"]) == 0
    err = capsys.readouterr().err
    assert f"note: 2 rules of the pack 'testing' expire within 90 days, the first on {first}\n" in err
    assert main(["rules", "check", "--language", "fr"]) == 0
    told = f"2 règles du pack « testing » expirent dans les 90 jours, la première le {first:%d/%m/%Y}\n"
    assert told in capsys.readouterr().err
    empty = rules.parent / "none.jsonl"
    empty.write_text("")
    assert main(["rules", "stats", "--file", str(empty)]) == 0
    out = capsys.readouterr().out
    assert f"expire within 90 days: 2\n  testing: 2, the first on {first} (t.promo-1)" in out


def test_explain_shows_hits_and_what_was_near(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", "Une PROMO", "--lang", "fr"]) == 0
    assert "hold  t.promo [style] 4-9 «PROMO»" in capsys.readouterr().out
    assert main(["rules", "explain", "Une promo", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "no rule hits this text" in out
    assert "near  t.promo: «promo»: not for this language (languages: fr)" in out


def test_explain_speaks_french(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", "Une PROMO", "--lang", "fr", "--language", "fr"]) == 0
    out = capsys.readouterr().out
    assert "Bonjour" in out and "Hello" not in out
    assert main(["rules", "explain", "Une promo", "--lang", "en", "--language", "fr"]) == 0
    out = capsys.readouterr().out
    assert "aucune règle ne se déclenche sur ce texte" in out
    assert "près  t.promo : «promo» : pas pour cette langue (languages : fr)" in out


def test_explain_says_nothing_in_english_alone(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = LIVE.replace("t.promo", "t.gone") + "expires: 2026-01-01"
    reply = LIVE.replace("t.promo", "t.reply").replace("_hit: [promo]", "_hit: [{text: promo, kind: reply}]")
    (rules / "a.yml").write_text(pack_text(LIVE, gone, reply + "for: [reply]"))
    assert alike(["rules", "explain", "Une PROMO"], capsys) == {"hold  t.promo [style] 4-9 «PROMO»"}
    assert alike(["rules", "explain", "Bonjour", "--market", "FR"], capsys) == set()
    assert alike(["rules", "explain", "Bonjour", "--at", "demain"], capsys) == set()
    main(["rules", "explain", "Une PROMO", "--language", "fr"])
    assert "près  t.gone : «PROMO» : expirée le 01/01/2026" in capsys.readouterr().out


def test_explain_names_what_there_is_for_a_slip(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called = ["rules", "explain", "Une promo", "--lang", "frr", "--market", "UK", "--channel", "insta"]
    assert main(called) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "--lang: 'frr' is not a language that rules know\n  did you mean 'fr'? known: ar, de, en," in err
    assert "--market: 'UK' is not a market: no such country\n  did you mean 'GB'?\n" in err
    assert "--channel: 'insta' is not a known channel\n  did you mean 'instagram'? known: bluesky," in err
    assert alike(called, capsys) == set()
    assert main(["rules", "explain", "Une promo", "--lang", "FR-ca", "--market", "gb", "--channel", "Instagram"]) == 0
    assert "hold  t.promo" in capsys.readouterr().out


def test_explain_knows_the_channels_of_a_pack(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called = ["rules", "explain", "Une promo", "--lang", "fr", "--channel", "Intranet"]
    assert main(called) == 2
    (rules / "a.yml").write_text("own_channels: [intranet]\n" + pack_text(LIVE))
    assert main(called) == 0
    assert "hold  t.promo" in capsys.readouterr().out


def test_replay_says_nothing_in_english_alone(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafts, tried = tmp_path / "drafts.jsonl", tmp_path / "tried.yml"
    drafts.write_text('{"text": "une promo", "lang": "fr"}\n{"text": "un solde", "lang": "fr", "decision": "reject"}\n')
    shadow = LIVE.replace("t.promo", "t.shadow").replace("live", "shadow")
    tried.write_text(pack_text(LIVE.replace("[promo]", "[solde]"), shadow))
    called = ["rules", "replay", "--file", str(drafts), "--pack", str(tried)]
    names_and_figures = {
        "       hold          1          0          0",
        "       warn          0          0          0",
        "t.promo      1        1         0       100%",
        "      une promo",
        "      un solde",
    }
    assert alike(called, capsys) == names_and_figures
    assert alike([*called, "--since", "gestern"], capsys) == set()


def test_replay_and_stats_speak_french(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEW_GATE_LANGUAGE", "fr")
    drafts = tmp_path / "drafts.jsonl"
    drafts.write_text('{"text": "une promo", "lang": "fr", "decision": "reject", "id": "d1"}\n')
    tried = tmp_path / "tried.yml"
    tried.write_text(pack_text(LIVE.replace("[promo]", "[solde]")))
    assert main(["rules", "replay", "--file", str(drafts), "--pack", str(tried)]) == 0
    out = capsys.readouterr().out
    assert "les règles    refusés  approuvés" in out
    assert "1 texte dont les packs disent autre chose qu'avant" in out
    assert "d1 [reject] maintenant none : -t.promo" in out
    assert main(["rules", "stats", "--file", str(drafts)]) == 0
    assert "1 texte, dont 1 décidé" in capsys.readouterr().out
    drafts.write_text('{"text": "a", "decision": "maybe"}')
    assert main(["rules", "replay", "--file", str(drafts)]) == 2
    assert "ligne 1 : « decision » doit être l'un de" in capsys.readouterr().err


def test_replay_of_a_file_with_a_pack_on_trial(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafts = tmp_path / "drafts.jsonl"
    lines = [
        {"text": "une promo", "lang": "fr", "decision": "reject", "id": "d1", "at": "2026-10-02T08:00:00+02:00"},
        {"text": "un solde", "lang": "fr", "decision": "approve", "id": "d2", "at": "2026-10-01T09:30:00Z"},
        {"text": "bonjour", "lang": "fr", "decision": "approve", "id": "d3", "at": "2026-10-01T19:30:00Z"},
    ]
    drafts.write_text("\n".join(json.dumps(line) for line in lines))
    tried = tmp_path / "tried.yml"
    tried.write_text(pack_text(LIVE.replace("[promo]", "[solde]")))
    assert main(["rules", "replay", "--file", str(drafts), "--pack", str(tried)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("3 drafts, from 2026-10-01 09:30 UTC to 2026-10-02 06:00 UTC; changed: 2\n")
    assert "2 drafts on which the packs say something else than before" in out
    assert "d1 [reject] now none: -t.promo" in out
    assert "d2 [approve] now hold: +t.promo «solde»" in out
    assert main(["rules", "replay", "--file", str(drafts), "--language", "fr"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("3 textes, du 01/10/2026 à 09:30 UTC au 02/10/2026 à 06:00 UTC ; sans avis d'avant")


def test_stats_of_a_file(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafts = tmp_path / "drafts.jsonl"
    drafts.write_text('{"text": "une promo", "lang": "fr", "decision": "reject"}\n')
    assert main(["rules", "stats", "--file", str(drafts)]) == 0
    out = capsys.readouterr().out
    assert "1 draft, 1 decided" in out
    assert "100%" in out
    assert "never fired: 0" in out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "a", "decision": "maybe"}', "line 1: 'decision' must be one of"),
        ("{", "line 1: The body is not JSON"),
        ('{"txt": "a"}', "line 1:"),
    ],
)
def test_a_bad_line_is_named(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    drafts = tmp_path / "drafts.jsonl"
    drafts.write_text(line)
    assert main(["rules", "replay", "--file", str(drafts)]) == 2
    assert says in capsys.readouterr().err


def test_a_bad_since_is_explained(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "stats", "--since", "long ago"]) == 2
    assert "write 30d, 12h or a date" in capsys.readouterr().err


def test_replay_reads_the_database(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "replay", "--database", "sqlite:gate.db"]) == 0
    assert capsys.readouterr().out.startswith("0 drafts")


SENTENCE = "Toute l'équipe vous souhaite une belle semaine, et une promo vous attend en boutique."


def test_explain_tells_the_language_as_the_service_does(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    english = LIVE.replace("[fr]", "[en]").replace("t.promo", "t.english")
    (rules / "a.yml").write_text(pack_text(LIVE, english))
    assert main(["rules", "explain", SENTENCE]) == 0
    out = capsys.readouterr().out
    assert out.startswith("language: fr, told from the text\n")
    assert "hold  t.promo" in out and "hold  t.english" not in out
    assert "near  t.english: «promo»: not for this language" in out


def test_explain_counts_all_languages_where_it_cannot_tell(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", "promo"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("language: cannot be told; rules of en, fr count (--lang to choose)\n")
    assert "hold  t.promo" in out
    assert main(["rules", "explain", "promo", "--market", "GB", "--language", "fr"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("langue : en, celle du marché GB\n")
    assert "hold  t.promo" not in out


def test_explain_says_nothing_of_a_language_that_was_named(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", "promo", "--lang", "fr"]) == 0
    assert "language:" not in capsys.readouterr().out
