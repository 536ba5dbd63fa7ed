"""What the doctor shows: enough to know which place is meant, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from review_gate.adapters.stores import open_store
from review_gate.adapters.stores.server_settings import unsafe
from review_gate.bootstrap import Services
from review_gate.cli.common import reason
from review_gate.cli.doctor import CHECKS
from review_gate.cli.doctor_outside import Advice
from review_gate.domain.change import Change
from review_gate.settings import Settings, load_settings
from tests.cli.both import WORD, in_both
from tests.operations.collector import collector
from tests.postgres import new_postgres_url, postgres_server, postgres_url
from tests.stores.made import submission

__all__ = ["new_postgres_url", "postgres_server", "postgres_url"]

SECRET = "whsec_" + "A" * 32
CHECK = {name.en: check for name, check in CHECKS}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services(Settings(webhook_url="https://bo:pa55@93.184.216.34:8443/T0K3N?key=s3cret",
                              webhook_secret=SECRET))  # fmt: skip
    found.__dict__["store"] = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=False)
    yield found
    found.close()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://gate@db.example.com/reviews?password=s3cret",
        "postgresql://db.example.com/reviews?user=gate&password=s3cret@here",
        "postgresql://gate:s3cret@db.example.com/reviews",
        "postgres://gate:s3cret@db.example.com/reviews?sslmode=require&sslpassword=s3cret",
    ],
)
def test_a_database_is_shown_without_who_and_password(services: Services, address: str) -> None:
    services.settings = services.settings.model_copy(update={"database": address})
    assert CHECK["database"](services).en == "postgresql://db.example.com:5432/reviews, 0 deliveries waiting"


def test_a_file_is_shown_as_it_is(services: Services) -> None:
    services.settings = services.settings.model_copy(update={"database": "sqlite:var/me@home.db"})
    assert CHECK["database"](services).en == "sqlite:var/me@home.db, 0 deliveries waiting"


def test_a_collector_is_shown_by_its_host(services: Services) -> None:
    with collector() as there:
        address = there.url.replace("127.0.0.1", "bo:s3cret@127.0.0.1")
        services.settings = services.settings.model_copy(update={"otlp_endpoint": address})
        assert CHECK["traces"](services).en == f"sent to {there.url}"
        services.settings = services.settings.model_copy(update={"otlp_endpoint": f"{address}/T0K3N?key=s3cret"})
        with pytest.raises(Advice) as caught:
            CHECK["traces"](services)
    assert f"no collector takes them at {there.url}:" in str(caught.value)


def test_a_webhook_is_shown_by_its_host(services: Services) -> None:
    assert CHECK["webhook"](services).en == "set, to 93.184.216.34"


def test_a_webhook_that_is_never_asked_is_told(services: Services) -> None:
    def change(**settings: object) -> None:
        services.settings = services.settings.model_copy(update=settings)

    change(webhook_url="http://127.0.0.1:9/T0K3N")
    with pytest.raises(Advice, match="REVIEW_GATE_WEBHOOK_ALLOW_PRIVATE=true"):
        CHECK["webhook"](services)
    change(webhook_allow_private=True)
    assert CHECK["webhook"](services).en == "set, to 127.0.0.1"
    change(webhook_url="https://nowhere.invalid/T0K3N")
    with pytest.raises(Advice, match=r"'nowhere\.invalid' of REVIEW_GATE_WEBHOOK_URL cannot be found"):
        CHECK["webhook"](services)


def words_of(path: Path) -> set[str]:
    return set(WORD.findall(str(path)))


def told(services: Services, name: str) -> set[str]:
    """The words that a part's answer, or what is to be fixed of it, has in both languages."""
    try:
        found = CHECK[name](services)
    except Exception as error:
        found = reason(error)
    return in_both(found.en, found.fr)


def test_what_is_fine_is_told_in_both_languages(services: Services) -> None:
    services.settings = Settings(database="sqlite:gate.db", ocr="off")
    names = {"packs", *words_of(services.settings.rules_folder), *WORD.findall(services.packs.current().digest)}
    alike = {name: told(services, name) for name in CHECK if name not in ("policy", "model")}  # names and versions
    assert alike == {
        "database": {"sqlite", "gate", "db"},
        "service": {"http"},
        "power cuts": set(),
        "records": set(),
        "rules": names,
        "templates": set(),
        "pictures": {"requirements", "ocr", "txt"},
        "sign-in": set(),
        "slack": {"sandbox", "Slack"},
        "webhook": set(),
        "teams": set(),
        "mail": {"Slack", "page"},
        "publish": {"webhook"},
        "traces": set(),
    }
    assert {name.en for name, _ in CHECKS if name.en == name.fr} == {"service", "slack", "webhook", "teams", "traces"}


def test_what_is_held_and_cannot_be_read_is_told_in_both_languages(services: Services) -> None:
    services.store.commit(Change(submission=submission(id="s-lost"), expected_version=0))
    with services.store.database.write() as session:
        session.execute("UPDATE submissions SET body = '{}'")
    with pytest.raises(Advice, match="s-lost") as caught:
        CHECK["records"](services)
    alike = in_both(caught.value.message.en, caught.value.message.fr)
    assert "1 held that nobody can decide on" in caught.value.message.en
    assert alike == {"lost", "docs", "operations", "md", "Backups"}


def test_a_server_that_a_power_cut_would_empty_is_told(services: Services, postgres_url: str) -> None:
    services.__dict__["store"] = open_store(postgres_url)  # the tests' server waits for no disk
    with pytest.raises(Advice) as caught:
        CHECK["power cuts"](services)
    en, fr = caught.value.message.en, caught.value.message.fr
    assert "runs with `fsync = off`" in en
    assert "full_page_writes" not in en
    assert "`ALTER SYSTEM SET fsync = on`" in en
    assert "`ALTER SYSTEM SET fsync = on`" in fr
    assert in_both(en, fr) == {"PostgreSQL", "machine"}


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_each_unsafe_setting_is_told_in_both_languages(name: str) -> None:
    settings = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    assert unsafe(settings) == []
    (advice,) = unsafe({**settings, name: "off"})
    assert f"`{name} = off`" in advice.en
    assert f"`{name} = off`" in advice.fr
    assert in_both(advice.en, advice.fr) <= {"PostgreSQL", "machine", "pages", "ZFS"}


def test_what_is_to_be_fixed_is_told_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("")
    (tmp_path / "gate.toml").write_text(
        '[[publish]]\nname = "masto"\nkind = "mastodon"\nchannel = "m"\nurl = "https://m.example"\n'
    )
    environ = {
        "REVIEW_GATE_DATABASE": f"sqlite:{tmp_path / 'gate.db'}",
        "REVIEW_GATE_RULES": str(tmp_path),
        "REVIEW_GATE_WEBHOOK_URL": "https://hooks.example.com/in",
        "REVIEW_GATE_TEAMS_WEBHOOK_URL": "http://teams.example.com",
        "REVIEW_GATE_MAIL_SERVER": "127.0.0.1:9",
        "REVIEW_GATE_MAIL_FROM": "gate@example.com",
        "SLACK_BOT_TOKEN": "xoxb-1",
    }
    services = Services(load_settings(environ=environ, file=tmp_path / "gate.toml"))
    parts = ("rules", "slack", "webhook", "teams", "mail", "publish")
    alike = {name: told(services, name) for name in parts}
    services.close()
    assert alike == {
        "rules": {"yml", "pack", "version", "owner", "rules", *words_of(tmp_path)},
        "slack": set(),
        "webhook": set(),
        "teams": {"https"},
        "mail": set(),
        "publish": {"masto", "secret"},
    }
