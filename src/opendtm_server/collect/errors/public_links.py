"""What somebody who reports for herself or himself is told when a public link does not take the form."""

from django.utils.translation import gettext_noop

from opendtm_server.collect.errors.roots import Obstacle, Refusal


class LinkUnknown(Refusal):
    """No public link has that secret, or it was taken back."""

    code = "OD750"
    status = 404
    sentence = gettext_noop("This address does not take forms.")
    remedy = gettext_noop("Check the address, or ask whoever gave it to you.")


class LinkClosed(Refusal):
    """The link is not open yet, or not any more."""

    code = "OD751"
    status = 410
    sentence = gettext_noop("This form is not open now. It is open from {opens} to {closes}.")
    remedy = gettext_noop("Nothing was sent.")


class LinkFull(Refusal):
    """As many forms were taken as the link allows."""

    code = "OD752"
    status = 410
    sentence = gettext_noop("This form has received as many answers as it can take.")
    remedy = gettext_noop("Nothing was sent. Thank you for wanting to answer.")


class LinkBusy(Refusal):
    """Too many forms came through the link within a minute."""

    code = "OD753"
    status = 429
    sentence = gettext_noop("Very many people are sending just now.")
    remedy = gettext_noop("Leave the page open; it tries again by itself.")


class LinkCodeTaken(Obstacle):
    """Another public link of the operation has that code."""

    code = "OD754"
    sentence = gettext_noop("Another public link already has the code “{link}”.")
