"""The Site Needs Report as data: everything its pages say, before any language, layout or format.

Words are `Message` or `Label` and are translated by the renderer; numbers stay numbers. The same model
gives the PDF, the web page, the workbook, the HXL table and the map, in every language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from opendtm.i18n import Label, Message
from opendtm.records import Change, Coverage, Grade, Method, Round

Words = Message | Label


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a reader can ask: an office, never a private person."""

    office: str
    address: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What this issue is: product, operation, country, number, period, dates, and where it stays.

    `fictional` marks a demonstration: it is printed on every page. `permanent_address` is None for a
    report made from plain files. `dated` is False where the source does not say when; `round` and
    `data_as_of` then hold the day of making, and a limit says so.
    """

    operation: str
    country: str
    country_code: str | None
    issue: str
    round: Round
    data_as_of: date
    made_at: datetime
    source: Words
    contact: Contact | None = None
    permanent_address: str | None = None
    fictional: bool = False
    version: str = "1"
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """A number on a page, with all that its marks need.

    `value` None is unknown (written as an en dash with a note), zero an observed zero. `key` addresses the
    figure behind it (`indicator|place_code|by`), so that a reader can open it down to its submissions.
    `confidence` is None where the figure was not graded.
    """

    value: float | None
    unit: str
    method: Method = Method.OBSERVED
    carried: float | None = 0.0  # None where it is withheld
    suppressed: str | None = None
    key: str | None = None
    confidence: Grade | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the boxes on top of the first page."""

    indicator: str
    label: Label
    number: Number
    coverage: Coverage
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that needs action now: where, in which sector, for how many, and why it stands here."""

    site_id: str
    site_name: str
    sector: str | None
    reason: Words
    idps: Number
    as_of: date | None


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One line of the table of all sites. `needs` maps a sector to 0-3, None where unknown or not asked.

    `position_kind` says what the position is: `exact`, `displaced` by at most `moved_up_to` metres, or `area`,
    where the site is shown by its area alone; None where nobody said.
    """

    site_id: str
    name: str
    admin_names: tuple[str | None, ...]
    admin_codes: tuple[str | None, ...]
    site_type: str | None
    state: str  # a code of the list `coverage`
    as_of: date | None
    method: Method
    numbers: Mapping[
        str, Number
    ]  # by concept: idp_individuals, idp_households, arrivals_individuals, ...
    needs: Mapping[str, int | None]
    latitude: float | None = None
    longitude: float | None = None
    source: str | None = None
    position_kind: str | None = None
    moved_up_to: float | None = None


@dataclass(frozen=True, slots=True)
class SectorBlock:
    """What one cluster reads: sites in need, the people living there, the worst sites first.

    `in_need` counts sites with serious or critical need, `critical` those with critical need alone, both
    among `answered` sites. `rank` orders the sectors by people in sites in need (1 = most).
    """

    sector: str
    label: Label
    rank: int | None
    in_need: Number
    critical: Number
    answered: int
    idps_in_need: Number
    levels: Mapping[str, int]  # number of sites by need_level code, with "unknown" for the rest
    sites: tuple[SiteRow, ...]
    finding: Message
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One week of the trend: total, what part of it was carried forward, coverage, arrivals, departures.

    `breaks` says that most of its people were counted by another method than those of the round before, so
    that no line may join the two.
    """

    round: Round
    idps: Number
    coverage: Coverage
    arrivals: float | None
    departures: float | None
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A shape of the map: P-code, name, level, and its rings as (longitude, latitude) pairs."""

    code: str
    name: str
    level: int
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class MapModel:
    """The map: areas to draw, sites to place on it, and what the circles show.

    `areas` are this operation's; `context` the countries around, drawn in grey. `number` is the map's
    reference number; `boundaries_source` is credited beside the disclaimer.
    """

    areas: tuple[Area, ...]
    context: tuple[Area, ...]
    sites: tuple[SiteRow, ...]
    title: Message
    number: str
    boundaries_source: Words
    unplaced: int = 0  # sites without a usable position


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator explained in the method section."""

    indicator: str
    label: Label
    definition: Label
    unit: str


@dataclass(frozen=True, slots=True)
class SiteNeedsReport:
    """The whole report. `sectors` is empty for a source without needs: the product is then a site list."""

    edition: Edition
    headlines: tuple[Headline, ...]
    lead: Message
    actions: tuple[Action, ...]
    sectors: tuple[SectorBlock, ...]
    trend: tuple[TrendPoint, ...]
    sites: tuple[SiteRow, ...]
    map: MapModel
    coverage: Coverage
    definitions: tuple[Definition, ...]
    limits: tuple[Message, ...]
    method: tuple[Message, ...]
    breakdowns: Mapping[
        str, tuple[tuple[Label, Number], ...]
    ]  # site_type, site_status, age_sex, ...
    totals: Mapping[str, Number]  # column totals of the site table, by concept

    @property
    def has_needs(self) -> bool:
        """Tell whether the source said anything about needs."""
        return bool(self.sectors)
