"""The last gate before publication: no small cell leaves the house, and none can be worked out.

Each concept of a report becomes a ledger of all that the report would print (`cells`); the releases that are
out are laid under it (`issues`); the workshop chooses what to withhold and proves it; and the report loses it
in every place (`protecting`).
"""

from opendtm_server.publish.disclosure.issues import Issue
from opendtm_server.publish.disclosure.protecting import protect, shown_figures

__all__ = ["Issue", "protect", "shown_figures"]
