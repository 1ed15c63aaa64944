"""Boundaries that a bureau supplies for its map: GeoJSON in degrees, read strictly, nothing followed, nothing run."""

from typing import Annotated, Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grading.case.rules import Place, fault
from grading.faults import InputError

MOST_BYTES = 5_000_000
MOST_POINTS = 200_000
SCHEMA = {"ring": pl.Int64, "lon": pl.Float64, "lat": pl.Float64}

Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Point = tuple[Lon, Lat] | tuple[Lon, Lat, float]
Line = Annotated[list[Point], Field(min_length=2)]


class _Shape(BaseModel):
    """A part of GeoJSON (RFC 7946); members a drawing does not need are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class LineString(_Shape):
    """One line."""

    type: Literal["LineString"]
    coordinates: Line


class Lines(_Shape):
    """Several lines, or the rings of one area."""

    type: Literal["MultiLineString", "Polygon"]
    coordinates: list[Line]


class MultiPolygon(_Shape):
    """Several areas."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[Line]]


class Feature(_Shape):
    """One area with its outline."""

    type: Literal["Feature"]
    geometry: Annotated[LineString | Lines | MultiPolygon, Field(discriminator="type")] | None


class Boundaries(_Shape):
    """The whole file."""

    type: Literal["FeatureCollection"]
    features: Annotated[list[Feature], Field(min_length=1)]


def read_boundaries(data: bytes, file: str) -> pl.DataFrame:
    """Return the outlines. Shape: one row per point, in drawing order: ring, lon, lat (degrees).

    Raises:
        InputError: too large, not GeoJSON, other than lines and areas, or outside the globe.
    """
    if len(data) > MOST_BYTES:
        raise InputError([fault("broken_map", Place(file), expected=f"> {MOST_BYTES:,} B")])
    try:
        read = Boundaries.model_validate_json(data)
    except ValidationError as broken:
        first = broken.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"][:2])
        raise InputError([fault("broken_map", Place(file, column=where), expected=first["msg"])]) from broken
    rings = [ring for feature in read.features for ring in _rings(feature)]
    points = [(number, point[0], point[1]) for number, ring in enumerate(rings) for point in ring]
    if not points or len(points) > MOST_POINTS:
        raise InputError([fault("broken_map", Place(file), expected=f"0 < {len(points):,} ≤ {MOST_POINTS:,}")])
    return pl.DataFrame(points, schema=SCHEMA, orient="row")


def _rings(feature: Feature) -> list[Any]:
    shape = feature.geometry
    if shape is None:
        return []
    if isinstance(shape, LineString):
        return [shape.coordinates]
    if isinstance(shape, Lines):
        return shape.coordinates
    return [ring for area in shape.coordinates for ring in area]
