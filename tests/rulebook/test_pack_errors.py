"""Mistakes in packs: each one found, at its place, with what to do."""

from pathlib import Path

import pytest

from review_gate.rulebook import scope
from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.load import load_packs, packs_from_text
from review_gate.web.pages import channels as pages
from tests.rulebook.making import pack_text

GOOD = """\
pack: newsjacking
version: 1
owner: "@brand-safety"
rules:
  - id: newsjack.promo
    kind: existence
    category: newsjack
    severity: hold
    languages: [fr, en]
    message:
      en: "'{found}' is there."
      fr: "« {found} » est là."
    rationale: A reason.
    source: somebody
    expires: 2028-01-01
    terms: [promo, "code promo"]
    except: ["promo code"]
    should_hit: [{text: "Une promo"}]
    should_pass: ["Bonjour"]
"""


def errors_of(text: str) -> list[str]:
    with pytest.raises(PackErrors) as caught:
        packs_from_text(text, "news.yml")
    for error in caught.value.errors:  # whatever it is, it is told in both languages
        assert error.message.en != error.message.fr
        assert error.hint is None or error.hint.en != error.hint.fr
    return [str(error) for error in caught.value.errors]


def test_the_good_one_is_good() -> None:
    packs = packs_from_text(GOOD)
    assert packs.versions == {"newsjacking": 1}
    assert [rule.id for rule in packs.rules] == ["newsjack.promo"]


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("severity: hold", "severty: hold", "8:5", "no field 'severty'", "did you mean 'severity'?"),
        ("severity: hold", "severity: hard", "8:15", "'hard' is not a severity", "hold"),
        ("category: newsjack", "category: newsjak", "7:15", "'newsjak' is not a category", "did you mean 'newsjack'?"),
        ("kind: existence", "kind: existance", "6:11", "'existance' is not a kind", "did you mean 'existence'?"),
        ("    rationale: A reason.\n", "", "5:5", "needs 'rationale'", ""),
        ("    severity: hold", "    severity: hold\n    severity: warn", "9:5", "'severity' is here twice", "drop"),
        ("[promo,", "[no,", "16:13", "YAML reads no as true or false", 'put it in quotes: "no"'),
        ("[promo,", "[2020,", "16:13", "YAML reads 2020 as a number", "quotes"),
        ("[fr, en]", "[fr, xx]", "9:21", "'xx' is not known", "known: "),
        (
            '[promo, "code promo"]',
            "\n      - promo\n      - #ad",
            "18:8",
            "a term is empty",
            "unquoted # starts a comment",
        ),
        ('[promo, "code promo"]', "\n      - promo #ad", "17:15", "an unquoted # starts a comment", "quotes"),
        ('[promo, "code promo"]', "[promo, #ad]", "16:20", "an unquoted # starts a comment", "quotes"),
        ('[promo, "code promo"]', "[promo, soldes # promo]", "16:27", "an unquoted # starts a comment", "quotes"),
        ('[promo, "code promo"]', "[promo, #ad,\n      soldes]", "16:20", "an unquoted # starts a comment", "quotes"),
        ('{text: "Une promo"}', "{text: Une promo #ad}", "18:35", "an unquoted # starts a comment", "quotes"),
        ('"code promo"', '"(a+)+"', "16:25", "a repetition without end", "bound"),
        (
            '"code promo"',
            '"[a-d][a-d](?:promotion){999}"',
            "16:44",
            "the pattern is too long",
            "make the bounds smaller",
        ),
        ('"code promo"', '"promo(?! x)"', "16:26", "not a pattern", "except"),
        ('"code promo"', '"colou?r"', "16:26", "a ? after a letter", "patterns"),
        ('"code promo"', '"f**k"', "16:22", "a * is for 'any ending'", "for the sign"),
        ("{found} » est", "{fund} » est", "12:14", "nothing fills {fund}", "did you mean 'found'?"),
        ('      fr: "« {found} » est là."\n', "", "11:7", "needs 'fr'", ""),
        ("2028-01-01", "01/01/2028", "15:14", "must be a date", ""),
        ("version: 1", "version: one", "2:10", "must be a number", ""),
        ("Une promo", "Une promenade", "18:18", "this must hit 'newsjack.promo' and does not", ""),
        ('"Bonjour"', '"Les promos"', "19:19", "this must pass 'newsjack.promo' and does not: 'promos'", ""),
        ('["Bonjour"]', "[]", "19:18", "1 texts that must hit and 0 that must pass", "harmless"),
        ("id: newsjack.promo", "id: News Jack", "5:9", "is no id", "small letters"),
        ("terms: [promo", "terms: {xx: [promo]}\n    other: [promo", "16:13", "'xx' is not a language", ""),
        ("terms: [promo", "terms: {es: [promo]}\n    other: [promo", "16:13", "do not have 'es'", ""),
        ("expires:", "markets: [FR, UK]\n    expires:", "15:19", "'UK' is not a market", "did you mean 'GB'?"),
        ("expires:", "markets: [France]\n    expires:", "15:15", "'France' is not a market", "did you mean 'FR'?"),
        ("expires:", "markets: [QQ]\n    expires:", "15:15", "'QQ' is not a market", "such as FR"),
        ("expires:", "channels: [insta]\n    expires:", "15:16", "'insta' is not", "did you mean 'instagram'?"),
        ("expires:", "channels: [twitter]\n    expires:", "15:16", "'twitter' is not", "did you mean 'x'?"),
        ("expires:", "channels: [fanzine]\n    expires:", "15:16", "'fanzine' is not", "own_channels: [fanzine]"),
        (
            '"Une promo"',
            '"Une promo", channel: insta',
            "18:47",
            "'insta' is not",
            "did you mean 'instagram'? known: bluesky,",
        ),
        ('"Une promo"', '"Une promo", channel: zine', "18:47", "'zine' is not", "known: bluesky, chat, discord, email"),
        ('"Une promo"', '"Une promo", market: UK', "18:46", "'UK' is not a market", "did you mean 'GB'?"),
        ('["Bonjour"]', "[{text: Bonjour, market: QQ}]", "19:43", "'QQ' is not a market", "such as FR"),
        ('["Bonjour"]', "[{text: Bonjour, channel: [x]}]", "19:44", "'channel' must be", ""),
        ('["Bonjour"]', "[{text: Bonjour, market: NO}]", "19:43", "YAML reads NO as true or false", "quotes"),
        ("owner:", "owner: @me #", "3:8", "not YAML", "quotes"),
    ],
)
def test_mistakes(old: str, new: str, place: str, message: str, hint: str) -> None:
    assert old in GOOD
    errors = errors_of(GOOD.replace(old, new, 1))
    mistake = next((error for error in errors if message in error and f"news.yml:{place}" in error), None)
    assert mistake, errors
    assert hint in mistake


