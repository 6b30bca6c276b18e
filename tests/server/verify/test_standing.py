"""What a round still owes: counted by the database as one would count by hand."""

from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.server import factories

from opendtm_server.collect.models import Round, Submission
from opendtm_server.verify import queries

pytestmark = pytest.mark.django_db
REVIEWS = ("received", "approved", "has_issues", "rejected")
FINDINGS = (("hard", "open"), ("soft", "open"), ("note", "open"), ("hard", "accepted"))
NUMBERS = count()
visits = st.lists(
    st.tuples(
        st.lists(st.sampled_from(REVIEWS[1:]), max_size=2),
        st.lists(st.sampled_from(FINDINGS), max_size=3),
        st.one_of(st.none(), st.integers(0, 5)),
        st.booleans(),
    ),
    max_size=6,
)


def _made(round_: Round, facts: Any) -> list[Submission]:
    """Make the visits of a round: their reviews in order, findings, which one each replaces, checked or not."""
    names = [f"uuid:{next(NUMBERS)}" for _ in facts]
    made = []
    for name, (reviews, findings, replaces, unchecked) in zip(names, facts, strict=True):
        old = names[replaces] if replaces is not None and replaces < len(names) else ""
        one = factories.SubmissionFactory.create(
            operation=round_.operation,
            round=round_,
            instance_id=name,
            deprecated_id=old,
            unchecked=unchecked,
        )
        for state in reviews:
            factories.ReviewFactory.create(submission=one, state=state)
        for number, (severity, state) in enumerate(findings):
            factories.FindingFactory.create(
                submission=one, severity=severity, state=state, subject=str(number)
            )
        made.append(one)
    return made


@settings(deadline=None, max_examples=40)
@given(visits)
def test_a_round_owes_what_counting_by_hand_says(facts: Any) -> None:
    round_ = factories.RoundFactory.create()
    elsewhere = factories.RoundFactory.create(
        operation=round_.operation, form=round_.form, number=round_.number + 1
    )
    made = _made(round_, facts)
    _made(elsewhere, [([], [("hard", "open")], None, True)])
    review = {
        one.instance_id: (reviews or ["received"])[-1]
        for one, (reviews, *_) in zip(made, facts, strict=True)
    }
    replaced = {
        one.deprecated_id
        for one in made
        if one.deprecated_id != one.instance_id and review[one.instance_id] != "rejected"
    }
    counting = [
        (one, findings)
        for one, (_, findings, _, _) in zip(made, facts, strict=True)
        if review[one.instance_id] != "rejected" and one.instance_id not in replaced
    ]
    still_open = [severity for _, found in counting for severity, state in found if state == "open"]

    standing = queries.standing_of(round_)

    assert standing == queries.Standing(
        submissions=len(counting),
        hard=still_open.count("hard"),
        soft=len(still_open) - still_open.count("hard"),
        issues=sum(review[one.instance_id] == "has_issues" for one, _ in counting),
        unreviewed=list(review.values()).count("received"),
        waiting=sum(unchecked for *_, unchecked in facts),
        late=0,
    )
