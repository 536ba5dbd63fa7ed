"""Gives each generated request an idempotency key of its own, since reusing one with another body is refused, plans no
draft for a time that is over, and lets none wait half a minute for a decision that nobody will make."""

from __future__ import annotations

import re
import uuid
from typing import Any

import schemathesis

from review_gate.web.api import IDEMPOTENCY_KEY, LONGEST_WAIT


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    given = (case.headers or {}).get("Idempotency-Key")
    if given is not None and re.fullmatch(IDEMPOTENCY_KEY, str(given)):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    planned = case.body.get("planned_at") if isinstance(case.body, dict) else None
    if isinstance(planned, str) and re.match(r"[01]\d{3}-|20[0-8]\d-", planned):
        case.body["planned_at"] = "2092" + planned[4:]
    wait = str((case.query or {}).get("wait", ""))
    if re.fullmatch("[0-9]{1,2}", wait) and 1 < int(wait) <= LONGEST_WAIT:
        case.query["wait"] = 1
