"""Everything that is decided in this room: checks, corrections, findings, reviews, the signature of a round."""

from opendtm_server.verify.actions.checks import (
    HOUSE,
    check_round,
    check_some,
    check_submission,
    check_waiting,
)
from opendtm_server.verify.actions.corrections import correct_answer, undo_correction
from opendtm_server.verify.actions.decisions import (
    approve_all,
    decide_finding,
    decide_findings,
    review,
)
from opendtm_server.verify.actions.export_files import path_of
from opendtm_server.verify.actions.export_making import make_export, make_waiting_exports
from opendtm_server.verify.actions.exports import ask_export, remove_export, remove_old_exports
from opendtm_server.verify.actions.rounds import reopen_round, sign_off_round

__all__ = [
    "HOUSE",
    "approve_all",
    "ask_export",
    "check_round",
    "check_some",
    "check_submission",
    "check_waiting",
    "correct_answer",
    "decide_finding",
    "decide_findings",
    "make_export",
    "make_waiting_exports",
    "path_of",
    "remove_export",
    "remove_old_exports",
    "reopen_round",
    "review",
    "sign_off_round",
    "undo_correction",
]
