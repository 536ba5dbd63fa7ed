"""The courier: carries out what the transactions left in the outbox, and tries again until it arrives.

A delivery is claimed with a lease: when a courier dies, another takes it over. So everything may be sent twice, and
every notifier must be able to tell (deliveries carry an id that receivers see).
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.ports import Clock, Notifier, Outbox, StoreDamaged, StoreError, Undeliverable

log = logging.getLogger(__name__)

WEBHOOK_SECONDS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Pauses between tries of a webhook, as Standard Webhooks advises: from 5 seconds to a day. Then a dead letter."""

CARD_SECONDS = (1, 2, 5, 10, 20, 40, 60)
"""Pauses between tries of a card. The last one repeats: while Slack is away a card is never given up, since a draft
that waits for a person would wait unseen."""

PUBLISH_SECONDS = (5, 15, 30, 60, 120, 300, 600, 1200, 1200)
"""Pauses between tries to put a post out: about an hour, since it has a planned time. Then people are told."""

NOTICE_SECONDS = (*CARD_SECONDS, *(300,) * 12, *(1800,) * 46, *(7200,) * 24)
"""Pauses between tries of a word to somebody in Slack, and of a step in the Teams channel: for three days, longer than
a weekend on which nobody repairs the token. What it tells is old by then, and the queue page shows what waits."""

MAIL_SECONDS = (30, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 86400)
"""Pauses between tries of an e-mail: soon again for a server that lets strangers wait a moment, then for three days,
about as long as mail servers themselves try."""

MEDIA_SECONDS = (*CARD_SECONDS, *(300,) * 12)
"""Pauses between looks at pictures: an hour. An address that does not answer is asked three times and then the card
says so; more is needed only while people change the submission all the time."""

LIMITED = {
    DeliveryKind.WEBHOOK: WEBHOOK_SECONDS,
    DeliveryKind.PUBLISH: PUBLISH_SECONDS,
    DeliveryKind.NOTICE: NOTICE_SECONDS,
    DeliveryKind.TEAMS: NOTICE_SECONDS,
    DeliveryKind.MAIL: MAIL_SECONDS,
    DeliveryKind.MEDIA: MEDIA_SECONDS,
}
"""What is given up at last, and when: a dead letter is counted, alerted on, listed, and can be replayed."""


MISHAPS = 20
"""So many tries a delivery gets that fails in a way nobody foresaw: no trouble of the other side, but a bug or a
damaged record. Then it is a dead letter, and what stands behind it goes out."""

DAMAGED_TRIES = 5
"""So many where the store says that what the delivery is about is damaged. No further try mends that; a few are left
for a disk that misreads. A dead letter is seen (alert, metrics, doctor), and can be replayed after a repair."""

STORE_SECONDS = 5.0
"""How long a delivery waits whose carrying met trouble of our own store: nobody out there refused it."""

TROUBLE_SECONDS = 2.0
"""How long a courier waits that could not use the outbox."""

CLAIM = 2
LEASE_SECONDS = 30
"""So many deliveries are taken at once, for so long: each may take 10 seconds, so that a living courier is always done
in time, and what a dead one held is soon carried by another."""
PUBLISH_LEASE_SECONDS = 120
"""A post is taken alone and for longer: its pictures are fetched and handed over one by one."""


