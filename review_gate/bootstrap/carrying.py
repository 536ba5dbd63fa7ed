"""What the work process does: who carries which delivery, and what is looked after between two of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.mail import MailNotifier
from review_gate.adapters.outside import Nobody, open_mail, open_publishers
from review_gate.adapters.stores.bell import Bell
from review_gate.adapters.teams import TeamsNotifier
from review_gate.adapters.webhook import WebhookNotifier
from review_gate.courier import Courier
from review_gate.domain.change import DeliveryKind
from review_gate.domain.message import Message
from review_gate.domain.submission import Submission
from review_gate.gate.alerts import Alerts, ClusterWatch
from review_gate.gate.announcing import Announcing, Letters
from review_gate.gate.deadlines import Deadlines
from review_gate.gate.erasing import Ageing, Erasure, Retention, UnlessErased
from review_gate.gate.freezes import FreezingNotifier
from review_gate.gate.memory import Forgetting, Memory
from review_gate.gate.publishing import Publishing
from review_gate.ports import Notifier
from review_gate.settings.templates_file import TemplateFiles
from review_gate.slack.words import category_words

if TYPE_CHECKING:
    from review_gate.bootstrap.services import Services

LOOK_SECONDS = 1.0
"""How often a courier looks by itself, besides being woken: for what becomes due, and should a ring get lost."""


class Carrying:
    """The couriers and their chores, made from the service's `parts`."""

    def __init__(self, parts: Services) -> None:
        self._parts = parts

    def run(self, stop: threading.Event) -> None:
        """One courier for each kind of delivery, so that a slow Slack does not keep webhooks waiting. Until `stop`."""
        notifiers = self.notifiers()
        deadlines = Deadlines(self._parts.store, lambda: self._parts.policy, utc_now, uuid7, self.tell_author)
        chores: dict[DeliveryKind, Sequence[Callable[[], object]]] = {
            DeliveryKind.WEBHOOK: (deadlines,),
            DeliveryKind.MEDIA: (self._parts.studio.tidying,),
            DeliveryKind.NOTICE: self.watches(),
        }
        if DeliveryKind.CARD in notifiers:
            chores[DeliveryKind.CARD] = self._parts.slack.chores()
        bell = Bell(self._parts.store.database, stop)
        bell.start()
        threads = []
        for kind in DeliveryKind:
            courier = Courier(self._parts.store, kind, notifiers.get(kind), utc_now, chores.get(kind, ()))
            run = partial(courier.run, stop, LOOK_SECONDS, bell.ear().wait)
            threads.append(threading.Thread(target=run, name=f"courier-{kind.value}"))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        bell.join()

    def watches(self) -> tuple[Callable[[], object], ...]:
        """What is looked after all the time: the daily look, clusters, alerts, and a memory that does not grow."""
        forgetting = Forgetting(Memory(self._parts.store, lambda: self._parts.policy), utc_now)
        clusters = ClusterWatch(self._parts.store, utc_now, uuid7)
        drills = (self._parts.drills,) if self._parts.policy.drills.rate else ()
        path = self._parts.settings.templates
        files = () if path is None else (TemplateFiles(path, self._parts.gate.templates.follow, utc_now),)
        alerts = Alerts(self._parts.store, self.tell, utc_now, named=category_words)
        retention = Retention(Erasure(self._parts.store, utc_now, uuid7), utc_now, self._parts.policy.retention_days)
        ageing = Ageing(self._parts.store, utc_now, self._parts.policy.retention_days)
        return (*drills, self._parts.gate.digests, clusters, alerts, forgetting, retention, ageing, *files)

    def tell(self, key: str, message: Message, quoted: Sequence[str] = ()) -> None:
        """Tells the channel something, once for the same key. `quoted` are the submissions whose words are in it."""
        if self._parts.slack_channel:
            self._parts.slack.notices.direct_once(
                key, self._parts.slack_channel, message, self._parts.settings.language, "", quoted
            )

    def notifiers(self) -> dict[DeliveryKind, Notifier]:
        """Who carries which kind of delivery. Without a channel or a webhook address nobody does."""
        carriers: dict[DeliveryKind, Notifier] = {
            DeliveryKind.MEDIA: self._parts.studio.looking(lambda: self._parts.screening)
        }
        settings = self._parts.settings
        if self._parts.slack_channel:
            carriers.update(self._parts.slack.carriers())
        if settings.teams_webhook_url:
            carriers[DeliveryKind.TEAMS] = TeamsNotifier(
                settings.teams_webhook_url,
                self._parts.store,
                settings.language,
                self._parts.page_url,
                self._parts.gate.outlet_of,
            )
        if self.mail is not None:
            carriers[DeliveryKind.MAIL] = self.mail
        if DeliveryKind.TEAMS in carriers or self.mail is not None:
            cards = carriers.get(DeliveryKind.CARD, Nobody())
            carriers[DeliveryKind.CARD] = Announcing(
                cards, self._parts.store, utc_now, uuid7, teams=DeliveryKind.TEAMS in carriers, letters=self.letters
            )
        if settings.webhook_url and settings.webhook_secret:
            webhook = WebhookNotifier(
                settings.webhook_url,
                settings.webhook_secret,
                self._parts.signer,
                utc_now,
                allow_private=settings.webhook_allow_private,
            )
            store = self._parts.store
            carriers[DeliveryKind.WEBHOOK] = UnlessErased(FreezingNotifier(webhook, store), store)
        if settings.publish:
            carriers[DeliveryKind.PUBLISH] = Publishing(
                self._parts.store,
                open_publishers(settings, utc_now, self._parts.studio.approved),
                utc_now,
                uuid7,
                self.tell_author,
            )
        return {kind: self._parts.tracing.notifier(kind, carrier) for kind, carrier in carriers.items()}

    @cached_property
    def mail(self) -> MailNotifier | None:
        return open_mail(self._parts.settings)

    @cached_property
    def letters(self) -> Letters | None:
        """What authors whom Slack does not know are told, where a mail server is set."""
        if self.mail is None:
            return None

        def in_slack(submission: Submission) -> bool:
            return (
                self._parts.slack_channel is not None and self._parts.slack.directory.slack_user(submission) is not None
            )

        def language_of(address: str) -> str:
            account = self._parts.store.user(address.lower())
            return (account.language if account is not None else None) or self._parts.settings.language

        return Letters(self._parts.store, utc_now, uuid7, in_slack, language_of, self._parts.page_url)

    def tell_author(self, submission: Submission, message: Message, key: str) -> None:
        """Tells the author something, once for the same key: in Slack, or else by e-mail."""
        self._parts.slack.tell_author(submission, message, key)
        if self.letters is not None:
            self.letters.tell(submission, message, key)
