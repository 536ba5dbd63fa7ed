"""How terms are written, and what they match: language by language, and always in the text as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rulebook.making import found, hits, packs


def rule(terms: str, languages: str = "[fr, en]", more: str = "") -> str:
    return f"languages: {languages}\nterms: {terms}\n{more}"


@pytest.mark.parametrize(
    ("terms", "languages", "text", "expected"),
    [
        # whole words, case and accents aside
        ("[promo]", "[en]", "PROMO, promotion, promo!", ["PROMO", "promo"]),
        ("[séisme]", "[fr]", "Le seisme, un SÉISME", ["seisme", "SÉISME"]),
        ("[cœur]", "[fr]", "coeur et cœur", ["coeur", "cœur"]),
        ("[coeur]", "[fr]", "un cœur", ["cœur"]),
        # elision
        ("[incendie]", "[fr]", "l'incendie, d’incendie, qu'incendie", ["incendie"] * 3),
        # plural and gender
        ("[étudiant]", "[fr]", "étudiants, étudiante, étudiantes", ["étudiants", "étudiante", "étudiantes"]),
        ("[mondial]", "[fr]", "mondiaux", ["mondiaux"]),
        ("['notre #promo']", "[fr]", "Notre #promo, notre  #Promo", ["Notre #promo", "notre  #Promo"]),
        ("['oui, mais', '20 % de']", "[fr]", "Oui, mais 20 % de, 20% de", ["Oui, mais", "20 % de", "20% de"]),
        ("[cadeau]", "[fr]", "des cadeaux", ["cadeaux"]),
        ("[code promo]", "[fr]", "nos codes promos", ["codes promos"]),
        ("[sale]", "[en]", "sales", ["sales"]),
        ("[agency]", "[en]", "agencies", ["agencies"]),
        ("[ragazzo]", "[it]", "ragazzi, ragazza", ["ragazzi", "ragazza"]),
        ("[promoción]", "[es]", "promociones", ["promociones"]),
        ("[promoção]", "[pt]", "promoções", ["promoções"]),
        ("[Flüchtling]", "[de]", "Flüchtlinge und Flüchtlingen", ["Flüchtlinge", "Flüchtlingen"]),
        # inclusive writing
        ("[étudiant]", "[fr]", "chers étudiant·e·s", ["étudiant·e·s"]),
        ("[acteur]", "[fr]", "acteur.rice.s, acteur·rice", ["acteur.rice.s", "acteur·rice"]),
        ("[employé]", "[fr]", "employé(e)s", ["employé(e)s"]),
        ("[étudiant étranger]", "[fr]", "des étudiant·e·s étranger·ère·s", ["étudiant·e·s étranger·ère·s"]),
        # the end of a sentence is no inclusive writing
        ("[étudiant]", "[fr]", "Je suis étudiant. Et toi ?", ["étudiant"]),
        # blanks and hyphens
        ("[porte ouverte]", "[fr]", "porte-ouverte, porte\nouverte", ["porte-ouverte", "porte\nouverte"]),
        ("[faux-cul]", "[fr]", "faux cul", ["faux cul"]),
        # signs in front and behind
        ('["#metoo"]', "[fr]", "#MeToo, metoo, #metoox", ["#MeToo"]),
        ('["% off"]', "[en]", "20% off", ["% off"]),
        ('["c\'est la vie !"]', "[fr]", "c’est la vie !", ["c’est la vie !"]),
        # exactly this; any ending
        ('["=con"]', "[fr]", "con, cons, conseil", ["con"]),
        ('["incendi*"]', "[fr]", "incendiaire, l'incendié, cendre", ["incendiaire", "incendié"]),
        ('["#prayfor*"]', "[en]", "#PrayForParis now", ["#PrayForParis"]),
        ('["gros* merde*"]', "[fr]", "grosses merdes", ["grosses merdes"]),
        # emoji and other scripts
        ('["😂"]', "[fr]", "haha 😂😂", ["😂", "😂"]),
        ("[скидка]", "[ru]", "Скидка, скидкана", ["Скидка"]),
        # patterns
        (r'["\\d+ ?% off"]', "[en]", "20% off, 5 % off", ["20% off", "5 % off"]),
        (r'["m[eé]rde?s"]', "[fr]", "mérdes emmerdes", ["mérdes"]),
        (r'["prom(?:o|otion)"]', "[en]", "promotion promo promos", ["promotion", "promo"]),
        (r'["\\[ ?link ?\\]"]', "[en]", "see[link]now", ["[link]"]),
        ("[vendeur, acteur]", "[fr]", "vendeuses, actrice, vendeurs", ["vendeuses", "actrice", "vendeurs"]),
        (
            "[sportif, étranger, italien]",
            "[fr]",
            "sportive étrangères italienne",
            ["sportive", "étrangères", "italienne"],
        ),
        ("[mer]", "[fr]", "ma mère et la mer", ["mer"]),
        (r'["merde|sac à (?:merde|vin)"]', "[fr]", "Sac à vin, merdes", ["Sac à vin", "merdes"]),
        (r'["œuf\\w*"]', "[fr]", "oeufs, œuf", ["oeufs", "œuf"]),
        (r'["caf[éè]"]', "[fr]", "CAFÉ décafé", ["CAFÉ"]),
    ],
)
def test_matches(terms: str, languages: str, text: str, expected: list[str]) -> None:
    assert found(rule(terms, languages), text) == expected


def test_pattern_list_reads_every_entry_as_a_pattern() -> None:
    assert found('languages: [en]\npatterns: ["colou?r"]', "color, colour, colours") == ["color", "colour"]


def test_exact_keeps_case_and_accents() -> None:
    assert found(rule("[TODO, Élysée]", more="exact: true"), "todo TODO élysée Élysée TODOs") == ["TODO", "Élysée"]


def test_exact_patterns_keep_case_too() -> None:
    assert found('exact: true\npatterns: ["TO(?:DO|-DO)É?"]', "todo TODO to-do TO-DO TODOÉ") == [
        "TODO",
        "TO-DO",
        "TODOÉ",
    ]


def test_no_endings_when_the_rule_says_so() -> None:
    assert found(rule("[sale]", more="inflect: false"), "sale, sales") == ["sale"]


@pytest.mark.parametrize(
    ("languages", "expected"), [(("fr",), ["retard"]), (("en",), []), ((), ["retard"]), (("en", "fr"), ["retard"])]
)
def test_terms_by_language_count_only_in_it(languages: tuple[str, ...], expected: list[str]) -> None:
    assert found("terms: {fr: [retard], en: [delay]}", "Du retard", *languages) == expected


def test_an_english_rule_is_silent_on_french() -> None:
    pack = packs(rule("[retard]", "[en]"))
    assert found(pack, "Nous avons du retard", "fr") == []
    assert found(pack, "what a retard", "en") == ["retard"]


def test_exceptions_take_out_what_they_overlap() -> None:
    pack = packs(rule("[sale, fire]", "[en]", 'except: ["fire sale on firewood"]'))
    assert found(pack, "Fire sale on firewood, and a sale of fire") == ["sale", "fire"]


def test_unless_silences_the_rule() -> None:
    pack = packs(rule("[promo]", "[fr]", "unless: [hommage]"))
    assert found(pack, "promo") == ["promo"]
    assert found(pack, "Un hommage, pas une promo") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("espèce de c0nn4rd", ["c0nn4rd", "c0nn4rd"]),
        ("c.o.n.n.a.r.d !", ["c.o.n.n.a.r.d"] * 2),
        ("соnnаrd", ["соnnаrd"] * 2),
        ("c*nnard", ["c*nnard"] * 2),
        ("co**ard", ["co**ard"] * 2),
        ("connaaaard", ["connaaaard"] * 2),
        ("connard", ["connard"]),
        ("Rendez-vous à 10h30 avec le n° 6", []),
        ("*connard*", ["connard"]),
    ],
)
def test_disguised_words_are_found_and_told(text: str, expected: list[str]) -> None:
    pack = packs("category: profanity\n" + rule("[connard]", "[fr]", "disguised: true"))
    assert found(pack, text, "fr") == expected
    categories = [hit.category for hit in hits(pack, text, "fr")]
    assert ("evasion" in categories) == (len(expected) == 2)


WILD = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("proméoœ·.-'’ ̈ﬁ20%*")), max_size=80)


@given(WILD)
def test_any_text_gives_spans_inside_it(text: str) -> None:
    found(EVERY_NOTATION, text)


EVERY_NOTATION = packs(
    "languages: [fr, en]\ndisguised: true\n"
    r'terms: [promo, "code promo", "=con", "mo*", "#ab*", "😂", "\\d+ ?%", "[a-z]+[éèo]\\W", "\\pL", "·", "x|yz*a"]'
)
