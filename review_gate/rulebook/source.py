"""A pack file as YAML nodes, each with its place; what YAML would silently change is an error here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from review_gate.rulebook.errors import PackError, PackErrors

MAX_BYTES = 2_000_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_NAMES = {
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
}


@dataclass
class Source:
    """One file, its lines, and the mistakes found in it so far."""

    path: str
    lines: list[str]
    errors: list[PackError] = field(default_factory=list)

    def error(self, node: yaml.Node, message: str, hint: str = "", *, shift: int = 0) -> None:
        """Notes a mistake at `node`, `shift` characters into it."""
        line, column = node.start_mark.line, node.start_mark.column
        if shift and isinstance(node, yaml.ScalarNode):
            column += shift + (node.style in ("'", '"'))
        self.error_at(line, column, message, hint)

    def error_at(self, line: int, column: int, message: str, hint: str = "") -> None:
        """Notes a mistake at a line and column that count from 0."""
        source = self.lines[line] if 0 <= line < len(self.lines) else ""
        column = min(column, len(source))
        self.errors.append(PackError(self.path, line + 1, column + 1, message, source, hint))

    def text(self, node: yaml.Node, what: str) -> str | None:
        """The text of a scalar; None, and an error, for anything that YAML reads as something else."""
        if not isinstance(node, yaml.ScalarNode):
            self.error(node, f"{what} must be a text, not a {_shape(node)}")
            return None
        if node.tag == "tag:yaml.org,2002:null":
            self.error(node, f"{what} is empty", self._hash_hint(node))
            return None
        if node.tag != _TEXT:
            hint = f'put it in quotes: "{node.value}"'
            self.error(node, f"YAML reads {node.value} as {_NAMES.get(node.tag, 'something else')}, not a text", hint)
            return None
        self._check_hash(node)
        return str(node.value)

    def _check_hash(self, node: yaml.ScalarNode) -> None:
        """`soldes #promo` without quotes loses all from the # on: YAML takes it for a comment."""
        if node.style in (None, "") and node.end_mark.line < len(self.lines):
            rest = self.lines[node.end_mark.line][node.end_mark.column :]
            if rest.lstrip().startswith("#") and rest.strip()[1:2].strip():
                column = node.end_mark.column + rest.index("#")
                self.error_at(
                    node.end_mark.line,
                    column,
                    "an unquoted # starts a comment: the text ends before it",
                    "put the whole text in quotes (or a blank after the #, if it is a comment)",
                )

    def _hash_hint(self, node: yaml.ScalarNode) -> str:
        line = self.lines[node.start_mark.line] if node.start_mark.line < len(self.lines) else ""
        return "an unquoted # starts a comment: put the text in quotes" if "#" in line else ""


def _shape(node: yaml.Node) -> str:
    return "list" if isinstance(node, yaml.SequenceNode) else "group of fields"


def read_source(path: Path, shown: str | None = None) -> tuple[Source, yaml.Node | None]:
    """The file's root node. Raises PackErrors when it is no YAML at all."""
    shown = shown or str(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PackErrors([PackError(shown, 1, 1, f"not UTF-8: byte {error.start}", hint="save it as UTF-8")]) from None
    except OSError as error:
        raise PackErrors([PackError(shown, 1, 1, f"cannot be read: {error.strerror}")]) from None
    if len(raw) > MAX_BYTES:
        raise PackErrors([PackError(shown, 1, 1, f"larger than {MAX_BYTES} bytes", hint="split it into packs")])
    return parse_source(text, shown)


def parse_source(text: str, shown: str) -> tuple[Source, yaml.Node | None]:
    """The root node of a pack's text. Raises PackErrors when it is no YAML at all."""
    source = Source(shown, text.splitlines())
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        context = f" ({error.context})" if error.context else ""
        source.error_at(line, column, f"not YAML: {error.problem}{context}", "check quotes, colons and indentation")
        raise PackErrors(source.errors) from None
    except (yaml.YAMLError, RecursionError) as error:
        source.error_at(0, 0, f"not YAML: {type(error).__name__}")
        raise PackErrors(source.errors) from None
    if root is not None:
        _refuse_aliases(source, root)
        if source.errors:
            raise PackErrors(source.errors)
    return source, root


def _refuse_aliases(source: Source, root: yaml.Node) -> None:
    """Anchors make a file that says more than one can see, and can grow without end."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            source.error(node, "anchors and aliases (&name, *name) are not read here", "write it out")
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                waiting += [key, value]
