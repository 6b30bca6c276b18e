"""Why an estimate has no value, in words; apart from the estimators, so that a page can say it without them."""

from enum import StrEnum

from opendtm.i18n import Message, mark


class Reason(StrEnum):
    """Why an estimate has no value."""

    NOBODY = "nobody"
    ZERO_BELOW = "zero_below"
    FEW = "few"
    NO_DF = "no_df"
    LONELY = "lonely"
    CV = "cv"
    SINGULAR = "singular"

    def text(self, lang: str) -> str:
        """Say the reason in `lang`."""
        return Message(REASONS[self]).text(lang)


REASONS = {
    Reason.NOBODY: mark("Nobody of this group gave a known answer."),
    Reason.ZERO_BELOW: mark("The denominator is zero."),
    Reason.FEW: mark("Too few interviews stand behind it."),
    Reason.NO_DF: mark("The design has no degrees of freedom: as many strata as clusters."),
    Reason.LONELY: mark(
        "One sampled cluster holds all of it, or each of its strata has only one, so that nothing shows its "
        "variance."
    ),
    Reason.CV: mark("Its standard error is too large a part of it."),
    Reason.SINGULAR: mark(
        "The table has empty cells, or more cells than the design can tell apart."
    ),
}
