"""What can go wrong when something is sent or a form, a round, a device is set up, in words for a person.

A `Refusal` answers a phone: it has an HTTP status and a sentence for the enumerator, in English and French.
An `Obstacle` answers somebody at a desk. Sentences are translated by Django's catalogues.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext, gettext_noop, override

from opendtm.errors import OpenDTMError
from opendtm.errors.base import every_error
from opendtm_server.ui.problems import HouseProblem


class Refusal(HouseProblem):
    """A phone's request cannot be answered as it hoped. What it sent is kept where it can be."""

    code = "OD700"
    status: ClassVar[int] = 400
    sentence = gettext_noop("Something is wrong with what was sent.")


class BodyMalformed(Refusal):
    """The request is not a readable multipart body."""

    code = "OD701"
    sentence = gettext_noop(
        "The form arrived damaged and could not be read. It was kept for the office to look at."
    )
    remedy = gettext_noop("Send it again from a place with a better connection.")


class SubmissionPartMissing(Refusal):
    """The multipart body has no part `xml_submission_file`."""

    code = "OD702"
    sentence = gettext_noop("Nothing that could be a filled form was found in what was sent.")
    remedy = gettext_noop(
        "Send again with an application that speaks OpenRosa, such as ODK Collect."
    )


class SubmissionUnreadable(Refusal):
    """The XML cannot be read as a submission; `problem` is the workshop's error with the reason."""

    code = "OD703"
    sentence = gettext_noop("The filled form could not be read: {problem}")
    remedy = gettext_noop(
        "It was kept for the office to look at. Do not delete it from the phone yet."
    )

    def text(self, lang: str) -> str:
        """Say what is wrong, in `lang`, with the workshop's reason in the same language."""
        problem = self.details["problem"]
        words = problem.text(lang) if isinstance(problem, OpenDTMError) else str(problem)
        with override(lang):
            return gettext(self.sentence).format(problem=words)


class FormUnknown(Refusal):
    """No form of that ID is published in the operation."""

    code = "OD704"
    status = 404
    sentence = gettext_noop("This house does not know the form “{form_id}”.")
    remedy = gettext_noop(
        "Check that the phone is set up for the right operation, then get the blank forms again."
    )


class VersionUnknown(Refusal):
    """The form is known, the version is not."""

    code = "OD705"
    status = 404
    sentence = gettext_noop("Version “{version}” of the form “{form_id}” was never published here.")
    remedy = gettext_noop(
        "Get the blank forms again. What you sent was kept for the office to look at."
    )


class TooLarge(Refusal):
    """The body is over the limit, in megabytes."""

    code = "OD706"
    status = 413
    sentence = gettext_noop("What was sent is larger than {limit} MB.")
    remedy = gettext_noop("Set the phone to send smaller pictures, then send again.")


class InstanceConflict(Refusal):
    """The same instance ID came before with other content."""

    code = "OD707"
    status = 409
    sentence = gettext_noop(
        "A different form with the same number ({instance_id}) was received before."
    )
    remedy = gettext_noop("Both were kept. Tell the office; do not delete it from the phone yet.")


class DeviceRefused(Refusal):
    """The address holds no token that is valid now; unknown and revoked are not told apart."""

    code = "OD708"
    status = 403
    sentence = gettext_noop("This phone may not exchange forms with this house.")
    remedy = gettext_noop(
        "Ask the office for a new address for your phone. Your forms stay on the phone."
    )


class StoreFailed(Refusal):
    """The disk did not confirm that a file is safe."""

    code = "OD709"
    status = 503
    sentence = gettext_noop("The form could not be kept safely just now.")
    remedy = gettext_noop("It is still on the phone. Send it again later.")


class HouseUnavailable(Refusal):
    """The database does not answer."""

    code = "OD710"
    status = 503
    sentence = gettext_noop("The house cannot take forms just now.")
    remedy = gettext_noop("Your forms are still on the phone. Send them again later.")


