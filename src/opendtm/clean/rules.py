"""What each check looks for in one visit. A check that lacks a number stays silent: unknown is not wrong."""

import math
from collections.abc import Iterator, Mapping, Sequence

from opendtm.clean.catalogue import Found
from opendtm.clean.visit import BANDS, GROUPS, Visit, as_number
from opendtm.i18n import Label
from opendtm.vocab import Kind, code_list, concepts

SMALLEST_HOUSEHOLD, LARGEST_HOUSEHOLD = 2, 12
MOST_PRIORITY_NEEDS = 3
FAR_KM = 2.0
CHANGE_RATIO = 1.3  # a change of 30 %, up or down alike: |ln(now / before)| > ln 1.3
CHANGE_HOUSEHOLDS = 50
CHANGE_PERSONS = 250  # where households are not known: fifty households of five
UNCHANGED_ROUNDS = 3
CODED_MISSING = frozenset({88.0, 99.0, 888.0, 999.0})
_EARTH_KM = 6371.0088
_COUNTS = frozenset(name for name, concept in concepts().items() if concept.kind is Kind.COUNT)
_CODES = {
    name: frozenset(code_list(entry.codes).names())
    for name, entry in concepts().items()
    if entry.codes
}
_ALONE = frozenset(
    code.name
    for code in code_list("priority_need")
    if code.facts.get("none") or code.facts.get("unknown")
)
_NEEDS = ("priority_needs", "priority_needs_returnee")


def negative_count(visit: Visit) -> Iterator[Found]:
    """Find counts below zero."""
    for name, number in _counts(visit):
        if number < 0:
            yield name, number, {}


def individuals_below_households(visit: Visit) -> Iterator[Found]:
    """Find groups with fewer persons than households."""
    for group in GROUPS:
        pair = visit.numbers((f"{group}_individuals", f"{group}_households"))
        if pair and 0 <= pair[0] < pair[1]:
            yield f"{group}_individuals", pair[0], {"households": pair[1]}


def household_size_unusual(visit: Visit) -> Iterator[Found]:
    """Find groups whose mean household is smaller than two or larger than twelve persons."""
    for group in GROUPS[:3]:
        pair = visit.numbers((f"{group}_individuals", f"{group}_households"))
        if not pair or pair[1] <= 0 or pair[0] < pair[1]:
            continue
        size = pair[0] / pair[1]
        if not SMALLEST_HOUSEHOLD <= size <= LARGEST_HOUSEHOLD:
            yield f"{group}_individuals", pair[0], {"households": pair[1], "size": _tenths(size)}


def sex_sum_differs(visit: Visit) -> Iterator[Found]:
    """Find women and men that do not add up to the persons."""
    yield from _sum_differs(visit, ("idp_females", "idp_males"))


def age_sex_sum_differs(visit: Visit) -> Iterator[Found]:
    """Find age and sex groups that do not add up to the persons."""
    yield from _sum_differs(visit, BANDS)


def adults_children_sum_differs(visit: Visit) -> Iterator[Found]:
    """Find women, men and children that do not add up to the persons."""
    yield from _sum_differs(visit, ("idp_women", "idp_men", "idp_children"))


def arrivals_above_total(visit: Visit) -> Iterator[Found]:
    """Find more arrivals than there are persons or households in all."""
    for unit in ("individuals", "households"):
        pair = visit.numbers((f"arrivals_{unit}", f"idp_{unit}"))
        if pair and pair[0] > pair[1]:
            yield f"arrivals_{unit}", pair[0], {"total": pair[1]}


def site_missing(visit: Visit) -> Iterator[Found]:
    """Find visits that do not say which site was visited."""
    if not visit.values.get("site_id") and not visit.values.get("site_name"):
        yield "site_id", None, {}


def site_unknown(visit: Visit) -> Iterator[Found]:
    """Find visits to a site that is not in the list of sites."""
    code = visit.values.get("site_id")
    if code and visit.site is None and visit.site_is_looked_up:
        yield "site_id", code, {"site": str(code)}


def site_visited_twice(visit: Visit) -> Iterator[Found]:
    """Find two visits to one site on one day."""
    if visit.another_that_day:
        site = visit.values.get("site_name") or visit.values.get("site_id")
        yield "site_id", visit.values.get("site_id"), {"site": str(site), "day": visit.day()}


def site_closed(visit: Visit) -> Iterator[Found]:
    """Find persons counted at a site that the list of sites calls closed."""
    persons = visit.number("idp_individuals")
    if visit.site is not None and visit.site.status == "closed" and persons:
        yield "idp_individuals", persons, {"site": visit.site.name}


def date_missing(visit: Visit) -> Iterator[Found]:
    """Find visits without a date, where they belong to a round."""
    if visit.day() is None and visit.round_ is not None:
        yield "assessment_date", None, {}


