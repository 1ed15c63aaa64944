"""What each choice takes of the value of its county."""

import numpy as np
import polars as pl

from optimizer.answers.burden import county_shares
from optimizer.choices import Choices, Floats
from optimizer.result import City


def county_loads(city: City, choices: Choices) -> list[Floats]:
    """Return per county what each choice takes of the county's value (1), counties in order of name.

    A county without value, and one where nothing costs anything, takes no part.
    """
    table = choices.table
    county = table.select("unit_id").join(
        city.units.select("unit_id", "county"), on="unit_id", how="left", maintain_order="left"
    )["county"]
    values = county_shares(city, table.head(0).select("unit_id", "level", "k")).filter(
        pl.col("value_cny_per_season") > 0
    )
    loads = [
        np.where((county == name).to_numpy(), choices.season_loss / value, 0.0)
        for name, value in values.select("county", "value_cny_per_season").iter_rows()
    ]
    return [load for load in loads if load.any()]
