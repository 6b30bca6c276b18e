"""The Site Needs PDF of 300 sites in both languages, after start-up: prints `seconds N`."""

import sys
import time

from tests.workshop.factories import make_report

from opendtm import render
from opendtm.i18n import LANGUAGES


def main() -> None:
    """Make the report once in each language."""
    report = make_report(300)
    render.pdf(make_report(1), "en")
    started = time.perf_counter()
    sizes = [len(render.pdf(report, lang)) for lang in LANGUAGES]
    sys.stdout.write(f"{sizes} bytes\nseconds {time.perf_counter() - started}\n")


if __name__ == "__main__":
    main()