def date_outside_round(visit: Visit) -> Iterator[Found]:
    """Find visits before the first or after the last day of their round."""
    day, turn = visit.day(), visit.round_
    if day is not None and turn is not None and not turn.starts_on <= day <= turn.ends_on:
        yield "assessment_date", day, {"first": turn.starts_on, "last": turn.ends_on}


def date_in_future(visit: Visit) -> Iterator[Found]:
    """Find visits dated after today."""
    day = visit.day()
    if day is not None and visit.today is not None and day > visit.today:
        yield "assessment_date", day, {"today": visit.today}


def too_many_priority_needs(visit: Visit) -> Iterator[Found]:
    """Find more than three priority needs."""
    for name in _NEEDS:
        needs = _codes(visit.values.get(name))
        if len(needs) > MOST_PRIORITY_NEEDS:
            yield name, needs, {"count": len(needs)}


def none_with_others(visit: Visit) -> Iterator[Found]:
    """Find "none" or "does not know" chosen together with a need."""
    for name in _NEEDS:
        needs = _codes(visit.values.get(name))
        if len(needs) > 1 and _ALONE.intersection(needs):
            yield name, needs, {}


def unknown_code(visit: Visit) -> Iterator[Found]:
    """Find answers that are not in the code list of their concept."""
    for name, value in visit.values.items():
        if value is not None and name in _CODES:
            for code in _codes(value):
                if code not in _CODES[name]:
                    yield name, code, {"code": code}


def answers_without_consent(visit: Visit) -> Iterator[Found]:
    """Find figures from an informant who did not agree to answer."""
    if visit.values.get("consent") != "no":
        return
    for name in ("idp_individuals", "idp_households"):
        if (number := visit.number(name)) is not None:
            yield name, number, {}
            return


def figures_without_access(visit: Visit) -> Iterator[Found]:
    """Find figures of a site that could not be reached."""
    number = visit.number("idp_individuals")
    if visit.values.get("access") == "no" and number is not None:
        yield "idp_individuals", number, {}


def far_from_site(visit: Visit) -> Iterator[Found]:
    """Find positions more than two kilometres from where the site is known to be."""
    point = visit.numbers(("latitude", "longitude"))
    site = visit.site
    if not point or site is None or site.latitude is None or site.longitude is None:
        return
    distance = kilometres(point[0], point[1], site.latitude, site.longitude)
    if distance > FAR_KM:
        yield "latitude", point[0], {"distance": _tenths(distance), "site": site.name}


def sudden_change(visit: Visit) -> Iterator[Found]:
    """Find a total that changed by more than 30 % and by more than 50 households since the last visit."""
    for unit, least in (("households", CHANGE_HOUSEHOLDS), ("individuals", CHANGE_PERSONS)):
        name = f"idp_{unit}"
        now = visit.number(name)
        before = as_number(visit.earlier[0].get(name)) if visit.earlier else None
        if now is None or before is None:
            continue
        if abs(now - before) > least and _ratio(now, before) > math.log(CHANGE_RATIO):
            yield name, now, {"before": before, "change": now - before}
        return


def unchanged_three_rounds(visit: Visit) -> Iterator[Found]:
    """Find totals that are the same to the digit in three visits running."""
    now = _totals(visit.values)
    earlier = [_totals(values) for values in visit.earlier[: UNCHANGED_ROUNDS - 1]]
    if (
        any(now)
        and None not in now
        and len(earlier) == UNCHANGED_ROUNDS - 1
        and all(then == now for then in earlier)
    ):
        yield "idp_individuals", now[0], {}


def coded_missing(visit: Visit) -> Iterator[Found]:
    """Find counts that are 88, 99, 888 or 999, which often stand for "not known"."""
    for name, number in _counts(visit):
        if number in CODED_MISSING:
            yield name, number, {}


def kilometres(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Give the great-circle distance of two points in kilometres (degrees, WGS 84; haversine formula)."""
    first, second = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = (
        math.sin((second - first) / 2) ** 2
        + math.cos(first) * math.cos(second) * math.sin(across / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _tenths(number: float) -> Label:
    written = f"{number:.1f}"
    return Label(written, written.replace(".", ","))


def _counts(visit: Visit) -> Iterator[tuple[str, float]]:
    for name, value in visit.values.items():
        number = as_number(value) if value is not None and name in _COUNTS else None
        if number is not None:
            yield name, number


def _sum_differs(visit: Visit, parts: Sequence[str]) -> Iterator[Found]:
    total, numbers = visit.number("idp_individuals"), visit.numbers(parts)
    if total is None or numbers is None:
        return
    found = sum(numbers)
    if abs(found - total) > 0.5:
        yield "idp_individuals", total, {"sum": found, "difference": found - total}


def _ratio(now: float, before: float) -> float:
    return abs(math.log(now / before)) if now > 0 and before > 0 else math.inf


def _totals(values: Mapping[str, object]) -> tuple[float | None, float | None]:
    return as_number(values.get("idp_individuals")), as_number(values.get("idp_households"))


def _codes(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(code) for code in value) if isinstance(value, list | tuple) else ()
