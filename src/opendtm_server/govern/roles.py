"""The roles of an operation, written so that a head of mission can read them.

Each role is a class: its name, what it is for, and what it may do. Rules elsewhere ask
`may(user, Permission.X, operation)` and never look at a role's name.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class Permission(StrEnum):
    """One thing that a role allows."""

    READ_PUBLIC = "read_public"
    READ_FIGURES = "read_figures"
    READ_SUBMISSIONS = "read_submissions"
    COLLECT = "collect"
    MANAGE_COLLECTION = "manage_collection"
    MANAGE_PLACES = "manage_places"
    REVIEW = "review"
    CORRECT = "correct"
    SIGN_OFF = "sign_off"
    RUN_MATRIX = "run_matrix"
    PUBLISH = "publish"
    GOVERN = "govern"


class Role(models.TextChoices):
    """The names of the roles as stored."""

    HEAD_OF_MISSION = "head_of_mission", _("Head of mission")
    INFORMATION_MANAGER = "information_manager", _("Information manager")
    FIELD_COORDINATOR = "field_coordinator", _("Field coordinator")
    SITE_FACILITATOR = "site_facilitator", _("Site facilitator")
    CLUSTER_VIEWER = "cluster_viewer", _("Cluster viewer")
    PUBLIC = "public", _("Public")


PERMISSION_WORDS = {
    Permission.READ_PUBLIC: _("Read what has been published"),
    Permission.READ_FIGURES: _("Read figures of signed-off rounds, down to sites"),
    Permission.READ_SUBMISSIONS: _("Read what facilitators sent"),
    Permission.COLLECT: _("Visit sites and send what was found"),
    Permission.MANAGE_COLLECTION: _("Publish forms, open rounds, hand out phones"),
    Permission.MANAGE_PLACES: _("Keep the lists of areas and sites"),
    Permission.REVIEW: _("Review submissions and decide findings"),
    Permission.CORRECT: _("Correct an answer, with a reason, beside what was sent"),
    Permission.SIGN_OFF: _("Sign off a round"),
    Permission.RUN_MATRIX: _("Compute figures"),
    Permission.PUBLISH: _("Publish a release"),
    Permission.GOVERN: _("Decide who holds which role; read the audit log"),
}

P = Permission


class RoleDescription:
    """What every role states."""

    role: ClassVar[Role]
    purpose: "ClassVar[StrOrPromise]"
    allows: ClassVar[frozenset[Permission]]


class Public(RoleDescription):
    """Anybody: reads what has been published, nothing else."""

    role = Role.PUBLIC
    purpose = _("Anybody: reads what has been published, nothing else.")
    allows = frozenset({P.READ_PUBLIC})


class ClusterViewer(RoleDescription):
    """A cluster's coordinator: reads figures of signed-off rounds, down to sites, without submissions."""

    role = Role.CLUSTER_VIEWER
    purpose = _(
        "A cluster's coordinator: reads figures of signed-off rounds, down to sites, without submissions."
    )
    allows = Public.allows | {P.READ_FIGURES}


class SiteFacilitator(RoleDescription):
    """Visits sites and sends what was found; sees the own submissions on the phone."""

    role = Role.SITE_FACILITATOR
    purpose = _("Visits sites and sends what was found; sees the own submissions on the phone.")
    allows = Public.allows | {P.COLLECT}


class FieldCoordinator(RoleDescription):
    """Leads facilitators: follows coverage, reads submissions, reviews and corrects them."""

    role = Role.FIELD_COORDINATOR
    purpose = _(
        "Leads facilitators: follows coverage, reads submissions, reviews and corrects them."
    )
    allows = ClusterViewer.allows | {
        P.COLLECT,
        P.READ_SUBMISSIONS,
        P.REVIEW,
        P.CORRECT,
        P.MANAGE_PLACES,
    }


class InformationManager(RoleDescription):
    """Runs the operation's data from form to release."""

    role = Role.INFORMATION_MANAGER
    purpose = _("Runs the operation's data from form to release.")
    allows = FieldCoordinator.allows | {P.MANAGE_COLLECTION, P.SIGN_OFF, P.RUN_MATRIX, P.PUBLISH}


class HeadOfMission(RoleDescription):
    """Answers for the operation: everything, and who holds which role."""

    role = Role.HEAD_OF_MISSION
    purpose = _("Answers for the operation: everything, and who holds which role.")
    allows = InformationManager.allows | {P.GOVERN}


DESCRIPTIONS: dict[str, type[RoleDescription]] = {
    description.role.value: description
    for description in (
        HeadOfMission,
        InformationManager,
        FieldCoordinator,
        SiteFacilitator,
        ClusterViewer,
        Public,
    )
}
