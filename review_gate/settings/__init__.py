"""Settings: flags win over REVIEW_GATE_* variables, those over review-gate.toml, that over the defaults."""

from review_gate.settings.policy_file import PolicyError, load_policy
from review_gate.settings.settings import Settings, SettingsError, load_settings

__all__ = ["PolicyError", "Settings", "SettingsError", "load_policy", "load_settings"]
