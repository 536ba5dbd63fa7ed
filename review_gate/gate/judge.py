"""The verdict on a draft, given what the gate knows besides its text: freezes, earlier replies, templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from review_gate.domain.breaker import BreakerState
from review_gate.domain.change import Change, Moment
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.freeze import frozen
from review_gate.domain.template import Filled, approved, slots_only
from review_gate.domain.verdict import Action, Severity, Verdict
from review_gate.domain.weigh import action_for
from review_gate.gate.bots import watch
from review_gate.gate.freezes import freeze_of
from review_gate.gate.memory import Memory, Recalled
from review_gate.gate.screening import Screening
from review_gate.gate.templates import ApprovedTemplates
from review_gate.ports import Store


class Judge:
    """Asks the screening, and brings to it what the store remembers. Writes nothing itself: what is to be remembered
    comes back as a Change."""

    def __init__(
        self, store: Store, screening: Callable[[], Screening], memory: Memory, templates: ApprovedTemplates
    ) -> None:
        self._store = store
        self._screening = screening
        self._memory = memory
        self._templates = templates

    def screen(self, draft: Draft, now: datetime, recalled: Recalled | None = None) -> Verdict:
        """The verdict on `draft` at `now`. `recalled` is what the memory says of it, where somebody has asked."""
        known = self._memory.recall(draft, now) if recalled is None else recalled
        breaker = known.breaker
        verdict = self._screening().screen(
            draft,
            now,
            known.recent,
            said=known.said,
            paused=breaker.told if breaker is not None and breaker.state is BreakerState.OPEN else None,
            bot_is_new=breaker is None,
        )
        freeze = freeze_of(self._store, draft.market)
        return verdict if freeze is None else self._screening().with_texts(frozen(verdict, freeze), draft)

    def watch(self, draft: Draft, moment: Moment) -> tuple[Verdict, Change]:
        """The verdict on a bot's reply, and what is remembered of it."""
        recalled = self._memory.recall(draft, moment.now)
        filled = self._templates.find(draft, moment.now, recalled.templates)
        if filled is not None and recalled.said is not None:  # an approved text may repeat
            saying = replace(recalled.said.saying, allowed_by=filled.template.approved_by)
            recalled = replace(recalled, said=replace(recalled.said, saying=saying))
        verdict = self.screen(draft, moment.now, recalled)
        if filled is not None:
            verdict = self._as_template(draft, verdict, filled, moment.now)
        if draft.bot is None or draft.kind is not Kind.REPLY:
            return verdict, _used(filled, verdict, moment)
        screening = self._screening()
        trace = self._memory.trace(draft, recalled, verdict, moment.now)
        watched = watch(draft.bot, recalled, trace, verdict, moment, screening.policy.breaker)
        verdict = screening.with_texts(watched.verdict, draft)
        said = recalled.said
        # One whose date was not moved is there already.
        new = said is not None and trace.saying is not None and said.saying.last_at == moment.now
        return verdict, Change(
            events=watched.events,
            replies=self._memory.remembered(draft, watched.trace, verdict, moment),
            sayings=(said.saying,) if said is not None and new else (),
            breaker=watched.breaker,
            template=_used(filled, verdict, moment).template,
        )

    def _as_template(self, draft: Draft, whole: Verdict, filled: Filled, now: datetime) -> Verdict:
        """The verdict on a reply that is an approved template: what is in its slots counts, and the customer."""
        slots = slots_only(draft, filled)
        found = None if slots is None else self._screening().screen(slots, now)
        reasons = approved(whole, found, filled)
        severity = max((reason.severity for reason in reasons), default=Severity.NONE)
        action = action_for(draft, severity, self._screening().policy)
        verdict = replace(whole, reasons=reasons, severity=severity, action=action, template=filled.template.name,
                          holding=None)  # fmt: skip
        return self._screening().with_texts(verdict, draft)


def _used(filled: Filled | None, verdict: Verdict, moment: Moment) -> Change:
    """Counts a use of the template, when the reply goes out with it."""
    if filled is None or verdict.action is not Action.ALLOW:
        return Change()
    return Change(template=(filled.template.name, moment.now))
