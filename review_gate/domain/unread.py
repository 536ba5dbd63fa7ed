"""What a list says of submissions whose record cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

from review_gate.domain.message import Message

NAMED = 5
"""So many are named; the program's log names them all."""


def unread(ids: Sequence[str], *, held: bool = False) -> Message | None:
    """None when there are none; `held` when all of them are known to wait."""
    if not ids:
        return None
    named = ", ".join(ids[:NAMED]) + (", …" if len(ids) > NAMED else "")
    if len(ids) == 1:
        en, fr = "1 submission cannot be read", "1 soumission est illisible"
        stays, reste = ("it is held", "elle est retenue") if held else ("it stays as it is", "elle reste en l'état")
    else:
        en, fr = f"{len(ids)} submissions cannot be read", f"{len(ids)} soumissions sont illisibles"
        stays, reste = (
            ("they are held", "elles sont retenues") if held else ("they stay as they are", "elles restent en l'état")
        )
    return Message(
        f"{en}: {named}; {stays}; `review-gate doctor` says more.",
        f"{fr} : {named} ; {reste} ; `review-gate doctor` en dit plus.",
    )
