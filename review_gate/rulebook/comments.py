"""Comments inside brackets that were not meant as one: `[promo, #ad]` loses all from the # on, the bracket too."""

from __future__ import annotations

import re

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)
_TAG = re.compile(r"#\S")
_LOOSE = re.compile(r"(?:^|[\s,\[\]{}])#\S", re.MULTILINE)
"""Without one of these a text that can be read need not be gone through again."""
_SWALLOWS = re.compile(r"#(?:\S|.*[\]}])")


def unmeant(text: str, lines: list[str], *, broken: bool) -> tuple[int, int] | None:
    """Line and column (from 0) of the first # inside [ ] or { } that hides text; None when there is none.

    What stands between two tokens of YAML is blank, or a comment. In a text that can be read, one is meant if a blank
    follows the sign; in a `broken` one it must not have swallowed a bracket either.
    """
    if "#" not in text or not (broken or _LOOSE.search(text)):
        return None
    wrong = _SWALLOWS if broken else _TAG
    depth, line, column = 0, 0, 0
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if depth:
                for number in range(line, min(token.start_mark.line + 1, len(lines))):
                    rest = lines[number][column if number == line else 0 :]
                    if wrong.match(rest.lstrip()):
                        return number, len(lines[number]) - len(rest.lstrip())
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            line, column = token.end_mark.line, token.end_mark.column
    except yaml.YAMLError:
        return None
    return None
