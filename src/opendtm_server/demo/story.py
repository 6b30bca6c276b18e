"""Twelve weeks in the fictional country: who arrives, who leaves, what is needed, what goes wrong.

The story is the truth; `visits` turns it into filled forms, some with the mistakes that happen in the
field. The same seed tells the same story.
"""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import shapely

from opendtm_server.demo.country import Country, District

FIRST_DAY = date(2026, 8, 24)  # a Monday
SECTORS = (
    "protection", "wash", "health", "food_security", "shelter",
    "security", "education", "nfi", "nutrition", "livelihood",
)  # fmt: skip
LEVELS = ("none", "some", "serious", "critical")
BANDS = {
    "f_0_4": 0.092, "f_5_17": 0.176, "f_18_59": 0.217, "f_60_plus": 0.033,
    "m_0_4": 0.095, "m_5_17": 0.178, "m_18_59": 0.181, "m_60_plus": 0.028,
}  # fmt: skip
NEED_WORDS = {
    "protection": "protection", "wash": "drinking_water", "health": "health", "food_security": "food",
    "shelter": "shelter", "security": "security", "education": "education", "nfi": "nfi",
    "nutrition": "nutrition", "livelihood": "cash",
}  # fmt: skip
TYPES = ("camp", "spontaneous_site", "spontaneous_site", "collective_centre", "host_families")


@dataclass(frozen=True)
class Week:
    """What is true of one site in one week; None for a week in which nobody could know."""

    number: int
    households: int
    individuals: int
    bands: dict[str, int]
    arrivals_households: int
    arrivals_individuals: int
    departures_households: int
    departures_individuals: int
    returnee_households: int
    returnee_individuals: int
    needs: dict[str, str]
    priorities: tuple[str, ...]


@dataclass
class SiteStory:
    """A site of the story and its weeks, from the one in which it opened."""

    code: str
    name: str
    site_type: str
    district: District
    latitude: float
    longitude: float
    size: float  # persons in a household
    host_individuals: int
    opened: int = 1
    closed: int | None = None
    inaccessible: frozenset[int] = frozenset()
    unvisited: frozenset[int] = frozenset()
    weeks: dict[int, Week] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """The country, its sites and how many weeks are told."""

    country: Country
    sites: list[SiteStory]
    weeks: int

    def monday(self, week: int) -> date:
        """Give the first day of a week (1 = the first)."""
        return FIRST_DAY + timedelta(weeks=week - 1)


def tell(*, seed: int, sites: int, weeks: int) -> Story:
    """Tell the story for so many sites and weeks."""
    random = Random(seed)
    country = Country(seed=seed, districts=max(6, min(18, sites)))
    told = [_new_site(number, country, random, weeks) for number in range(1, sites + 1)]
    for site in told:
        _live(site, random, weeks)
    return Story(country, told, weeks)


def _new_site(number: int, country: Country, random: Random, weeks: int) -> SiteStory:
    district = country.districts[(number * 7) % len(country.districts)]
    point = _inside(district, random)
    site = SiteStory(
        code=f"ZZS{number:03d}",
        name=country.new_name(),
        site_type=TYPES[random.randrange(len(TYPES))],
        district=district,
        latitude=round(point[1], 5),
        longitude=round(point[0], 5),
        size=random.uniform(4.3, 5.9),
        host_individuals=random.randrange(400, 9000),
    )
    _give_fate(site, number, weeks)
    return site


def _give_fate(site: SiteStory, number: int, weeks: int) -> None:
    """Let some sites open late, close, or be out of reach for a while."""
    if number % 10 == 4:
        site.opened = min(weeks, 5)
    if number % 15 == 7 and weeks > 8:
        site.closed = weeks - 2
    if number % 9 == 5:
        site.inaccessible = frozenset(range(weeks - 1, weeks + 1))
    if number % 11 == 6:
        site.unvisited = frozenset({weeks})
    if number % 13 == 9:
        site.unvisited = frozenset(range(max(2, weeks - 6), weeks + 1))


def _inside(district: District, random: Random) -> tuple[float, float]:
    core = district.shape.buffer(-0.06)
    shape = district.shape if core.is_empty else core
    west, south, east, north = shape.bounds
    while True:
        point = (random.uniform(west, east), random.uniform(south, north))
        if shapely.contains_xy(shape, *point):
            return point


def _live(site: SiteStory, random: Random, weeks: int) -> None:
    households = int(random.lognormvariate(5.1, 0.85)) + 12
    needs = {sector: min(3, max(0, round(random.gauss(1.3, 0.9)))) for sector in SECTORS}
    returnees = random.randrange(0, 60) if random.random() < 0.4 else 0
    for week in range(site.opened, (site.closed or weeks + 1)):
        arrived, left = _movement(site, week, households, random)
        if week == site.opened:
            arrived, left = 0, 0
        households += arrived - left
        returnees += left // 4
        needs = _change_needs(needs, arrived, households, random)
        site.weeks[week] = _week(site, week, (households, arrived, left, returnees), needs)


def _movement(site: SiteStory, week: int, households: int, random: Random) -> tuple[int, int]:
    """Move people: a quiet trickle, an attack in one province in weeks 6 to 8, returns towards the end."""
    arrived = round(households * max(0.0, random.gauss(0.008, 0.012)))
    left = round(households * max(0.0, random.gauss(0.012, 0.012)))
    if site.district.province == 2 and 6 <= week <= 8:
        arrived += round(households * random.uniform(0.15, 0.42)) + 8
    if site.district.province == 4 and week >= 9:
        left += round(households * random.uniform(0.04, 0.12))
    return arrived, min(left, households - 1)


def _change_needs(
    needs: dict[str, int], arrived: int, households: int, random: Random
) -> dict[str, int]:
    shock = 1 if arrived > 0.12 * households else 0
    changed = {}
    for sector, level in needs.items():
        drift = random.choices((-1, 0, 1), weights=(14, 74, 12))[0]
        push = shock if sector in {"shelter", "nfi", "wash", "food_security", "health"} else 0
        changed[sector] = min(3, max(0, level + drift + push))
    return changed


def _week(
    site: SiteStory, week: int, people: tuple[int, int, int, int], needs: dict[str, int]
) -> Week:
    households, arrived, left, returnees = people
    individuals = math.ceil(households * site.size)
    order = sorted(SECTORS, key=lambda sector: (-needs[sector], sector))
    return Week(
        number=week,
        households=households,
        individuals=individuals,
        bands=_split(individuals),
        arrivals_households=arrived,
        arrivals_individuals=round(arrived * site.size),
        departures_households=left,
        departures_individuals=round(left * site.size),
        returnee_households=returnees,
        returnee_individuals=round(returnees * site.size),
        needs={sector: LEVELS[level] for sector, level in needs.items()},
        priorities=tuple(NEED_WORDS[sector] for sector in order[:3]),
    )


def _split(individuals: int) -> dict[str, int]:
    """Share the persons out to age and sex by largest remainder, so that the parts sum to the whole."""
    exact = {band: individuals * share for band, share in BANDS.items()}
    parts = {band: math.floor(value) for band, value in exact.items()}
    missing = individuals - sum(parts.values())
    for band in sorted(exact, key=lambda name: exact[name] - parts[name], reverse=True)[:missing]:
        parts[band] += 1
    return parts
