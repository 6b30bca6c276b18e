"""Where and when: administrative places, sites, and rounds of assessment."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative area. `code` is its P-code; names are for people and never keys.

    `valid_from` and `valid_to` bound the days on which this area, with these borders, existed.
    """

    code: str
    name: str
    level: int
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    name_fr: str | None = None

    SCHEMA = pa.schema(
        [
            pa.field("code", pa.string(), nullable=False),
            pa.field("name", pa.string(), nullable=False),
            pa.field("level", pa.int8(), nullable=False),
            pa.field("parent", pa.string()),
            pa.field("valid_from", pa.date32()),
            pa.field("valid_to", pa.date32()),
            pa.field("name_fr", pa.string()),
        ]
    )


@dataclass(frozen=True, slots=True)
class Site:
    """A displacement site. `site_id` is stable for ever; names and aliases may change.

    `status` is a code of the list `site_status` on the day asked for; `admins` holds the P-codes of the
    areas around it by level, `admin_names` their names in the same order (level 0 first, None unknown).
    Latitude and longitude in degrees, WGS 84.
    """

    site_id: str
    name: str
    status: str = "open"
    site_type: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    admins: tuple[str | None, ...] = ()
    admin_names: tuple[str | None, ...] = ()
    aliases: tuple[str, ...] = ()
    opened_on: date | None = None
    closed_on: date | None = None

    SCHEMA = pa.schema(
        [
            pa.field("site_id", pa.string(), nullable=False),
            pa.field("name", pa.string(), nullable=False),
            pa.field("status", pa.string(), nullable=False),
            pa.field("site_type", pa.string()),
            pa.field("latitude", pa.float64()),
            pa.field("longitude", pa.float64()),
            pa.field("admins", pa.list_(pa.string())),
            pa.field("admin_names", pa.list_(pa.string())),
            pa.field("aliases", pa.list_(pa.string())),
            pa.field("opened_on", pa.date32()),
            pa.field("closed_on", pa.date32()),
        ]
    )


@dataclass(frozen=True, slots=True, order=True)
class Round:
    """A pass over the list of places: first and last day, and its number within the operation."""

    starts_on: date
    ends_on: date
    number: int
    label: str = ""

    SCHEMA = pa.schema(
        [
            pa.field("starts_on", pa.date32(), nullable=False),
            pa.field("ends_on", pa.date32(), nullable=False),
            pa.field("number", pa.int32(), nullable=False),
            pa.field("label", pa.string()),
        ]
    )
