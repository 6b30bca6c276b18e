"""What one row of a round's answers is: a visit to a place, a movement seen, or a report of the response."""

from typing import TYPE_CHECKING

from opendtm.measure.scope import Record, record_of
from opendtm_server.collect import queries as collect

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round

COMPUTED = frozenset({Record.PLACE, Record.MOVEMENT, Record.ACTIVITY})


def record_in(round_: "Round") -> Record:
    """Tell by the questions of its form what a round holds."""
    versions = round_.form.versions.values_list("pk", flat=True)
    asked = {
        question.concept
        for form in collect.definitions(versions)
        for question in form.questions
        if question.concept
    }
    return record_of(asked)
