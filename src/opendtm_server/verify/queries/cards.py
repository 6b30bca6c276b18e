"""Which record of a round speaks for a registered person's card, where the same card was read more than once.

A card is personal and leaves no table; here it is compared, and the instance IDs of records alone leave.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from opendtm.forms.observation import measured
from opendtm_server.collect import queries as collect
from opendtm_server.verify.queries.answers import corrected_values
from opendtm_server.verify.queries.reviews import counting_submissions

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round, Submission

CARD, DAY, CONSENT = "person_card_number", "assessment_date", "consent"
Read = tuple[str, date | None, str]  # the card, the day of the record, its instance ID


def outdated_by_card(round_: "Round") -> frozenset[str]:
    """Name the records of a round whose card stands in a newer one of it, by instance ID."""
    sent = counting_submissions(round_).prefetch_related("corrections")
    return outdated(_read(one) for one in sent)


def _read(submission: "Submission") -> Read:
    values = corrected_values(submission)
    card = "" if values.get(CONSENT) == "no" else _card(submission)
    return card, values.get(DAY) or submission.visited_on, submission.instance_id


def _card(submission: "Submission") -> str:
    """Read the card as it was sent; nothing where the form asks for none or it was left empty."""
    form = collect.definition_of(submission.form_version)
    answers = collect.answers_of(submission).answers
    told = (found for answer in answers for found in measured(answer, form, personal=True))
    return next((str(value) for name, value in told if name == CARD and value), "")


def outdated(read: Iterable[Read]) -> frozenset[str]:
    """Name the records whose card a newer one has; of the same day the last by instance ID speaks.

    A record without a card is never outdated: nobody can tell whose it is.
    """
    by_card: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for card, day, instance in read:
        if card.strip():
            by_card[card.strip()].append((day or date.min, instance))
    return frozenset(
        instance for records in by_card.values() for _, instance in sorted(records)[:-1]
    )
