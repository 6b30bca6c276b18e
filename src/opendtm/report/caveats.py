"""How the figures were made and how far they reach: the method and limits sentences of a report.

Every limit names the number of sites it touches, so that a reader can weigh it.
"""

from collections.abc import Sequence

from opendtm.i18n import Message
from opendtm.report.model import SiteRow
from opendtm.report.sentences import NOTHING, by_count, kilometres, share, whole


def method_of_rounds(carry_rounds: int) -> tuple[Message, ...]:
    """Describe the method of an operation with a list of known sites and rounds of visits."""
    return (
        Message(
            "Facilitators visit the known sites in every round and ask key informants. "
            "Figures are estimates agreed on the spot, not registrations."
        ),
        Message(
            "A site without a visit in this round keeps the figure of its last visit, marked as carried "
            "forward, for at most {n} rounds; after that its figure is unknown and left out of the totals.",
            {"n": carry_rounds},
        ),
        Message(
            "Needs are rated by key informants on four levels: none, some, serious, critical. "
            "A site counts as in need from the level serious."
        ),
        Message(
            "A change between rounds is taken apart into change in sites seen both times, newly covered "
            "sites, closed sites, lost access and corrections."
        ),
    )


def method_of_files() -> tuple[Message, ...]:
    """Describe the method where a report is made from files alone."""
    return (
        Message(
            "Figures are those of the source files, added up; nothing was estimated or filled in."
        ),
        Message(
            "Rows of the same place are added up; earlier rounds and rows with totals are left out."
        ),
    )


def needs_from_priorities() -> Message:
    """Say how needs were read where the source has priorities instead of levels."""
    return Message(
        "The source names up to three priority needs a site, not levels. A named sector is shown as "
        "serious need, a sector not named as unknown."
    )


def carried(*, n_sites: int, people: float, total: float) -> Message:
    """Say how much of the total repeats an earlier round."""
    values = {"n": n_sites, "people": whole(people), "share": share(people, total)}
    return by_count(
        n_sites,
        none=Message("No figure is carried forward from an earlier round."),
        one=Message(
            "One place repeats the figure of an earlier round: {people} IDPs, {share} of the total.",
            values,
        ),
        many=Message(
            "{n} places repeat the figure of an earlier round: {people} IDPs, {share} of the total.",
            values,
        ),
    )


def carried_withheld(n_sites: int) -> Message:
    """Say that some places repeat an earlier round, where the number of persons is withheld."""
    return by_count(
        n_sites,
        none=Message("No figure is carried forward from an earlier round."),
        one=Message("One place repeats the figure of an earlier round."),
        many=Message("{n} places repeat the figure of an earlier round.", {"n": n_sites}),
    )


def key_informants() -> Message:
    """Say what key informants' ratings are good for."""
    return Message(
        "Needs are the judgement of key informants, not a measurement: they show where to look first, "
        "and small differences between places mean little."
    )


def unknown_population(n_sites: int) -> Message:
    """Say that some places are missing from the totals."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message("The number of IDPs is unknown in one place, so the totals are a minimum."),
        many=Message(
            "The number of IDPs is unknown in {n} places, so the totals are a minimum.",
            {"n": n_sites},
        ),
    )


def unknown_needs(n_sites: int) -> Message:
    """Say that unknown needs are not the same as no needs."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message(
            "At least one need is unknown in one place; unknown is not counted as no need."
        ),
        many=Message(
            "At least one need is unknown in {n} places; unknown is not counted as no need.",
            {"n": n_sites},
        ),
    )


