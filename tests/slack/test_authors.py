"""The author's side and the reviewer's own wording, as people play it in Slack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from review_gate.domain.breaker import Breaker, BreakerState
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.submission import State
from review_gate.gate.bots import BotSeen
from review_gate.insight.figures import figures
from review_gate.page_ports import Waiting
from review_gate.ports import Filter, Page
from review_gate.slack import homes, submitting
from review_gate.slack.command_words import helped
from review_gate.slack.home_numbers import Numbers
from review_gate.slack.setting import Setting
from review_gate.slack.standin import CHANNEL, payloads
from tests.slack.house import CAMILLE, INES, SAMIRA, SECRET, SOMEBODY, THOMAS, House
from tests.slack.made import NOON, reason, submission, view_must_be_accepted, words_of


def submissions(house: House) -> list[Any]:
    return list(house.store.submissions(Filter()).items)


def test_gate_check_answers_privately_and_stores_nothing(house: House) -> None:
    reply = house.slack.command(CAMILLE, "check That is awful &amp; &lt;new&gt;")
    assert reply.status == 200
    assert reply.body["response_type"] == "ephemeral"
    words = words_of(reply.body["blocks"])
    assert "🟡 Warning" in words
    assert "'awful' hurts people." in words
    assert " & <new>" in words, "entities are what was typed"
    assert submissions(house) == []


@pytest.mark.parametrize("text", ["", "help", "check", "nonsense", "check   "])
def test_gate_explains_itself(house: House, text: str) -> None:
    assert "/gate check" in house.slack.command(CAMILLE, text).body["text"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("submitfoo some text", "submit"),
        ("sumbit", "submit"),
        ("Soumettre un texte", "submit"),
        ("déposer", "submit"),
        ("contrôle", "check"),
        ("unfreez FR over", "unfreeze"),
        ("reprendre faq", "resume"),
        ("exercices", "drills"),
        ("zzzz", ""),
        ("&lt;!channel&gt;", ""),
    ],
)
def test_a_command_that_does_not_exist_is_told_with_the_nearest_and_opens_nothing(
    house: House, typed: str, meant: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = house.slack.command(CAMILLE, typed).body["text"]
    assert text.startswith("There is no command “") and "<!" not in text
    assert (f"Did you mean */gate {meant}*?" in text) is bool(meant)
    assert ("Did you mean" in text) is bool(meant) and "*/gate check*" in text
    house.slack.command(CAMILLE, "submit")
    house.slack.wait_for_window(CAMILLE)
    assert "could not be opened" not in caplog.text


def test_an_unknown_command_is_told_in_french() -> None:
    told = helped("submitfoo", "fr")
    assert told.startswith("Il n'y a pas de commande « submitfoo ». Vouliez-vous dire */gate submit* ?\n*/gate check*")


@pytest.mark.parametrize("typed", ["submit One &amp; two.", "submit\nOne &amp; two.", "SUBMIT  One &amp; two."])
def test_the_window_has_what_was_typed_whatever_is_before_it(house: House, typed: str) -> None:
    house.slack.command(CAMILLE, typed)
    text = house.slack.wait_for_window(CAMILLE)["blocks"][0]
    assert text["element"]["initial_value"] == "One & two."


def test_a_draft_handed_in_from_slack_comes_back_as_a_card(house: House) -> None:
    house.slack.command(CAMILLE, "submit An awful day?")
    window = house.slack.wait_for_window(CAMILLE)
    values = {"gate_text": "An awful day? Not with us.", "gate_kind": "reply", "gate_channel": "instagram"}
    reply = house.slack.send_window(CAMILLE, window, {**values, "gate_market": "fr", "gate_customer": "Hello?"})
    assert "It waits for a reviewer" in words_of(reply.body["view"]["blocks"])
    (held,) = submissions(house)
    assert held.draft.text == "An awful day? Not with us."
    assert (held.draft.kind, held.draft.channel, held.draft.market) == (Kind.REPLY, "instagram", "FR")
    assert held.draft.author == CAMILLE
    again = house.slack.send_window(CAMILLE, window, {**values, "gate_market": "fr", "gate_customer": "Hello?"})
    assert again.body["response_action"] == "update"
    assert len(submissions(house)) == 1, "the same window twice is one draft"
    house.work()
    house.slack.click(CAMILLE, held.id, "gate_approve")
    assert house.gate.get(held.id).state is State.HELD, "one's own draft"
    house.slack.click(SAMIRA, held.id, "gate_approve")
    house.work()
    assert house.slack.told(CAMILLE)[-1].startswith("✅ samira a approuvé votre brouillon")


def test_the_window_says_what_is_missing(house: House) -> None:
    house.slack.command(CAMILLE, "submit")
    window = house.slack.wait_for_window(CAMILLE)
    reply = house.slack.send_window(CAMILLE, window, {"gate_text": "", "gate_market": "12"})
    assert set(reply.body["errors"]) == {"gate_text", "gate_market"}
    assert submissions(house) == []


def test_a_message_goes_through_the_gate_by_its_shortcut(house: House) -> None:
    house.slack.say(CAMILLE, "Fish &amp; chips for all!")
    ts = house.slack.state.messages(CHANNEL)[-1]["ts"]
    assert house.slack.shortcut(CAMILLE, CHANNEL, ts, "gate_shortcut").status == 200
    window = house.slack.wait_for_window(CAMILLE)
    assert window["blocks"][0]["element"]["initial_value"] == "Fish & chips for all!"


def test_what_is_said_in_a_cards_thread_is_kept_as_an_internal_note(house: House) -> None:
    held = house.hand_in()
    ts = (house.slack.card(held.id) or {})["ts"]
    house.slack.say(THOMAS, "Is that &lt;true&gt;?", thread_ts=ts)
    house.slack.say(THOMAS, "Lunch?")
    house.slack.say(THOMAS, "In another thread", thread_ts="1.000001")
    notes = house.comments.of(held.id)
    assert [(note.actor, note.data["text"]) for note in notes] == [(THOMAS, "Is that <true>?")]
    assert house.gate.get(held.id).version == held.version


def test_an_event_that_slack_sends_again_is_kept_once(house: House) -> None:
    held = house.hand_in()
    ts = (house.slack.card(held.id) or {})["ts"]
    inner = {"type": "message", "user": THOMAS, "text": "Once", "ts": "9.1", "thread_ts": ts, "channel": CHANNEL}
    for _ in range(3):
        assert house.slack.send_event(inner, "Ev1").status == 200
    house.slack.send_event({**inner, "ts": "9.2", "bot_id": "B0GATEBOT1"})
    house.slack.send_event({**inner, "ts": "9.3", "subtype": "message_changed"})
    assert len(house.comments.of(held.id)) == 1


def test_the_home_shows_own_drafts_and_to_reviewers_what_waits(house: House) -> None:
    house.hand_in("A draft of Camille's.")
    house.slack.open_home(CAMILLE)
    house.work()
    home = house.slack.state.view(CAMILLE, "home")
    assert home is not None
    assert "A draft of Camille's." in words_of(home["blocks"])
    assert "En attente d'un relecteur : 1" in words_of(home["blocks"])
    house.slack.click_view(CAMILLE, home, "gate_home_submit")
    assert house.slack.wait_for_window(CAMILLE)["callback_id"] == "gate_submit"


def test_the_home_hides_the_queue_from_others() -> None:
    view = homes.home(Page((), None), None, NOON, Setting("en"))
    assert "Waiting" not in words_of(view["blocks"])
    view_must_be_accepted(view)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_homes_and_windows_keep_slacks_limits(language: str) -> None:
    long = submission("<!channel> *" * 1500, reasons=(reason(),), channel="c" * 300, author="a" * 300)
    many = Page((long,) * 10, None, ("x" * 40,) * 10)
    view_must_be_accepted(homes.home(many, many, NOON, Setting(language)))
    view_must_be_accepted(submitting.window("😀" * 9000, language))
    view_must_be_accepted(submitting.window("", language))
    view_must_be_accepted(submitting.handed_in(long, Setting(language)))


def test_who_tells_what_waits_and_who_looks_at_it(house: House) -> None:
    house.reconciler.run()
    first, second = house.hand_in("The first draft."), house.hand_in("The second draft.")
    house.slack.click(SAMIRA, second.id, "gate_claim")
    house.now += timedelta(minutes=7)
    words = words_of(house.slack.command(THOMAS, "who").body["blocks"])
    assert "2 drafts wait." in words
    assert words.index("The first draft.") < words.index("The second draft.")
    assert "Samira Benali looks at it" in words
    assert "for 7 min" in words
    assert house.gate.get(first.id).claim is None


@pytest.mark.parametrize(("language", "told"), [("en", "1 submission cannot be read"), ("fr", "1 soumission est illi")])
def test_who_and_the_home_name_what_cannot_be_read_beside_all_others(house: House, language: str, told: str) -> None:
    fine, bad = (house.gate.submit(Draft(f"Number {n} waits.", channel="x"), SOMEBODY) for n in (1, 2))
    with house.store.database.write() as session:
        session.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (bad.id,))
    found = house.store.queue(Waiting())
    home = words_of(homes.home(Page((), None), found, house.now, Setting(language))["blocks"])
    assert told in home and bad.id in home and fine.draft.text in home and "2" in home
    own = words_of(homes.home(house.store.submissions(Filter()), None, house.now, Setting(language))["blocks"])
    assert told in own and fine.draft.text in own and "None." not in own
    who = house.slack.command(THOMAS, "who").body
    assert "2 drafts wait. 1 submission cannot be read" in who["text"] and bad.id in who["text"]
    assert fine.draft.text in words_of(who["blocks"])


def test_who_and_the_home_begin_with_what_is_due_first_however_much_waits(house: House) -> None:
    due = house.gate.submit(Draft("Due in an hour.", channel="x", planned_at=house.now + timedelta(hours=1)), SOMEBODY)
    oldest = house.gate.submit(Draft("The oldest of all.", channel="x"), SOMEBODY)
    for n in range(homes.MAX_WAITING):
        house.now += timedelta(seconds=1)
        house.gate.submit(Draft(f"Draft number {n}.", channel="x"), SOMEBODY)
    who = words_of(house.slack.command(THOMAS, "who").body["blocks"])
    face = house.face
    drawn = homes.Homes(house.store, face.client, face.directory, face.rooms, lambda: house.now)
    home = words_of(drawn.view(INES)["blocks"])
    for text in (who, home):
        assert -1 < text.index("Due in an hour.") < text.index("The oldest of all.") < text.index("Draft number 0.")
    assert "100+ drafts wait." in who
    assert "200+" in home
    assert {house.gate.get(one.id).state for one in (due, oldest)} == {State.HELD}


def test_an_edit_becomes_a_new_version_that_is_approved(house: House) -> None:
    held = house.hand_in("Our shop opens at nine!!!")
    house.slack.click(SAMIRA, held.id, "gate_edit")
    window = house.slack.wait_for_window(SAMIRA)
    assert window["blocks"][0]["element"]["initial_value"] == "Our shop opens at nine!!!"
    reply = house.slack.send_window(SAMIRA, window, {"gate_text": "Our shop opens at nine."})
    assert reply.body == {}
    decided = house.gate.get(held.id)
    assert (decided.state, decided.revision, decided.draft.text) == (State.APPROVED, 2, "Our shop opens at nine.")
    assert decided.draft.author == "camille@example.com"
    assert decided.approvals[0].text_sha256 == decided.text_sha256
    again = house.slack.send_window(SAMIRA, window, {"gate_text": "Our shop opens at nine."})
    assert again.body == {}, "a confirmation that got lost"
    assert house.gate.get(held.id).version == decided.version


def test_an_edit_that_changes_nothing_only_approves(house: House) -> None:
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_edit")
    house.slack.send_window(SAMIRA, house.slack.wait_for_window(SAMIRA), {})
    decided = house.gate.get(held.id)
    assert (decided.state, decided.revision) == (State.APPROVED, 1)


def test_an_edit_that_makes_it_worse_waits_for_a_second_look(house: House) -> None:
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_edit")
    window = house.slack.wait_for_window(SAMIRA)
    reply = house.slack.send_window(SAMIRA, window, {"gate_text": "Our awful shop opens at nine."})
    assert "nothing was approved" in words_of(reply.body["view"]["blocks"])
    edited = house.gate.get(held.id)
    assert (edited.state, edited.revision) == (State.HELD, 2)
    house.work()
    assert "Version 2 is here" in str(house.slack.state.messages(CHANNEL))


def test_an_edit_of_an_old_version_is_stale(house: House) -> None:
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_edit")
    window = house.slack.wait_for_window(SAMIRA)
    house.revise(held, "The author was faster.")
    reply = house.slack.send_window(SAMIRA, window, {"gate_text": "Mine is better."})
    assert "has changed since" in words_of(reply.body["view"]["blocks"])
    assert house.gate.get(held.id).draft.text == "The author was faster."


def test_the_author_cannot_edit_and_approve(house: House) -> None:
    held = house.hand_in()
    house.slack.click(CAMILLE, held.id, "gate_edit")
    with pytest.raises(LookupError):
        house.slack.wait_for_window(CAMILLE, seconds=0.4)
    house.work()
    assert house.gate.get(held.id).revision == 1
    assert house.slack.told(CAMILLE)


def test_a_text_too_long_for_slacks_field_is_told(house: House) -> None:
    held = house.hand_in("x" * 3001)
    house.slack.click(SAMIRA, held.id, "gate_edit")
    house.work()
    with pytest.raises(LookupError):
        house.slack.wait_for_window(SAMIRA, seconds=0.4)
    house.work()
    assert "longer than Slack lets people type" in house.slack.told(SAMIRA)[0]


def test_a_new_version_is_announced_once_below_the_card(house: House) -> None:
    held = house.hand_in()
    house.revise(held, "A second wording.")
    house.work()
    house.cards.show(held.id)
    told = [message for message in house.slack.state.messages(CHANNEL) if message["thread_ts"]]
    assert [message["text"] for message in told] == ["Version 2 is here: look again."]


def test_the_author_is_told_once_and_in_their_language(house: House) -> None:
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_request_changes")
    house.slack.send_window(SAMIRA, house.slack.wait_for_window(SAMIRA), {"gate_why": "Say when."})
    house.work()
    house.cards.show(held.id)
    house.work()
    (told,) = house.slack.told(CAMILLE)
    assert "demande des changements" in told
    assert told.endswith("Say when.")


def test_a_picked_time_that_is_over_is_told_beside_the_field(house: House) -> None:
    house.slack.command(CAMILLE, "submit We open at ten")
    window = house.slack.wait_for_window(CAMILLE)
    over = str(int(house.now.timestamp()) - 3600)
    reply = house.slack.send_window(CAMILLE, window, {"gate_text": "We open at ten", "gate_planned": over})
    assert reply.body["response_action"] == "errors" and "is over" in reply.body["errors"]["gate_planned"]
    assert submissions(house) == []


def test_a_planned_time_that_was_picked_is_kept() -> None:
    moment = int(datetime(2026, 11, 13, 18, tzinfo=UTC).timestamp())
    values = {"gate_text": {"gate_text_value": {"value": "Hi"}}}
    values["gate_planned"] = {"value": {"selected_date_time": moment}}  # type: ignore[dict-item]
    draft, errors = submitting.read({"state": {"values": values}}, "U1", "en")
    assert errors == {}
    assert draft is not None
    assert draft.planned_at == datetime(2026, 11, 13, 18, tzinfo=UTC)


def test_reviewers_pause_a_bot_and_leads_let_it_in_again(house: House) -> None:
    assert "*/gate pause* _bot_ _why_" in house.slack.command(THOMAS, "pause faq-bot").body["text"]
    assert "Stopped." in house.slack.command(THOMAS, "pause faq-bot It says &lt;nonsense&gt;").body["text"]
    (seen,) = house.bots.all()
    assert (seen.breaker.bot, seen.breaker.state) == ("faq-bot", BreakerState.OPEN)
    assert "<nonsense>" in seen.breaker.told.en
    assert "Only a lead" in house.slack.command(THOMAS, "resume faq-bot All is well").body["text"]
    assert "watched" in house.slack.command(INES, "resume faq-bot All is well").body["text"]
    assert "not paused" in house.slack.command(INES, "resume faq-bot All is well").body["text"]
    assert "*faq-bot* – watched" in house.slack.command(THOMAS, "bots").body["text"]
    assert "Known: faq-bot" in house.slack.command(INES, "resume other-bot Please").body["text"]


def test_outside_of_the_review_channel_nobody_pauses_a_bot(house: House) -> None:
    body = payloads.command(THOMAS, "pause faq-bot Why not", "t", "").replace(CHANNEL, "C0ELSEWHERE")
    answer = payloads.send(SECRET, f"{house.url}/slack/commands", body).json()
    assert "Only reviewers" in answer["text"]
    assert house.bots.all() == ()


def test_reviewers_see_the_bots_and_the_figures_on_their_home(house: House) -> None:
    said = Draft("We open at ten tomorrow.", kind=Kind.REPLY, bot="faq-bot", conversation="c-1")
    house.gate.check(said, SOMEBODY)
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_approve")
    house.slack.open_home(SAMIRA)
    house.work()
    home = house.slack.state.view(SAMIRA, "home")
    assert home is not None
    text = words_of(home["blocks"])
    assert "*faq-bot* – en marche, 1 réponses depuis une heure" in text
    assert "1 déposés" in text and "1 décisions" in text and "bots : 1 envoyées, 0 retenues" in text
    stranger = homes.home(Page((), None), None, NOON, Setting("en"))
    assert "Bots" not in words_of(stranger["blocks"])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_home_with_many_bots_keeps_slacks_limits(language: str) -> None:
    many = Page(tuple(submission("x" * 3000, id=f"s-{n}") for n in range(300)), None)
    bots = [BotSeen(Breaker(f"<!channel> bot {n}" + "y" * 200, BreakerState.CLOSED, 1, NOON), 3, 1) for n in range(40)]
    counted = figures([], {}, NOON - timedelta(days=7), NOON)
    view = homes.home(many, many, NOON, Setting(language), lead=True, found=Numbers(bots, counted))
    view_must_be_accepted(view)
    assert "<!channel>" not in words_of(view["blocks"])
