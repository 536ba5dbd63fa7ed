"""`review-gate model export`: a Detoxify model as int8 ONNX, which then runs without torch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from review_gate.cli.common import add_settings, settings_of
from review_gate.cli.usage import said


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "model",
        help=said(
            "export a Detoxify model so that it runs without torch",
            "exporte un modèle Detoxify pour qu'il tourne sans torch",
        ),
    )
    commands = parser.add_subparsers(required=True, metavar="export")
    export = commands.add_parser(
        "export",
        help=said(
            "write graph, tokenizer and card of a Detoxify checkpoint",
            "écrit le graphe, le découpeur de mots et la fiche d'un modèle Detoxify",
        ),
    )
    export.add_argument(
        "folder",
        type=Path,
        help=said(
            "folder with the checkpoint and the files of its base model",
            "dossier du modèle entraîné et des fichiers de son modèle de base",
        ),
    )
    export.add_argument(
        "out",
        type=Path,
        help=said(
            "folder to write to; name it in REVIEW_GATE_DETOXIFY afterwards",
            "dossier où écrire ; à indiquer ensuite dans REVIEW_GATE_DETOXIFY",
        ),
    )
    add_settings(export, "language")
    export.set_defaults(run=run_export)


def run_export(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.scorers.detoxify import DetoxifyError
    from review_gate.adapters.scorers.detoxify_onnx import export

    try:
        print(export(arguments.folder, arguments.out))
    except DetoxifyError as error:
        print(error.message.in_(settings_of(arguments).language), file=sys.stderr)
        return 1
    return 0
