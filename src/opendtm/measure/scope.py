"""What an indicator belongs to and what one row of its table is: component, record, kind, adding up."""

from collections.abc import Collection
from enum import StrEnum


class Component(StrEnum):
    """The part of displacement tracking that an indicator reports on."""

    MOBILITY_TRACKING = "mobility_tracking"
    FLOW_MONITORING = "flow_monitoring"
    REGISTRATION = "registration"
    SURVEYS = "surveys"
    RESPONSE = "response"


class Record(StrEnum):
    """What one row of the table is over which an indicator is computed.

    A `place` is known from its newest visit, which is carried forward for some rounds. All the others are
    records of a period: each is counted in the round in which it was made, and never again.
    """

    PLACE = "place"
    MOVEMENT = (
        "movement"  # people or animals seen moving together: a group at a point, a herd, an event
    )
    HOUSEHOLD = "household"  # a registered household
    PERSON = "person"  # a person registered in her or his own name
    INTERVIEW = "interview"  # one person or household interviewed
    ACTIVITY = "activity"  # a report of the response: an intervention, a distribution, a complaint
    ITEM = "item"  # one kind of goods in such a report


class Measured(StrEnum):
    """Whether an indicator counts what is there on a day, or what moved during a period."""

    STOCK = "stock"
    FLOW = "flow"


class OverPlaces(StrEnum):
    """How figures of several places become one."""

    SUM = "sum"
    MAX = "max"
    NONE = "none"  # never added up: computed anew at each level (ratios, shares, means, indices)


class OverTime(StrEnum):
    """How figures of several rounds become one."""

    LATEST = "latest"
    SUM = "sum"
    NONE = "none"


_MARKS = {
    Record.ITEM: ("item_kind",),
    Record.INTERVIEW: (
        "traveller_nationality",
        "move_plan",
        "return_date",
        "trust_army",
        "satisfaction",
    ),
    Record.MOVEMENT: (
        "flow_individuals",
        "movement_individuals",
        "animals_total",
        "herd_alert_kind",
    ),
    Record.HOUSEHOLD: ("registration_kind",),
    Record.PERSON: ("person_card_number",),
    Record.ACTIVITY: (
        "activity_status",
        "served_households",
        "feedback_kind",
        "referral_programme",
    ),
}


def record_of(concepts: Collection[str], *, passes: bool = False) -> Record:
    """Tell what one row of a form or table is, by the concepts that it asks for.

    `passes` asks for the rows of its repeats; without it the record that the submission itself is. What
    bears none of the marks is a visit to a place.
    """
    for record, marks in _MARKS.items():
        if (passes or record is not Record.ITEM) and not set(marks).isdisjoint(concepts):
            return record
    return Record.PLACE
