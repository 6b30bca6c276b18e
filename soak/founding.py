"""Makes the house that is put to the proof: `python -m soak.founding FOLDER PHONES [unkeyed]` prints its keys as JSON.

Runs in a process of its own, with the environment in which the house will be served. One operation, the form
in both versions, and a token for each phone.
"""

import json
import sys
from pathlib import Path

from soak.questionnaire import FORM_ID, VERSIONS, blank


def found(folder: Path, phones: int) -> dict[str, object]:
    """Prepare the house and give `operation` (its code) and `tokens` (one for each phone)."""
    from opendtm_server.config import serving

    folder.mkdir(parents=True, exist_ok=True)
    serving.prepare(folder)
    from django.contrib.auth.models import User

    from opendtm_server.collect.actions import add_device, publish_xform
    from opendtm_server.govern.actions import create_operation, open_house

    keeper, _ = open_house()
    keeper = User.objects.get(pk=keeper.pk)
    operation = create_operation(
        code="SOAK", name="Soak", name_fr="Épreuve", country="Zedland", country_code="ZZ", by=keeper
    )
    for version in VERSIONS:
        publish_xform(
            operation=operation,
            xform=blank(version),
            identity=(FORM_ID, version, "Soak visit"),
            by=keeper,
        )
    tokens = [add_device(operation=operation, user=keeper, by=keeper).token for _ in range(phones)]
    return {"operation": operation.code, "tokens": tokens}


def forget_key() -> None:
    """Take away, for the negative control, the constraint that keeps a submission from being held twice."""
    from django.db import connection

    from opendtm_server.collect.models import Submission

    constraints = Submission._meta.constraints
    (once,) = (one for one in constraints if one.name == "submission_instance_once")
    # SQLite writes the table anew, with whatever the model still asks for.
    Submission._meta.constraints = [one for one in constraints if one is not once]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Submission, once)


def main(folder: Path, phones: int, *, keyed: bool) -> None:
    """Make the house and print its keys."""
    made = found(folder, phones)
    if not keyed:
        forget_key()
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), keyed="unkeyed" not in sys.argv[3:])
