"""Personal data: numbers that prove themselves, and those that only look so."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.personal import phones
from tests.rulebook.making import found, hits, packs


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("phone", "Appelez Marie au 06 12 34 56 78.", ["06 12 34 56 78"]),
        ("phone", "Rufen Sie +49 30 901820 an", ["+49 30 901820"]),
        ("phone", "Service client : 0 800 123 456 ou 3939", []),
        ("phone", "Commande 20261123456, le 23.11.2026, 1 234 567 €", []),
        ("email", "écris à marie.dupont@gmail.com", ["marie.dupont@gmail.com"]),
        ("email", "écris à contact@brand.example ou @marque", []),
        ("iban", "FR76 3000 6000 0112 3456 7890 189 merci", ["FR76 3000 6000 0112 3456 7890 189"]),
        ("iban", "de89370400440532013000", ["de89370400440532013000"]),
        ("iban", "FR76 3000 6000 0112 3456 7890 188", []),
        ("card", "4111 1111 1111 1111", ["4111 1111 1111 1111"]),
        ("card", "3782-822463-10005", ["3782-822463-10005"]),
        ("card", "4111\u202f1111\u202f1111\u202f1111", ["4111\u202f1111\u202f1111\u202f1111"]),
        ("card", "4111.1111.1111.1111", ["4111.1111.1111.1111"]),
        (
            "iban",
            "FR76\u202f3000\u202f6000\u202f0112\u202f3456\u202f7890\u202f189",
            ["FR76\u202f3000\u202f6000\u202f0112\u202f3456\u202f7890\u202f189"],
        ),
        ("card", "4111 1111 1111 1112 et 1234567890123456", []),
        ("address", "Rendez-vous au 12 bis rue des Lilas, 75020 Paris", ["12 bis rue des Lilas"]),
        ("address", "Send it to 221 Baker Street please", ["221 Baker Street"]),
        ("address", "Hauptstraße 12, Berlin", ["Hauptstraße 12"]),
        ("address", "C'est rue de la Loi 16, 1000 Bruxelles", ["rue de la Loi 16, 1000 B"]),
        ("address", "Rue du Rhône 12, CH-1204 Genève", ["Rue du Rhône 12, CH-1204 G"]),
        ("address", "He lives at 221B Baker Street", ["221B Baker Street"]),
        ("address", "Cours de yoga dès 12 ans, 2000 élèves inscrits", []),
        ("address", "20 minutes de route, 3 places offertes", []),
        ("national_id", "sécu : 1 85 05 78 006 084 91", ["1 85 05 78 006 084 91"]),
        ("national_id", "DNI 12345678Z", ["12345678Z"]),
        ("national_id", "DNI 12345678A", []),
        ("national_id", "Son NAS est le 130 692 544, gardez-le", ["130 692 544"]),
        ("national_id", "Social insurance number: 130-692-544", ["130-692-544"]),
        ("national_id", "NAS : 130 692 545", []),  # the check digit is another
        ("national_id", "Commande 130 692 544 expédiée", []),  # nothing says that it is one
        ("national_id", "Sin coste: llame al 130 692 544", []),
        ("national_id", "O NIF da cliente é 287 024 008", ["287 024 008"]),
        ("national_id", "contribuinte n.º 287024008", ["287024008"]),
        ("national_id", "O nosso NIF é 501 964 843", []),  # a company's
        ("national_id", "Encomenda 287024008, obrigado", []),
        ("national_id", "Her National Insurance number is AB 12 34 56 C", ["AB 12 34 56 C"]),
        ("national_id", "ab123456c (NI no.)", ["ab123456c"]),
        ("national_id", "National Insurance number: GB 12 34 56 C", []),  # never given out
        ("national_id", "Spare part AB123456C is back", []),
        ("national_id", "Ask us about National Insurance, part AB123456E", []),
    ],
)
def test_detectors(what: str, text: str, expected: list[str]) -> None:
    assert found(f"kind: personal_data\ndetect: [{what}]", text, "fr") == expected


def test_what_it_is_in_both_languages() -> None:
    pack = packs('kind: personal_data\ndetect: [email]\nmessage: {en: "{what}: {found}", fr: "{what} : {found}"}')
    (hit,) = hits(pack, "marie@gmail.com")
    assert (hit.message.en, hit.message.fr) == ("e-mail address: marie@gmail.com", "adresse e-mail : marie@gmail.com")


def test_one_s_own_are_allowed() -> None:
    pack = packs('kind: personal_data\ndetect: [phone, email]\nallow: ["+33 1 44 55 66 77", "@brand.example"]')
    assert found(pack, "01 44 55 66 77, lea@brand.example, 01 44 55 66 78, lea@other.example", "fr") == [
        "01 44 55 66 78",
        "lea@other.example",
    ]


def test_the_market_says_how_a_number_is_dialled() -> None:
    pack = packs("kind: personal_data\ndetect: [phone]")
    assert found(pack, "Call 020 7946 0958", market="GB") == ["020 7946 0958"]
    assert found(pack, "Call 020 7946 0958", market="FR") == []


def test_what_to_detect_is_needed() -> None:
    with pytest.raises(PackErrors, match="'detect'"):
        packs("kind: personal_data")
    with pytest.raises(PackErrors, match="did you mean 'phone'"):
        packs("kind: personal_data\ndetect: [phon]")


_SIGNS = st.text(st.sampled_from("0123456789 .-/()+"), min_size=7, max_size=24)


@given(
    st.sampled_from(["FR", "BE", "CH", "GB", "NL", "US"]),
    st.sampled_from(["", "0", "00", "+", "33", "+44", "1"]),
    _SIGNS,
)
def test_the_quick_look_before_misses_no_number_that_the_plans_know(region: str, start: str, signs: str) -> None:
    text = f"No {start}{signs} ok"
    called = phonenumbers.PhoneNumberType
    kinds = (called.FIXED_LINE, called.MOBILE, called.FIXED_LINE_OR_MOBILE, called.PERSONAL_NUMBER, called.VOIP)
    known = [
        (match.start, match.end)
        for match in phonenumbers.PhoneNumberMatcher(text, region, max_tries=200)
        if phonenumbers.number_type(match.number) in kinds and sum(map(str.isdigit, match.raw_string)) >= 7
    ]
    assert [span for span in phones(text, (region,)) if span in known] == known
