"""The policy file's thresholds: a slip in a name would let through what it was to hold, so it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from review_gate.adapters.scorers.encoder import LABELS as TOXICITY
from review_gate.cli.main import main
from review_gate.domain.holding import DISTRESS
from review_gate.domain.reply_labels import REPLY_LABELS
from review_gate.domain.verdict import Severity
from review_gate.settings import PolicyError, load_policy

SHIPPED = Path(__file__).parents[2] / "review_gate" / "default_policy.yml"


def written(folder: Path, thresholds: str, more: str = "") -> Path:
    path = folder / "policy.yml"
    path.write_text(f"policy: mine\nversion: 1\nthresholds: {thresholds}\n{more}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("thresholds", "more", "en", "fr"),
    [
        (
            "{toxicty: {insult: {hold: 0.7}}}", "required: []",
            "thresholds.toxicty: there is no such scorer: did you mean 'toxicity'?",
            "thresholds.toxicty : ce contrôle n'existe pas : vouliez-vous dire « toxicity » ?",
        ),
        (
            "{toxicity: {insluts: {hold: 0.7}, threat: {hold: 0.5}}}", "",
            "thresholds.toxicity.insluts: there is no such label: did you mean 'insult'?",
            "thresholds.toxicity.insluts : cette étiquette n'existe pas : vouliez-vous dire « insult » ?",
        ),
        (
            "{toxicity: {conversation: {hold: 1.0}, threat: {hold: 0.5}}}", "",
            "thresholds.toxicity.conversation: there is no such label: known: identity_attack, insult, obscene,",
            "thresholds.toxicity.conversation : cette étiquette n'existe pas : valeurs connues : identity_attack,",
        ),
        (
            "{toxicity: {insult: {hold: 0.7}}}", "required: [toxicity, tones]",
            "required.tones: there is no such scorer: did you mean 'tone'?",
            "required.tones : ce contrôle n'existe pas : vouliez-vous dire « tone » ?",
        ),
        (
            "{toxicity: {insult: {warn: 0.3}, threat: {note: 0.1}}}", "",
            "required.toxicity: none of its labels can hold a text: write hold or block for one under",
            "required.toxicity : aucune de ses étiquettes ne peut retenir un texte : écrivez hold ou block",
        ),
        (
            "{toxicity: {insult: {hold: 0.7}}}", "required: [toxicity, distress]",
            "required.distress: none of its labels can hold a text",
            "required.distress : aucune de ses étiquettes ne peut retenir un texte",
        ),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], thresholds: str, more: str, en: str, fr: str
) -> None:
    path = written(tmp_path, thresholds, more)
    with pytest.raises(PolicyError) as slip:
        load_policy(path)
    assert str(slip.value).startswith(f"{path}: {en}")
    assert slip.value.message.fr.startswith(f"{path} : {fr}")
    assert main(["check", "--policy", str(path), "--language", "fr"]) == 2
    assert fr in capsys.readouterr().err


def test_every_slip_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as slips:
        load_policy(written(tmp_path, "{toxicty: {insult: {hold: 0.7}}, tone: {unanswerd: {hold: 1.0}}}"))
    places = [line.split(": ")[1] for line in str(slips.value).splitlines()]
    assert places == ["thresholds.toxicty", "thresholds.tone.unanswerd", "required.toxicity"]


def test_what_the_scorers_say_can_be_named(tmp_path: Path) -> None:
    """Every label that a person may be shown, and the language as something that has to be known."""
    labels = {"toxicity": TOXICITY, "repetition": ("conversation", "across"), "distress": DISTRESS,
              "tone": [label for label in REPLY_LABELS if label not in DISTRESS]}  # fmt: skip
    lines = [f"  {scorer}: {{{', '.join(f'{one}: {{block: 0.9}}' for one in of)}}}" for scorer, of in labels.items()]
    required = "required: [toxicity, repetition, distress, tone, language]"
    policy = load_policy(written(tmp_path, "\n" + "\n".join(lines), required))
    assert {scorer: set(of) for scorer, of in policy.thresholds.items()} == {k: set(v) for k, v in labels.items()}
    assert policy.thresholds["tone"]["wrong_language"] == ((Severity.BLOCK, 0.9),)


def test_the_shipped_policy_speaks_of_every_label_of_toxicity() -> None:
    assert set(load_policy(SHIPPED).thresholds["toxicity"]) == set(TOXICITY)
