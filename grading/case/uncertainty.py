"""`[uncertainty]` of case.toml: how far the bureau thinks its inventory may be off, and orders left undone.

Nothing here has a default that looks like a fact: what is not stated is not asked.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Pollutant = Literal["so2", "nox", "pm", "vocs"]
Deviation = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Stated(BaseModel):
    """Frozen, no unknown keys, field docstrings are the reference page."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class InventoryError(Stated):
    """Relative standard deviations (1) of what a line emits, around the figure in the table."""

    shared: Deviation
    """The part common to all lines of an industry: a wrong emission factor is wrong for all of them."""
    own: Deviation
    """The part of each line by itself."""


class Execution(Stated):
    """Which share of an ordered reduction is really brought: evenly spread between two ends, line by line."""

    least: Share
    """At the least."""
    most: Share
    """At the most."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise ValueError("least must not be above most")
        return self


class Uncertainty(Stated):
    """The whole table. Left out as a whole: no question about it is asked."""

    basis: Annotated[str, Field(min_length=1)]
    """Whose figures these are and where they come from; printed beside every answer that rests on them."""
    inventory: dict[Pollutant, InventoryError]
    """Error per pollutant; one for every pollutant with a target."""
    by_industry: dict[str, dict[Pollutant, InventoryError]] = Field(default_factory=dict)
    """Industry (id of the pack, or the bureau's own name) -> pollutant -> error; goes before the above."""
    other_lists: dict[Pollutant, Deviation] = Field(default_factory=dict)
    """Relative standard deviation of what the other lists bring; a pollutant left out counts as certain."""
    execution: Execution | None = None
    """Left out: orders count as carried out in full."""
    wanted_share: Share = 0.95
    """Share of draws in which every target is to hold, for the safer plan."""
    samples: Annotated[int, Field(ge=100, le=100_000)] = 2000
    """Draws."""
    seed: Annotated[int, Field(ge=0)] = 1
    """Where the draws start: the same seed gives the same draws."""
