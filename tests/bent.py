"""Payloads that are bent: a good one with parts of it left out or turned into anything."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from hypothesis import strategies as st

Changes: TypeAlias = Iterable[tuple[int, Any, bool]]
"""Which place of a payload, what it becomes, or whether it is left out."""

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def changes(wild: st.SearchStrategy[Any]) -> st.SearchStrategy[list[tuple[int, Any, bool]]]:
    return st.lists(st.tuples(st.integers(0, 10**6), wild, st.booleans()), min_size=1, max_size=3)


def bend(payload: Any, wanted: Changes) -> Any:
    """`payload` with those changes; itself is left alone."""
    for where, value, gone in wanted:
        there = list(places(payload))
        if there:
            payload = changed(payload, there[where % len(there)], value, gone)
    return payload


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in it, outermost first."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(payload: Any, path: tuple[Any, ...], value: Any, gone: bool) -> Any:
    made = copy.deepcopy(payload)
    node = made
    for key in path[:-1]:
        node = node[key]
    if gone:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return made
