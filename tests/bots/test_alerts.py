"""What the team hears at once."""

from __future__ import annotations

from collections.abc import Sequence

from review_gate.adapters.clock import uuid7
from review_gate.adapters.stores import SqlStore
from review_gate.domain.change import Change, Event
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.gate.alerts import Alerts, ClusterWatch, alert
from review_gate.slack.words import category_words
from tests.bots.house import KEY, LEAD, MORNING, House, house
from tests.bots.test_control import NAMES, TEMPLATE


class Team:
    def __init__(self) -> None:
        self.heard: list[tuple[str, Message]] = []

    def tell(self, key: str, message: Message, quoted: Sequence[str]) -> None:
        self.heard.append((key, message))


def test_the_team_hears_of_a_bot_that_stopped_itself_and_who_let_it_in_again() -> None:
    with house() as at:
        at.gate.bots.pause("old", "before the first run", LEAD)
        team = Team()
        alerts = Alerts(at.store, team.tell, at.clock, every=0.0)
        alerts()
        assert team.heard == []
        for n, name in enumerate(NAMES):
            at.says(TEMPLATE.format(name, n))
        at.gate.bots.resume("faq", "corrigé", LEAD)
        alerts()
        alerts()
        words = [message.fr for _, message in team.heard]
        assert len(words) == 2
        assert "*faq* s'est arrêté : 7 des 7 dernières réponses" in words[0]
        assert f"{LEAD.display_name} a remis le bot *faq* en marche, d'abord sous surveillance : corrigé" in words[1]


def test_a_freeze_is_told_with_the_name_of_who_did_it_and_the_way_out() -> None:
    with house() as at:
        team = Team()
        alerts = Alerts(at.store, team.tell, at.clock, every=0.0)
        alerts()
        at.gate.freezes.freeze("brand", "fausse rumeur", LEAD)
        alerts()
        ((_, message),) = team.heard
        assert message.fr.startswith(f"❄️ {LEAD.display_name} a gelé *toute la marque* : fausse rumeur.")
        assert "/gate unfreeze brand" in message.fr


def test_an_event_that_cannot_be_told_or_read_keeps_no_other_from_being_heard() -> None:
    with house() as at:
        team, deaf = Team(), ["un"]

        def tell(key: str, message: Message, quoted: Sequence[str]) -> None:
            if any(word in message.fr for word in deaf):
                raise ConnectionError("no such channel")
            team.tell(key, message, quoted)

        alerts = Alerts(at.store, tell, at.clock, every=0.0)
        alerts()
        for bot, why in (("b1", "un"), ("b2", "deux"), ("b3", "trois"), ("b4", "quatre")):
            at.gate.bots.pause(bot, why, LEAD)
        at.store.commit(Change(events=(Event("odd", at.clock(), "freeze.on", "léa", None, {}),)))  # names no scope
        at.gate.bots.pause("b5", "cinq", LEAD)
        with at.store.database.write() as session:
            session.execute("UPDATE events SET data = '{' WHERE data LIKE '%trois%'")
        alerts()
        alerts()
        assert [message.fr.rpartition(" ")[2] for _, message in team.heard] == ["deux", "quatre", "cinq"]


def test_every_kind_of_alert_has_words_and_other_events_have_none() -> None:
    data = {"bot": "b", "why": "w", "why_fr": "p", "state": "open", "scope": "FR", "kind": "tone", "count": 9,
            "usual": 0.5, "examples": ["x"]}  # fmt: skip
    told = ("bot.tripped", "bot.paused", "bot.resumed", "bot.closed", "freeze.on", "freeze.off", "cluster.found")
    for kind in told:
        message = alert(Event("e", MORNING, kind, "léa", None, data))
        assert message is not None
        assert message.en != message.fr
    assert alert(Event("e", MORNING, "submission.held", "léa", None, data)) is None


def insults(at: House, count: int) -> None:
    for n in range(count):
        at.clock.pass_(seconds=10)
        at.gate.submit(Draft(f"You idiot no. {n}"), KEY)


def test_a_leak_raises_one_alert_until_it_has_calmed_down() -> None:
    with house() as at:
        watch = ClusterWatch(at.store, at.clock, uuid7)
        for _ in range(48):  # two days with one finding an hour
            insults(at, 1)
            at.clock.pass_(hours=1)
            assert watch.look() == 0
        insults(at, 12)
        assert watch.look() == 1
        insults(at, 3)
        assert watch.look() == 0  # told already
        (event,) = [item.event for item in at.store.log() if item.event.kind == "cluster.found"]
        assert (event.data["kind"], event.data["count"]) == ("hate", 12)
        assert event.data["examples"][-1] == "You idiot no. 11"
        at.clock.pass_(hours=5)
        assert watch.look() == 0
        insults(at, 60)
        assert watch.look() == 1


def test_two_couriers_tell_once() -> None:
    with house() as at:
        insults(at, 12)
        one, other = (ClusterWatch(at.store, at.clock, uuid7) for _ in range(2))
        one.look()
        at.store.put_note("clusters", "open", {})  # the other one had read the note before
        other.look()
        assert sum(item.event.kind == "cluster.found" for item in at.store.log()) == 1


def test_a_cluster_that_could_not_be_written_is_told_at_the_next_look() -> None:
    class Lame(SqlStore):
        lame = True

        def commit(self, change: Change) -> None:
            if self.lame and any(event.kind == "cluster.found" for event in change.events):
                raise RuntimeError("a bug")
            super().commit(change)

    with house() as at:
        store = Lame(at.store.database)
        watch = ClusterWatch(store, at.clock, uuid7)
        insults(at, 12)
        assert watch.look() == 0
        store.lame = False
        assert watch.look() == 1


def test_a_cluster_is_told_in_words_that_people_know() -> None:
    data = {"kind": "solemn_date", "count": 5, "usual": 0.0, "examples": ["x"]}
    message = alert(Event("e", MORNING, "cluster.found", "gate", None, data), category_words)
    assert message is not None
    assert message.en.startswith("🌊 5 findings of *solemn date* within an hour (usually 0):")
    assert message.fr.startswith("🌊 5 signalements « *date de recueillement* » en une heure (d'habitude 0) :")
