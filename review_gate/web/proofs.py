"""`GET /v1/submissions/{id}/proof`: the proof of human review, as JSON or PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from review_gate.adapters.proof_pdf import as_pdf
from review_gate.domain.message import Message
from review_gate.gate import Gate
from review_gate.gate.proofs import Proofs
from review_gate.ports import Keys, Misconfigured
from review_gate.web.auth import authenticate
from review_gate.web.language import language
from review_gate.web.problems import FieldError, Problem

PDF, JSON = "application/pdf", "application/json"


def proofs_blueprint(proofs: Proofs, gate: Gate, keys: Keys) -> Blueprint:
    """The route. Reading is enough."""
    api = Blueprint("proofs", __name__, url_prefix="/v1")

    @api.get("/submissions/<submission_id>/proof")
    def proof(submission_id: str) -> Response:
        authenticate(keys, "read")
        wanted = request.args.get("format") or ("pdf" if request.accept_mimetypes.best == PDF else "json")
        if wanted not in ("json", "pdf"):
            message = Message("'format' is json or pdf.", "« format » vaut json ou pdf.")
            raise Problem.invalid([FieldError("format", message)])
        return answer(proofs.of(gate.get(submission_id)), wanted, language())

    return api


def answer(made: Mapping[str, Any], wanted: str, spoken: str) -> Response:
    """The proof as a file. Raises Problem where a PDF cannot be made."""
    name = f"review-{made['item']['id']}"
    if wanted == "pdf":
        try:
            response = Response(as_pdf(made, spoken), content_type=PDF)
        except Misconfigured as error:
            raise Problem(501, "not-installed", error.message) from error
    else:
        response = Response(json.dumps(made, ensure_ascii=False, indent=1) + "\n", content_type=JSON)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    response.headers["Content-Language"] = spoken
    return response
