"""Settings: flags win over REVIEW_GATE_* variables, those over review-gate.toml, that over the defaults."""

from review_gate.settings.load import SettingsError, load_settings, spoken
from review_gate.settings.policy_file import load_policy
from review_gate.settings.settings import Settings
from review_gate.settings.yaml_file import PolicyError

__all__ = ["PolicyError", "Settings", "SettingsError", "load_policy", "load_settings", "spoken"]
