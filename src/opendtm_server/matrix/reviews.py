"""Which definitions of indicators a person of an operation has reviewed, and whether they are still those of today."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendtm import catalogue
from opendtm.i18n import day
from opendtm_server.govern.access import Reader
from opendtm_server.matrix import rules
from opendtm_server.matrix.models import DefinitionReview

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


class State(StrEnum):
    """Whether a definition was reviewed as it stands, only as it stood before, or never."""

    REVIEWED = "reviewed"
    CHANGED = "changed"
    UNREVIEWED = "unreviewed"


STATES: Mapping[State, Promise] = {
    State.REVIEWED: gettext_lazy("Definition reviewed"),
    State.CHANGED: gettext_lazy("Definition changed since its review"),
    State.UNREVIEWED: gettext_lazy("Definition not reviewed yet"),
}


@dataclass(frozen=True)
class Standing:
    """The reviews of one indicator that were not withdrawn, the oldest first."""

    indicator: str
    reviews: Sequence[DefinitionReview] = ()

    @property
    def current(self) -> list[DefinitionReview]:
        """Give the reviews of the definition as it stands."""
        now = catalogue.fingerprints()[self.indicator]
        return [each for each in self.reviews if each.definition_sha256 == now]

    @property
    def state(self) -> State:
        """Tell where the indicator stands."""
        if self.current:
            return State.REVIEWED
        return State.CHANGED if self.reviews else State.UNREVIEWED

    def words(self, lang: str) -> str:
        """Say who reviewed the definition and when, or that nobody has."""
        if not self.current:
            return str(STATES[self.state])
        return "; ".join(
            _("%(day)s, %(name)s")
            % {
                "day": day(timezone.localdate(each.signed_at), lang, short=True),
                "name": each.signed_by,
            }
            for each in self.current
        )


def standings(reader: Reader, operation: "Operation") -> Mapping[str, Standing]:
    """Give where every indicator that has reviews stands; PermissionDenied for who may not read figures."""
    rules.check_read(reader, operation)
    found = defaultdict[str, list[DefinitionReview]](list)
    for each in operation.definition_reviews.filter(withdrawn_at=None):
        found[each.indicator].append(each)
    known = catalogue.fingerprints()
    return {name: Standing(name, reviews) for name, reviews in found.items() if name in known}


def standing(operation: "Operation", indicator: str) -> Standing:
    """Give where one indicator stands, for a page that its reader may open."""
    reviews = operation.definition_reviews.filter(indicator=indicator, withdrawn_at=None)
    return Standing(indicator, list(reviews))
