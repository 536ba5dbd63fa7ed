"""A pack file as YAML nodes, each with its place; what YAML would silently change is an error here."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import yaml

from review_gate.domain.message import Message, why
from review_gate.rulebook.comments import unmeant
from review_gate.rulebook.errors import PackError, PackErrors

MAX_BYTES = 2_000_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_NUMBER = Message("a number", "un nombre")
_NAMES = {
    "tag:yaml.org,2002:bool": Message("true or false", "vrai ou faux"),
    "tag:yaml.org,2002:null": Message("nothing", "rien"),
    "tag:yaml.org,2002:int": _NUMBER,
    "tag:yaml.org,2002:float": _NUMBER,
    "tag:yaml.org,2002:timestamp": Message("a date", "une date"),
}
_OTHER = Message("something else", "autre chose")
_COMMENT = Message(
    "an unquoted # starts a comment: the text ends before it",
    "un # sans guillemets ouvre un commentaire : le texte s'arrête avant",
)
_QUOTE = Message(
    "put the whole text in quotes (or a blank after the #, if it is a comment)",
    "mettez tout le texte entre guillemets (ou une espace après le #, si c'est un commentaire)",
)


@dataclass
class Source:
    """One file, its lines, and the mistakes found in it so far."""

    path: str
    lines: list[str]
    errors: list[PackError] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What tells this text from another: the first 12 signs of its SHA-256."""
        return sha256("\n".join(self.lines).encode()).hexdigest()[:12]

    def error(self, node: yaml.Node, message: Message, hint: Message | None = None, *, shift: int = 0) -> None:
        """Notes a mistake at `node`, `shift` characters into it."""
        line, column = node.start_mark.line, node.start_mark.column
        if shift and isinstance(node, yaml.ScalarNode):
            column += shift + (node.style in ("'", '"'))
        self.error_at(line, column, message, hint)

    def error_in(self, node: yaml.Node, part: str, message: Message, hint: Message | None = None) -> None:
        """Notes a mistake at the first place of `part` in `node` as it is written (else at its beginning)."""
        line, column = node.start_mark.line, node.start_mark.column
        for number in range(line, min(node.end_mark.line + 1, len(self.lines))):
            at = self.lines[number].find(part, column if number == line else 0)
            if at >= 0:
                return self.error_at(number, at, message, hint)
        return self.error_at(line, column, message, hint)

    def error_at(self, line: int, column: int, message: Message, hint: Message | None = None) -> None:
        """Notes a mistake at a line and column that count from 0."""
        source = self.lines[line] if 0 <= line < len(self.lines) else ""
        column = min(column, len(source))
        self.errors.append(PackError(self.path, line + 1, column + 1, message, source, hint))

    def text(self, node: yaml.Node, what: Message) -> str | None:
        """The text of a scalar; None, and an error, for anything that YAML reads as something else."""
        if not isinstance(node, yaml.ScalarNode):
            shape = _shape(node)
            message = Message(
                f"{what.en} must be a text, not a {shape.en}", f"{what.fr} doit être un texte, pas {shape.fr}"
            )
            self.error(node, message)
            return None
        if node.tag == "tag:yaml.org,2002:null":
            self.error(node, Message(f"{what.en} is empty", f"{what.fr} : vide"), self._hash_hint(node))
            return None
        if node.tag != _TEXT:
            hint = Message(f'put it in quotes: "{node.value}"', f'mettez-le entre guillemets : "{node.value}"')
            other = _NAMES.get(node.tag, _OTHER)
            message = Message(
                f"YAML reads {node.value} as {other.en}, not a text",
                f"YAML lit {node.value} comme {other.fr}, pas comme un texte",
            )
            self.error(node, message, hint)
            return None
        self._check_hash(node)
        return str(node.value)

    def _check_hash(self, node: yaml.ScalarNode) -> None:
        """`soldes #promo` without quotes loses all from the # on: YAML takes it for a comment."""
        if node.style in (None, "") and node.end_mark.line < len(self.lines):
            rest = self.lines[node.end_mark.line][node.end_mark.column :]
            if rest.lstrip().startswith("#") and rest.strip()[1:2].strip():
                column = node.end_mark.column + rest.index("#")
                self.error_at(node.end_mark.line, column, _COMMENT, _QUOTE)

    def _hash_hint(self, node: yaml.ScalarNode) -> Message | None:
        line = self.lines[node.start_mark.line] if node.start_mark.line < len(self.lines) else ""
        hint = Message(
            "an unquoted # starts a comment: put the text in quotes",
            "un # sans guillemets ouvre un commentaire : mettez le texte entre guillemets",
        )
        return hint if "#" in line else None


