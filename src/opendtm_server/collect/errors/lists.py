"""What is told when an entity list, something in it, or a proposed site cannot be handled as asked."""

from django.utils.translation import gettext, gettext_noop, override

from opendtm.i18n import Message
from opendtm_server.collect.errors.roots import Obstacle


class ListNameUnusable(Obstacle):
    """A name that forms could not use, or that the house keeps for itself."""

    code = "OD730"
    sentence = gettext_noop("“{name}” cannot be the name of an entity list or of a property.")
    remedy = gettext_noop(
        "Begin with a letter and use letters, digits, - and _ only; sites and adm1 to adm3 are made by the house."
    )


class ListMadeByHouse(Obstacle):
    """A form that would write into a list that is made from the places."""

    code = "OD731"
    sentence = gettext_noop(
        "The list “{name}” is made from the operation's places; a form cannot change what is in it."
    )
    remedy = gettext_noop("Change the site or the areas at the desk; phones get it with the list.")


class EntityIncomplete(Obstacle):
    """An entity without an id or a label, or with an id that is too long."""

    code = "OD732"
    sentence = gettext_noop("The entity has no usable id, or no label.")
    remedy = gettext_noop("Correct the form so that every entity gets an id (uuid()) and a label.")


class EntityGone(Obstacle):
    """A change to an entity that was deleted here."""

    code = "OD733"
    sentence = gettext_noop("The entity was deleted here before this change came.")
    remedy = gettext_noop("Take the change to bring the entity back, or leave it out.")


class PersonalColumn(Obstacle):
    """A personal property in a list that is not marked as personal."""

    code = "OD734"
    sentence = gettext_noop("“{column}” holds personal data, and the list “{name}” may not.")
    remedy = gettext_noop(
        "Leave the column out, or first set up the list as one with personal data; then only phones that are given it carry it."
    )


class UploadUnreadable(Obstacle):
    """A file that is not a table of entities."""

    code = "OD735"
    sentence = gettext_noop("The file cannot be read as a list: {cause}")
    remedy = gettext_noop(
        "Save it as CSV (UTF-8) with a heading row and a column “label”; a column “name” holds each id."
    )

    def text(self, lang: str) -> str:
        """Say what is wrong, in `lang`, with the cause in the same language."""
        cause = self.details["cause"]
        with override(lang):
            words = str(cause)
            if isinstance(cause, Message):
                words = gettext(cause.sentence).format_map(dict(cause.values))
            return gettext(self.sentence).format(cause=words)


class NotToDecide(Obstacle):
    """A decision about something that is settled, or that cannot be taken."""

    code = "OD736"
    sentence = gettext_noop("This is settled, or cannot be decided in this way.")
    remedy = gettext_noop("Open it again to see where it stands now.")


class UnknownScope(Obstacle):
    """A code that is neither an area nor a site."""

    code = "OD738"
    sentence = gettext_noop("{code} is neither a P-code of an area nor a site ID.")
    remedy = gettext_noop("Give codes that stand in the lists of areas and sites.")


class ListExists(Obstacle):
    """A second list of the same name."""

    code = "OD739"
    sentence = gettext_noop("There is already a list “{name}”.")
    remedy = gettext_noop("Open it, or choose another name.")


class SiteChangeEmpty(Obstacle):
    """A change to a known site that says nothing the list of sites keeps."""

    code = "OD890"
    sentence = gettext_noop(
        "The form changes nothing of the site that the list of sites keeps: name, position, type or status."
    )
    remedy = gettext_noop(
        "Save the answers as label, geometry (or latitude and longitude), type or status of the list sites."
    )


class SiteWasRefused(Obstacle):
    """A change to a site that was proposed and refused."""

    code = "OD891"
    sentence = gettext_noop("The site was refused at the desk before this change came.")
    remedy = gettext_noop(
        "Undo the refusal under Proposed sites if there is such a site, or leave the change out."
    )


class SiteChangedSince(Obstacle):
    """Undoing a change to a site that somebody has changed again."""

    code = "OD892"
    sentence = gettext_noop("The site {site} has been changed again since this decision.")
    remedy = gettext_noop("Correct it on the page of the site. Nothing was changed.")
