"""The command line: `review-gate COMMAND`. One module a command, imported when it is called."""

from review_gate.cli.main import main

__all__ = ["main"]
