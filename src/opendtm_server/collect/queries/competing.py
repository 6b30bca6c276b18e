"""What is read about competing edits: which there are, what a person chose, and whether somebody has to."""

from collections.abc import Sequence
from dataclasses import dataclass

from opendtm_server.collect.competing import Edit, Ranking, ranking
from opendtm_server.collect.models import EditChoice, Submission
from opendtm_server.collect.queries.submissions import submissions_of


@dataclass(frozen=True)
class Competition:
    """Edits among which one was or can be chosen, the one that counts first, and what was chosen, oldest first."""

    candidates: tuple[Submission, ...]
    choices: tuple[EditChoice, ...]

    @property
    def choice(self) -> EditChoice | None:
        """Give the choice that holds; None where nobody has chosen."""
        return _holding(self.choices)

    @property
    def decided(self) -> bool:
        """Tell whether somebody has chosen, and among all that there are now."""
        made = self.choice
        return made is not None and all(one.received_at <= made.at for one in self.candidates)


def competition_of(submission: Submission) -> Competition | None:
    """Give the edits that a submission competes with, itself among them; None where it does not."""
    if submission.competes_with_id is None:
        return None
    every = submissions_of(submission.operation).filter(competes_with=submission.competes_with_id)
    members = list(every.order_by("standing"))
    names = ranking_of(members).candidates
    return Competition(
        candidates=tuple(one for one in members if one.instance_id in names),
        choices=_choices(members),
    )


def ranking_of(members: Sequence[Submission]) -> Ranking:
    """Rank edits that hang together by what they say and what a person chose."""
    choice = _holding(_choices(members))
    edits = [Edit(one.instance_id, one.deprecated_id, one.visited_on) for one in members]
    return ranking(edits, chosen=choice.submission.instance_id if choice else None)


def _choices(members: Sequence[Submission]) -> tuple[EditChoice, ...]:
    made = EditChoice.objects.filter(submission__in=[one.pk for one in members])
    return tuple(made.select_related("submission").order_by("id"))


def _holding(choices: Sequence[EditChoice]) -> EditChoice | None:
    return next((one for one in reversed(choices) if one.undone_at is None), None)
