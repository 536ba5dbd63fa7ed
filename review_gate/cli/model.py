"""`review-gate model export`: a Detoxify model as int8 ONNX, which then runs without torch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from review_gate.cli.common import add_settings, settings_of


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("model", help="export a Detoxify model so that it runs without torch")
    commands = parser.add_subparsers(required=True, metavar="export")
    export = commands.add_parser("export", help="write graph, tokenizer and card of a Detoxify checkpoint")
    export.add_argument("folder", type=Path, help="folder with the checkpoint and the files of its base model")
    export.add_argument("out", type=Path, help="folder to write to; name it in REVIEW_GATE_DETOXIFY afterwards")
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
