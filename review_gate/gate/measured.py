"""The screening with somebody who counts: what came out, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from review_gate.domain.change import RememberedReply
from review_gate.domain.draft import Draft
from review_gate.domain.holding import Holding
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.repetition import Said
from review_gate.domain.verdict import Verdict
from review_gate.gate.screening import Rules, Screening
from review_gate.ports import LanguageDetector, Scorer


class MeasuredScreening(Screening):
    """Tells `seen` the kind of each draft, its verdict, and how many seconds that took."""

    def __init__(
        self, detector: LanguageDetector, scorers: Sequence[Scorer], rules: Callable[[], Rules], policy: Policy,
        texts: Holding, seen: Callable[[str, Verdict, float], None],
    ) -> None:  # fmt: skip
        super().__init__(detector, scorers, rules, policy, texts)
        self._seen = seen

    def screen(
        self,
        draft: Draft,
        now: datetime,
        recent: Sequence[RememberedReply] = (),
        *,
        said: Said | None = None,
        paused: Message | None = None,
        bot_is_new: bool = False,
    ) -> Verdict:
        began = time.perf_counter()
        verdict = super().screen(draft, now, recent, said=said, paused=paused, bot_is_new=bot_is_new)
        self._seen(draft.kind.value, verdict, time.perf_counter() - began)
        return verdict
