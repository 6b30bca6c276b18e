"""What can be wrong with a spreadsheet, or with the mapping file that says how to read it."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class FileNotReadable(InputProblem):
    """The file is absent, is a folder, or may not be read."""

    code = "OD101"
    sentence = mark("The file cannot be opened: {reason}.")
    remedy = mark("Check the name, the folder and your right to read it.")


class EmptyFile(InputProblem):
    """The file holds no row at all."""

    code = "OD102"
    sentence = mark("The file is empty.")
    remedy = mark("Export the table again; the download or the export was probably cut off.")


class NotATable(InputProblem):
    """The content is neither delimited text nor an Excel workbook, whatever the name ends in."""

    code = "OD103"
    sentence = mark("This is not a table: the content looks like {kind}.")
    remedy = mark("Save the table as CSV or as an Excel workbook (.xlsx) and try again.")


class EncryptedWorkbook(InputProblem):
    """The workbook is protected by a password."""

    code = "OD104"
    sentence = mark("The workbook is protected by a password.")
    remedy = mark("Open it in the spreadsheet program, remove the password, save it and try again.")


class CorruptWorkbook(InputProblem):
    """The workbook is damaged and cannot be opened."""

    code = "OD105"
    sentence = mark("The workbook is damaged: {reason}.")
    remedy = mark(
        "Download or export it again, or open it in the spreadsheet program and save it anew."
    )


class WorkbookTooLarge(InputProblem):
    """The archive unpacks to more than is reasonable; it was not opened."""

    code = "OD106"
    sentence = mark("The archive was not opened: {reason}.")
    remedy = mark("Save the one sheet that is needed as CSV and try again.")


class NothingRecognised(InputProblem):
    """No column says what it measures in words that are known."""

    code = "OD107"
    sentence = mark("No column of the file could be recognised.")
    remedy = mark(
        "Run `opendtm table inspect {file} --write-mapping mapping.yaml`, say in that file what the columns"
        " hold, and read the table with `-m mapping.yaml`."
    )


class NoHeaderRow(InputProblem):
    """The table starts with figures: nothing names its columns."""

    code = "OD108"
    sentence = mark("The table has no row of headings.")
    remedy = mark(
        "Run `opendtm table inspect {file} --write-mapping mapping.yaml`, name the columns by their position"
        " in that file, and read the table with `-m mapping.yaml`."
    )


class MappingUnreadable(InputProblem):
    """The mapping file is not YAML."""

    code = "OD110"
    sentence = mark("The mapping file cannot be read: {reason}.")
    remedy = mark("Check the indentation and the quotes at that line.")


class MappingWrong(InputProblem):
    """The mapping file says something that has no meaning."""

    code = "OD111"
    sentence = mark("The mapping file is wrong at {key}: {reason}.")
    remedy = mark("Correct that entry; the manual lists every key of a mapping file.")


class MappingDoesNotFit(InputProblem):
    """The mapping names a sheet or a column that the table does not have."""

    code = "OD112"
    sentence = mark("The mapping does not fit the table: there is no {what}.")
    remedy = mark("Compare with what `opendtm table inspect` shows and correct the mapping file.")
