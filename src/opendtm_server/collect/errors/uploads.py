"""What can go wrong when an old round is uploaded as a file."""

from django.utils.translation import gettext_noop

from opendtm_server.collect.errors.roots import Obstacle


class TooManyRows(Obstacle):
    """The file has more rows than are taken at once."""

    code = "OD775"
    sentence = gettext_noop("The file has {count} rows; at most {limit} are taken at once.")
    remedy = gettext_noop("Split it, for example by region, and upload the parts.")


class UploadDecided(Obstacle):
    """The rows of the file have been taken or withdrawn already."""

    code = "OD776"
    sentence = gettext_noop("The rows of this file have been taken or withdrawn before.")


class ColumnUnfit(Obstacle):
    """A column is said to hold something that it cannot."""

    code = "OD777"
    sentence = gettext_noop(
        "“{name}” is no concept that a column can be read as, or is given twice."
    )
    remedy = gettext_noop(
        "Choose a name of the data dictionary for each column, each once; leave the others empty."
    )


class SiteLineUnfit(Obstacle):
    """A line that should give a site's name its code does not."""

    code = "OD778"
    sentence = gettext_noop("“{line}” does not name a site of this operation.")
    remedy = gettext_noop(
        "Write one line a site: its name as in the file, the equals sign, its site ID here."
    )
