"""Clean: checks that turn doubt into findings, and corrections that stand beside the answers.

Nothing here changes or drops a record: `check_observation` and `check_observations` only speak, and
`apply_corrections` gives a new record.
"""

from opendtm.clean.catalogue import Check
from opendtm.clean.corrections import apply_corrections
from opendtm.clean.observations import check_observation, check_observations, checks

__all__ = ["Check", "apply_corrections", "check_observation", "check_observations", "checks"]
