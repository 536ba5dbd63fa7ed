"""A short, fixed piece of the fault campaign (`make faults` plays the long one) on both databases: one of each sort."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest

from tests.processes.campaign import Campaign, world
from tests.processes.disk import HAS_COMPILER
from tests.processes.faults import FAULTS

BY_NAME = {fault.name: fault for fault in FAULTS}

# Without a compiler nobody can play the disk: it keeps what it has, and whoever writes to it is killed.
SHORT = {
    "sqlite": (
        ["power cut" if HAS_COMPILER else "kill all"],
        ["slack nonsense", "poisoned rows"],
        ["publisher 410"],
        ["slack 429 for an hour"],
        ["file size limit", "clock a day ahead"],
        ["clock an hour back", "damaged pages"],
    ),
    "postgres": (
        ["kill postgres", "slack deaf"],
        ["connections cut", "kill web"],
        ["postgres power cut" if HAS_COMPILER else "kill postgres"],
    ),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", list(SHORT))
def test_faults(database: str) -> None:
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user has to get there
        play(Path(folder), database)


def play(folder: Path, database: str) -> None:
    dice = random.Random(20261126)
    with world(folder, dice, postgres=database == "postgres", power=HAS_COMPILER) as made:
        campaign = Campaign(made, drafts=2)
        for number, names in enumerate(SHORT[database], start=1):
            campaign.round(number, [BY_NAME[name] for name in names], f"{database}{number}")
        assert campaign.findings == []
        assert len(campaign.accepted) == 2 * len(SHORT[database])
