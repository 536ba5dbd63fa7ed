"""Review channels besides the one for everything. None is set unless the operator writes one down:

[[slack_rooms]]
channel = "C012AB3CD"      # id of the Slack channel
language = "fr"            # of its cards
markets = ["FR", "BE"]     # drafts for these markets ...
channels = ["facebook"]    # ... and these channels go there; what is left out takes any

In REVIEW_GATE_SLACK_ROOMS the same as JSON: [{"channel": "C012AB3CD", "language": "fr", "markets": ["FR"]}].
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from review_gate.settings.words import Unfit


class RoomSetting(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{4,20}$")]
    language: Literal["en", "fr"]
    markets: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    channels: tuple[Annotated[str, Field(min_length=1)], ...] = ()

    @model_validator(mode="after")
    def _takes_something(self) -> Self:
        if not self.markets and not self.channels:
            raise Unfit(
                "say which drafts go there: markets, channels or both",
                "dites quels brouillons y vont : markets, channels ou les deux",
            )
        return self
