"""What can be wrong with a form or a submission, in words for the person who made or sent it.

OD2xx; filling OD36x; opening an encrypted submission OD716 to OD719, OD766 and OD767.
"""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class FormUnreadable(InputProblem):
    """The file is no workbook, CSV or table that could hold an XLSForm."""

    code = "OD201"
    sentence = mark("This file cannot be read as an XLSForm: {cause}")
    remedy = mark(
        "Save the form again as an Excel workbook (.xlsx) with the sheets “survey”, “choices” and “settings”."
    )


class FormArchiveUnsafe(InputProblem):
    """A workbook that would unpack to far more than any real form."""

    code = "OD202"
    sentence = mark("This workbook is not opened: {cause}")
    remedy = mark(
        "Copy the sheets “survey”, “choices” and “settings” into a new workbook, delete empty formatted rows, "
        "and save it again."
    )


class FormNotConverted(InputProblem):
    """The converter refuses the form; `cause` says why and `advice` what to do."""

    code = "OD203"
    sentence = mark("The form cannot be converted: {cause}")
    remedy = "{advice}"


class XmlRefused(InputProblem):
    """XML from outside that breaks a limit or is not well formed."""

    code = "OD210"
    sentence = mark("This XML is refused: {cause}")
    remedy = mark(
        "Send it again from the collection app; if it is refused again, keep the file and tell the information manager."
    )


class NotAnXForm(InputProblem):
    """Well-formed XML that is no XForm."""

    code = "OD211"
    sentence = mark("This is not an XForm: {cause}")
    remedy = mark(
        "Give the file that “opendtm form convert” makes, or the form as the collection server offers it."
    )


class NotASubmission(InputProblem):
    """Well-formed XML that is no submission of a form."""

    code = "OD212"
    sentence = mark("This is not a submission of a form: {cause}")
    remedy = mark("Send a finished form from the collection app.")


class SubmissionEncrypted(InputProblem):
    """The answers are encrypted with the form's key."""

    code = "OD213"
    sentence = mark("The answers of this submission of the form {form} are encrypted.")
    remedy = mark("Decrypt it with the private key of the form, then give the decrypted file.")


class SubmissionOfOtherForm(InputProblem):
    """The submission names another form than the one it is read with."""

    code = "OD214"
    sentence = mark("This submission belongs to the form {found}, not to {expected}.")
    remedy = mark("Read it with the form that it was filled in with.")


class ExpressionUnreadable(InputProblem):
    """An expression of the form that the filler cannot read: a fault in it, or a function it does not have."""

    code = "OD360"
    sentence = mark("The expression “{expression}” cannot be evaluated: {cause}")
    remedy = mark("Correct the expression, or use functions that the manual's page on forms names.")


class NoAnswerFits(InputProblem):
    """A question that must be answered and that no answer fits, however often the form is begun again."""

    code = "OD361"
    sentence = mark("No answer was found that the question “{question}” accepts.")
    remedy = mark(
        "Look at its constraint and at the lists beside the form: perhaps no answer can fit both."
    )


class ListMissing(InputProblem):
    """A list beside the form that was not given."""

    code = "OD362"
    sentence = mark("The form takes choices from the file “{file}”, which was not given.")
    remedy = mark("Give the file with the columns name, label and those that choice filters use.")


class ConceptLineUnfit(InputProblem):
    """A line that should say what a question measures names no question, or no concept."""

    code = "OD772"
    sentence = mark("Line {number} does not say what a question measures: “{line}”.")
    remedy = mark(
        "Write the question's path or name, a colon and a concept of the data dictionary, as in “/visit/site: site_id”."
    )


class KeyUnreadable(InputProblem):
    """The file given as a private key is none that can be read."""

    code = "OD716"
    sentence = mark("This file is not an RSA private key that can be read.")
    remedy = mark(
        "Choose the private key that belongs to the form: a PEM file, or a DER file in the form PKCS8."
    )


class PassphraseWrong(InputProblem):
    """The private key is protected, and what was given does not open it."""

    code = "OD717"
    sentence = mark("This private key is protected, and the passphrase is missing or wrong.")
    remedy = mark("Enter the passphrase with which the key was made.")


class KeyDoesNotFit(InputProblem):
    """The private key is not the one of the public key that the phone encrypted with."""

    code = "OD718"
    sentence = mark("This private key does not open this submission: it belongs to another form.")
    remedy = mark("Choose the private key that was made together with the public key of this form.")


class FileDamaged(InputProblem):
    """An encrypted file does not give what the phone put into it."""

    code = "OD719"
    sentence = mark("The file “{filename}” is damaged and cannot be decrypted.")
    remedy = mark("If the form is still on the phone, have it sent again; keep what is here.")


class EncryptedAnswersMissing(InputProblem):
    """The file that holds the answers has not come."""

    code = "OD766"
    sentence = mark("The file “{filename}”, which holds the answers, has not arrived.")
    remedy = mark("Have the phone send the rest of the form, then open it again.")


class ManifestUnusable(InputProblem):
    """The outer document does not say what is needed to decrypt."""

    code = "OD767"
    sentence = mark("The submission does not say how it was encrypted: “{name}” is missing in it.")
    remedy = mark("Keep the file and tell the information manager.")
