"""Outlets in the settings file: secrets from the environment, mistakes told with their place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from review_gate.adapters.clock import utc_now
from review_gate.adapters.outside import open_publishers
from review_gate.adapters.publishers import open_publisher
from review_gate.bootstrap import Services
from review_gate.cli.doctor import CHECKS
from review_gate.ports import Misconfigured
from review_gate.settings import SettingsError, load_settings
from tests.publishers import servers
from tests.publishers.servers import serving

GOOD = """
[[publish]]
name = "masto-fr"
kind = "mastodon"
channel = "mastodon"
account = "brand-fr"
url = "https://mastodon.social"

[[publish]]
name = "linked"
kind = "postiz"
channel = "linkedin"
integration = "cm4"
platform = "linkedin"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "review-gate.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_none_is_set_by_default() -> None:
    assert load_settings(environ={}).publish == ()


def test_secrets_come_from_the_environment_and_are_never_shown(tmp_path: Path) -> None:
    settings = load_settings(environ={"REVIEW_GATE_PUBLISH_MASTO_FR": "t0ken"}, file=write(tmp_path, GOOD))
    first, second = settings.publish
    assert (first.secret, second.secret) == ("t0ken", None)
    assert second.url == "https://api.postiz.com/public/v1"
    assert "t0ken" not in repr(settings)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('kind = "mastodon"', 'kind = "myspace"'), "publish.0: Input tag 'myspace'"),
        (("https://mastodon.social", "http://mastodon.social"), "url must be https://"),
        (('name = "linked"', 'name = "masto-fr"'), "two outlets have the same name"),
        (('integration = "cm4"', ""), "publish.1.postiz.integration: Field required"),
        (('account = "brand-fr"', 'acount = "brand-fr"'), "publish.0.mastodon.acount: Extra inputs"),
        (('account = "brand-fr"', 'secret = "s3"'), "put it into REVIEW_GATE_PUBLISH_MASTO_FR"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(environ={}, file=write(tmp_path, GOOD.replace(*change)))
    assert told in str(error.value)


@contextmanager
def services(tmp_path: Path, file: Path | None = None, **environ: str) -> Iterator[Services]:
    flags = {"database": f"sqlite:{tmp_path / 'gate.db'}"}
    found = Services(load_settings(flags, environ=environ, file=file))
    yield found
    found.close()


def test_the_doctor_asks_each_service(tmp_path: Path) -> None:
    check = next(check for name, check in CHECKS if name.en == "publish")
    with services(tmp_path) as none:
        assert "by the webhook alone" in check(none).en
    with serving(servers.Mastodon()) as service:
        text = f'[[publish]]\nname = "masto"\nkind = "mastodon"\nchannel = "m"\nurl = "{service.url}"\n'
        file = write(tmp_path, text + "insecure = true\n")

        def found(**environ: str) -> str:
            with services(tmp_path, file, **environ) as some:
                return check(some).en

        with pytest.raises(Exception, match="masto: Outlet 'masto' has no secret: set REVIEW_GATE_PUBLISH_MASTO"):
            found()
        with pytest.raises(Exception, match="masto: Mastodon does not accept the token"):
            found(REVIEW_GATE_PUBLISH_MASTO="wrong")
        assert found(REVIEW_GATE_PUBLISH_MASTO="the-token") == f"masto posts as @brand ({service.url}/@brand)"


def test_an_outlet_that_is_not_set_up_stops_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with services(tmp_path, write(tmp_path, GOOD), REVIEW_GATE_PUBLISH_LINKED="k") as some:
        publishers = open_publishers(some.settings, utc_now, some.studio.approved)
        assert list(publishers) == ["linked"]
        assert "Outlet 'masto-fr' has no secret: set REVIEW_GATE_PUBLISH_MASTO_FR" in caplog.text
        for one in publishers.values():
            one.close()


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "mastodon", None)
    with (
        services(tmp_path, write(tmp_path, GOOD), REVIEW_GATE_PUBLISH_MASTO_FR="t") as some,
        pytest.raises(Misconfigured, match="pip install -r requirements-connectors"),
    ):
        open_publisher(some.settings.publish[0], utc_now, some.studio.approved)
