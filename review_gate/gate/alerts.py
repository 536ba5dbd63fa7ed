"""What the team hears at once: a bot stopped itself, a freeze, a cluster of small findings. Chores of the courier."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from review_gate.domain.change import Change, Event, Idempotency, Note
from review_gate.domain.errors import IdempotencyConflict, Stale
from review_gate.domain.freeze import scope_words
from review_gate.domain.message import Message
from review_gate.gate.apart import apart
from review_gate.gate.reading import came_in, events_after
from review_gate.gate.rhythm import Rhythm
from review_gate.insight.clusters import AT_LEAST, WEEK, clusters, kinds
from review_gate.insight.digest import ClusterSeen, categories
from review_gate.page_ports import PageStore
from review_gate.ports import Clock, NewId, Notes

TOPIC, POSITION = "alerts", "position"
CLUSTERS, HOURS, OPEN, SEEN = "clusters", "hours", "open", "seen"
KEPT = 100
"""So many clusters are remembered for the digest and the page; the audit log has all."""
HOUR = timedelta(hours=1)

Tell = Callable[[str, Message, Sequence[str]], None]
"""Tells the team something, once for the same key; with the ids of the submissions that it quotes."""


def _as_it_is(kind: str) -> Message:
    return Message(kind, kind)


class Alerts:
    """Reads the audit log from where it stopped, and tells the team what cannot wait for the daily look; `named` has
    the words for a category."""

    def __init__(
        self,
        store: PageStore,
        tell: Tell,
        clock: Clock,
        every: float = 5.0,
        named: Callable[[str], Message] = _as_it_is,
    ) -> None:
        self._store = store
        self._tell = tell
        self._clock = clock
        self._rhythm = Rhythm(clock, every)
        self._named = named

    def __call__(self) -> None:
        if not self._rhythm.due():
            return
        there = self._store.note(TOPIC, POSITION)
        after = 0 if there is None else int(there["after"])
        while True:
            events, reached = events_after(self._store, after, 500)
            if reached == after:
                break
            for item in events if there is not None else ():  # what happened before the first run is no news
                with apart(f"Telling the team of event {item.event.id}"):
                    self._look_at(item.event)
            after = reached
        if there is None or after != int(there["after"]):
            self._store.put_note(TOPIC, POSITION, {"after": after})

    def _look_at(self, event: Event) -> None:
        message = alert(event, self._named)
        if message is not None:
            self._tell(event.id, message, event.data.get("submissions", ()))


def alert(event: Event, named: Callable[[str], Message] = _as_it_is) -> Message | None:
    """What the team is told of `event`, categories as `named`; None for what can wait."""
    data = event.data
    who = data.get("by_name") or event.actor  # events written by earlier versions have no name
    match event.kind:
        case "bot.tripped":
            return Message(
                f"🛑 The bot *{data['bot']}* stopped itself: {data['why']}. Its replies are held until"
                f" somebody resumes it (`/gate resume {data['bot']} WHY`).",
                f"🛑 Le bot *{data['bot']}* s'est arrêté : {data['why_fr']}. Ses réponses sont retenues"
                f" jusqu'à sa reprise (`/gate resume {data['bot']} RAISON`).",
            )
        case "bot.paused":
            return Message(
                f"🛑 {who} paused the bot *{data['bot']}*: {data['why']}",
                f"🛑 {who} a mis le bot *{data['bot']}* en pause : {data['why_fr']}",
            )
        case "bot.resumed":
            return Message(
                f"👀 {who} let the bot *{data['bot']}* in again, under watch first: {data['why']}",
                f"👀 {who} a remis le bot *{data['bot']}* en marche, d'abord sous surveillance : {data['why_fr']}",
            )
        case "bot.closed":
            return Message(
                f"✅ The bot *{data['bot']}* answers by itself again: {data['why']}.",
                f"✅ Le bot *{data['bot']}* répond de nouveau seul : {data['why_fr']}.",
            )
        case "freeze.on":
            where = scope_words(data["scope"])
            return Message(
                f"❄️ {who} froze *{where.en}*: {data['why']}. Nothing goes out until a lead lifts it"
                f" (`/gate unfreeze {data['scope']} WHY`).",
                f"❄️ {who} a gelé *{where.fr}* : {data['why']}. Rien ne sort avant qu'un responsable ne lève le gel"
                f" (`/gate unfreeze {data['scope']} RAISON`).",
            )
        case "freeze.off":
            where = scope_words(data["scope"])
            return Message(
                f"☀️ {who} lifted the freeze of *{where.en}*: {data['why']}",
                f"☀️ {who} a levé le gel ({where.fr}) : {data['why']}",
            )
        case "cluster.found":
            kind = named(data["kind"])
            return Message(
                f"🌊 {data['count']} findings of *{kind.en}* within an hour (usually {data['usual']:g}):"
                f" {_quoted(data)}",
                f"🌊 {data['count']} signalements « *{kind.fr}* » en une heure (d'habitude {data['usual']:g}) :"
                f" {_quoted(data)}",
            )
    return None


def clusters_since(notes: Notes, since: datetime) -> tuple[ClusterSeen, ...]:
    """The clusters that were found since then, oldest first."""
    kept = (notes.note(CLUSTERS, SEEN) or {"items": []})["items"]
    found = (
        ClusterSeen(
            datetime.fromisoformat(item["at"]),
            item["kind"],
            item["count"],
            item["usual"],
            tuple(item["examples"]),
            tuple(item["submissions"]),
        )
        for item in kept
    )
    return tuple(cluster for cluster in found if cluster.at >= since)


def _quoted(data: Mapping[str, Any]) -> str:
    return " · ".join(f"“{text}”" for text in data["examples"])


class ClusterWatch:
    """Counts what is found by the hour, and writes one event when a kind stands out; the next one only after the
    kind has calmed down."""

    def __init__(self, store: PageStore, clock: Clock, new_id: NewId, every: float = 60.0) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._rhythm = Rhythm(clock, every)

    def __call__(self) -> None:
        if self._rhythm.due():
            self.look()

    def look(self) -> int:
        """Answers how many clusters were told of."""
        now = self._clock()
        past = self._past(now)
        recent = came_in(self._store, now - HOUR, now + HOUR).items[::-1]
        last = [(kind, submission.id) for submission in recent for kind in categories(submission)]
        counts = kinds([kind] for kind, _ in last)
        told = {kind for kind in self._store.note(CLUSTERS, OPEN) or {} if counts[kind] >= AT_LEAST}
        before = frozenset(told)
        found = clusters(last, past, before)
        texts = {submission.id: submission.draft.text for submission in recent}
        for cluster in found:
            data = {
                "kind": cluster.kind,
                "count": cluster.count,
                "usual": round(cluster.usual, 1),
                "submissions": list(cluster.examples),
                "examples": [texts[i][:120] for i in cluster.examples],
            }
            event = Event(self._new_id(), now, "cluster.found", "gate", None, data)
            once = Idempotency("cluster", f"{cluster.kind}:{now:%Y-%m-%dT%H}", "", 200, {}, now)
            with apart(f"The cluster of {cluster.kind}"):
                with contextlib.suppress(IdempotencyConflict):  # another courier was faster
                    self._write(event, once, {"at": now.isoformat(), **data})
                told.add(cluster.kind)
        open_ = dict.fromkeys(sorted(told), now.isoformat())
        self._store.put_note(CLUSTERS, OPEN, open_)
        return len(told - before)

    def _write(self, event: Event, once: Idempotency, found: Mapping[str, Any]) -> None:
        """Raises IdempotencyConflict."""
        while True:
            there = self._store.note(CLUSTERS, SEEN)
            items = [*(there or {"items": []})["items"], found][-KEPT:]
            with contextlib.suppress(Stale):  # another kind was noted, or one erased, meanwhile
                note = Note(CLUSTERS, SEEN, {"items": items}, there)
                self._store.commit(Change(events=(event,), idempotency=once, notes=(note,)))
                return

    def _past(self, now: datetime) -> list[dict[str, int]]:
        """The counts of the whole hours before the last one, at most a week of them, brought up to date."""
        kept = self._store.note(CLUSTERS, HOURS)
        until = now.replace(minute=0, second=0, microsecond=0) - HOUR
        counts: list[dict[str, int]] = [] if kept is None else list(kept["counts"])
        start = until - WEEK * HOUR if kept is None else max(datetime.fromisoformat(kept["until"]), until - WEEK * HOUR)
        if start < until:
            fresh: list[list[tuple[str, ...]]] = [[] for _ in range(int((until - start) / HOUR))]
            for submission in came_in(self._store, start, until).items:
                fresh[int((submission.created_at - start) / HOUR)].append(categories(submission))
            counts = [*counts, *(dict(kinds(hour)) for hour in fresh)][-WEEK:]
            self._store.put_note(CLUSTERS, HOURS, {"until": until.isoformat(), "counts": counts})
        return counts