class NameUnusable(Refusal):
    """An identifier or a file name is longer than this house can keep."""

    code = "OD711"
    sentence = gettext_noop(
        "A name in what was sent is too long ({length} characters, at most {limit})."
    )
    remedy = gettext_noop(
        "It was kept for the office to look at. Do not delete it from the phone yet."
    )


class InstanceIDMissing(Refusal):
    """The submission carries no `meta/instanceID`."""

    code = "OD712"
    sentence = gettext_noop(
        "The filled form carries no number of its own (instanceID), so a repeat could not be told."
    )
    remedy = gettext_noop(
        "It was kept for the office to look at. The form needs a “meta” group with an instanceID."
    )


class AttachmentDiffers(Refusal):
    """A file of that name came before with other bytes. Not a refusal: the new bytes are quarantined."""

    code = "OD713"
    sentence = gettext_noop(
        "Another file named “{filename}” had come with this form; the first one holds."
    )


class NotHere(Refusal):
    """A form, a manifest or a file that the phone asked for does not exist."""

    code = "OD714"
    status = 404
    sentence = gettext_noop("There is nothing at this address.")
    remedy = gettext_noop("Get the list of blank forms again.")


class Obstacle(HouseProblem):
    """Something at a desk cannot be done in the present state."""

    code = "OD720"
    sentence = gettext_noop("This cannot be done now.")


class FormHasProblems(Obstacle):
    """The questionnaire cannot be published as it is; `findings` of the check say why."""

    code = "OD721"
    sentence = gettext_noop("The form cannot be published: {count} problems must be mended first.")


class VersionExists(Obstacle):
    """That version of the form was published before."""

    code = "OD722"
    sentence = gettext_noop("Version “{version}” of the form “{form_id}” is already published.")
    remedy = gettext_noop("Give the form a new version in its settings sheet, then publish again.")


class RoundOverlaps(Obstacle):
    """Another round of the form covers some of the days."""

    code = "OD723"
    sentence = gettext_noop(
        "Round {number} already covers some of these days ({starts_on} to {ends_on})."
    )
    remedy = gettext_noop("Choose days that no other round of this form covers.")


class RoundIsClosed(Obstacle):
    """The round has been signed off."""

    code = "OD724"
    sentence = gettext_noop("Round {number} has been signed off.")
    remedy = gettext_noop("Reopen the round first; its figures will be computed anew.")


class ReasonMissing(Obstacle):
    """A decision needs a reason."""

    code = "OD725"
    sentence = gettext_noop("A reason is needed.")


class CodeTaken(Obstacle):
    """Another phone of the operation has that code."""

    code = "OD726"
    sentence = gettext_noop("Another phone already has the code “{device}”.")


class DaysReversed(Obstacle):
    """The last day is before the first."""

    code = "OD727"
    sentence = gettext_noop("The last day of a round cannot be before its first.")


class AlreadyDecided(Obstacle):
    """Somebody has decided this already."""

    code = "OD728"
    sentence = gettext_noop("This was decided before, by {by}.")


def stored_details(error: OpenDTMError) -> dict[str, Any]:
    """Give the values in an error's sentence as JSON, so that it can be said again in another language."""
    return {name: _stored(value) for name, value in error.details.items()}


def sentence_of(code: str, details: Mapping[str, Any], lang: str, *, otherwise: str) -> str:
    """Say again, in `lang`, what a stored error said; `otherwise` where its code is no longer known."""
    error = _restored(code, details)
    return error.text(lang) if error else otherwise


def _stored(value: object) -> Any:
    if isinstance(value, OpenDTMError):
        return {"code": value.code, "details": stored_details(value)}
    return value if isinstance(value, int | float) else str(value)[:300]


def _restored(code: str, details: Mapping[str, Any]) -> OpenDTMError | None:
    values: dict[str, Any] = {
        name: _restored(value["code"], value["details"]) if isinstance(value, dict) else value
        for name, value in details.items()
    }
    kind = next((kind for kind in every_error() if kind.code == code), None)
    try:
        return kind(**values) if kind else None
    except KeyError:
        return None
