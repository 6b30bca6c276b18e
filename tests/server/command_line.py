"""The command line as a person runs it: in a process of its own, over the database of the data folder."""

import os
import subprocess
import sys


def opendtm(*arguments: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
    """Run a command; whatever the tests' own environment says of a house does not reach it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENDTM_")}
    return subprocess.run(
        [sys.executable, "-m", "opendtm.cli.main", *map(str, arguments)],
        env=kept | {"OPENDTM_LANG": lang},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
