"""What is installed is pinned, down to what our dependencies bring: in requirements-*.txt or in constraints.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from review_gate.settings.settings import PROJECT

FILES = ("requirements.txt", "requirements-test.txt", "requirements-connectors.txt", "requirements-parquet.txt",
         "requirements-pdf.txt", "requirements-dask.txt", "requirements-tracing.txt")  # fmt: skip

INSTALLERS = {"pip", "setuptools"}
"""They come with Python and put the rest in place."""


def lines(name: str) -> list[Requirement]:
    found = (line.partition("#")[0].strip() for line in (PROJECT / name).read_text().splitlines())
    return [Requirement(line) for line in found if line and not line.startswith("-")]


def brought_by(wanted: list[Requirement]) -> Iterator[str]:
    """The names of all that `wanted` needs here, itself included."""
    seen: set[tuple[str, str]] = set()
    while wanted:
        one = wanted.pop()
        name = canonicalize_name(one.name)
        for extra in ("", *one.extras):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            try:
                further = [Requirement(line) for line in requires(name) or ()]
            except PackageNotFoundError:  # meant for another platform, or left out by the Makefile
                continue
            wanted += [next_ for next_ in further if next_.marker is None or next_.marker.evaluate({"extra": extra})]
    yield from sorted({name for name, _ in seen})


def test_everything_is_pinned_to_one_version() -> None:
    for path in [*sorted(PROJECT.glob("requirements*.txt")), PROJECT / "constraints.txt"]:
        for one in lines(path.name):
            assert re.fullmatch(r"==[^*,]+", str(one.specifier)), f"{path.name}: {one}"


def test_so_is_what_the_dependencies_bring() -> None:
    direct = [one for name in FILES for one in lines(name)]
    pinned = {canonicalize_name(one.name) for one in [*direct, *lines("constraints.txt")]}
    missing = []
    for name in brought_by(list(direct)):
        if name not in pinned and name not in INSTALLERS:
            try:
                missing.append(f"{name}=={version(name)}")
            except PackageNotFoundError:
                continue
    assert missing == [], "these lines belong into constraints.txt"


def test_each_dependency_is_explained() -> None:
    told = "\n".join(path.read_text() for path in (PROJECT / "docs" / "decisions").glob("*.md")).lower()
    assert [one.name for name in FILES for one in lines(name) if one.name.lower() not in told] == []