def test_a_pack_names_the_channels_of_its_own() -> None:
    own = GOOD.replace("rules:", "own_channels: [Fanzine]\nrules:")
    (rule,) = packs_from_text(own.replace("expires:", "channels: [fanzine, X]\n    markets: [fr]\n    expires:")).rules
    assert (rule.channels, rule.markets) == ({"fanzine", "x"}, {"FR"})


def test_an_examples_channel_and_market_are_read_as_the_rules() -> None:
    """In a channel of the pack's own too, whatever its case."""
    own = GOOD.replace("rules:", "own_channels: [Fanzine]\nrules:")
    scoped = own.replace("expires:", "channels: [fanzine]\n    markets: [FR]\n    expires:")
    (rule,) = packs_from_text(scoped.replace('"Une promo"', '"Une promo", channel: FANZINE, market: fr')).rules
    assert [(one.draft.channel, one.draft.market) for one in rule.should_hit] == [("fanzine", "FR")]


def test_every_channel_that_the_pages_offer_is_known_to_rules() -> None:
    assert set(pages.CHANNELS) <= scope.CHANNELS


def test_a_comment_in_a_list_is_one_with_a_blank_after_its_sign() -> None:
    packs = packs_from_text(GOOD.replace("[promo, ", "[promo, # words of the sales team [fr]\n      "))
    assert len(packs.rules) == 1