def _shape(node: yaml.Node) -> Message:
    if isinstance(node, yaml.SequenceNode):
        return Message("list", "une liste")
    return Message("group of fields", "un groupe de champs")


def read_source(path: Path, shown: str | None = None) -> tuple[Source, yaml.Node | None]:
    """The file's root node. Raises PackErrors when it is no YAML at all."""
    shown = shown or str(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = Message(f"not UTF-8: byte {error.start}", f"pas de l'UTF-8 : octet {error.start}")
        how = Message("save it as UTF-8", "enregistrez-le en UTF-8")
        raise PackErrors([PackError(shown, 1, 1, what, hint=how)]) from None
    except OSError as error:
        what = Message(f"cannot be read: {why(error).en}", f"illisible : {why(error).fr}")
        raise PackErrors([PackError(shown, 1, 1, what)]) from None
    if len(raw) > MAX_BYTES:
        what = Message(f"larger than {MAX_BYTES} bytes", f"plus de {MAX_BYTES} octets")
        how = Message("split it into packs", "répartissez-le en plusieurs packs")
        raise PackErrors([PackError(shown, 1, 1, what, hint=how)])
    return parse_source(text, shown)


def parse_source(text: str, shown: str) -> tuple[Source, yaml.Node | None]:
    """The root node of a pack's text. Raises PackErrors when it is no YAML at all."""
    source = Source(shown, text.splitlines())
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        _refuse_comments(source, text, broken=True)
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        context = f" ({error.context})" if error.context else ""
        said = f"{error.problem}{context}"
        how = Message(
            "check quotes, colons and indentation", "vérifiez les guillemets, les deux-points et les retraits"
        )
        source.error_at(line, column, Message(f"not YAML: {said}", f"pas du YAML : {said}"), how)
        raise PackErrors(source.errors) from None
    except UnicodeEncodeError as error:  # half of a pair, as a program may hand it over; no file in UTF-8 has it
        line = text.count("\n", 0, error.start)
        half = Message(
            "half of a surrogate pair, which is no character",
            "une moitié de paire de substitution, qui n'est pas un caractère",
        )
        source.error_at(line, error.start - (text.rfind("\n", 0, error.start) + 1), half)
        raise PackErrors(source.errors) from None
    except (yaml.YAMLError, RecursionError) as error:
        said = type(error).__name__
        source.error_at(0, 0, Message(f"not YAML: {said}", f"pas du YAML : {said}"))
        raise PackErrors(source.errors) from None
    _refuse_comments(source, text, broken=False)
    if root is not None:
        _refuse_aliases(source, root)
        if source.errors:
            raise PackErrors(source.errors)
    return source, root


def _refuse_comments(source: Source, text: str, *, broken: bool) -> None:
    """A # that hides a part of a list: what YAML says of it, if anything, is said of a line further down."""
    place = unmeant(text, source.lines, broken=broken)
    if place is not None:
        source.error_at(*place, _COMMENT, _QUOTE)
        raise PackErrors(source.errors)


def _refuse_aliases(source: Source, root: yaml.Node) -> None:
    """Anchors make a file that says more than one can see, and can grow without end."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            what = Message(
                "anchors and aliases (&name, *name) are not read here",
                "les ancres et alias (&nom, *nom) ne sont pas lus ici",
            )
            source.error(node, what, Message("write it out", "écrivez-le en entier"))
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                waiting += [key, value]
