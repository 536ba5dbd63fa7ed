"""What the screening found, as Block Kit: the text with its finds in bold, findings, scores. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from review_gate.domain.message import Message
from review_gate.domain.repetition import how_often
from review_gate.domain.telling import Told, told_once
from review_gate.domain.verdict import Reason, Signal, SignalState, Verdict
from review_gate.slack import blockkit as bk
from review_gate.slack import words
from review_gate.slack.marked import runs
from review_gate.slack.setting import Setting

TEXT_BUDGET = 2800
FULL_FINDINGS = 3
MAX_FINDINGS = 8
EVIDENCE = 3


def marked_text(text: str, verdict: Verdict, setting: Setting) -> bk.Block:
    """The text as it would go out, with its finds in bold."""
    spans = [reason.span for reason in _ranked(verdict) if reason.span is not None]
    return bk.rich_text(bk.quote(*runs(text, spans, TEXT_BUDGET, setting.language)))


def _ranked(verdict: Verdict) -> list[Reason]:
    return sorted(verdict.reasons, key=lambda reason: -reason.severity)


def findings(verdict: Verdict, setting: Setting) -> list[bk.Block]:
    """What the screening found, gravest first, and how sure it is."""
    reasons = told_once(_ranked(verdict))
    lines = [_finding(reason, setting, full=True) for reason in reasons[:FULL_FINDINGS]]
    briefer = [_finding(reason, setting, full=False) for reason in reasons[FULL_FINDINGS:MAX_FINDINGS]]
    more = len(reasons) - MAX_FINDINGS
    if more > 0:
        rest = Message(f"and {more} lesser ones, on the page", f"et {more} autres, moins graves, sur la page")
        briefer.append(bk.rich_section(bk.run(setting.say(rest), italic=True)))
    blocks = [bk.rich_text(bk.bullets(*some)) for some in (*_fitting(lines), briefer) if some]
    scores = _scores(verdict, setting)
    if not lines:
        clean = Message("The screening found nothing.", "Le contrôle n'a rien trouvé.")
        scores = [setting.say(clean), *scores]
    return [*blocks, bk.context(*(bk.plain(score) for score in scores))] if scores else blocks


def _fitting(lines: list[bk.Block]) -> list[list[bk.Block]]:
    """The lines in as few blocks as they fit into: three of the longest are more than Slack takes in one."""
    pieces: list[list[bk.Block]] = [[]]
    room = bk.MAX_RICH_TEXT
    for line in lines:
        wide = sum(bk.width(item.get("text", "")) for item in line["elements"])
        if wide > room:
            pieces.append([])
            room = bk.MAX_RICH_TEXT
        pieces[-1].append(line)
        room -= wide
    return pieces


def _finding(told: Told, setting: Setting, *, full: bool) -> bk.Block:
    reason = told.reason
    sign = words.SEVERITY_SIGNS[reason.severity]
    parts = [bk.run(f"{sign} "), bk.run(setting.say(words.SEVERITIES[reason.severity]), bold=True)]
    category = words.category_name(reason.category, setting.language) or words.label_name(
        reason.label, setting.language
    )
    if category:
        parts.append(bk.run(f" · {bk.clip(category, 60)}"))
    if reason.score is not None:
        parts.append(bk.run(f" · {reason.score:.0%}"))
    if told.found:
        quoted = ", ".join(_quoted(found, setting) for found in told.found)
        parts += [bk.run(" · "), bk.run(bk.clip(quoted, 120), bold=True)]
    parts.append(bk.run("\n" + bk.clip(setting.say(reason.message), 300 if full else 150)))
    if not full:
        return bk.rich_section(*parts)
    for item in reason.evidence[:EVIDENCE]:
        parts += [bk.run("\n"), *_evidence(item, setting)]
    if reason.suggestion is not None:
        label = setting.say(Message("Suggestion: ", "Suggestion : "))
        parts.append(bk.run("\n" + label + bk.clip(setting.say(reason.suggestion), 250), italic=True))
    return bk.rich_section(*parts)


def _evidence(item: Mapping[str, str], setting: Setting) -> list[bk.Block]:
    """How often something was said, an earlier reply (what, when, to whom), or whatever else a person needs."""
    often = how_often(item)
    if often is not None:
        return [bk.run(setting.say(often), italic=True)]
    if "at" not in item:
        return [bk.run(bk.clip(" · ".join(filter(None, item.values())), 200), italic=True)]
    where = item.get("conversation") or ""
    said = [bk.run(_quoted(item.get("text", ""), setting) + " · ", italic=True), bk.date_run(item["at"])]
    return [*said, bk.run(" · " + bk.clip(where, 60), italic=True)] if where else said


def _quoted(text: str, setting: Setting) -> str:
    text = bk.clip(" ".join(text.split()), 116)
    return setting.say(Message(f"“{text}”", f"« {text} »"))


def _scores(verdict: Verdict, setting: Setting) -> list[str]:
    told = {(reason.scorer, reason.label) for reason in verdict.reasons}  # they stand above, with their scores
    others = [s for s in verdict.signals if (s.scorer, s.label) not in told and s.label != "language"]
    scored = [s for s in others if s.score is not None and s.label in words.LABELS]
    scored.sort(key=lambda signal: -(signal.score or 0.0))
    failed = [s for s in verdict.signals if s.state is SignalState.ERRORED]
    lines = [_score(signal, setting) for signal in scored[:3]]
    if failed:
        names = ", ".join(sorted({signal.scorer for signal in failed}))
        lines.append(setting.say(Message(f"no answer from: {names}", f"sans réponse de : {names}")))
    return [bk.clip(line, 150) for line in lines]


def _score(signal: Signal, setting: Setting) -> str:
    return f"{words.label_name(signal.label, setting.language)} {signal.score or 0.0:.0%}"
