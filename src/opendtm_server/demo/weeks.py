"""The information manager's weeks: check, decide, sign off, compute, release, round after round."""

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from django.db import transaction

from opendtm_server.collect import queries as collect
from opendtm_server.demo.operation import SetUp
from opendtm_server.demo.visits import Visit
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.verify import actions as verify
from opendtm_server.verify import queries as doubts

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round
    from opendtm_server.matrix.models import Run
    from opendtm_server.publish.models import Release
    from opendtm_server.verify.models import Finding

CONFIRMED = "Confirmed with the site's facilitator by telephone."
KNOWN = "Asked back: the answer is right as it was sent."


def rounds(set_up: SetUp) -> "list[Round]":
    """Give the rounds of the demonstration, oldest first."""
    return list(collect.rounds_of(set_up.operation).order_by("number"))


@transaction.atomic
def work_through(round_: "Round", set_up: SetUp, visits: Mapping[str, Visit]) -> "Run":
    """Check a round, decide every finding, sign it off and compute it."""
    verify.check_round(round_=round_, by=set_up.manager)
    _correct(round_, set_up, visits)
    verify.decide_findings(findings=_open(round_, set_up), reason=KNOWN, by=set_up.manager)
    verify.sign_off_round(round_=round_, by=set_up.manager)
    signed = collect.rounds_of(set_up.operation).get(pk=round_.pk)
    return run_matrix(signed, by=set_up.manager)


def _correct(round_: "Round", set_up: SetUp, visits: Mapping[str, Visit]) -> None:
    """Correct what the facilitators confirm as mistakes; what is right although it looks odd stays."""
    doubted = {finding.submission_id: finding.submission for finding in _open(round_, set_up)}
    for submission in doubted.values():
        held = doubts.corrected_values(submission)
        for concept, value in visits[submission.instance_id].truth.items():
            if held.get(concept) != value:
                verify.correct_answer(
                    submission=submission,
                    concept=concept,
                    new_value=value,
                    reason=CONFIRMED,
                    by=set_up.manager,
                )


def _open(round_: "Round", set_up: SetUp) -> "list[Finding]":
    wanted = doubts.Choice(state="open", round=round_.pk)
    found = doubts.findings_for(set_up.manager, set_up.operation)
    return list(doubts.chosen_findings(found, set_up.operation, wanted))


def release(run: "Run", set_up: SetUp, pool: Executor) -> "Release":
    """Release the Site Needs Report of a run, its files made in the pool's processes."""
    return release_site_needs(run, by=set_up.manager, pool=pool)
