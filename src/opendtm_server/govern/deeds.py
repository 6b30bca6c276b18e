"""The actions of the house in words, for the audit log. The log itself keeps the stable names."""

from django.utils.translation import gettext, gettext_noop

WORDS = {
    "add_alias": gettext_noop("added an alias"),
    "add_device": gettext_noop("handed out a phone"),
    "add_member": gettext_noop("gave a role"),
    "add_source": gettext_noop("set up a source"),
    "change_role": gettext_noop("changed a role"),
    "change_source": gettext_noop("changed a source"),
    "check_submission": gettext_noop("checked a submission"),
    "correct_answer": gettext_noop("corrected an answer"),
    "create_operation": gettext_noop("opened the operation"),
    "create_organisation": gettext_noop("entered an organisation"),
    "create_site": gettext_noop("entered a site"),
    "create_user": gettext_noop("made an account"),
    "decide_finding": gettext_noop("decided a finding"),
    "enrol_facilitator": gettext_noop("made an account for a facilitator"),
    "import_areas": gettext_noop("imported areas"),
    "invite": gettext_noop("brought somebody in"),
    "keep_old_round": gettext_noop("uploaded a file"),
    "map_old_round": gettext_noop("said how a file is read"),
    "move_site": gettext_noop("moved a site"),
    "note_inaccessible": gettext_noop("noted that a site is out of reach"),
    "open_hook": gettext_noop("made a webhook's address"),
    "open_house": gettext_noop("opened the house"),
    "open_round": gettext_noop("opened a round"),
    "pause_source": gettext_noop("paused or resumed a source"),
    "place_submission": gettext_noop("gave a submission its site"),
    "publish_form": gettext_noop("published a form"),
    "pull_soon": gettext_noop("asked for a pull"),
    "pull_source": gettext_noop("pulled a source"),
    "put_in_quarantine": gettext_noop("put something in quarantine"),
    "receive_submission": gettext_noop("received a submission"),
    "release_site_needs": gettext_noop("released the Site Needs Report"),
    "remove_member": gettext_noop("took a role away"),
    "rename_site": gettext_noop("renamed a site"),
    "renew_device": gettext_noop("gave a phone a new address"),
    "reopen_round": gettext_noop("opened a round again"),
    "replace_password": gettext_noop("replaced the own password"),
    "reset_password": gettext_noop("made a new password"),
    "review": gettext_noop("reviewed a submission"),
    "revoke_device": gettext_noop("took a phone out of use"),
    "run_matrix": gettext_noop("computed figures"),
    "say_sent": gettext_noop("counted what a phone had sent"),
    "set_concepts": gettext_noop("said what a form's questions measure"),
    "set_site_status": gettext_noop("changed a site's status"),
    "sign_off_round": gettext_noop("signed off a round"),
    "take_old_round": gettext_noop("took the rows of a file"),
    "undo_correction": gettext_noop("undid a correction"),
    "withdraw_old_round": gettext_noop("withdrew the rows of a file"),
}


def deed(action: str) -> str:
    """Say an action in the reader's language; one without words is said by its name."""
    return gettext(WORDS[action]) if action in WORDS else action.replace("_", " ")
