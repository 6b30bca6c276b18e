"""Addresses of findings, one submission with its answers, and the sign-off of rounds."""

from django.urls import path

from opendtm_server.verify.views import competing, encrypted, exports, findings, rounds, submission

app_name = "verify"
DESK = "desk/<slug:operation>/"
ONE = f"{DESK}submissions/<int:key>/"
ROUND = f"{DESK}rounds/<int:key>/verification/"
urlpatterns = [
    path(f"{DESK}findings/", findings.listing, name="findings"),
    path(f"{DESK}findings/accept/", findings.accept_many, name="accept_many"),
    path(f"{DESK}findings/check/", findings.check, name="check_waiting"),
    path(f"{DESK}exports/", exports.page, name="exports"),
    path(f"{DESK}exports/<int:key>/file/", exports.download, name="export_file"),
    path(f"{DESK}exports/<int:key>/remove/", exports.remove, name="remove_export"),
    path(ONE, submission.page, name="submission"),
    path(f"{ONE}correct/<str:concept>/", submission.correct, name="correct"),
    path(f"{ONE}corrections/<int:correction>/undo/", submission.undo, name="undo"),
    path(f"{ONE}findings/<int:finding>/accept/", submission.accept, name="accept"),
    path(f"{ONE}open/", encrypted.page, name="open_encrypted"),
    path(f"{ONE}choose/", competing.choose, name="choose_edit"),
    path(f"{ONE}choices/<int:choice>/undo/", competing.undo, name="undo_choice"),
    path(f"{ONE}review/", submission.review, name="review"),
    path(ROUND, rounds.page, name="round"),
    path(f"{ROUND}check/", rounds.check, name="check_round"),
    path(f"{ROUND}approve/", rounds.approve, name="approve_round"),
    path(f"{ROUND}sign-off/", rounds.sign_off, name="sign_off"),
    path(f"{ROUND}reopen/", rounds.reopen, name="reopen"),
    path(f"{ROUND}cleaning-log.csv", rounds.log, name="cleaning_log"),
]
