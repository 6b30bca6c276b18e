"""What can be wrong with a form or a submission, in words for the person who made or sent it (OD2xx, filling OD36x)."""

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
