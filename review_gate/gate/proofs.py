"""Proofs of human review, signed, for whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from review_gate.domain.submission import Submission
from review_gate.gate.proof_document import proof
from review_gate.ports import Clock, Submissions


class ProofSigner(Protocol):
    def sign_proof(self, document: Mapping[str, Any]) -> str:
        """A compact JWS over the SHA-256 of the document's canonical JSON (stores/chain.py), without the signature."""


class Proofs:
    """Makes the proof of one submission as it stands now."""

    def __init__(self, store: Submissions, signer: ProofSigner, clock: Clock) -> None:
        self._store = store
        self._signer = signer
        self._clock = clock

    def of(self, submission: Submission) -> dict[str, Any]:
        """With a `signature`."""
        made = proof(submission, self._store.events(submission.id), self._clock())
        return {**made, "signature": self._signer.sign_proof(made)}
