"""How long figures take after one corrected submission, and after everything had to be computed.

`python -m benchmarks.incremental [SITES]` makes a house with a round of 3,500 sites, each visited with a filled site
profile (the longest form), signed off, on SQLite and on a private PostgreSQL. It computes the round once; then
corrects one answer, moves one site to another area, each signed, and computes again: once standing on the run before,
once in full. The clock runs from the signature to the figures in the database. Exit status 1 where a
correction takes more than half a second.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from typing import Any
from unittest import mock

from lxml import etree

from benchmarks.catalogue import columns_asked, round_of
from benchmarks.databases import on_database

SITES, LIMIT, TIMES = 3_500, 0.5, 3
STARTS, VISITED, ENDS = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 8)
Timed = tuple[float, float, Any]  # seconds by the clock and of the processor, and the run


def furnish(count: int) -> Any:
    """Make the operation with its sites and their submissions, one of them a site's visit; give the signed round."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up first

    from opendtm.forms import catalogue_form, convert  # noqa: PLC0415
    from opendtm_server.collect import actions as collect  # noqa: PLC0415
    from opendtm_server.govern.models import Membership, Operation  # noqa: PLC0415
    from opendtm_server.govern.roles import Role  # noqa: PLC0415

    manager = User.objects.create_superuser("manager")
    operation = Operation.objects.create(
        code="large", name="Large", name_fr="Grande", country="L", country_code="LG"
    )
    Membership.objects.create(
        user=manager, operation=operation, role=Role.INFORMATION_MANAGER.value
    )
    form = convert(catalogue_form("site_profile").path)
    version = collect.publish_xform(
        operation=operation,
        xform=form.xml,
        identity=(form.form_id, form.version, form.title),
        by=manager,
    )
    round_ = collect.open_round(
        form=version.form, starts_on=STARTS, ends_on=ENDS, number=1, by=manager
    )
    _submissions(version, round_, _sites(operation, count), form.xml)
    return round_, manager


def _sites(operation: Any, count: int) -> list[Any]:
    from opendtm_server.places.models import Area, BoundarySet, Site, SiteStatus  # noqa: PLC0415

    opened = date(2020, 1, 1)
    held = BoundarySet.objects.create(operation=operation, valid_from=opened)
    areas = [("LG", "", 0)]
    areas += [(f"LG{first:02d}", "LG", 1) for first in range(18)]
    areas += [
        (f"LG{second % 18:02d}{second:02d}", f"LG{second % 18:02d}", 2) for second in range(90)
    ]
    Area.objects.bulk_create(
        Area(
            operation=operation,
            boundary_set=held,
            code=code,
            parent_code=parent,
            name=f"Area {code}",
            level=level,
            valid_from=opened,
            geometry={},
        )
        for code, parent, level in areas
    )
    sites = Site.objects.bulk_create(
        Site(
            operation=operation,
            code=f"S{number:05d}",
            name=f"Site {number}",
            site_type="camp",
            area_code=areas[19 + number % 90][0],
        )
        for number in range(count)
    )
    SiteStatus.objects.bulk_create(
        SiteStatus(site=site, status="open", since=opened) for site in sites
    )
    return sites


def _submissions(version: Any, round_: Any, sites: list[Any], xform: str) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from opendtm.forms import read_form  # noqa: PLC0415
    from opendtm_server.collect import store  # noqa: PLC0415
    from opendtm_server.collect.models import Submission  # noqa: PLC0415
    from opendtm_server.verify.models import Check, Review  # noqa: PLC0415

    form, operation, now = read_form(xform), round_.operation, timezone.now()
    rows = round_of(len(sites), columns_asked()).to_pylist()
    sent = Submission.objects.bulk_create(
        Submission(
            operation=operation,
            form_version=version,
            instance_id=f"uuid:{number:036d}",
            sha256=store.keep(operation.code, [_filled(form, row, f"uuid:{number:036d}")]),
            round=round_,
            site=site,
            site_code=site.code,
            visited_on=VISITED,
            access="yes",
            unchecked=False,
        )
        for number, (site, row) in enumerate(zip(sites, rows, strict=True))
    )
    Check.objects.bulk_create(Check(operation=operation, submission=one, at=now) for one in sent)
    Review.objects.bulk_create(
        Review(submission=one, state=Review.State.APPROVED, by="manager") for one in sent
    )


