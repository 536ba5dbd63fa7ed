"""Which network stands behind the toxicity scorer: the embedded one, Detoxify in torch, or Detoxify exported."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from review_gate.adapters.scorers.detoxify import DetoxifyError, DetoxifyNetwork
from review_gate.adapters.scorers.detoxify_onnx import CARD, ExportedDetoxify
from review_gate.adapters.scorers.toxicity import EmbeddedToxicity
from review_gate.domain.message import Message


def open_toxicity(choice: Literal["embedded", "detoxify"], folder: Path | None = None) -> EmbeddedToxicity:
    """The scorer that the setting `toxicity` names; `folder` is where a Detoxify model lies.

    A folder that `review-gate model export` wrote runs without torch; one with a checkpoint needs the packages of
    requirements-detoxify.txt. Raises `DetoxifyError` or `WeightsError`, whose message says what to do.
    """
    if choice == "embedded":
        return EmbeddedToxicity()
    if folder is None:
        unnamed = Message(
            "toxicity is set to detoxify, but no folder is named: set REVIEW_GATE_DETOXIFY to the folder of the model",
            "toxicity vaut detoxify, mais aucun dossier n'est nommé : mettez celui du modèle dans REVIEW_GATE_DETOXIFY",
        )
        raise DetoxifyError(unnamed)
    return EmbeddedToxicity(ExportedDetoxify(folder) if (folder / CARD).exists() else DetoxifyNetwork(folder))
