"""The kinds of rules. To add one: a file here with its class, its name below, and its test."""

from __future__ import annotations

from typing import Any

from review_gate.rulebook.kinds.calendar import Calendar
from review_gate.rulebook.kinds.conditional import Conditional
from review_gate.rulebook.kinds.context import Context
from review_gate.rulebook.kinds.cooccurrence import Cooccurrence
from review_gate.rulebook.kinds.count import Count
from review_gate.rulebook.kinds.emoji import Emoji
from review_gate.rulebook.kinds.existence import Existence
from review_gate.rulebook.kinds.hashtag import Hashtag
from review_gate.rulebook.kinds.learned import Learned
from review_gate.rulebook.kinds.look_alike import LookAlike
from review_gate.rulebook.kinds.personal_data import PersonalData
from review_gate.rulebook.kinds.similar_to import SimilarTo
from review_gate.rulebook.kinds.structure import Structure
from review_gate.rulebook.kinds.substitution import Substitution

KINDS: dict[str, Any] = {
    kind.word: kind
    for kind in (
        Calendar,
        Conditional,
        Context,
        Cooccurrence,
        Count,
        Emoji,
        Existence,
        Hashtag,
        Learned,
        LookAlike,
        PersonalData,
        SimilarTo,
        Structure,
        Substitution,
    )
}
"""Each kind's class by the word that a rule names it with."""
