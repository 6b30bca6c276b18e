"""What cannot be done with areas and sites, and what to do instead."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from opendtm.records import Finding
from opendtm_server.ui.problems import HouseProblem


class AreasRefused(HouseProblem):
    """A boundary file with hard findings, or without a single area; nothing of it was taken."""

    code = "OD811"
    sentence = gettext_noop("The file was not imported: {n} of its findings must be settled first.")
    remedy = gettext_noop(
        "Correct the file as the findings say, and import it again. Nothing was changed."
    )

    def __init__(self, findings: Sequence[Finding], **details: Any) -> None:
        """Keep the findings for the page."""
        self.findings = tuple(findings)
        super().__init__(n=len(self.findings), **details)


class NoAreas(HouseProblem):
    """A readable file without an area."""

    code = "OD812"
    sentence = gettext_noop("The file holds no administrative area with a P-code.")
    remedy = gettext_noop(
        "Choose a file with one row an area and a column of P-codes. Nothing was changed."
    )


class AreasOverlap(HouseProblem):
    """Areas of the same level that hold from the same day."""

    code = "OD813"
    sentence = gettext_noop("Areas of level {level} that hold from {day} are already there.")
    remedy = gettext_noop("Give the day from which the new borders hold. Nothing was changed.")


class SiteCodeTaken(HouseProblem):
    """A site ID in use."""

    code = "OD814"
    sentence = gettext_noop("The site ID {site} is in use, and an ID is never given twice.")
    remedy = gettext_noop("Choose another ID, or open the site that has it.")


class PositionIncomplete(HouseProblem):
    """One half of a position, or a value beyond the globe."""

    code = "OD815"
    sentence = gettext_noop(
        "A position needs a latitude (-90 to 90) and a longitude (-180 to 180)."
    )
    remedy = gettext_noop("Give both in decimal degrees, or leave both empty.")


class UnknownCode(HouseProblem):
    """A code that its list does not hold."""

    code = "OD816"
    sentence = gettext_noop("{value} is not among the codes of {codes}.")
    remedy = gettext_noop("Choose one of the list.")


class StatusAlreadySet(HouseProblem):
    """Two different statuses on one day."""

    code = "OD817"
    sentence = gettext_noop("On {day} the site was already given a status.")
    remedy = gettext_noop("Choose another day.")


class NameUnchanged(HouseProblem):
    """A name that the site already has."""

    code = "OD818"
    sentence = gettext_noop("The site is already known under this name.")
    remedy = gettext_noop("Give another name, or leave it as it is.")


class AreaUnknown(HouseProblem):
    """A P-code that no area has."""

    code = "OD819"
    sentence = gettext_noop("No area has the P-code {area}.")
    remedy = gettext_noop(
        "Give the P-code of an imported area, or leave it empty and give a position."
    )


class SiteHasHistory(HouseProblem):
    """A site that others refer to, or whose history has gone on."""

    code = "OD737"
    sentence = gettext_noop("The site {site} is in use and can no longer be withdrawn.")
    remedy = gettext_noop("Close it instead. Nothing was changed.")


class PartnersSeeLess(HouseProblem):
    """A rule that would show the public more than partners."""

    code = "OD990"
    sentence = gettext_noop("Partners would see positions less exactly than the public.")
    remedy = gettext_noop("Choose for partners at least what the public sees.")


class PositionKeyChanged(HouseProblem):
    """The house has another key than the one by which positions were displaced before."""

    code = "OD992"
    sentence = gettext_noop(
        "The house's key is not the one by which positions were displaced until now; every site would move."
    )
    remedy = gettext_noop(
        "Put the file “house_key” of the data folder back from its backup. If it is lost, who governs the "
        "operation can say so on the page “How positions are shown”."
    )


class PositionKeyMissing(HouseProblem):
    """The house's key cannot be read, so no position can be displaced."""

    code = "OD991"
    sentence = gettext_noop("The house's key cannot be read; without it no position is shown.")
    remedy = gettext_noop(
        "Put the file “house_key” of the data folder back, or let the house read it. Nothing was published."
    )
