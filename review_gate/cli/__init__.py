"""The command line: `review-gate COMMAND`. One module a command; main.py knows them all."""
