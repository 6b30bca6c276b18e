"""What keeps raw answers from being handed out as a file."""

from opendtm.errors.base import OpenDTMError
from opendtm.i18n import mark


class CountsDiffer(OpenDTMError):
    """A file would hold another number of rows than were read."""

    code = "OD120"
    sentence = mark(
        "The file would hold {written} rows of the table “{table}” instead of {expected}."
    )
    remedy = mark("Make it again; if this comes again, the disk may be full or failing.")


class NoPosition(OpenDTMError):
    """A form without a position cannot be put on a map."""

    code = "OD121"
    sentence = mark("The form “{form}” asks for no position, so there is nothing to put on a map.")
    remedy = mark("Choose another format.")


class TooWide(OpenDTMError):
    """SPSS and Stata keep every row as wide as the longest text of each column: the file would be too large."""

    code = "OD795"
    sentence = mark(
        "The table “{table}” would take {gigabytes} GB, more than {most} GB: in this format every row is as wide as the longest text, and the longest in “{column}” has {width} bytes."
    )
    remedy = mark("Choose fewer rounds or days, or take the file as Parquet or CSV.")
