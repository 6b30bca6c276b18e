"""The names under which a question's meaning travels: columns of the XLSForm, attributes of the XForm."""

NAMESPACE = "urn:opendtm:xforms"
DELIBERATELY_NONE = "-"  # an author's way to say: this question measures nothing of the dictionary
_COLUMNS = frozenset({"concept", "hxl", "sector", "sharing", "informant"})


def column_of(heading: str) -> str | None:
    """Tell what a column of the sheet `survey` says of meaning (concept, hxl, sector, sharing, informant); or None.

    The prefix may be written with one or two colons, in any case, or as the attribute that it becomes.
    """
    plain = heading.strip().lower().removeprefix("bind::").removeprefix("bind:")
    if plain == "hxl":
        return "hxl"
    prefix, _, name = plain.replace("::", ":").partition(":")
    return name.strip() if prefix.strip() == "opendtm" and name.strip() in _COLUMNS else None


# Nodes that identify a submission; they are attributes of the reading, not answers.
HOUSEKEEPING = frozenset(
    {"/meta/instanceID", "/meta/deprecatedID", "/meta/instanceName", "/formhub/uuid", "/uuid"}
)
