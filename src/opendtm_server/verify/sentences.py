"""The sentences of the house's own checks, and how any finding is said in the reader's language.

The workshop's sentences are in the workshop's catalogues, the house's in Django's; whoever shows a finding
need not know which.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop, override

from opendtm.i18n import Message, write
from opendtm_server.verify.stored import message

SENTENCES: Mapping[str, tuple[str, str]] = {
    "site_not_given": (
        gettext_noop("The form does not give a site ID, so nobody knows which site was visited."),
        gettext_noop("Correct the site ID after asking the facilitator."),
    ),
    "round_unknown": (
        gettext_noop("No round covers the day of the visit ({day})."),
        gettext_noop("Correct the date of the visit, or open a round for that day."),
    ),
    "files_missing": (
        gettext_noop("Announced files that have not arrived: {count}."),
        gettext_noop("Ask the facilitator to send again from the phone."),
    ),
    "edits_compete": (
        gettext_noop("{count} edits exist side by side; this one counts until somebody chooses."),
        gettext_noop(
            "Compare them on the page of this submission, and choose the one that counts."
        ),
    ),
    "version_not_kept": (
        gettext_noop(
            "The form was filled in with version {version}, which its source does not keep; it is read with {other}."
        ),
        gettext_noop(
            "See whether questions or choices have changed since, and correct what they touch."
        ),
    ),
    "visit_reported_twice": (
        gettext_noop(
            "The site {site} was reported more than once in this round; the last visit counts."
        ),
        gettext_noop("Reject the submission that should not count."),
    ),
    "filled_too_fast": (
        gettext_noop("The form was filled in within {minutes} minutes; it takes {least} at least."),
        gettext_noop("Ask how the answers were got; accept them with a reason or reject them."),
    ),
    "filled_too_slowly": (
        gettext_noop("Filling the form in took {minutes} minutes; it takes {most} at most."),
        gettext_noop("Ask what took so long; accept the answers with a reason or reject them."),
    ),
    "pause_too_long": (
        gettext_noop(
            "There was a pause of {minutes} minutes while the form was filled in; {most} are expected at most."
        ),
        gettext_noop("Ask whether the same person answered before and after the pause."),
    ),
}
_OURS = {sentence for pair in SENTENCES.values() for sentence in pair}


def say(sentence: str, values: Mapping[str, Any], lang: str) -> str:
    """Say a stored sentence in `lang`."""
    stored = message(sentence, values)
    return _ours(stored, lang) if sentence in _OURS else stored.text(lang)


def _ours(stored: Message, lang: str) -> str:
    with override(lang):
        words = gettext(stored.sentence)
    return words.format_map({name: write(value, lang) for name, value in stored.values.items()})
