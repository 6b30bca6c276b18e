"""Saying what the questions of somebody else's form measure, and placing what came before that was said."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from opendtm_server.collect import rules
from opendtm_server.collect.models import Form, Submission
from opendtm_server.collect.placement import place
from opendtm_server.collect.queries.submissions import observation_of
from opendtm_server.govern import audit


@transaction.atomic
def set_concepts(*, form: Form, concepts: Mapping[str, str], by: User) -> Form:
    """Say what questions of a form measure (path to concept) where the form does not say it itself.

    Submissions that had no site or no round get them where the answers now tell.
    """
    rules.check_manage(by, form.operation)
    form.concepts = dict(concepts)
    form.save(update_fields=["concepts"])
    placed = sum(_place(submission) for submission in _unplaced(form))
    audit.record(
        by.get_username(),
        "set_concepts",
        operation=form.operation.code,
        subject=form.form_id,
        details={"questions": len(form.concepts), "placed": placed},
    )
    return form


def _unplaced(form: Form) -> list[Submission]:
    sent = Submission.objects.filter(Q(site=None) | Q(round=None), form_version__form=form)
    return list(sent.select_related("operation", "form_version__form__operation"))


def _place(submission: Submission) -> bool:
    """Find site and round of a submission anew; tell whether that changed anything."""
    placed = vars(place(submission.form_version.form, observation_of(submission)))
    before = {name: getattr(submission, name) for name in placed}
    for name, value in placed.items():
        setattr(submission, name, value)
    submission.save(update_fields=list(placed))
    return before != placed
