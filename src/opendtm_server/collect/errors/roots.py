"""The two kinds of problem of this room: one told to a phone, one told to somebody at a desk."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from opendtm_server.ui.problems import HouseProblem


class Refusal(HouseProblem):
    """A phone's request cannot be answered as it hoped.

    `status` is the answer's; `kept` says that what was sent goes into the quarantine.
    """

    code = "OD700"
    status: ClassVar[int] = 400
    kept: ClassVar[bool] = True
    sentence = gettext_noop("Something is wrong with what was sent.")


class Obstacle(HouseProblem):
    """Something at a desk cannot be done in the present state."""

    code = "OD720"
    sentence = gettext_noop("This cannot be done now.")
