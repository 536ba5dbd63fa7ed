"""The use cases. Each gathers what it needs, asks the pure core, and commits once."""

from review_gate.gate.gate import Checked, Gate, Once, Seen
from review_gate.gate.screening import Screening

__all__ = ["Checked", "Gate", "Once", "Screening", "Seen"]
