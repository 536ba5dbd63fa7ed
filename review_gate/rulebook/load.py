"""From a folder of pack files to packs that can be evaluated, or to every mistake in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import yaml

from review_gate.domain.message import Message
from review_gate.domain.verdict import CATEGORIES, Severity
from review_gate.rulebook.errors import PackError, PackErrors, did_you_mean
from review_gate.rulebook.examples import check_examples, read_examples
from review_gate.rulebook.fields import LANGUAGES, Fields, Spelling
from review_gate.rulebook.index import Index
from review_gate.rulebook.kinds import KINDS
from review_gate.rulebook.rule import KINDS_OF_DRAFT, Check, Pack, Packs, Rule
from review_gate.rulebook.scene import Encoder, Matcher
from review_gate.rulebook.scope import channels, markets
from review_gate.rulebook.source import Source, parse_source, read_source
from review_gate.rulebook.terms import TermList

STATUSES = ("live", "shadow", "retired")
_ID = re.compile(r"[a-z0-9]+(?:[.\-_][a-z0-9]+)*")
_GAP = re.compile(r"\{([^{}]*)\}")

PUT_FILES = Message("put *.yml files into it", "mettez-y des fichiers *.yml")


def load_packs(folder: Path, similarity: Encoder | None = None, *, examples: bool = True) -> Packs:
    """All `*.yml` and `*.yaml` packs of a folder (or the one file named), ready to be evaluated.

    `similarity` turns sentences into numbers; without it rules that go by meaning see nothing and
    `Packs.blind` names them. `examples`: also check that each example does what it says. Raises PackErrors with every
    mistake found in any of the files.
    """
    files = [folder] if folder.is_file() else sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])
    if not files:
        nothing = Message("no rule packs here", "aucun pack de règles ici")
        raise PackErrors([PackError(str(folder), 1, 1, nothing, hint=PUT_FILES)])
    read: list[tuple[Source, Pack]] = []
    errors: list[PackError] = []
    for path in files:
        try:
            source, root = read_source(path)
            read.append((source, _pack(source, root)))
        except PackErrors as error:
            errors += error.errors
    return _assembled(read, errors, similarity, examples)


def packs_from_text(text: str, name: str = "pack.yml", similarity: Encoder | None = None) -> Packs:
    """The packs of one pack's text: for tests and for trying a rule out. Raises PackErrors."""
    source, root = parse_source(text, name)
    return _assembled([(source, _pack(source, root))], [], similarity, True)


def replaced(packs: Packs, path: Path) -> Packs:
    """The packs with the one in `path` in place of that of its name (or beside the others): to try it before it
    counts. Raises PackErrors."""
    tried = load_packs(path, packs.encoder).packs[0]
    return combined([*(pack for pack in packs.packs if pack.name != tried.name), tried], packs.encoder)


def drafted(packs: Packs, text: str, shown: str) -> tuple[Pack, Packs]:
    """A draft of a pack, checked as strictly as a file: its examples are run, and its rules' ids must not be those of
    another pack's. Answers it, and the packs with it in place of that of its name. Raises PackErrors."""
    tried = packs_from_text(text, shown, packs.encoder).packs[0]
    others = [pack for pack in packs.packs if pack.name != tried.name]
    taken = {rule.id: pack.name for pack in others for rule in pack.rules}
    lines = text.splitlines()
    errors = [
        PackError(shown, rule.line, 1, _already(rule.id, taken[rule.id]),
                  lines[rule.line - 1] if rule.line <= len(lines) else "")
        for rule in tried.rules
        if rule.id in taken
    ]  # fmt: skip
    if errors:
        raise PackErrors(errors)
    return tried, combined([*others, tried], packs.encoder)


def combined(packs: Iterable[Pack], similarity: Encoder | None = None) -> Packs:
    """Packs that were read, with the index over all their terms."""
    kept = tuple(packs)
    rules = [rule for pack in kept for rule in pack.rules if rule.status != "retired"]
    lists = [terms for rule in rules for terms in rule.lists]
    exact = [terms for terms in lists if terms.view == "written"]
    disguised = [terms for terms in lists if terms.disguised and terms.view == "plain"]
    matcher = Matcher(
        plain=Index(terms for terms in lists if terms.view == "plain"),
        written=Index(exact) if exact else None,
        disguised=Index(disguised) if disguised else None,
    )
    by_list: dict[TermList, list[Rule]] = defaultdict(list)
    untriggered = []
    for rule in rules:
        triggers = rule.check.triggers
        if triggers is None:
            untriggered.append(rule)
        for terms in triggers or ():
            by_list[terms].append(rule)
    frozen = {terms: tuple(owners) for terms, owners in by_list.items()}
    return Packs(kept, matcher, frozen, tuple(untriggered), similarity)


def _assembled(
    read: list[tuple[Source, Pack]], errors: list[PackError], similarity: Encoder | None, examples: bool
) -> Packs:
    _unique(read)
    for source, _ in read:
        errors += source.errors
    if errors:
        raise PackErrors(errors)
    packs = combined((pack for _, pack in read), similarity)
    if examples:
        for source, pack in read:
            check_examples(source, pack, packs)
        errors = [error for source, _ in read for error in source.errors]
        if errors:
            raise PackErrors(errors)
    return packs


def _unique(read: list[tuple[Source, Pack]]) -> None:
    """No two packs of one name, no two rules of one id."""
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    for source, pack in read:
        if pack.name in names:
            there = names[pack.name]
            message = Message(
                f"the pack '{pack.name}' is already in {there}", f"le pack « {pack.name} » est déjà dans {there}"
            )
            source.error_at(0, 0, message)
        names[pack.name] = pack.path
        for rule in pack.rules:
            if rule.id in ids:
                place = ids[rule.id]
                message = Message(
                    f"the rule '{rule.id}' is already in {place}", f"la règle « {rule.id} » est déjà dans {place}"
                )
                source.error_at(rule.line - 1, 0, message)
            ids[rule.id] = f"{rule.path}:{rule.line}"


