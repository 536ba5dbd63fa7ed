"""Bots under control, from the check to the switch and back."""

from __future__ import annotations

from typing import Any

import pytest

from review_gate.adapters.clock import uuid7
from review_gate.domain.errors import NotFound, NotPermitted, Stale, UnfitName
from review_gate.domain.repetition import how_often
from review_gate.domain.submission import State
from review_gate.domain.verdict import Action
from review_gate.gate import Seen
from review_gate.gate.bots import Bots, BotSeen
from review_gate.gate.memory import Memory
from tests.bots.house import KEY, LEAD, POLICY, house
from tests.builders import RENE, SOFIA, reply

NAMES = ("Julie", "Marc", "Aïcha", "Paul", "Zoé", "Karim", "Léa", "Hugo", "Inès", "Tom", "Nina", "Yann")
TEMPLATE = "Bonjour {}, nous avons bien reçu votre réclamation n° {} et nous revenons vers vous très vite. – Max"


def rules(answer: Any) -> list[str]:
    return [reason.name for reason in answer.verdict.reasons]


def test_the_same_answer_with_other_names_stops_the_bot_within_ten_replies() -> None:
    with house() as at:
        actions = [
            at.says(TEMPLATE.format(name, 1000 + n), conversation=f"c-{n}").verdict.action
            for n, name in enumerate(NAMES)
        ]
        assert actions[:6] == [Action.ALLOW] * 6
        assert actions[6:] == [Action.HOLD] * 6
        assert at.state() == "open"
        assert at.events() == [("bot.tripped", "gate")]
        assert "7 des 7" in at.gate.bots.get("faq").breaker.why.fr


@pytest.mark.parametrize("name", ["", " ", "b" * 201])
def test_a_name_that_no_check_takes_is_not_stopped(name: str) -> None:
    """On PostgreSQL one of 9,000 letters does not even fit into an index: the answer was that the database is away."""
    with house() as at:
        with pytest.raises(UnfitName):
            at.gate.bots.pause(name, "wrong prices", LEAD)
        with pytest.raises(UnfitName):
            at.gate.bots.allow_repeat(name, "Bonjour", LEAD)
        assert at.gate.bots.pause("b" * 200, "wrong prices", LEAD).breaker.bot == "b" * 200


def test_other_bots_go_on() -> None:
    with house() as at:
        for n, name in enumerate(NAMES):
            at.says(TEMPLATE.format(name, n))
        answer = at.says("Votre colis arrive demain avant midi au point relais.", bot="other")
        assert answer.verdict.action is Action.ALLOW
        assert (at.state("faq"), at.state("other")) == ("open", "closed")


def test_a_paused_bot_is_held_with_the_name_the_reason_and_a_text_to_send_meanwhile() -> None:
    with house() as at:
        at.gate.bots.pause("faq", "wrong prices", LEAD)
        answer = at.says("Votre colis arrive demain avant midi.", in_reply_to="Où est mon colis, s'il vous plaît ?")
        assert answer.verdict.action is Action.HOLD
        assert rules(answer) == ["paused"]
        assert "Léa : wrong prices" in answer.verdict.reasons[0].message.fr
        assert answer.verdict.holding is not None
        assert answer.verdict.holding.text is not None
        assert answer.verdict.holding.text.startswith("Notre assistant automatique est arrêté")
        assert answer.submission is not None


def test_resumed_it_is_watched_and_then_runs_again() -> None:
    with house(trial_replies=3) as at:
        at.gate.bots.pause("faq", "wrong prices", LEAD)
        at.says("Rien ne sort pendant cette pause.")
        at.clock.pass_(minutes=1)
        at.gate.bots.resume("faq", "prices are right again", LEAD)
        assert at.state() == "half_open"
        texts = ("Votre colis part ce soir.", "La boutique ouvre à neuf heures.", "Le retour est gratuit un mois.")
        assert [at.says(text).verdict.action for text in texts] == [Action.ALLOW] * 3
        assert at.state() == "closed"
        assert [kind for kind, _ in at.events()] == ["bot.paused", "bot.resumed", "bot.closed"]


@pytest.mark.parametrize("hours", [0.1, 1.5, 30.0])
def test_a_bot_that_answers_now_and_then_gets_through_its_trial_too(hours: float) -> None:
    """Longer apart than the breaker looks back, or than a reply is remembered."""
    with house(trial_replies=4, window_minutes=60) as at:
        at.gate.bots.pause("faq", "wrong prices", LEAD)
        at.gate.bots.resume("faq", "prices are right again", LEAD)
        memory = Memory(at.store, lambda: POLICY)
        texts = ("Votre colis part ce soir.", "La boutique ouvre à neuf heures.", "Le retour est gratuit un mois.",
                 "Le paiement se fait en trois fois.")  # fmt: skip
        for text in texts:
            assert at.state() == "half_open"
            at.clock.pass_(hours=hours)
            assert at.says(text).verdict.action is Action.ALLOW
            memory.forget(at.clock())
        assert at.state() == "closed"
        assert [kind for kind, _ in at.events()] == ["bot.paused", "bot.resumed", "bot.closed"]


