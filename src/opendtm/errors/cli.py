"""What the command line says when a file cannot be opened or written."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class FileUnusable(InputProblem):
    """A file is absent, is a folder, or may not be read or written."""

    code = "OD601"
    sentence = mark("The file {name} cannot be used: {reason}.")
    remedy = mark("Check the name, the folder and your right to read or write there.")
