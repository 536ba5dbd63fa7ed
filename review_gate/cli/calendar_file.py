"""Drafts from a social calendar in iCalendar (RFC 5545): each event is a draft, its start the planned time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from review_gate.domain.message import Message, in_line
from review_gate.web.bodies import DraftBody, parse_draft
from review_gate.web.problems import Problem
from review_gate.web.sheets import BadTable

_LINE = re.compile(r"(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;[^:\";]+(?:\"[^\"]*\"[^:\";]*)*)*):(?P<value>.*)", re.S)
_TIME = re.compile(r"(\d{8}T\d{6})(Z?)")
_ESCAPE = re.compile(r"\\(.)", re.S)


@dataclass(frozen=True, slots=True)
class _Property:
    line: int
    name: str
    zone: str | None
    value: str


def read_calendar(content: bytes, zone: str | None = None) -> list[DraftBody]:
    """One draft an event: DESCRIPTION is the text (SUMMARY where there is none), DTSTART the planned time, LOCATION the
    channel, URL or the first ATTACH a picture. Cancelled events are left out.

    `zone` (an IANA name) holds for times without one. Raises BadTable: all of a file is taken or nothing.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable([_wrong(1, "the file is not UTF-8", "le fichier n'est pas en UTF-8")]) from error
    found: list[DraftBody] = []
    wrong: list[Message] = []
    for event in _events(text):
        line = event[0].line
        given = {prop.name: prop for prop in reversed(event)}  # the first of each name counts
        if "STATUS" in given and given["STATUS"].value.strip().upper() == "CANCELLED":
            continue
        try:
            found.append(_draft(given, line, zone))
        except BadTable as error:
            wrong += error.messages
        except Problem as problem:
            wrong.append(_wrong(line, problem.message.en, problem.message.fr))
    if not found and not wrong:
        wrong.append(_wrong(1, "there is no event (VEVENT) in it", "il n'y a aucun événement (VEVENT)"))
    if wrong:
        raise BadTable(wrong)
    return found


def _draft(given: dict[str, _Property], line: int, zone: str | None) -> DraftBody:
    if "RRULE" in given or "RDATE" in given:
        en = "this event recurs: a text is approved for one time, so write each out as an event of its own"
        fr = "cet événement se répète : un texte est approuvé pour une seule fois, créez un événement pour chacune"
        raise BadTable([_wrong(line, en, fr)])
    fields: dict[str, object] = {"kind": "post"}
    words = (_unescaped(given[name].value) for name in ("DESCRIPTION", "SUMMARY") if name in given)
    fields["text"] = next((text for text in words if text.strip()), "")
    if "LOCATION" in given and given["LOCATION"].value.strip():
        fields["channel"] = _unescaped(given["LOCATION"].value).strip()
    if "DTSTART" in given:
        fields["planned_at"] = _moment(given["DTSTART"], zone)
    link = next((given[name].value.strip() for name in ("ATTACH", "URL") if name in given), "")
    if link.startswith(("http://", "https://")):
        fields["media"] = [{"url": link}]
    return parse_draft(fields)


def _moment(start: _Property, zone: str | None) -> str:
    match = _TIME.fullmatch(start.value.strip())
    if match is None:
        en = f"'{start.value[:40]}' is no date with a time: an all-day event has no hour to publish at"
        fr = f"« {start.value[:40]} » n'est pas une date avec heure : un événement d'un jour n'a pas d'heure"
        raise BadTable([_wrong(start.line, en, fr)])
    name = "UTC" if match[2] else start.zone or zone
    if name is None:
        en = "this time has no zone: give --zone, such as Europe/Paris"
        fr = "cette heure n'a pas de fuseau : donnez --zone, par exemple Europe/Paris"
        raise BadTable([_wrong(start.line, en, fr)])
    try:
        known = UTC if name == "UTC" else ZoneInfo(name)
        return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=known).isoformat()
    except (KeyError, ValueError, OSError):
        en = f"'{start.value}' in the zone '{name}' is no time that there is"
        fr = f"« {start.value} » dans le fuseau « {name} » n'est pas une heure qui existe"
        raise BadTable([_wrong(start.line, en, fr)]) from None


def _events(text: str) -> Iterator[list[_Property]]:
    """The properties of each VEVENT, BEGIN first; those of alarms inside it are left out."""
    event: list[_Property] = []
    inner = 0
    for prop in _properties(text):
        value = prop.value.strip().upper()
        if prop.name == "BEGIN" and value == "VEVENT":
            event, inner = [prop], 0
        elif event and prop.name == "END" and value == "VEVENT":
            yield event
            event = []
        elif event and prop.name in ("BEGIN", "END"):
            inner += 1 if prop.name == "BEGIN" else -1
        elif event and not inner:
            event.append(prop)


def _properties(text: str) -> Iterator[_Property]:
    """Unfolds lines (a blank at the start goes on with the line before) and takes them apart."""
    whole: list[tuple[int, str]] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if line[:1] in (" ", "\t") and whole:
            whole[-1] = (whole[-1][0], whole[-1][1] + line[1:])
        elif line:
            whole.append((number, line))
    for number, line in whole:
        match = _LINE.fullmatch(line)
        if match:
            zone = re.search(r";TZID=\"?([^\";:]+)", match["parameters"], re.I)
            yield _Property(number, match["name"].upper(), zone[1].strip() if zone else None, match["value"])


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _wrong(line: int, en: str, fr: str) -> Message:
    return in_line(line, Message(en, fr))
