"""What is wrong in the settings, in a file or in the command line itself is told in French to who asked for French."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from review_gate.cli.main import main
from review_gate.settings import PolicyError, SettingsError, load_policy, load_settings

POLICY = "policy: mine\nversion: 1\nthresholds: {toxicity: {insult: {hold: 0.7}}}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "value", "fr"),
    [
        ("PORT", "eighty", "un nombre entier est attendu"),
        ("PORT", "70000", "doit être inférieur ou égal à 65535"),
        ("MEDIA_MAX_MIB", "0", "doit être supérieur à 0"),
        ("MEDIA_FETCH", "perhaps", "true ou false est attendu"),
        ("LOG", "xml", "valeurs possibles : 'text' ou 'json'"),
        ("SLACK_ROOMS", "[", "doit être du JSON : erreur au caractère 2"),
        ("SLACK_ROOMS", '[{"channel": "C0123456", "language": "fr"}]', "dites quels brouillons y vont"),
        ("MAIL_FROM", "nobody", "doit être une adresse e-mail"),
        ("OIDC_ROLES", "leads", "s'écrit VALEUR=RÔLE"),
        ("OIDC_ISSUER", "http://id.example.com", "doit commencer par https://"),
        ("OTLP_ENDPOINT", "localhost", "doit être l'adresse du collecteur"),
        ("WEBHOOK_SECRET", "secret", "doit commencer par « whsec_ »"),
    ],
)
def test_a_setting(name: str, value: str, fr: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(environ={f"REVIEW_GATE_{name}": value})
    en, said = refused.value.message.en, refused.value.message.fr
    assert said.startswith(f"REVIEW_GATE_{name} : ") and fr in said
    assert en.startswith(f"REVIEW_GATE_{name}: ") and en.partition(": ")[2] not in said


OUTLET = '[[publish]]\nname = "masto"\nkind = "mastodon"\nchannel = "m"\nurl = "https://m.example"\n'


@pytest.mark.parametrize(
    ("text", "fr"),
    [
        ("port = = 1", "pas du TOML, ligne 1, colonne 8 : "),
        ("prot = 1", "le réglage « prot » n'existe pas. Réglages connus : "),
        (OUTLET.replace("https", "http"), "publish.0.mastodon : url doit commencer par https://"),
        (OUTLET.replace('"mastodon"', '"myspace"'), "publish.0 : « myspace » est inconnu ici, valeurs possibles : "),
        (OUTLET.replace('kind = "mastodon"\n', ""), "publish.0 : il manque 'kind'"),
        (OUTLET.replace("channel", "chanel"), "publish.0.mastodon.channel : ce champ est obligatoire"),
        (OUTLET + OUTLET, "publish : deux canaux de diffusion ont le même nom"),
        (OUTLET + 'secret = "s"', "un secret n'a pas sa place dans ce fichier"),
    ],
)
def test_the_settings_file(folder: Path, capsys: pytest.CaptureFixture[str], text: str, fr: str) -> None:
    (folder / "review-gate.toml").write_text(text, encoding="utf-8")
    assert main(["key", "list", "--language", "fr"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("review-gate.toml : ") and fr in said
    assert main(["key", "list"]) == 2
    assert capsys.readouterr().err.startswith("review-gate.toml: ")


@pytest.mark.parametrize(
    ("text", "place", "fr"),
    [
        (POLICY + "digest: {hour: 25}", " : digest.hour : ", "doit être inférieur ou égal à 23"),
        (POLICY + "digest: {zone: Paris}", " : digest.zone : ", "le fuseau horaire « Paris » n'existe pas"),
        (POLICY + "replies_up_to: hold", " : replies_up_to : ", "attend toujours une personne"),
        (POLICY + "replies_up_to: rude", " : replies_up_to : ", "« rude » n'est pas une gravité"),
        (POLICY + "new_bot: maybe", " : new_bot : ", "valeurs possibles : 'allow', 'hold' ou 'block'"),
        (POLICY + "languages: []", " : languages : ", "trop peu de valeurs, minimum : 1"),
        (POLICY + "languages: fr", " : languages : ", "une liste est attendue"),
        (POLICY + "repetition: {similarity: 1.5}", " : repetition.similarity : ", "doit être inférieur ou égal à 1"),
        (POLICY + "breaker: {false_alarm: 1}", " : breaker.false_alarm : ", "doit être inférieur ou égal à 0,05"),
        (POLICY + 'breaker: {watch_words: ["a\\nb"]}', " : breaker.watch_words : ", "tient sur une ligne"),
        (POLICY + "groups: {legal: [Paul]}", " : groups.legal.0 : ", "n'a pas la forme attendue"),
        (POLICY + "on_call: {group: nights}", " : le fichier : ", "le groupe « nights » n'existe pas"),
        (POLICY + "sign_off: [{name: a, when: {category: rude}}]", " : sign_off.0.when.category : ", "« rude »"),
        ("version: 1", " : policy : ", "ce champ est obligatoire"),
        ("- a", " : le fichier : ", "des paires clé et valeur sont attendues"),
        ("policy: mine\nversion: 'x\n", ":3:1 : ", "ce n'est pas du YAML ; vérifiez les guillemets"),
        ("policy: a: b\n", ":1:10 : ", "ce n'est pas du YAML"),
    ],
)
def test_a_policy(folder: Path, capsys: pytest.CaptureFixture[str], text: str, place: str, fr: str) -> None:
    path = folder / "policy.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load_policy(path)
    assert f"{path}{place}" in refused.value.message.fr and fr in refused.value.message.fr
    assert refused.value.message.en.startswith(f"{path}:") and "valeur refusée" not in refused.value.message.fr


def test_a_file_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--policy", "no.yml", "--language", "fr"]) == 2
    assert "no.yml : ce fichier n'existe pas" in capsys.readouterr().err
    assert main(["check", "--config", "no.toml", "--language", "fr"]) == 2
    assert "no.toml : ce fichier de réglages n'existe pas" in capsys.readouterr().err


def test_the_language_is_known_from_the_file_or_the_environment(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "review-gate.toml").write_text('language = "fr"\nport = "x"\n', encoding="utf-8")
    assert main(["key", "list"]) == 2
    assert capsys.readouterr().err == "review-gate.toml : un nombre entier est attendu\n"
    monkeypatch.setenv("REVIEW_GATE_LANGUAGE", "en")
    assert main(["key", "list"]) == 2
    assert "valid integer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("called", "fr"),
    [
        ([], "il manque : COMMANDE"),
        (["check", "--nothing"], "arguments inconnus : --nothing"),
        (["check", "--policy"], "argument --policy : il faut une valeur"),
        (["demo", "--port", "x"], "argument --port : valeur incorrecte (type attendu : int) : 'x'"),
        (["doctor", "--language", "de"], "argument --language : valeur inconnue : 'de' (au choix : 'en', 'fr')"),
        (["chekc"], "argument COMMANDE : valeur inconnue : 'chekc'"),
    ],
)
def test_the_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, called: list[str], fr: str
) -> None:
    monkeypatch.setenv("REVIEW_GATE_LANGUAGE", "fr")
    with pytest.raises(SystemExit) as ended:
        main(called)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("utilisation : review-gate") and "erreur : " in said and fr in said


def test_help_has_french_headings_for_that_call_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--language=fr", "--help"])
    said = capsys.readouterr().out
    assert said.startswith("utilisation : ") and "affiche cette aide" in said and "show this help" not in said
    assert argparse.ArgumentParser(prog="other").format_help().startswith("usage: other")


def test_only_a_name_that_nobody_reads_is_told_as_ignored(caplog: pytest.LogCaptureFixture) -> None:
    client = {"REVIEW_GATE_URL": "http://127.0.0.1:8080", "REVIEW_GATE_API_KEY": "rg_key"}  # as the examples say
    load_settings({}, environ={**client, "REVIEW_GATE_PROT": "80"})
    assert [record.args for record in caplog.records] == [("REVIEW_GATE_PROT",)]
