"""A page as a browser takes it: which elements it makes, and what is written in them."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from re import findall

import review_gate.web

ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "xlink:href", "srcdoc", "ping", "content")
TEMPLATES = Path(review_gate.web.__file__).parent / "templates"
OWN = {tag for path in TEMPLATES.rglob("*.html") for tag in findall(r"<([a-z][a-z0-9]*)", path.read_text())}
"""The elements that the templates themselves write."""
EMPTY = frozenset({"meta", "link", "input", "br", "img", "hr"})


class Page(HTMLParser):
    """`said[name]`: the texts of the elements with that class, in order. `troubles`: what no template has written."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, list[str]] = {}
        self.troubles: list[str] = []
        self._open: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)
        self.close()
        self.troubles += [f"<{tag}> is never closed" for tag, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in OWN or tag in ("style", "iframe", "object", "embed", "base"):
            self.troubles.append(f"<{tag}>")
        self.troubles += [f"<{tag} {name}>" for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        self.troubles += [
            f"<{tag} {name}={given[name]}>"
            for name in ADDRESSES
            if name in given and ":" in given[name].partition("/")[0] and tag != "meta"
        ]
        if tag == "script" and not given.get("src", "").startswith("/"):
            self.troubles.append("a script in the page")
        names = tuple(given.get("class", "").split())
        for name in names:
            self.said.setdefault(name, []).append("")
        if tag not in EMPTY:
            self._open.append((tag, names))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop()[0] != tag:
            self.troubles.append(f"</{tag}> that closes nothing")

    def handle_data(self, data: str) -> None:
        for _, names in self._open:
            for name in names:
                self.said[name][-1] += data

    def handle_comment(self, data: str) -> None:
        self.troubles.append(f"<!--{data}-->")
