"""Frozen data and pure functions: what the gate knows and decides. No I/O, no clock, no framework."""