class Courier:
    """Carries deliveries of one `kind`. `run_once` carries what is due now; `run` does so until it is told to stop.
    Any number may run side by side. Without a `notifier` nobody is set up to hear of them: they count as done.

    `chores` are called between rounds (expiring what is past its time, say); one that fails is logged and tried again.
    """

    def __init__(
        self,
        outbox: Outbox,
        kind: DeliveryKind,
        notifier: Notifier | None,
        clock: Clock,
        chores: Sequence[Callable[[], object]] = (),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._kind = kind
        self._notifier = notifier
        self._clock = clock
        self._chores = chores
        self._jitter = jitter
        self._unnoted: dict[str, tuple[int, Callable[[], object]]] = {}

    def run(
        self, stop: threading.Event, pause_seconds: float = 0.25, wait: Callable[[float], object] | None = None
    ) -> None:
        """Until `stop` is set. A store that cannot be reached is waited for.

        With nothing to do it `wait`s for `pause_seconds` at most, for `stop` unless given something that also ends when
        something was put into the outbox.
        """
        rest = wait or stop.wait
        while not stop.is_set():
            busy = trouble = False
            try:
                busy = self.run_once() > 0
            except StoreError as error:
                trouble = True
                log.error("The outbox cannot be used, trying again: %s", error)
            except Exception:
                trouble = True
                log.exception("The outbox cannot be read; trying again")
            self._do_chores()  # also then: damage to the outbox keeps no draft from its planned time
            if trouble:
                stop.wait(TROUBLE_SECONDS)
            elif not busy:
                rest(pause_seconds)

    def _do_chores(self) -> None:
        for chore in self._chores:
            try:
                chore()
            except StoreError as error:
                log.error("A chore of the courier waits for the store: %s", error)
            except Exception:
                log.exception("A chore of the courier failed; trying again")

    def run_once(self) -> int:
        """Claims and carries what is due; answers how many deliveries were tried."""
        limit, lease = (1, PUBLISH_LEASE_SECONDS) if self._kind is DeliveryKind.PUBLISH else (CLAIM, LEASE_SECONDS)
        claimed = self._outbox.claim_deliveries(self._kind, self._clock(), limit, lease)
        for delivery in claimed:
            known = delivery.id in self._unnoted
            try:
                self._carry(delivery)
            except StoreDamaged as error:  # a page beside its row, say: the other one has nothing to do with that
                if not known:
                    log.error("What became of delivery %s cannot be noted: %s", delivery.id, error)
        return len(claimed)

    def _carry(self, delivery: Delivery) -> None:
        late = self._unnoted.pop(delivery.id, None)
        if late is not None and late[0] + 1 == delivery.attempts:  # else somebody else had it meanwhile
            self._note(delivery, late[1])
            return
        if self._notifier is None:
            self._delivered(delivery, {"skipped": "nobody is set up to receive this"})
            return
        try:
            receipt = self._notifier.deliver(delivery)
        except Undeliverable as error:
            if error.waits is not None:
                self._hold_back(delivery, str(error), error.waits)
                return
            self._again(delivery, str(error), error.retry_after, final=error.final)
        except StoreDamaged as error:
            log.error("Delivery %s (%s) meets damage: %s", delivery.id, delivery.kind.value, error)
            self._again(delivery, "the store: StoreDamaged", None, final=delivery.attempts >= DAMAGED_TRIES)
        except StoreError as error:
            # Where the store cannot even note this, it raises: the lease ends by itself, and this one try counts.
            log.warning("Delivery %s (%s) waits for the store: %s", delivery.id, delivery.kind.value, error)
            self._hold_back(delivery, f"the store: {type(error).__name__}", STORE_SECONDS)
        except Exception as error:
            log.exception("Delivery %s (%s) failed", delivery.id, delivery.kind.value)
            self._again(delivery, type(error).__name__, None, final=delivery.attempts >= MISHAPS)
        else:
            self._delivered(delivery, receipt)

    def _note(self, delivery: Delivery, write: Callable[[], object]) -> None:
        """Notes what became of a delivery. What the store does not take is noted when it comes up again, before
        anything else is done with it: else what has arrived would be sent again whenever its lease ends."""
        self._unnoted[delivery.id] = (delivery.attempts, write)
        write()
        del self._unnoted[delivery.id]

    def _delivered(self, delivery: Delivery, receipt: Mapping[str, Any]) -> None:
        self._note(delivery, partial(self._outbox.delivered, delivery.id, self._clock(), receipt))

    def _hold_back(self, delivery: Delivery, why: str, seconds: float) -> None:
        until = self._clock() + timedelta(seconds=seconds)
        self._note(delivery, partial(self._outbox.held_back, delivery.id, why[:500], until))

    def _again(self, delivery: Delivery, why: str, retry_after: float | None, *, final: bool) -> None:
        now = self._clock()
        pause = None if final else self._pause(delivery, retry_after)
        if pause is None:
            log.error("Delivery %s (%s) is a dead letter: %s", delivery.id, delivery.kind.value, why)
        retry_at = None if pause is None else now + timedelta(seconds=pause)
        self._note(delivery, partial(self._outbox.failed, delivery.id, now, why[:500], retry_at))

    def _pause(self, delivery: Delivery, retry_after: float | None) -> float | None:
        """Seconds until the next try, with up to a tenth of jitter; None when there has been the last one."""
        if delivery.kind in LIMITED:
            pauses = LIMITED[delivery.kind]
            if delivery.attempts > len(pauses):
                return None
            seconds: float = pauses[delivery.attempts - 1]
        else:
            seconds = CARD_SECONDS[min(delivery.attempts, len(CARD_SECONDS)) - 1]
        return max(seconds, retry_after or 0.0) * (1 + 0.1 * self._jitter())