def test_the_line_and_a_caret_are_shown() -> None:
    (error,) = errors_of(GOOD.replace("severity: hold", "severity: hard"))
    assert error.splitlines() == [
        "news.yml:8:15: 'hard' is not a severity",
        "      severity: hard",
        "                ^",
        "  known: block, hold, note, warn",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("severity: hold", "severty: hold", "la règle « newsjack.promo » : pas de champ « severty »"),
        ("severity: hold", "severty: hold", "  vouliez-vous dire « severity » ?"),
        ("    rationale: A reason.\n", "", "la règle « newsjack.promo » : il manque « rationale »"),
        ('"code promo"', '"(a+)+"', "une répétition sans fin à l'intérieur d'une autre"),
        ("Une promo", "Une promenade", "ceci doit déclencher « newsjack.promo » et ne le déclenche pas"),
        ('"Bonjour"', '"Les promos"', "ceci ne doit pas déclencher « newsjack.promo » et le fait : « promos »"),
        ("[promo,", "[no,", "YAML lit no comme vrai ou faux, pas comme un texte"),
    ],
)
def test_mistakes_in_french(old: str, new: str, told: str) -> None:
    with pytest.raises(PackErrors) as caught:
        packs_from_text(GOOD.replace(old, new, 1), "news.yml")
    assert told in caught.value.in_("fr-CA")


def test_all_mistakes_are_told_at_once() -> None:
    broken = GOOD.replace("severity: hold", "severity: hard").replace("[promo,", "[no,").replace("2028-01-01", "soon")
    assert len(errors_of(broken)) == 3


def test_aliases_are_refused_before_they_grow() -> None:
    bomb = "a: &a [x]\n" + "\n".join(f"b{i}: &b{i} [*{'a' if i == 0 else f'b{i - 1}'}, *a]" for i in range(40))
    assert any("aliases" in error for error in errors_of(bomb))


@pytest.mark.parametrize("text", ["", "just a text", "- a\n- list", "pack: x", "a: [b", "\t", "a: {b: [", "[" * 5000])
def test_anything_else_is_an_error_and_no_crash(text: str) -> None:
    assert errors_of(text)


def test_same_rule_and_same_pack_in_two_files(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    (tmp_path / "b.yml").write_text(GOOD)
    with pytest.raises(PackErrors) as caught:
        load_packs(tmp_path)
    messages = [error.message.en for error in caught.value.errors]
    assert any("the pack 'newsjacking' is already in" in message for message in messages)
    assert any("the rule 'newsjack.promo' is already in" in message for message in messages)


def test_no_packs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackErrors, match="no rule packs"):
        load_packs(tmp_path)


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(PackErrors, match="not UTF-8"):
        load_packs(tmp_path)


def test_retired_rules_need_no_examples_and_never_fire() -> None:
    retired = GOOD.replace("severity: hold", "severity: hold\n    status: retired").replace("Une promo", "Rien")
    assert packs_from_text(retired).rules[0].status == "retired"


@pytest.mark.parametrize(
    ("rule", "gap", "known"),
    [
        ("kind: cooccurrence\nall: [{terms: [a]}, {terms: [b]}]", "c", "known: a, b, found"),
        ("terms: [a]", "Found ", "did you mean 'found'?"),
        ("kind: count\nterms: [a]\nmax: 2", "min", "known: count, found, max"),
        ("kind: count\nterms: [a]\nmin: 2", "max", "known: count, min"),
        ("kind: emoji\nemoji: [😂]", "a", "known: count, found, max"),
        ("kind: hashtag\ntags: [ad]", "a", "known: found, reading, tag"),
        ("kind: hashtag\ntags: [ad]", "hidden", "known: found, reading, tag"),
        ('kind: calendar\ndays: [{date: "11-11", name: {en: x, fr: y}}]', "found", "known: date, day"),
        ("kind: learned\nlabel: hate", "customer", "known: found, score"),
    ],
)
def test_gaps_that_this_rule_never_fills(rule: str, gap: str, known: str) -> None:
    said = f'message:\n  en: "All well."\n  fr: "Rien à {{{gap}}}."'
    text = pack_text(f"{rule}\n{said}")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "Rien à" in one)
    (error,) = errors_of(text)
    assert error.startswith(f"news.yml:{line}:19: nothing fills {{{gap}}}")
    assert error.endswith(known)