def _filled(form: Any, row: dict[str, Any], instance: str) -> bytes:
    """Write a form as a phone does."""
    said = row | {"site_id": row["site_id"], "assessment_date": VISITED.isoformat()}
    root = etree.Element(form.root, id=form.form_id, version=form.version)
    for question in form.questions:
        value = instance if question.name == "instanceID" else said.get(question.concept or "")
        if value is None:
            continue
        node = root
        for name in question.path.strip("/").split("/"):
            found = node.find(name)
            node = etree.SubElement(node, name) if found is None else found
        node.text = (
            " ".join(value)
            if isinstance(value, list)
            else f"{value:g}"
            if isinstance(value, float)
            else str(value)
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


class House:
    """The house at work: a manager who signs, changes and computes a round."""

    def __init__(self, count: int) -> None:
        self.round, self.manager = furnish(count)
        self._sign()

    def _sign(self) -> None:
        from opendtm_server.collect import queries as collect  # noqa: PLC0415
        from opendtm_server.verify import actions as verify  # noqa: PLC0415

        verify.sign_off_round(round_=self.round, by=self.manager)
        self.round = collect.rounds_of(self.round.operation).get(pk=self.round.pk)

    def computed(self) -> Timed:
        """Compute the round; give what it took, and the run."""
        from opendtm_server.matrix.actions import run_matrix  # noqa: PLC0415

        begun, spent = time.perf_counter(), time.process_time()
        run = run_matrix(self.round, by=self.manager)
        return time.perf_counter() - begun, time.process_time() - spent, run

    def in_full(self) -> Timed:
        """Compute the round as if no run were there to stand on."""
        with mock.patch("opendtm_server.matrix.actions.computed_since", return_value=None):
            return self.computed()

    def correct(self, number: int) -> None:
        """Correct the persons of one site, and sign."""
        from opendtm_server.collect.models import Submission  # noqa: PLC0415
        from opendtm_server.verify import actions as verify  # noqa: PLC0415

        self._reopen()
        verify.correct_answer(
            submission=Submission.objects.get(site__code=f"S{number:05d}"),
            concept="idp_individuals",
            new_value=7000 + number,
            reason="Counted again.",
            by=self.manager,
        )
        self._decide()
        self._sign()

    def move(self, number: int) -> None:
        """Let a site stand in another area."""
        from opendtm_server.places.models import Site  # noqa: PLC0415

        Site.objects.filter(code=f"S{number:05d}").update(area_code="LG0317")

    def _reopen(self) -> None:
        from opendtm_server.collect import queries as collect  # noqa: PLC0415
        from opendtm_server.verify import actions as verify  # noqa: PLC0415

        verify.reopen_round(round_=self.round, reason="A late message.", by=self.manager)
        self.round = collect.rounds_of(self.round.operation).get(pk=self.round.pk)

    def _decide(self) -> None:
        from opendtm_server.verify import actions as verify  # noqa: PLC0415
        from opendtm_server.verify import queries as doubts  # noqa: PLC0415

        verify.check_round(round_=self.round, by=self.manager)
        owed = list(doubts.findings_for(self.manager, self.round.operation).filter(state="open"))
        verify.decide_findings(findings=owed, reason="Right as sent.", by=self.manager)


def measure(count: int) -> int:
    """Set up a house, compute, change, compute; print the table's rows; give how many promises are broken."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OPENDTM_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opendtm_server.config.settings")
        import django  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        from opendtm_server.config.garbage import look_seldom  # noqa: PLC0415

        look_seldom()  # as every process of a house
        house = House(count)
        _say("first run, every submission read", house.computed())
        quick = min(_after(house, house.correct, number) for number in range(TIMES))
        _say("one answer corrected", quick)
        moves = range(TIMES, 2 * TIMES)
        _say("one site moved", min(_after(house, house.move, number) for number in moves))
        house.correct(2 * TIMES)
        whole = house.in_full()
        _say("one answer corrected, computed in full", whole)
    times = [whole[clock] / quick[clock] for clock in (0, 1)]
    sys.stdout.write(f"\nIn full {times[0]:.1f} times as long, {times[1]:.1f} by processor.\n")
    return int(quick[0] > LIMIT)


def _after(house: House, change: Callable[[int], None], number: int) -> Timed:
    change(number)
    return house.computed()


def _say(what: str, took: Timed) -> None:
    clock, processor, run = took
    kept = run.figures.count()
    sys.stdout.write(f"| {what} | {clock:.2f} | {processor:.2f} | {kept:,} |\n")
    sys.stdout.flush()


def main(count: int = SITES) -> int:
    """Measure on both databases, each in a process of its own; 1 where the promise is broken."""
    broken = 0
    for name in ("SQLite", "PostgreSQL"):
        sys.stdout.write(f"{name}, {count:,} sites, load average {os.getloadavg()[0]:.1f}\n\n")
        sys.stdout.write("| run | s | processor s | figures written |\n| --- | --: | --: | --: |\n")
        sys.stdout.flush()
        broken += on_database("incremental", count, postgresql=name == "PostgreSQL")
        sys.stdout.write("\n")
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        sys.exit(measure(int(sys.argv[2])) > 0)
    sys.exit(main(*(int(number) for number in sys.argv[1:2])))
