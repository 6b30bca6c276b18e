"""The words of the browser forms: what the page itself says, and what ODK Web Forms says inside a form.

The page must speak every language without a network, so it carries all of them; English stands in its code.
"""

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

WORDS = (
    gettext_noop("Leave it as it is"),
    gettext_noop("Today"),
    gettext_noop("Clear"),
    gettext_noop("Nothing to choose from"),
    gettext_noop("Nothing found"),
    gettext_noop("Choose a date"),
    gettext_noop("Results: {0}"),
    gettext_noop("Chosen: {0}"),
    gettext_noop("Nothing chosen"),
    gettext_noop("This question needs a map. Answer it with the application on a phone."),
    gettext_noop("Forms"),
    gettext_noop(
        "This device may not exchange forms with the house any more. Ask the office for a new "
        "address; forms that are not sent stay here until then."
    ),
    gettext_noop("Erase everything on this device"),
    gettext_noop(
        "The storage of this browser is full. Send what waits, or free some space on the "
        "device, then try again."
    ),
    gettext_noop(
        "This browser may erase what it keeps when space runs short. Send what waits as soon "
        "as you can."
    ),
    gettext_noop("No network. You can fill in forms; they are sent when the network returns."),
    gettext_noop("Forms brought up to date: {moment}"),
    gettext_noop("The forms have not been fetched yet."),
    gettext_noop("Look for new forms"),
    gettext_noop("There are no forms yet. The office publishes them; look again later."),
    gettext_noop("Open this page once with a network, so that the forms can be fetched."),
    gettext_noop("Version {version}"),
    gettext_noop("Fill in"),
    gettext_noop("Key in from paper"),
    gettext_noop("Drafts"),
    gettext_noop("Saved: {moment}"),
    gettext_noop("Continue"),
    gettext_noop("Delete"),
    gettext_noop("{count} form not sent"),
    gettext_noop("{count} forms not sent"),
    gettext_noop("Sending…"),
    gettext_noop("Send now"),
    gettext_noop("Finished: {moment}"),
    gettext_noop("The house did not take this form: {words}"),
    gettext_noop("Send again"),
    gettext_noop("{count} form sent from here"),
    gettext_noop("{count} forms sent from here"),
    gettext_noop("Arrived: {moment}"),
    gettext_noop("Log out and erase everything here"),
    gettext_noop("This browser is too old for the forms. Update it, or use another one."),
    gettext_noop(
        "This browser window keeps nothing, so forms would be lost. Leave private browsing, "
        "or use another browser."
    ),
    gettext_noop("Nothing is kept on this device. Open the address that the office gave you."),
    gettext_noop("Use the new address?"),
    gettext_noop("{count} form on this device is not sent. It will be sent with the new address."),
    gettext_noop(
        "{count} forms on this device are not sent. They will be sent with the new address."
    ),
    gettext_noop("Use the new address"),
    gettext_noop("{count} not sent"),
    gettext_noop("Opening the form…"),
    gettext_noop("Back to the list"),
    gettext_noop("You are keying in a form that was filled on paper."),
    gettext_noop("Draft saved on this device"),
    gettext_noop("Delete this draft?"),
    gettext_noop("Its answers and photos are lost for good."),
    gettext_noop(
        "Everything that this browser keeps of the forms is erased: the address of the house, "
        "the forms, drafts, and what is not sent."
    ),
    gettext_noop("Log out?"),
    gettext_noop("Log out and erase"),
    gettext_noop("{count} form will be lost"),
    gettext_noop("{count} forms will be lost"),
    gettext_noop("What is not sent exists on this device only. Nobody can bring it back."),
    gettext_noop("Erase it all the same"),
    gettext_noop("I understand that these forms will be lost."),
    gettext_noop("Language of the form"),
    gettext_noop(
        "Only photos can be attached here. Send other files with the application on a phone."
    ),
    gettext_noop("Good accuracy"),
    gettext_noop("Poor accuracy"),
    gettext_noop("Unknown accuracy"),
    gettext_noop("This answer is not possible here."),
    gettext_noop("This question needs an answer."),
    gettext_noop("{count} question needs another look."),
    gettext_noop("{count} questions need another look."),
    gettext_noop("The position is kept at {metres} m."),
    gettext_noop("The position kept before: {metres} m."),
    gettext_noop("An error occurred while loading this form"),
    gettext_noop("Technical error details"),
    gettext_noop("Finding your location"),
    gettext_noop("Time taken to capture location:"),
    gettext_noop("Cancel"),
    gettext_noop("Save location"),
    gettext_noop("Get location"),
    gettext_noop("Try again"),
    gettext_noop("Cannot access location"),
    gettext_noop(
        "Grant location permission in the browser settings and make sure location is turned on."
    ),
    gettext_noop(
        "Location unavailable. Enable GPS and browser permissions, then restart the form to "
        "try again."
    ),
    gettext_noop("Rank items"),
    gettext_noop("Take picture"),
    gettext_noop("Choose image"),
    gettext_noop("Captured image preview"),
    gettext_noop("Repeat Item"),
    gettext_noop("Remove"),
    gettext_noop("Add"),
    gettext_noop("Okay"),
    gettext_noop("Send"),
    gettext_noop("Accuracy:"),
    gettext_noop("The form could not be loaded. Check the network."),
    gettext_noop("No network. Leave the page open; it is sent when the network returns."),
    gettext_noop("Thank you"),
    gettext_noop("Your answers have arrived."),
    gettext_noop("Answer for somebody else"),
)


def catalogues() -> dict[str, dict[str, str]]:
    """Give every sentence in every language of the house but English, by language and English sentence."""
    found = {}
    for code, _name in settings.LANGUAGES:
        if code != "en":
            with override(code):
                found[code] = {sentence: gettext(sentence) for sentence in WORDS}
    return found