def test_what_it_said_before_its_trial_or_in_an_earlier_one_counts_for_nothing() -> None:
    with house(trial_replies=3, window_minutes=60) as at:
        at.says("Votre colis part ce soir.")
        for _ in range(2):
            at.clock.pass_(seconds=1)
            at.gate.bots.pause("faq", "wrong prices", LEAD)
            at.gate.bots.resume("faq", "prices are right again", LEAD)
            for text in ("La boutique ouvre à neuf heures.", "Le retour est gratuit un mois."):
                at.clock.pass_(hours=2)
                at.says(text)
            assert at.state() == "half_open"


def test_saying_the_same_all_day_under_watch_stops_it_again() -> None:
    with house(trial_replies=10, window_minutes=60) as at:
        at.gate.bots.pause("faq", "it repeats itself", LEAD)
        at.gate.bots.resume("faq", "mended", LEAD)
        for _ in range(3):
            at.clock.pass_(hours=2)
            at.says("Votre colis part ce soir de notre entrepôt de Lyon.")
        assert at.state() == "open"


def test_one_bad_reply_under_watch_stops_it_again() -> None:
    with house() as at:
        at.gate.bots.pause("faq", "rude", LEAD)
        at.gate.bots.resume("faq", "try again", LEAD)
        assert at.says("You idiot, read the manual first.").verdict.action is Action.HOLD
        assert at.state() == "open"
        assert at.events()[-1] == ("bot.tripped", "gate")


def test_a_bot_that_opened_by_itself_comes_back_after_the_cool_down() -> None:
    with house(cool_down_minutes=30.0, trial_replies=2) as at:
        for n, name in enumerate(NAMES):
            at.says(TEMPLATE.format(name, n))
        at.clock.pass_(minutes=31)
        assert at.state() == "half_open"
        assert at.says("Votre colis part ce soir de Lyon.").verdict.action is Action.ALLOW
        assert at.says("La boutique ouvre à neuf heures demain.").verdict.action is Action.ALLOW
        assert at.state() == "closed"


def test_a_crowd_with_one_word_stops_it() -> None:
    with house() as at:
        for n in range(7):
            answer = at.says(f"Réponse {'abcdefg'[n] * 6} tout à fait différente {'hijklmn'[n] * 7} ici même",
                             in_reply_to="Boycott ! Quelle honte.")  # fmt: skip
        assert at.state() == "open"
        assert "boycott" in answer.verdict.reasons[0].message.fr


def test_pausing_twice_and_resuming_what_runs() -> None:
    with house() as at:
        with pytest.raises(NotFound, match="Known: -"):
            at.gate.bots.resume("faq", "?", LEAD)
        at.says("Votre colis part ce soir de Lyon.")
        with pytest.raises(NotPermitted):
            at.gate.bots.resume("faq", "?", LEAD)
        at.gate.bots.pause("faq", "one", LEAD)
        assert at.gate.bots.pause("faq", "two", LEAD).breaker.why.en == "two"


def test_a_pause_that_comes_while_a_reply_is_screened_counts() -> None:
    """The reply would trip the breaker, but somebody has paused the bot in between: their name stays."""
    with house() as at:
        for n, name in enumerate(NAMES[:6]):
            at.says(TEMPLATE.format(name, n))
        screen, once = at.gate._screening().screen, []

        def interrupted(*arguments: Any, **named: Any) -> Any:
            if not once:
                once.append(at.gate.bots.pause("faq", "I saw it", LEAD))
            return screen(*arguments, **named)

        at.gate._screening().screen = interrupted  # type: ignore[method-assign]
        answer = at.says(TEMPLATE.format("Tom", 7))
        assert answer.verdict.action is Action.HOLD
        assert at.events() == [("bot.paused", "lea")]
        assert "I saw it" in answer.verdict.reasons[0].message.en


def test_two_who_switch_at_once_do_not_overwrite_each_other() -> None:
    with house() as at:
        at.says("Votre colis part ce soir de Lyon.")
        breaker = at.store.breaker("faq")

        class Late(type(at.store)):  # type: ignore[misc]
            def breaker(self, bot: str) -> Any:
                return breaker

        at.gate.bots.pause("faq", "first", LEAD)
        late = Bots(Late(at.store.database), at.gate._memory, at.clock, lambda: "late")
        with pytest.raises(Stale):
            late.pause("faq", "second", LEAD)
        assert at.gate.bots.get("faq").breaker.why.en == "first"


def test_a_stop_counts_whoever_lets_the_bot_in_at_the_same_moment() -> None:
    with house() as at:
        at.says("Votre colis part ce soir de Lyon.")
        at.gate.bots.pause("faq", "first", LEAD)
        resumed: list[BotSeen] = []

        class Meanwhile(type(at.store)):  # type: ignore[misc]
            def breaker(self, bot: str) -> Any:
                found = super().breaker(bot)
                if not resumed:
                    resumed.append(at.gate.bots.resume(bot, "it is fine", LEAD))
                return found

        Bots(Meanwhile(at.store.database), at.gate._memory, at.clock, uuid7).pause("faq", "it loops", LEAD)
        assert at.state() == "open"
        assert [kind for kind, _ in at.events()] == ["bot.paused", "bot.resumed", "bot.paused"]


