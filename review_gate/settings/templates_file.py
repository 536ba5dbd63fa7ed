"""Reads approved templates from files, strictly like rule packs: every mistake with its place.

templates:
  - name: shipped
    text: Bonjour {name}, votre commande {number} part aujourd'hui de notre entrepôt.
    owner: care@example.org
    approved_by: lea@example.org
    expires: 2027-01-01
    market: FR
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from review_gate.domain.errors import NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.template import CRISIS, Template, check
from review_gate.gate.rhythm import Rhythm
from review_gate.ports import Clock
from review_gate.rulebook.errors import PackError, PackErrors
from review_gate.rulebook.fields import LANGUAGES, Fields
from review_gate.rulebook.load import PUT_FILES
from review_gate.rulebook.source import Source, read_source

log = logging.getLogger(__name__)

NAME = 80
LONGEST = 4000


def load_templates(path: Path) -> tuple[Template, ...]:
    """The templates of the file, or of all `*.yml` and `*.yaml` files of the folder. Raises PackErrors with every
    mistake in any of them. When each was approved is for the caller to say."""
    files = [path] if path.is_file() else sorted([*path.glob("*.yml"), *path.glob("*.yaml")])
    if not files:
        nothing = Message("there are no templates here", "il n'y a pas de modèles ici")
        raise PackErrors([PackError(str(path), 1, 1, nothing, hint=PUT_FILES)])
    found: dict[str, Template] = {}
    errors: list[PackError] = []
    for file in files:
        try:
            source, root = read_source(file)
        except PackErrors as error:
            errors += error.errors
            continue
        if root is None:
            source.error_at(
                0,
                0,
                Message(
                    "the file is empty: there are no templates in it",
                    "le fichier est vide : il ne contient aucun modèle",
                ),
            )
            errors += source.errors
            continue
        fields = Fields(source, root, Message("a file of templates", "un fichier de modèles"))
        for entry in fields.groups("templates", required=True):
            template = _template(source, entry, file.name)
            if template.name in found:
                where = found[template.name].source
                entry.error(
                    "name",
                    Message(
                        f"there is a template '{template.name}' already (in {where})",
                        f"il y a déjà un modèle « {template.name} » (dans {where})",
                    ),
                )
            elif template.name:
                found[template.name] = template
        fields.done()
        errors += source.errors
    if errors:
        raise PackErrors(errors)
    return tuple(found.values())


def _template(source: Source, entry: Fields, file: str) -> Template:
    expires = entry.date("expires")
    if expires is None and "expires" not in entry:
        source.error(
            entry.node,
            Message(
                "a template needs 'expires', such as 2027-01-01",
                "il faut à un modèle « expires », par exemple 2027-01-01",
            ),
        )
    made = Template(
        name=_short(entry, "name", required=True),
        text=_short(entry, "text", required=True, longest=LONGEST),
        owner=_short(entry, "owner", required=True),
        approved_by=_short(entry, "approved_by", required=True),
        approved_at=datetime.min.replace(tzinfo=UTC),
        expires=datetime.combine(expires, time(), UTC) if expires else datetime.max.replace(tzinfo=UTC),
        channel=_short(entry, "channel") or None,
        market=_market(entry),
        lang=entry.one_of("lang", LANGUAGES) if "lang" in entry else None,
        occasion=entry.one_of("occasion", (CRISIS,)) if "occasion" in entry else None,
        source=file,
    )
    entry.done()
    if made.text:
        try:
            check(made)
        except NotPermitted as refused:
            entry.error("text", refused.message)
    return made


def _short(entry: Fields, key: str, required: bool = False, longest: int = NAME) -> str:
    text = entry.text(key, required)
    if len(text) > longest:
        entry.error(
            key,
            Message(
                f"'{key}' has {len(text)} characters: {longest} at most",
                f"« {key} » a {len(text)} caractères : {longest} au plus",
            ),
        )
    return text.strip()


def _market(entry: Fields) -> str | None:
    word = entry.text("market")
    if word and not (len(word) == 2 and word.isalpha() and word.isupper()):
        entry.error(
            "market",
            Message(f"'{word}' is no market", f"« {word} » n'est pas un marché"),
            Message("write two capitals, such as FR", "écrivez deux majuscules, par exemple FR"),
        )
    return word or None


class TemplateFiles:
    """A chore: takes the files' templates over when they have changed. A file with a mistake changes nothing: what was
    approved before goes on, and the log says what is wrong, once."""

    def __init__(
        self, path: Path, follow: Callable[[Sequence[Template]], int], clock: Clock, every: float = 10.0
    ) -> None:
        self._path = path
        self._follow = follow
        self._rhythm = Rhythm(clock, every)
        self._seen: object = None

    def __call__(self) -> None:
        if not self._rhythm.due():
            return
        seen = _stamp(self._path)
        if seen == self._seen:
            return
        try:
            changed = self._follow(load_templates(self._path))
        except PackErrors as errors:
            log.error("The templates in %s stay as they were:\n%s", self._path, errors)
        else:
            log.info("%d templates taken over from %s", changed, self._path)
        self._seen = seen


def _stamp(path: Path) -> object:
    files = [path] if path.is_file() else sorted(path.glob("*.y*ml"))
    return [(str(file), (found := file.stat()).st_mtime_ns, found.st_size) for file in files]
