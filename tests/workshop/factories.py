"""Realistic reports about a country that does not exist, for tests and for looking at pages.

Written straight on the report model: nothing here computes figures the way the program does.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import cos, pi, sin

from opendtm.i18n import Label, Message
from opendtm.records import Change, Coverage, Method, Round
from opendtm.report import caveats, findings
from opendtm.report.model import (
    Action,
    Area,
    Contact,
    Definition,
    Edition,
    Headline,
    MapModel,
    Number,
    SectorBlock,
    SiteNeedsReport,
    SiteRow,
    TrendPoint,
)
from opendtm.vocab import code_list, concept

LAST_DAY = date(2026, 11, 15)
PROVINCES = (("ZZ01", "Balinga"), ("ZZ02", "Kessou"), ("ZZ03", "Mbaré"), ("ZZ04", "Ouralo"))
SECTORS = (
    "protection", "wash", "health", "food_security", "shelter", "security",
    "education", "nfi", "nutrition", "livelihood",
)  # fmt: skip
_FIRST = (
    "Adoua",
    "Bossi",
    "Canda",
    "Doufa",
    "Ékala",
    "Fangou",
    "Gamboré",
    "Issara",
    "Kiri",
    "Lombo",
)
_SECOND = ("Centre", "Nord", "Marché", "École", "Rivière", "Mission", "Carrefour")
_LONG = "Site spontané de l'ancienne cotonnière de {name}, derrière l'école primaire mixte n° {n}"
_CONCEPTS = (
    "idp_individuals", "idp_households", "returnee_individuals", "returnee_households",
    "arrivals_individuals", "departures_individuals",
)  # fmt: skip
_TYPES = ("camp", "spontaneous_site", "collective_centre", "host_families", "other")


def make_round(weeks_ago: int = 0) -> Round:
    """Give a weekly round, Monday to Sunday, counted back from the last one."""
    ends = LAST_DAY - timedelta(weeks=weeks_ago)
    return Round(ends - timedelta(days=6), ends, 46 - weeks_ago, f"2026-W{46 - weeks_ago}")


def make_edition(**changes: object) -> Edition:
    """Give the edition of a fictional weekly report."""
    values: dict[str, object] = {
        "operation": "Balinga floods",
        "country": "Zanduri",
        "country_code": "ZZ",
        "issue": "46",
        "round": make_round(),
        "data_as_of": LAST_DAY,
        "made_at": datetime(2026, 11, 16, 9, 30, tzinfo=UTC),
        "source": Label("Weekly site visits, round 46", "Visites hebdomadaires des sites, tour 46"),
        "contact": Contact("Displacement tracking unit", "dtm@example.org"),
        "permanent_address": "https://example.org/en/balinga/releases/site-needs/46/",
        "fictional": True,
    }
    return Edition(**(values | changes))  # type: ignore[arg-type]


def make_sites(
    n_sites: int = 30, *, with_needs: bool = True, long_names: bool = False, seed: int = 7
) -> tuple[SiteRow, ...]:
    """Give site rows: mostly assessed, some carried forward, derived, unknown, closed, unplaced."""
    chance = random.Random(seed)
    return tuple(_site(i, chance, with_needs, long_names) for i in range(n_sites))


def make_report(
    n_sites: int = 30,
    *,
    with_needs: bool = True,
    long_names: bool = False,
    n_weeks: int = 8,
    seed: int = 7,
    edition: Edition | None = None,
) -> SiteNeedsReport:
    """Build a whole report; `n_weeks=0` has no trend, `n_sites=0` is an operation without sites."""
    rows = make_sites(n_sites, with_needs=with_needs, long_names=long_names, seed=seed)
    coverage = _coverage(rows)
    blocks = _ranked([_block(name, rows) for name in SECTORS]) if with_needs and rows else ()
    change = _change(_total(rows, "idp_individuals").value)
    top = blocks[0] if blocks else None
    idps = _total(rows, "idp_individuals").value
    return SiteNeedsReport(
        edition=edition or make_edition(),
        headlines=_headlines(rows, coverage, change),
        lead=findings.lead(idps=idps, n_sites=len(rows), change=change, top=top),
        actions=_actions(rows, with_needs=with_needs),
        sectors=blocks,
        trend=_trend(rows, coverage, n_weeks),
        sites=rows,
        map=_map(rows),
        coverage=coverage,
        definitions=_definitions(),
        limits=_limits(rows),
        method=caveats.method_of_rounds(4),
        breakdowns=_breakdowns(rows),
        totals={name: _total(rows, name) for name in _CONCEPTS},
    )


def _site(i: int, chance: random.Random, with_needs: bool, long_names: bool) -> SiteRow:
    code, province = PROVINCES[i % len(PROVINCES)]
    name = f"{_FIRST[i % len(_FIRST)]} {_SECOND[(i // len(_FIRST)) % len(_SECOND)]}"
    if long_names and i % 2 == 0:
        name = _LONG.format(name=name, n=i + 1)
    kind = _kind(i)
    size = round(40 + chance.paretovariate(1.1) * 300)
    as_of = None if kind == "never" else LAST_DAY - timedelta(days=chance.randrange(6))
    if kind in ("carried", "lost"):
        as_of = LAST_DAY - timedelta(weeks=2 if kind == "carried" else 3)
    latitude, longitude = _position(i, chance)
    return SiteRow(
        site_id=f"ZZ-{i + 1:04d}",
        name=name,
        admin_names=("Zanduri", province, f"{province}-{1 + i % 3}"),
        admin_codes=("ZZ", code, f"{code}{1 + i % 3:02d}"),
        site_type=_TYPES[i % len(_TYPES)],
        state={"carried": "not_covered", "lost": "inaccessible", "never": "not_covered"}.get(
            kind, "assessed"
        ),
        as_of=as_of,
        method=_METHODS.get(kind, Method.OBSERVED),
        numbers=_numbers(kind, size, chance, f"ZZ-{i + 1:04d}"),
        needs=_needs(kind, chance) if with_needs else {},
        latitude=None if kind == "never" else latitude,
        longitude=None if kind == "never" else longitude,
        source=f"uuid:{i + 1:08d}",
    )


_METHODS = {
    "carried": Method.CARRIED_FORWARD,
    "lost": Method.CARRIED_FORWARD,
    "derived": Method.DERIVED,
    "never": Method.UNKNOWN,
}


def _kind(i: int) -> str:
    return {4: "carried", 9: "lost", 13: "derived", 17: "never", 22: "carried", 26: "derived"}.get(
        i % 30, "plain"
    )


def _position(i: int, chance: random.Random) -> tuple[float, float]:
    column, line = i % 2, (i // 2) % 2
    longitude = -31 + 2.4 * column + chance.uniform(0.3, 1.9)
    latitude = 7.2 + 1.9 * (1 - line) + chance.uniform(0.3, 1.5)
    return round(latitude, 5), round(longitude, 5)


def _numbers(kind: str, size: int, chance: random.Random, site: str) -> dict[str, Number]:
    method = _METHODS.get(kind, Method.OBSERVED)
    households = round(size / chance.uniform(4.2, 5.8))
    arrivals = chance.choice((0, 0, 12, 40, round(size * 0.15)))
    departures = chance.choice((0, 0, 5, 20))
    values: dict[str, float | None] = {
        "idp_individuals": size, "idp_households": households,
        "returnee_individuals": chance.choice((0, 35, 120)), "returnee_households": chance.choice((0, 7, 25)),
        "arrivals_individuals": arrivals, "departures_individuals": departures,
    }  # fmt: skip
    if kind in ("carried", "lost"):
        values |= {"arrivals_individuals": None, "departures_individuals": None}
    if kind == "never":
        values = dict.fromkeys(values)
    return {name: _number(name, value, method, site) for name, value in values.items()}


def _number(name: str, value: float | None, method: Method, place: str) -> Number:
    used = Method.UNKNOWN if value is None else method
    if used is Method.DERIVED and not name.endswith("_households"):
        used = Method.OBSERVED
    carried = float(value or 0) if used is Method.CARRIED_FORWARD else 0.0
    return Number(value, concept(name).unit or "person", used, carried, key=f"{name}|{place}|")


def _needs(kind: str, chance: random.Random) -> dict[str, int | None]:
    if kind == "never":
        return dict.fromkeys(SECTORS)
    weights = {"food_security": (1, 2, 4, 3), "wash": (2, 3, 3, 1), "security": (6, 3, 1, 0)}
    levels: dict[str, int | None] = {}
    for sector in SECTORS:
        level = chance.choices((0, 1, 2, 3), weights.get(sector, (3, 4, 2, 0.4)))[0]
        levels[sector] = None if chance.random() < 0.05 else level
    return levels


def _total(rows: Sequence[SiteRow], name: str) -> Number:
    numbers = [row.numbers[name] for row in rows]
    known = [number.value for number in numbers if number.value is not None]
    carried = sum(number.carried for number in numbers)
    method = Method.CARRIED_FORWARD if carried else Method.OBSERVED
    value = sum(known) if known else None
    unit = concept(name).unit or "person"
    return Number(value, unit, method if known else Method.UNKNOWN, carried, key=f"{name}||")


def _coverage(rows: Sequence[SiteRow]) -> Coverage:
    states = [row.state for row in rows]
    carried = sum(row.method is Method.CARRIED_FORWARD for row in rows)
    return Coverage(len(rows), states.count("assessed"), carried, states.count("inaccessible"))


def _change(after: float | None) -> Change | None:
    if after is None:
        return None
    total = round(after * 0.06)
    parts = {
        "newly_covered": round(total * 0.5),
        "closed": -round(total * 0.2),
        "lost_access": -round(total * 0.1),
        "corrected": -round(total * 0.02),
    }
    return Change(
        before=after - total, after=after, matched=total - sum(parts.values()), **parts,
        n_matched=24, n_new=1, n_closed=1, n_lost=1,
    )  # fmt: skip


def _headlines(
    rows: Sequence[SiteRow], coverage: Coverage, change: Change | None
) -> tuple[Headline, ...]:
    boxes = [
        Headline(
            name,
            concept(name).label,
            _total(rows, name),
            coverage,
            change if name == "idp_individuals" else None,
        )
        for name in ("idp_individuals", "idp_households", "returnee_individuals")
    ]
    visited = Number(coverage.n_assessed, "site", key="sites_assessed||")
    boxes.append(
        Headline("sites_assessed", Label("Sites visited", "Sites visités"), visited, coverage)
    )
    boxes += [
        Headline(name, concept(name).label, _total(rows, name), coverage)
        for name in ("arrivals_individuals", "departures_individuals")
    ]
    return tuple(boxes)


def _block(sector: str, rows: Sequence[SiteRow]) -> SectorBlock:
    answered = [row for row in rows if row.needs.get(sector) is not None]
    in_need = sorted(
        (row for row in answered if (row.needs[sector] or 0) >= 2),
        key=lambda row: (
            -(row.needs[sector] or 0),
            -(row.numbers["idp_individuals"].value or 0),
            row.site_id,
        ),
    )
    people = sum(row.numbers["idp_individuals"].value or 0 for row in in_need)
    critical = sum(row.needs[sector] == 3 for row in in_need)
    levels = {
        code.name: sum(row.needs[sector] == i for row in answered)
        for i, code in enumerate(tuple(code_list("need_level"))[:4])
    }
    return SectorBlock(
        sector=sector,
        label=code_list("sector").get(sector).label,
        rank=None,
        in_need=Number(len(in_need), "site", key=f"sites_in_need|{sector}|"),
        critical=Number(critical, "site", key=f"sites_critical|{sector}|"),
        answered=len(answered),
        idps_in_need=Number(people, "person", key=f"idps_in_need|{sector}|"),
        levels=levels | {"unknown": len(rows) - len(answered)},
        sites=tuple(in_need),
        finding=findings.sector(
            in_need=len(in_need), critical=critical, answered=len(answered), idps=people
        ),
    )


def _ranked(blocks: Sequence[SectorBlock]) -> tuple[SectorBlock, ...]:
    ordered = sorted(
        blocks, key=lambda block: (-(block.idps_in_need.value or 0), SECTORS.index(block.sector))
    )
    return tuple(replace(block, rank=rank) for rank, block in enumerate(ordered, 1))


def _actions(rows: Sequence[SiteRow], *, with_needs: bool) -> tuple[Action, ...]:
    by_size = sorted(
        rows, key=lambda row: (-(row.numbers["idp_individuals"].value or 0), row.site_id)
    )
    found: list[Action] = []
    for row in by_size if with_needs else ():
        worst = [name for name in SECTORS[:6] if row.needs.get(name) == 3]
        if worst and len(found) < 4:
            labels = [code_list("sector").get(name).label for name in worst]
            found.append(_action(row, worst[0], findings.critical_need(labels)))
    for row in by_size:
        arrived, present = (
            row.numbers["arrivals_individuals"].value,
            row.numbers["idp_individuals"].value,
        )
        if arrived and present and arrived > 100 and len(found) < 6:
            found.append(
                _action(row, None, findings.large_arrivals(arrivals=arrived, present=present))
            )
        elif row.state == "inaccessible":
            found.append(_action(row, None, findings.no_access(row.as_of)))
    return tuple(found[:8])


def _action(row: SiteRow, sector: str | None, reason: Message) -> Action:
    return Action(row.site_id, row.name, sector, reason, row.numbers["idp_individuals"], row.as_of)


def _trend(rows: Sequence[SiteRow], coverage: Coverage, n_weeks: int) -> tuple[TrendPoint, ...]:
    total = _total(rows, "idp_individuals")
    points = []
    for ago in range(n_weeks - 1, -1, -1):
        part = 1 - 0.035 * ago + 0.02 * (ago % 3)
        value = round((total.value or 0) * part)
        known = coverage.n_known - (4 if ago > 4 else 0)
        seen = (
            coverage if ago == 0 else Coverage(known, max(known - 2 - ago % 3, 0), 2 + ago % 2, 1)
        )
        carried = total.carried if ago == 0 else value * 0.04
        number = Number(value, "person", Method.CARRIED_FORWARD, carried, key="idp_individuals||")
        points.append(
            TrendPoint(
                make_round(ago), number, seen, None if ago == 6 else 300 + 90 * ago, 120 + 15 * ago
            )
        )
    return tuple(points)


def _map(rows: Sequence[SiteRow]) -> MapModel:
    sizes = [row.numbers["idp_individuals"].value or 0 for row in rows]
    return MapModel(
        areas=make_areas(),
        context=(_blob("NA", "Norland", -35.5, 9.5, 3.0), _blob("SA", "Sudaria", -24.5, 8.0, 2.8)),
        sites=tuple(rows),
        title=findings.map_title(idps_by_site=sizes),
        number="ZZ-SNR-46-01",
        boundaries_source=Label(
            "Fictional boundaries made by the project", "Limites fictives créées par le projet"
        ),
        unplaced=sum(row.latitude is None for row in rows),
    )


def make_areas() -> tuple[Area, ...]:
    """Give the country and its four provinces; provinces share their borders exactly."""
    west, mid, east, south, centre, north = -31.0, -28.6, -26.0, 7.0, 9.1, 11.2

    def edge(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
        steps = 12
        (x0, y0), (x1, y1) = start, end
        return [
            (x0 + (x1 - x0) * k / steps + 0.12 * sin(2.6 * (k + y0)) * (k > 0) , y0 + (y1 - y0) * k / steps + 0.1 * sin(1.7 * (k + x0)) * (k > 0))
            for k in range(steps)
        ]  # fmt: skip

    corner = {
        (i, j): (x, y)
        for i, x in enumerate((west, mid, east))
        for j, y in enumerate((south, centre, north))
    }

    def side(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        if a < b:
            return edge(corner[a], corner[b])
        return [corner[a], *reversed(edge(corner[b], corner[a])[1:])]

    def box(i: int, j: int) -> tuple[tuple[float, float], ...]:
        turns = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
        ring = [point for a, b in pairwise(turns) for point in side(a, b)]
        return tuple(ring + ring[:1])

    outer = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)]
    country = [point for a, b in pairwise(outer) for point in side(a, b)]
    boxes = {"ZZ01": (0, 1), "ZZ02": (1, 1), "ZZ03": (0, 0), "ZZ04": (1, 0)}
    provinces = tuple(Area(code, name, 1, (box(*boxes[code]),)) for code, name in PROVINCES)
    return (Area("ZZ", "Zanduri", 0, (tuple(country + country[:1]),)), *provinces)


def _blob(code: str, name: str, x: float, y: float, radius: float) -> Area:
    ring = tuple(
        (
            x + radius * (1 + 0.15 * sin(5 * k)) * cos(2 * pi * k / 24),
            y + radius * sin(2 * pi * k / 24),
        )
        for k in range(24)
    )
    return Area(code, name, 0, (ring + ring[:1],))


def _definitions() -> tuple[Definition, ...]:
    return (
        Definition(
            "idp_individuals", concept("idp_individuals").label,
            Label(
                "Persons who had to leave their homes and live in a site or with a host family in the country.",
                "Personnes contraintes de quitter leur foyer, vivant dans un site ou en famille d'accueil dans le pays.",
            ),
            "person",
        ),
        Definition(
            "arrivals_individuals", concept("arrivals_individuals").label,
            Label("Displaced persons who came to the site since the last visit.", "Personnes déplacées arrivées sur le site depuis la dernière visite."),
            "person",
        ),
    )  # fmt: skip


def _limits(rows: Sequence[SiteRow]) -> tuple[Message, ...]:
    idps = _total(rows, "idp_individuals")
    n_carried = sum(row.method is Method.CARRIED_FORWARD for row in rows)
    unknown = sum(row.numbers["idp_individuals"].value is None for row in rows)
    said = (
        caveats.carried(n_sites=n_carried, people=idps.carried, total=idps.value or 0),
        caveats.unknown_population(unknown),
        caveats.unknown_needs(sum(None in row.needs.values() for row in rows)),
        caveats.derived(sum(row.method is Method.DERIVED for row in rows)),
        caveats.without_position(sum(row.latitude is None for row in rows)),
        caveats.key_informants(),
    )
    return tuple(message for message in said if message.sentence)


def _breakdowns(rows: Sequence[SiteRow]) -> dict[str, tuple[tuple[Label, Number], ...]]:
    total = _total(rows, "idp_individuals").value or 0
    parts = {
        "idp_f_0_4": 0.09, "idp_f_5_17": 0.17, "idp_f_18_59": 0.23, "idp_f_60_plus": 0.03,
        "idp_m_0_4": 0.09, "idp_m_5_17": 0.17, "idp_m_18_59": 0.19, "idp_m_60_plus": 0.03,
    }  # fmt: skip
    by_type = [
        (code.label, Number(sum(row.numbers["idp_individuals"].value or 0 for row in rows if row.site_type == code.name), "person"))
        for code in code_list("site_type")
    ]  # fmt: skip
    status = code_list("site_status")
    return {
        "site_type": tuple(by_type),
        "site_status": ((status.get("open").label, Number(len(rows), "site")), (status.get("closed").label, Number(0, "site"))),
        "age_sex": tuple((concept(name).label, Number(round(total * part), "person")) for name, part in parts.items()),
    }  # fmt: skip
