"""Who may compute and read figures, and in which state of a round."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opendtm.measure.scope import Record
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.matrix.kinds import asked_once, record_in
from opendtm_server.matrix.problems import (
    DesignUnfit,
    NotInterviews,
    RoundNotSignedOff,
    SampleNotDeclared,
)
from opendtm_server.matrix.sample import LEAST, Sample, offered_codes, offered_numbers

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round
    from opendtm_server.govern.models import Operation
    from opendtm_server.matrix.models import DefinitionReview


def check_run(user: Reader, round_: "Round", record: Record, sample: Sample | None) -> None:
    """Raise PermissionDenied, RoundNotSignedOff or SampleNotDeclared unless `user` may compute the figures now.

    `record` is what the round holds, `sample` the declared design of its interviews.
    """
    check_may(user, Permission.RUN_MATRIX, round_.operation)
    if round_.signed_off_at is None:
        raise RoundNotSignedOff(number=round_.number)
    if record is Record.INTERVIEW and sample is None:
        raise SampleNotDeclared(number=round_.number)


def check_declare(user: Reader, round_: "Round") -> None:
    """Raise PermissionDenied or NotInterviews unless `user` may say how a round's interviews were chosen."""
    check_may(user, Permission.RUN_MATRIX, round_.operation)
    if record_in(round_) is not Record.INTERVIEW:
        raise NotInterviews(number=round_.number)


def check_review(user: Reader, operation: "Operation") -> None:
    """Raise PermissionDenied unless `user` may sign definitions of indicators for the operation."""
    check_may(user, Permission.RUN_MATRIX, operation)


def check_withdraw(user: Reader, review: "DefinitionReview") -> None:
    """Raise PermissionDenied unless `user` signed the review, or decides who holds which role."""
    if review.signed_by != user.get_username():
        check_may(user, Permission.GOVERN, review.operation)


def check_sample(sample: Sample, round_: "Round") -> None:
    """Raise DesignUnfit where the parts of a design contradict each other or the round's form."""
    asked = asked_once(round_)
    unknown = {sample.strata, *sample.clusters} - {"", *offered_codes(asked)}
    unknown |= {sample.weights, *sample.finite} - {"", *offered_numbers(asked)}
    if unknown:
        raise DesignUnfit(
            reason=_("the form does not ask %(names)s") % {"names": ", ".join(sorted(unknown))}
        )
    if len(set(sample.columns())) < len(sample.columns()):
        raise DesignUnfit(reason=_("one question stands in two places"))
    if len(sample.finite) > len(sample.clusters) + 1:
        raise DesignUnfit(reason=_("there are more sizes of populations than stages"))
    if sample.columns() and not sample.drawn:
        raise DesignUnfit(reason=_("what chance did not choose has neither strata nor weights"))
    if sample.least < LEAST:
        raise DesignUnfit(
            reason=_("fewer than %(least)s interviews are always withheld") % {"least": LEAST}
        )


def check_read(user: Reader, operation: "Operation") -> None:
    """Raise PermissionDenied unless `user` may read the operation's figures."""
    check_may(user, Permission.READ_FIGURES, operation)
