"""What can go wrong with a draft of a form."""

from django.utils.translation import gettext_noop

from opendtm_server.collect.errors.roots import Obstacle


class DraftClosed(Obstacle):
    """The draft was published or put away."""

    code = "OD745"
    sentence = gettext_noop("This draft has been published or put away.")
    remedy = gettext_noop("Open the published version as a new draft to change the form further.")


class DraftChanged(Obstacle):
    """Somebody changed the draft since the page was opened."""

    code = "OD746"
    sentence = gettext_noop("This draft has changed since you opened the page.")
    remedy = gettext_noop("Look at it again, then repeat what you wanted to do.")


class ConceptUnfit(Obstacle):
    """A name that is in no dictionary, for a question or for none of the form."""

    code = "OD747"
    sentence = gettext_noop("“{name}” is no concept of the data dictionary.")
    remedy = gettext_noop("Choose a concept of the list, or leave the question without one.")


class DraftNotConverted(Obstacle):
    """The draft cannot become a form yet."""

    code = "OD748"
    sentence = gettext_noop("This draft cannot be read as a form yet.")
    remedy = gettext_noop("Mend what the check says first.")