def derived(n_sites: int) -> Message:
    """Say that some figures were computed from another by a factor."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message("In one place a figure was derived from another answer by a stated factor."),
        many=Message(
            "In {n} places a figure was derived from another answer by a stated factor.",
            {"n": n_sites},
        ),
    )


def other_method() -> Message:
    """Say that the round before was counted by another method, so that its difference is not movement."""
    return Message(
        "Most IDPs of this round were counted by another method than in the round before; the difference "
        "between the two is not movement."
    )


def uneven_households(n_sites: int) -> Message:
    """Say that individuals and households do not come from the same places."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message(
            "One place reports individuals or households but not both, so the two totals do not cover "
            "the same places and their ratio is not a household size."
        ),
        many=Message(
            "{n} places report individuals or households but not both, so the two totals do not cover "
            "the same places and their ratio is not a household size.",
            {"n": n_sites},
        ),
    )


def without_position(n_sites: int) -> Message:
    """Say that some places cannot be drawn."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message("One place has no usable position and is not on the map."),
        many=Message("{n} places have no usable position and are not on the map.", {"n": n_sites}),
    )


def of_positions(sites: Sequence[SiteRow]) -> tuple[Message, ...]:
    """Say of the sites of a product which positions are not where the sites are; nothing where all are."""
    moved = [row.moved_up_to for row in sites if row.moved_up_to is not None]
    said = (
        displaced(len(moved), up_to=max(moved, default=0.0)),
        area_alone(sum(row.position_kind == "area" for row in sites)),
    )
    return tuple(message for message in said if message.sentence)


def displaced(n_sites: int, *, up_to: float) -> Message:
    """Say that positions are not where the sites are; `up_to` in metres."""
    values = {"n": n_sites, "km": kilometres(up_to)}
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message(
            "The position of one site is displaced by up to {km} km, inside its area and always in the "
            "same way, so that nobody is led to the people there.",
            values,
        ),
        many=Message(
            "Positions of {n} sites are displaced by up to {km} km, inside their area and always in the "
            "same way, so that nobody is led to the people there.",
            values,
        ),
    )


def displaced_by_up_to(metres: float) -> Message:
    """Say it in a few words, for the key of a map."""
    return Message("Positions displaced by up to {km} km", {"km": kilometres(metres)})


def one_displaced_by_up_to(metres: float) -> Message:
    """Say it of one site."""
    return Message("Position displaced by up to {km} km", {"km": kilometres(metres)})


def area_alone(n_sites: int) -> Message:
    """Say that some sites have no coordinates in this product."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message(
            "One site is shown by its area alone: the tables give no coordinates, and on the map it stands "
            "anywhere inside its area."
        ),
        many=Message(
            "{n} sites are shown by their area alone: the tables give no coordinates, and on the map they "
            "stand anywhere inside their area.",
            {"n": n_sites},
        ),
    )


def without_visit_date(n_sites: int) -> Message:
    """Say that the source does not date some figures."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message("The source does not say when one place was assessed."),
        many=Message("The source does not say when {n} places were assessed.", {"n": n_sites}),
    )


def without_identifier(n_sites: int) -> Message:
    """Say that some places have no identifier in the source."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message(
            "One place has no identifier in the source; it carries one made from its name and area, "
            "beginning with “name:”."
        ),
        many=Message(
            "{n} places have no identifier in the source; they carry one made from their name and area, "
            "beginning with “name:”.",
            {"n": n_sites},
        ),
    )


def unanswered_priorities(n_sites: int) -> Message:
    """Say how many places name no priority at all."""
    return by_count(
        n_sites,
        none=NOTHING,
        one=Message("One place gives no priority needs; nothing is known about them there."),
        many=Message(
            "{n} places give no priority needs; nothing is known about them there.", {"n": n_sites}
        ),
    )


def uneven_sum(*, listed: float, total: float) -> Message:
    """Say that the places listed do not add up to the total that the source states."""
    return Message(
        "The places listed add up to {listed} IDPs; the source states a total of {total}, which stands "
        "in the headline.",
        {"listed": whole(listed), "total": whole(total)},
    )


def undated() -> Message:
    """Say that the dates on the page are not those of the data."""
    return Message(
        "The source does not say when the data were collected: the date shown is that of making this report."
    )
