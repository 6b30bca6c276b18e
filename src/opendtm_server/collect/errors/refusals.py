"""What a phone is told when its request cannot be answered as it hoped."""

from django.utils.translation import gettext, gettext_noop, override

from opendtm.errors import OpenDTMError
from opendtm_server.collect.errors.roots import Refusal


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
    kept = False
    sentence = gettext_noop("This phone may not exchange forms with this house.")
    remedy = gettext_noop(
        "Ask the office for a new address for your phone. Your forms stay on the phone."
    )


class StoreFailed(Refusal):
    """The disk did not confirm that a file is safe."""

    code = "OD709"
    status = 503
    kept = False
    sentence = gettext_noop("The form could not be kept safely just now.")
    remedy = gettext_noop("It is still on the phone. Send it again later.")


class HouseUnavailable(Refusal):
    """The database does not answer."""

    code = "OD710"
    status = 503
    kept = False
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


class MethodRefused(Refusal):
    """The address is known, the method is none that it answers."""

    code = "OD715"
    status = 405
    kept = False
    sentence = gettext_noop("This address cannot be used in this way.")
    remedy = gettext_noop("Use an application that speaks OpenRosa, such as ODK Collect.")


class NotHere(Refusal):
    """A form, a manifest or a file that the phone asked for does not exist."""

    code = "OD714"
    status = 404
    sentence = gettext_noop("There is nothing at this address.")
    remedy = gettext_noop("Get the list of blank forms again.")


class BodyCutShort(Refusal):
    """The connection ended before the body was whole. Nothing of it is kept: the phone has all of it."""

    code = "OD760"
    kept = False
    sentence = gettext_noop("The connection was lost before the whole form had arrived.")
    remedy = gettext_noop("It is still on the phone. Send it again.")


class TooManyFiles(Refusal):
    """The multipart body has more parts than are read."""

    code = "OD761"
    sentence = gettext_noop("What was sent has more than {limit} parts.")
    remedy = gettext_noop(
        "It was kept for the office to look at. Send fewer pictures with one form."
    )


class PasswordNeeded(Refusal):
    """No name and password came with the request, or they are wrong. The answer challenges."""

    code = "OD763"
    status = 401
    kept = False
    sentence = gettext_noop("Name and password are needed, or they are wrong.")
    remedy = gettext_noop("Enter them again in the settings of the application, or ask the office.")


class DigestUnfit(Refusal):
    """A Digest lacks a directive, has one that this house does not know, or was made for another address."""

    code = "OD985"
    kept = False
    sentence = gettext_noop(
        "The application signs in by Digest in a way that is not understood here ({directive})."
    )
    remedy = gettext_noop(
        "Scan the code of your phone instead, or ask the office for its address with the key in it."
    )


class DigestStale(Refusal):
    """A Digest is right and older than it may be. The answer challenges again; applications repeat by themselves."""

    code = "OD986"
    status = 401
    kept = False
    sentence = gettext_noop("The application has to sign in again, as it does every few minutes.")
    remedy = gettext_noop("Your forms are still on the phone. Send them again.")


class DigestUnknown(Refusal):
    """No phone of that code can use Digest: it is a person's name, or a phone from before. Basic is asked for."""

    code = "OD987"
    status = 401
    kept = False
    sentence = gettext_noop("Nobody of this name can sign in by Digest here.")
    remedy = gettext_noop(
        "Digest needs the name of the phone and, as password, the key in its address. "
        "If both are right, ask the office for a new address."
    )


class TooManyTries(Refusal):
    """Name and password were wrong too often; minutes until they are looked at again."""

    code = "OD764"
    status = 429
    kept = False
    sentence = gettext_noop("Wrong name or password too often. Wait {minutes} minutes.")
    remedy = gettext_noop("Your forms are still on the phone.")


class ValueUnusable(Refusal):
    """The database cannot hold a value in what was sent."""

    code = "OD765"
    sentence = gettext_noop("The filled form holds a value that cannot be kept.")
    remedy = gettext_noop(
        "It was kept for the office to look at. Do not delete it from the phone yet."
    )
