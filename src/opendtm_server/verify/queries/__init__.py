"""What is read of findings, corrections and reviews. Where there is a reader, only what that reader may see."""

from opendtm_server.verify.queries.answers import (
    Approved,
    active_corrections,
    approved_observations,
    approved_submissions,
    corrected_values,
    observations_among,
)
from opendtm_server.verify.queries.cards import outdated_by_card
from opendtm_server.verify.queries.exports import Wish, chosen_for_export, exports_for, in_lots
from opendtm_server.verify.queries.findings import (
    SEVERITIES,
    Choice,
    Standing,
    check_codes,
    chosen_findings,
    findings_for,
    in_order_of_visits,
    last_checked,
    open_hard,
    standing_of,
    waiting,
)
from opendtm_server.verify.queries.log import LOG_COLUMNS, cleaning_log
from opendtm_server.verify.queries.passes import approved_records
from opendtm_server.verify.queries.reviews import (
    counting_submissions,
    review_states,
    standing_submissions,
)
from opendtm_server.verify.queries.surroundings import Surroundings, surroundings, to_check

__all__ = [
    "LOG_COLUMNS",
    "SEVERITIES",
    "Approved",
    "Choice",
    "Standing",
    "Surroundings",
    "Wish",
    "active_corrections",
    "approved_observations",
    "approved_records",
    "approved_submissions",
    "check_codes",
    "chosen_findings",
    "chosen_for_export",
    "cleaning_log",
    "corrected_values",
    "counting_submissions",
    "exports_for",
    "findings_for",
    "in_lots",
    "in_order_of_visits",
    "last_checked",
    "observations_among",
    "open_hard",
    "outdated_by_card",
    "review_states",
    "standing_of",
    "standing_submissions",
    "surroundings",
    "to_check",
    "waiting",
]
