"""Approved templates from files: strict to read, taken over into the store, and taken back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from review_gate.cli.main import main
from review_gate.domain.errors import NotPermitted
from review_gate.domain.template import Template
from review_gate.domain.verdict import Action
from review_gate.rulebook.errors import PackErrors
from review_gate.settings.templates_file import TemplateFiles, load_templates
from tests.bots.house import LEAD, MORNING, House, house

GOOD = """\
templates:
  - name: shipped
    text: Bonjour {name}, votre commande {number} part aujourd'hui de notre entrepôt.
    owner: care@example.org
    approved_by: lea@example.org
    expires: 2027-01-01
    market: FR
  - name: recall-fr
    text: Par précaution, nous rappelons {product}. Ne le consommez pas, rapportez-le en magasin.
    owner: press@example.org
    approved_by: lea@example.org
    expires: 2027-06-30
    channel: x
    lang: fr
    occasion: crisis
"""
ENTRY = "  - {{name: {name}, text: {text}, owner: o, approved_by: l, expires: {expires}}}\n"
TEXT = "Nous sommes ouverts du lundi au samedi toute la journée."


def written(folder: Path, text: str, name: str = "texts.yml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def entry(name: str = "a", text: str = TEXT, expires: str = "2027-01-01") -> str:
    return "templates:\n" + ENTRY.format(name=name, text=text, expires=expires)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    shipped, recall = load_templates(written(tmp_path, GOOD))
    assert (shipped.name, shipped.market, shipped.lang, shipped.occasion) == ("shipped", "FR", None, None)
    assert (recall.channel, recall.lang, recall.occasion, recall.source) == ("x", "fr", "crisis", "texts.yml")
    assert f"{recall.expires:%Y-%m-%d}" == "2027-06-30"
    assert len(load_templates(tmp_path)) == 2


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("", "1:1", "the file is empty"),
        ("templates: []\n", "1:12", "must be a list of at least one entry"),
        ("template:\n  - {}\n", "1:1", "a file of templates needs 'templates'"),
        (entry().replace("owner: o, ", ""), "2:5", "needs 'owner'"),
        (entry().replace("owner", "ownr"), "2:", "did you mean 'owner'?"),
        (entry(expires="soon"), "2:", "must be a date"),
        (entry().replace(", expires: 2027-01-01", ""), "2:5", "needs 'expires'"),
        (entry(text="{name: Julie}"), "2:", "must be a text, not a group of fields"),
        (entry(text="'Bonjour {name} !'"), "2:", "at least 5 words must be fixed"),
        (entry(text="'" + TEXT + " {Name}'"), "2:", "a slot is written {name}"),
        (entry().replace("owner: o", "owner: o, market: France"), "2:", "write two capitals, such as FR"),
        (entry().replace("owner: o", "owner: o, lang: frr"), "2:", "did you mean 'fr'?"),
        (entry().replace("owner: o", "owner: o, occasion: crises"), "2:", "did you mean 'crisis'?"),
        (entry(name="x" * 81), "2:", "80 at most"),
        (entry() + ENTRY.format(name="a", text=TEXT, expires="2027-01-01"), "3:", "there is a template 'a' already"),
        ("templates:\n  - name: 'a\n", "3:1", "not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, place: str, told: str) -> None:
    with pytest.raises(PackErrors) as found:
        load_templates(written(tmp_path, text))
    assert f"texts.yml:{place}" in str(found.value)
    assert told in str(found.value)


def test_the_same_name_in_two_files_and_a_folder_without_any(tmp_path: Path) -> None:
    with pytest.raises(PackErrors, match="there are no templates here"):
        load_templates(tmp_path)
    written(tmp_path, entry(), "a.yml")
    written(tmp_path, entry(), "b.yaml")
    with pytest.raises(PackErrors, match=r"already \(in a.yml\)"):
        load_templates(tmp_path)


def names(at: House) -> dict[str, str | None]:
    return {one.name: one.source for one in at.gate.templates.all()}


def test_the_store_follows_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path, GOOD)
    with house() as at:
        ours = Template("ours", TEXT, "o", "", MORNING, MORNING.replace(year=2030))
        at.gate.templates.approve(ours, LEAD)
        chore = TemplateFiles(path, at.gate.templates.follow, at.clock)
        chore()
        assert names(at) == {"ours": None, "recall-fr": "texts.yml", "shipped": "texts.yml"}
        reply = "Bonjour Julie, votre commande 12 part aujourd'hui de notre entrepôt."
        assert at.says(reply, market="FR").verdict.template == "shipped"
        assert at.says(reply, market="FR").verdict.action is Action.ALLOW

        for change in (entry("shipped", "no"), GOOD):  # a mistake changes nothing; back again, nor does that
            written(tmp_path, change)
            os.utime(path, ns=(1, at.clock().microsecond + len(change)))
            at.clock.pass_(seconds=11)
            chore()
            assert len(names(at)) == 3
        assert caplog.text.count("stay as they were") == 1
        assert at.gate.templates.follow(load_templates(path)) == 0
        assert [one.uses for one in at.gate.templates.all() if one.name == "shipped"] == [2]

        written(tmp_path, GOOD.split("  - name: recall-fr")[0].replace("aujourd'hui", "demain"))
        at.clock.pass_(seconds=11)
        chore()
        assert names(at) == {"ours": None, "shipped": "texts.yml"}
        assert at.says(reply, market="FR").verdict.template is None
        assert at.events("template.") == [
            ("template.approved", LEAD.id), ("template.approved", "lea@example.org"),
            ("template.approved", "lea@example.org"), ("template.approved", "lea@example.org"),
            ("template.retired", "gate"),
        ]  # fmt: skip


def test_what_stands_in_a_file_is_changed_there(tmp_path: Path) -> None:
    with house() as at:
        at.gate.templates.follow(load_templates(written(tmp_path, GOOD)))
        for refused in (
            lambda: at.gate.templates.retire("shipped", LEAD),
            lambda: at.gate.templates.approve(at.gate.templates.all()[0], LEAD),
        ):
            with pytest.raises(NotPermitted, match=r"stands in the file texts.yml: change it there"):
                refused()


def test_check_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, GOOD + entry("old", expires="2020-01-01").removeprefix("templates:\n"))
    assert main(["templates", "check", str(path)]) == 0
    out = capsys.readouterr()
    assert out.out == "3 templates, 1 of them for a crisis, 1 expired: all good\n"
    assert "'old' has expired" in out.err
    written(tmp_path, entry(expires="soon"))
    assert main(["templates", "check", str(path)]) == 1
    assert "1 mistake: these templates cannot be used" in capsys.readouterr().err
    assert main(["templates", "check", "--config", str(written(tmp_path, "", "empty.toml"))]) == 2


def test_list_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from review_gate.adapters.clock import utc_now, uuid7
    from review_gate.adapters.stores import open_store
    from review_gate.gate.templates import ApprovedTemplates

    database = f"sqlite:{tmp_path / 'gate.db'}"
    store = open_store(database)
    ApprovedTemplates(store, utc_now, uuid7).follow(load_templates(written(tmp_path, GOOD)))
    store.close()
    assert main(["templates", "list", "--database", database]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "recall-fr: 0 uses, until 2027-06-30, crisis x fr, approved by lea@example.org"
