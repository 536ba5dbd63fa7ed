"""Personal data that proves itself: phone numbers by their plan, IBAN, cards and national numbers by their check digit.

Each detector answers the places in the text as it was written. What belongs to a company (toll-free numbers,
contact@ addresses) is not personal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import phonenumbers
from phonenumbers import PhoneNumberType
from stdnum import iban, luhn
from stdnum.be import nn
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.pt import nif
from stdnum.us import ssn

from review_gate.domain.message import Message
from review_gate.domain.verdict import Span

WHAT = {
    "address": Message("street address", "adresse postale"),
    "card": Message("card number", "numéro de carte"),
    "email": Message("e-mail address", "adresse e-mail"),
    "iban": Message("IBAN", "IBAN"),
    "national_id": Message("national identity number", "numéro d'identité"),
    "phone": Message("phone number", "numéro de téléphone"),
}

_PERSONAL = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.VOIP,
    }
)
_ROLES = frozenset(
    """accueil admin billing bonjour booking careers client clients commande commandes contact customer customercare
    customerservice facturation feedback hello help helpdesk hey hola info infos informations jobs kontakt kundenservice
    legal marketing newsletter noreply no-reply office orders partners presse press pr privacy recrutement relations
    reservation reservations returns rh sales sav serviceclient service-client services service shop store support team
    vente ventes welcome""".split()  # noqa: SIM905
)
_DIGIT = re.compile(r"\d")
_SEVEN_DIGITS = re.compile(r"\d(?:[\s().\-/]{0,3}\d){6}")
_ODD = r"[+\uff0b]|(?![0-9])\d"  # the international form, and digits of other scripts
_DIALLED = {
    **{
        region: re.compile(rf"{_ODD}|(?<!\d)(?:0|{code[0]}\D{{0,4}}{code[1]})")
        for region, code in (("FR", "33"), ("BE", "32"), ("CH", "41"), ("GB", "44"), ("NL", "31"))
    },
    "US": re.compile(rf"{_ODD}|\d(?:\D{{0,4}}\d){{9}}"),
}
"""What a number that can be dialled there needs, for regions where that is sure: the 0 in front or the country's code;
ten digits. Most numbers in a reply are those of orders, and to hold one against the numbering plans takes half as long
as all other rules together."""
_TRIES = 200
"""Numbers that turn out to be none, after which a text is a table of figures and not looked at any further."""
_EMAIL = re.compile(r"(?<![\w.+\-])([\w.+\-]{1,64})@((?:[\w\-]{1,63}\.){1,4}[^\W\d_]{2,24})(?![\w@])")
_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?=[\s\-]?[A-Z0-9]{4})", re.IGNORECASE)
_CARD = re.compile(r"(?<![\d\-.])\d(?:[ \-.]?\d){12,18}(?![\d\-])")
_IIN = re.compile(r"4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}")
_STREET = (
    "rue|avenue|av\\.|boulevard|bd|place|chemin|impasse|allée|allee|quai|route|cours|square|passage|faubourg|villa"
)
_ADDRESSES = (
    re.compile(rf"(?<!\w)\d{{1,4}}(?: ?(?:bis|ter|quater|[a-c]))?,? (?:{_STREET}) [^\n,;.!?]{{2,40}}", re.IGNORECASE),
    re.compile(
        r"(?<!\w)\d{1,5}[A-Z]? (?:[A-Z][a-z]{1,20} ){1,3}"
        r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Crescent|Terrace|Close|Gardens)(?!\w)"
    ),
    re.compile(r"(?<!\w)[A-ZÄÖÜ][a-zäöüß\-]{2,30}(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{1,4}(?! ?%)"),
    re.compile(rf"(?<!\w)(?:{_STREET}) [^\n,;.!?\d]{{2,40}},? \d{{1,4}}[a-z]?,? (?:[BL]-|CH-)?\d{{4}} (?-i:[A-ZÀ-Ý])",
               re.IGNORECASE),
    re.compile(r"(?<!\w)(?:calle|avenida|avda\.|plaza|paseo|via|viale|piazza|corso|rua|travessa) [^\n,;.!?\d]{2,40},? "
               r"(?:n[º°o.]{1,2} ?)?\d{1,4}(?!\w)(?! ?[%€$])", re.IGNORECASE),
)  # fmt: skip
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<!\d)[12](?: ?\d){4} ?[\dAB](?: ?\d){7}(?: ?\d{2})(?!\d)"), nir.is_valid),
    (re.compile(r"(?<![\d\-])\d{3}-\d{2}-\d{4}(?![\d\-])"), ssn.is_valid),
    (re.compile(r"(?<!\w)\d{8}-?[A-Z](?!\w)"), dni.is_valid),
    (re.compile(r"(?<!\w)[XYZ]-?\d{7}-?[A-Z](?!\w)"), nie.is_valid),
    (re.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)"), codicefiscale.is_valid),
    (re.compile(r"(?<!\d)\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\d)"), nn.is_valid),
    (re.compile(r"(?<!\d)756\.\d{4}\.\d{4}\.\d{2}(?!\d)"), ahv.is_valid),
    (re.compile(r"(?<!\d)\d{2} \d{3} \d{3} \d{3}(?!\d)"), idnr.is_valid),
)
_CALLED: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        re.compile(r"(?<!\w)(?:NAS|SIN|(?i:assurance[- ]sociale|social insurance))(?!\w)"),
        re.compile(r"(?<![\d\-])\d{3}[ -]?\d{3}[ -]?\d{3}(?![\d\-])"),
        sin.is_valid,
    ),
    (
        re.compile(r"(?<!\w)(?:nif|contribuinte|(?:número|identificação) fiscal)(?!\w)", re.IGNORECASE),
        re.compile(r"(?<!\d)(?:[1-3]\d|45)\d ?\d{3} ?\d{3}(?!\d)"),  # those that begin with 5 or more are companies
        nif.is_valid,
    ),
    (
        re.compile(r"(?<!\w)(?:national insurance|nino|ni n(?:umber|o))(?!\w)", re.IGNORECASE),
        re.compile(
            r"(?<!\w)(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-prtw-z][a-ceghj-nprtw-z](?: ?\d{2}){3} ?[a-d](?!\w)",
            re.IGNORECASE,
        ),
        bool,
    ),
)
"""Numbers that others look like, too: they count beside the words for them."""
_BESIDE = 40
"""How many characters before a number, or after it, such a word is looked for."""


_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2011": "-", "\u2010": "-"})


def plain_spaces(text: str) -> str:
    """The text with the spaces and hyphens that do not break a line as plain ones, each in its place: French typography
    puts them inside numbers."""
    return text.translate(_SPACES)


def phones(text: str, regions: Sequence[str]) -> Iterator[Span]:
    """Numbers that a person may answer, in international form or as dialled in one of the regions."""
    if not _SEVEN_DIGITS.search(text):
        return
    seen: set[Span] = set()
    for region in regions or (None,):
        if region in _DIALLED and not _DIALLED[region].search(text):
            continue
        for match in phonenumbers.PhoneNumberMatcher(text, region, max_tries=_TRIES):
            span = (match.start, match.end)
            if span not in seen and phonenumbers.number_type(match.number) in _PERSONAL:
                seen.add(span)
                yield span


def emails(text: str, regions: Sequence[str]) -> Iterator[Span]:
    """Addresses of people: those of a desk (contact@, support@) are left out."""
    if "@" in text:
        yield from (m.span() for m in _EMAIL.finditer(text) if m.group(1).casefold() not in _ROLES)


def ibans(text: str, regions: Sequence[str]) -> Iterator[Span]:
    for match in _IBAN.finditer(text):
        compact, end = "", match.start()
        while end < len(text) and len(compact) < 34 and (text[end].isalnum() or text[end] in " -\u00a0"):
            if text[end].isalnum():
                compact += text[end].upper()
            end += 1
            follows = end < len(text) and text[end].isalnum()
            if len(compact) >= 15 and not follows and compact.isascii() and iban.is_valid(compact):
                yield match.start(), end
                break


def cards(text: str, regions: Sequence[str]) -> Iterator[Span]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if _IIN.fullmatch(digits) and luhn.is_valid(digits) and len(set(digits)) > 1:
            yield match.span()


def addresses(text: str, regions: Sequence[str]) -> Iterator[Span]:
    for pattern in _ADDRESSES if _DIGIT.search(text) else ():
        yield from (m.span() for m in pattern.finditer(text))


def national_ids(text: str, regions: Sequence[str]) -> Iterator[Span]:
    if not _DIGIT.search(text):
        return
    for pattern, valid in _NUMBERS:
        yield from (m.span() for m in pattern.finditer(text) if valid(m.group()))
    for words, pattern, valid in _CALLED:
        for match in pattern.finditer(text) if words.search(text) else ():
            around = text[max(0, match.start() - _BESIDE) : match.start()], text[match.end() : match.end() + _BESIDE]
            if any(words.search(part) for part in around) and valid(match.group()):
                yield match.span()


DETECTORS: dict[str, Callable[[str, Sequence[str]], Iterator[Span]]] = {
    "address": addresses,
    "card": cards,
    "email": emails,
    "iban": ibans,
    "national_id": national_ids,
    "phone": phones,
}

_REGIONS = {
    "fr": ("FR", "BE", "CH"),
    "en": ("US", "GB"),
    "de": ("DE", "AT"),
    "es": ("ES",),
    "it": ("IT",),
    "pt": ("PT",),
}


def regions_of(market: str | None, languages: Iterable[str]) -> tuple[str, ...]:
    """Where numbers are dialled from: the market's country, else the main ones of the languages."""
    if market:
        return (market.upper(),)
    return tuple(dict.fromkeys(region for language in languages for region in _REGIONS.get(language, ())))