def test_what_may_repeat_is_quiet() -> None:
    hours = "Nos magasins sont ouverts du lundi au samedi de 9 h à 19 h."
    with house() as at:
        at.gate.bots.allow_repeat("faq", hours, LEAD)
        answers = [at.says(hours, conversation="c-1").verdict.action for _ in range(30)]
        assert answers == [Action.ALLOW] * 30
        assert at.state() == "closed"
        with pytest.raises(NotPermitted):
            at.gate.bots.allow_repeat("faq", hours, KEY)


def test_the_third_time_in_one_conversation_is_held_and_shows_the_earlier_ones() -> None:
    with house() as at:
        first = at.says("Merci de nous envoyer votre numéro de commande 12, s'il vous plaît.", conversation="c-7")
        second = at.says("Merci de nous envoyer votre numéro de commande 13, s'il vous plaît !", conversation="c-7")
        elsewhere = at.says("Merci de nous envoyer votre numéro de commande 13, s'il vous plaît !", conversation="c-8")
        third = at.says("S'il vous plaît, merci de nous envoyer votre numéro de commande 🙏", conversation="c-7")
        assert [a.verdict.action for a in (first, second, elsewhere)] == [Action.ALLOW] * 3
        assert third.verdict.action is Action.HOLD
        (reason,) = third.verdict.reasons
        assert (reason.category, reason.label) == ("repetition", "conversation")
        often, *earlier = reason.evidence
        assert often == {"times": "2", "within": "conversation", "conversations": "1"}
        assert [item["conversation"] for item in earlier] == ["c-7", "c-7"]
        assert earlier[0]["at"].startswith("2026-11-23T09:00:01")


def test_the_finding_tells_how_often_and_to_how_many() -> None:
    with house(repeats=1.0, holds=1.0) as at:
        for n in range(24):  # two to each of twelve people
            answer = at.says("Votre commande part ce soir de notre entrepôt de Lyon.", conversation=f"c-{n // 2}")
        (reason,) = [one for one in answer.verdict.reasons if one.label == "across"]
        told = how_often(reason.evidence[0])
        assert told is not None
        assert told.en == "Said 23 times within the hour, in 12 conversations."
        assert [item["conversation"] for item in reason.evidence[1:]] == ["c-10", "c-10", "c-11"]


def test_one_click_lets_a_saying_repeat_and_is_on_record() -> None:
    text = "Nos magasins sont ouverts du lundi au samedi de {} h à 19 h."
    with house() as at:
        for _ in range(3):
            held = at.says(text.format(9), conversation="c-1").submission
        assert held is not None
        with pytest.raises(NotPermitted):
            at.gate.allow_repeat(held.id, KEY)
        allowed = at.gate.allow_repeat(held.id, SOFIA, Seen(1, held.text_sha256))
        assert (allowed.may_repeat, allowed.state) == ("Sofia", State.HELD)
        assert at.events()[-1] == ("bot.repeat_allowed", SOFIA.id)
        assert {at.says(text.format(n), conversation="c-1").verdict.action for n in range(8, 12)} == {Action.ALLOW}
        with pytest.raises(NotPermitted, match="allowed this already"):
            at.gate.allow_repeat(held.id, RENE)
        other = at.says("You idiot, read the manual first.").submission
        assert other is not None
        with pytest.raises(NotPermitted, match="no repetition"):
            at.gate.allow_repeat(other.id, RENE)


def test_what_was_never_sent_is_no_repetition() -> None:
    text = "Votre remboursement arrive sous trois jours ouvrés sur votre compte."
    with house() as at:
        at.gate.bots.pause("faq", "check", LEAD)
        for _ in range(5):
            at.says(text, conversation="c-1")
        at.clock.pass_(minutes=1)
        at.gate.bots.resume("faq", "fine", LEAD)
        assert at.says(text, conversation="c-1").verdict.action is Action.ALLOW


def test_short_replies_may_repeat() -> None:
    with house() as at:
        assert {at.says("Avec plaisir !", conversation="c-1").verdict.action for _ in range(30)} == {Action.ALLOW}
        assert at.state() == "closed"


def test_old_replies_are_forgotten() -> None:
    with house() as at:
        for n in range(5):
            at.says(f"Votre commande part ce soir de l'entrepôt de Lyon, monsieur {NAMES[n]}.", conversation=f"c-{n}")
        at.clock.pass_(hours=27)
        assert at.gate._memory.forget(at.clock()) == 5
        assert at.gate.bots.get("faq").replies == 0
        assert at.store.recent_replies("faq", at.clock.now.replace(year=2025)) == []


def test_a_preview_leaves_nothing_behind() -> None:
    with house() as at:
        at.gate.preview(reply("Votre commande part ce soir.", bot="faq"))
        assert at.gate.bots.all() == ()