def _pack(source: Source, root: yaml.Node | None) -> Pack:
    if root is None:
        raise PackErrors(
            [
                PackError(
                    source.path,
                    1,
                    1,
                    Message("an empty file", "un fichier vide"),
                    hint=Message(
                        "a pack needs pack, version, owner, rules", "il faut à un pack pack, version, owner, rules"
                    ),
                )
            ]
        )
    fields = Fields(source, root, Message("a pack", "un pack"))
    if source.errors:
        raise PackErrors(source.errors)
    name = fields.text("pack", required=True)
    version = fields.whole("version", None, 1)
    owner = fields.text("owner", required=True)
    description = fields.text("description")
    own_channels = frozenset(word.casefold() for word in fields.words("own_channels"))
    read = [_rule(group, name, version, owner, own_channels) for group in fields.groups("rules", required=True)]
    rules = tuple(rule for rule in read if rule is not None)
    fields.done()
    return Pack(name, version, owner, source.path, rules, description, source.digest, own_channels)


def _rule(fields: Fields, pack: str, version: int, owner: str, own_channels: frozenset[str]) -> Rule | None:
    """The rule of one group; None, and an error, when its kind is not known and so nothing else can be checked."""
    source = fields.source
    fields.what = Message("a rule", "une règle")
    fields.lists = []  # this rule's own, not the whole pack's
    rule_id = fields.text("id", required=True)
    if rule_id:
        fields.what = Message(f"the rule '{rule_id}'", f"la règle « {rule_id} »")
        if not _ID.fullmatch(rule_id):
            fields.error(
                "id",
                Message(f"'{rule_id}' is no id", f"« {rule_id} » n'est pas un identifiant"),
                Message("small letters and digits, joined by . - or _", "minuscules et chiffres, reliés par . - ou _"),
            )
    word = fields.text("kind", required=True)
    if word not in KINDS:
        if word:
            unknown = Message(f"'{word}' is not a kind of rule", f"« {word} » n'est pas un type de règle")
            fields.error("kind", unknown, did_you_mean(word, KINDS))
        return None
    languages = fields.words("languages", LANGUAGES)
    fields.spelling = Spelling(
        languages=languages,
        inflect=fields.flag("inflect", True),
        exact=fields.flag("exact", False),
        disguised=fields.flag("disguised", False),
    )
    check: Check = KINDS[word].read(fields)
    plain = replace(fields.spelling, disguised=False)
    fields.spelling = plain
    message = fields.message("message", required=True)
    suggestion = fields.message("suggestion")
    _check_gaps(fields, "message", check)
    _check_gaps(fields, "suggestion", check)
    hit, passed = (read_examples(fields, key, own_channels) for key in ("should_hit", "should_pass"))
    status = fields.one_of("status", STATUSES, "live")
    severity = fields.one_of("severity", [s.word for s in Severity if s is not Severity.NONE])
    if status == "live" and not hit:
        fields.error(
            "should_hit",
            Message(
                f"{fields.what.en} needs 'should_hit': texts that show what it is for",
                f"{fields.what.fr} : il manque « should_hit », des textes qui montrent à quoi elle sert",
            ),
        )
    if status == "live" and len(passed) < len(hit):
        fields.error(
            "should_pass",
            Message(
                f"{fields.what.en} has {len(hit)} texts that must hit and {len(passed)} that must pass",
                f"{fields.what.fr} a {len(hit)} textes qui doivent la déclencher et {len(passed)} qui ne doivent pas",
            ),
            Message(
                "add harmless texts with the same words: at least as many",
                "ajoutez des textes anodins avec les mêmes mots : au moins autant",
            ),
        )
    rule = Rule(
        id=rule_id,
        pack=pack,
        version=version,
        check=check,
        category=fields.one_of("category", CATEGORIES),
        severity=Severity.of(severity),
        status=status,
        message=message or Message("", ""),
        suggestion=suggestion,
        languages=languages,
        kinds_of_draft=fields.words("for", KINDS_OF_DRAFT),
        channels=channels(fields, own_channels),
        markets=markets(fields),
        excepted=fields.terms("except"),
        unless=fields.terms("unless"),
        lists=(),
        expires=fields.date("expires"),
        owner=fields.text("owner") or owner,
        rationale=fields.text("rationale", required=True),
        source=fields.text("source", required=True),
        path=source.path,
        line=fields.node.start_mark.line + 1,
        should_hit=hit,
        should_pass=passed,
    )
    fields.done()
    return replace(rule, lists=tuple(fields.lists))


def _check_gaps(fields: Fields, key: str, check: Check) -> None:
    """Notes an error at each gap of a sentence that such a rule never fills."""
    node = fields.get(key)
    if not isinstance(node, yaml.MappingNode):
        return
    for said in (value for _, value in node.value if isinstance(value, yaml.ScalarNode)):
        for gap in dict.fromkeys(_GAP.findall(said.value)):
            if gap not in check.fills:
                nothing = Message(
                    f"nothing fills {{{gap}}} in this rule of kind '{check.word}'",
                    f"rien ne remplit {{{gap}}} dans cette règle de type « {check.word} »",
                )
                fields.source.error_in(said, f"{{{gap}}}", nothing, did_you_mean(gap, check.fills))


def _already(rule_id: str, pack: str) -> Message:
    return Message(
        f"the rule '{rule_id}' is already in the pack '{pack}'",
        f"la règle « {rule_id} » est déjà dans le pack « {pack} »",
    )
