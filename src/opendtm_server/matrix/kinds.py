"""What one row of a round's answers is: a visit, a movement seen, a report, an interview, a registered household."""

from typing import TYPE_CHECKING

from opendtm.measure.scope import Record, record_of
from opendtm_server.collect import queries as collect

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round

VISITS = (
    "mobility"  # under which the partitions of visits are filed; other records under their own name
)


def record_in(round_: "Round") -> Record:
    """Tell by the questions of its form what a round holds."""
    return record_of({concept for concept, _ in _asked(round_)})


def asked_once(round_: "Round") -> frozenset[str]:
    """Name the concepts that a round's form asks once a submission, outside its repeats."""
    return frozenset(concept for concept, repeats in _asked(round_) if not repeats)


def _asked(round_: "Round") -> set[tuple[str, tuple[str, ...]]]:
    versions = round_.form.versions.values_list("pk", flat=True)
    return {
        (question.concept, question.repeats)
        for form in collect.definitions(versions)
        for question in form.questions
        if question.concept
    }
