"""A proof of human review as a PDF. Needs fpdf2 (requirements-pdf.txt)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from review_gate.domain.message import Message
from review_gate.ports import Misconfigured

TITLE = Message("Proof of human review", "Preuve de relecture humaine")
HEADS = {
    "item": Message("What was reviewed", "Ce qui a été relu"),
    "screening": Message("What the automatic screening said", "Ce qu'a dit l'analyse automatique"),
    "decisions": Message("What people decided", "Ce que des personnes ont décidé"),
    "statement": Message("Statement of reasons", "Exposé des motifs"),
    "record": Message("In the audit log", "Dans le journal d'audit"),
    "signature": Message("Signature (Ed25519; keys: /.well-known/jwks.json)",
                         "Signature (Ed25519 ; clés : /.well-known/jwks.json)"),
}  # fmt: skip
PACKS = Message("Rule packs and their versions", "Packs de règles et leurs versions")
RULES = Message("These rules to the letter (digest)", "Ces règles à la lettre près (empreinte)")
COLON = Message(": ", " : ")
NOTHING_FOUND = Message("Nothing was found.", "Rien n'a été relevé.")
NOBODY = Message("Nobody has decided.", "Personne n'a décidé.")
SAID = {
    "approve": Message("approved", "a approuvé"),
    "request_changes": Message("asked for changes", "a demandé des changements"),
    "reject": Message("rejected", "a refusé"),
}
FIELDS = (
    ("id", Message("Number", "Numéro")),
    ("state", Message("State", "État")),
    ("channel", Message("Channel", "Canal")),
    ("market", Message("Market", "Marché")),
    ("planned_at", Message("Planned", "Prévu")),
    ("author", Message("Author", "Auteur")),
    ("written_by_bot", Message("Written by the bot", "Écrit par le bot")),
    ("handed_in_at", Message("Handed in", "Déposé")),
    ("text_sha256", Message("SHA-256", "SHA-256")),
)
MISSING = Message(
    "PDF needs fpdf2: run `pip install -r requirements-pdf.txt`, or ask for JSON.",
    "Le PDF demande fpdf2 : `pip install -r requirements-pdf.txt`, ou demandez du JSON.",
)


def as_pdf(proof: Mapping[str, Any], language: str) -> bytes:
    """The proof on A4. What the PDF's built-in fonts cannot write stands as its code point, as in [U+1F389]; the
    hash is over the true text. Raises Misconfigured without fpdf2."""
    try:
        from fpdf import FPDF
    except ImportError as error:
        raise Misconfigured(MISSING) from error
    page = FPDF(format="A4")
    page.set_creation_date(datetime.fromisoformat(proof["made_at"]))
    page.set_title(TITLE.in_(language))
    page.set_lang(language)
    page.set_auto_page_break(True, margin=18)
    page.add_page()

    def write(text: str, size: float = 10, style: str = "", family: str = "Helvetica") -> None:
        page.set_font(family, style, size)
        page.multi_cell(0, size * 0.5, writable(text), new_x="LMARGIN", new_y="NEXT", align="L")

    def head(name: str) -> None:
        page.ln(4)
        write(HEADS[name].in_(language), 12, "B")
        page.ln(1)

    write(TITLE.in_(language), 18, "B")
    page.ln(2)
    write(proof["summary"]["fr" if language.startswith("fr") else "en"], 11)
    head("item")
    for name, word in FIELDS:
        if proof["item"][name]:
            write(f"{word.in_(language)}{COLON.in_(language)}{proof['item'][name]}", 9)
    page.ln(2)
    write(proof["item"]["text"], 11)
    for item in proof["item"]["media"]:
        write(f"{item['url']} ({item['alt'] or '-'}) {item['sha256'] or ''}", 9)
    _screening(proof["screening"], language, head, write)
    head("decisions")
    for one in proof["decisions"]:
        said = SAID[one["answer"]].in_(language)
        write(
            f"{one['at'][:16].replace('T', ' ')} UTC: {one['by_name']} ({one['by']}) {said}, revision {one['revision']}"
        )
        if one["comment"]:
            write(f"    {one['comment']}")
        write(f"    SHA-256 {one['text_sha256']}", 8)
    if not proof["decisions"]:
        write(NOBODY.in_(language))
    if proof["statement_of_reasons"]:
        head("statement")
        write(proof["statement_of_reasons"]["fr" if language.startswith("fr") else "en"])
    head("record")
    for line in proof["record"]:
        write(f"{line['position']}  {line['at'][:19]}  {line['kind']}  {line['actor']}", 8)
        write(f"    {line['hash']}", 7, family="Courier")
    head("signature")
    write(proof["signature"], 7, family="Courier")
    return bytes(page.output())


def _screening(told: Mapping[str, Any], language: str, head: Any, write: Any) -> None:
    head("screening")
    for one in told["findings"]:
        write(f"- {one['fr' if language.startswith('fr') else 'en']} ({one['name']}, {one['severity']})")
    if not told["findings"]:
        write(NOTHING_FOUND.in_(language))
    packs = ", ".join(f"{name} {version}" for name, version in told["packs"].items())
    write(f"{told['model']}; {told['policy']}", 8)
    if packs:
        write(f"{PACKS.in_(language)}{COLON.in_(language)}{packs}", 8)
    if told["rules"]:
        write(f"{RULES.in_(language)}{COLON.in_(language)}{told['rules']}", 8)


def writable(text: str) -> str:
    """`text` in the letters that the built-in fonts have (Windows-1252); others as [U+…]."""
    plain = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "...",
             "\u202f": " ", "\u0153": "oe", "\u0152": "OE", "\u20ac": "EUR", "\u2009": " "}  # fmt: skip
    found = []
    for letter in text:
        letter = plain.get(letter, letter)
        ok = letter == "\n" or (letter.isprintable() and all(ord(one) < 256 for one in letter))
        found.append(letter if ok else f"[U+{ord(letter):04X}]")
    return "".join(found)
