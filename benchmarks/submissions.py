"""Measures the desk over a million submissions, and the list of 200 forms that phones ask for.

`python -m benchmarks.submissions [POSTGRESQL_ROWS [SQLITE_ROWS]]` makes an operation of 5,000 sites and 500
phones with a weekly round for every 5,000 submissions: 1,000,000 in a private PostgreSQL, 200,000 in SQLite.
Pages are asked for through every layer but the socket. Times are wall clock, the quickest of five. Exit
status 1 where a promise is broken: a page under 300 ms, the list of forms under 20 ms.
"""

import os
import sys
import tempfile
import time
from datetime import date, timedelta

from benchmarks import made_form
from benchmarks.databases import on_database

CODE = "large"
SITES, PHONES, FORMS, RUNS = 5_000, 500, 200, 5
PAGE_MS, LIST_MS = 300.0, 20.0
POSTGRESQL_ROWS, SQLITE_ROWS = 1_000_000, 200_000
# Of a hundred submissions one is an edit, one names an unknown site, one lies in no round, one misses a file.
# Every site is open and visited once a round; every second round is signed off.
_COUNT = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {rows}) "
_SUBMISSIONS = """INSERT INTO collect_submission (operation_id, form_version_id, instance_id, sha256, device_id,
round_id, site_id, visited_on, received_at, complete, deprecated_id, site_code, access, encrypted, unchecked) {count}
SELECT {operation}, {version}, 'uuid:made-' || i, '{sha256}', {phone} + i % {phones},
  CASE WHEN i % 100 = 3 THEN NULL ELSE r.id END,
  CASE WHEN i % 100 = 2 THEN NULL ELSE {site} + i % {sites} END,
  r.starts_on, r.starts_on, i % 100 <> 4,
  CASE WHEN i % 100 = 1 THEN 'uuid:made-' || (i - 1) ELSE '' END,
  CASE WHEN i % 100 = 2 THEN 'LG-X' || i ELSE 'LG-S' || (i % {sites}) END,
  CASE WHEN i % 50 = 5 THEN 'no' ELSE 'yes' END, i < 0, i % 1000 = 7
FROM n JOIN collect_round r ON r.number = 1 + i / {sites}"""
_PLACES = """INSERT INTO collect_roundplace (round_id, site_id, inaccessible_reason)
SELECT r.id, s.id, '' FROM collect_round r CROSS JOIN places_site s"""
_ATTACHMENTS = """INSERT INTO collect_attachment (submission_id, filename, sha256, size, media_type, received_at)
SELECT id, 'photo.jpg', CASE WHEN id % 100 = 4 THEN '' ELSE sha256 END, 1000, 'image/jpeg', received_at
FROM collect_submission WHERE id % 4 = 0"""
_CHECKS = (
    "INSERT INTO verify_check (operation_id, submission_id, at) "
    "SELECT operation_id, id, '{now}' FROM collect_submission"
)
_REVIEWS = """INSERT INTO verify_review (submission_id, state, reason, by, at)
SELECT s.id, 'approved', '', 'keeper', '{now}' FROM collect_submission s JOIN collect_round r ON r.id = s.round_id
WHERE r.signed_off_at IS NOT NULL"""
_FINDINGS = """INSERT INTO verify_finding (operation_id, submission_id, check_code, severity, concept, subject, message, "values",
remedy, remedy_values, state, found_at, decided_by, decision)
SELECT operation_id, id, 'population_jump', CASE WHEN id % 3 = 0 THEN 'hard' ELSE 'soft' END, 'idp_individuals', '', 'Made.',
'{{}}', '', '{{}}', CASE WHEN id % 100 = 5 THEN 'open' ELSE 'accepted' END, '{now}', '', '' FROM collect_submission
WHERE id % 5 = 0"""


def furnish(rows: int) -> str:
    """Make the operation with its submissions, all with one body; give the path of a phone."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up first

    from opendtm_server.collect import actions  # noqa: PLC0415
    from opendtm_server.govern.models import Membership, Operation  # noqa: PLC0415
    from opendtm_server.govern.roles import Role  # noqa: PLC0415

    keeper = User.objects.create_superuser("keeper")
    operation = Operation.objects.create(
        code=CODE, name="Large", name_fr="Grande", country="L", country_code="LG"
    )
    manager = User.objects.create_user("manager")
    role = Role.INFORMATION_MANAGER.value
    Membership.objects.create(user=manager, operation=operation, role=role)
    for number in reversed(range(FORMS)):
        form_id = f"form_{number:03}" if number else made_form.FORM_ID
        version = actions.publish_xform(
            operation=operation,
            xform=made_form.xform(form_id),
            identity=(form_id, "1", form_id),
            by=keeper,
        )
    phone = actions.add_device(operation=operation, user=keeper, by=keeper)
    first = _sites(operation)
    _rounds(version.form, -(-rows // SITES))
    _submissions(
        rows, operation=operation.pk, version=version.pk, site=first, phone=_phones(phone.device)
    )
    return f"/openrosa/key/{phone.token}"


def _sites(operation: object) -> int:
    from opendtm_server.places.models import Site, SiteStatus  # noqa: PLC0415

    sites = Site.objects.bulk_create(
        (
            Site(
                operation=operation,
                code=f"LG-S{number}",
                name=f"Site {number} Marché {number % 97}",
                site_type="camp",
            )
            for number in range(SITES)
        ),
        batch_size=1000,
    )
    opened = date(2000, 1, 1)
    SiteStatus.objects.bulk_create(
        SiteStatus(site=one, status="open", since=opened) for one in sites
    )
    return int(sites[0].pk)


def _phones(first: object) -> int:
    from opendtm_server.collect.models import Device  # noqa: PLC0415

    user, operation = first.user, first.operation  # type: ignore[attr-defined]
    made = Device.objects.bulk_create(
        Device(user=user, operation=operation, code=f"M-{number:04}", token_sha256=f"{number:064}")
        for number in range(PHONES)
    )
    return int(made[0].pk)


def _rounds(form: object, number: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from opendtm_server.collect.models import Round  # noqa: PLC0415

    begun, now = date(2020, 1, 6), timezone.now()
    Round.objects.bulk_create(
        Round(
            operation=form.operation,  # type: ignore[attr-defined]
            form=form,
            kind="weekly",
            number=1 + week,
            starts_on=begun + timedelta(weeks=week),
            ends_on=begun + timedelta(weeks=week, days=6),
            signed_off_at=None if week % 2 else now,
        )
        for week in range(number)
    )


def _body() -> str:
    """Keep one filled form, which every submission is said to be; give its SHA-256."""
    from opendtm_server.collect import store  # noqa: PLC0415

    before, after = made_form.filled(photo=False)
    return store.keep(CODE, [before + b"made" + after])


def _submissions(rows: int, **keys: int) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    facts: dict[str, object] = {
        **keys,
        "count": _COUNT.format(rows=rows),
        "sites": SITES,
        "phones": PHONES,
        "sha256": _body(),
        "now": timezone.now().strftime("%Y-%m-%d %H:%M:%S"),
    }
    with connection.cursor() as cursor:
        for statement in (_SUBMISSIONS, _PLACES, _ATTACHMENTS, _CHECKS, _REVIEWS, _FINDINGS):
            cursor.execute(statement.format(**facts))
        cursor.execute("ANALYZE")


def pages(rows: int) -> dict[str, str]:
    """Give what is asked for, by what it is."""
    from opendtm_server.collect.models import Device, Round  # noqa: PLC0415

    round_ = Round.objects.order_by("number")[rows // SITES // 2]
    desk, middle = f"/en/desk/{CODE}", round_.pk
    submissions, findings = f"{desk}/submissions/", f"{desk}/findings/"
    return {
        "submissions, first page": submissions,
        "submissions, in the middle": f"{submissions}?after={rows // 2}",
        "submissions, the last page": f"{submissions}?before=51",
        "submissions of a round": f"{submissions}?round={middle}",
        "submissions without a site": f"{submissions}?placed=no_site",
        "submissions without a round": f"{submissions}?placed=no_round",
        "submissions with files missing": f"{submissions}?placed=missing",
        "submissions replaced": f"{submissions}?placed=replaced",
        "submissions replaced, in a round": f"{submissions}?placed=replaced&round={middle}",
        "search for one site": f"{submissions}?q=LG-S4321",
        "search for a name of fifty sites": f"{submissions}?q=Marché 42",
        "search for a word in every name": f"{submissions}?q=Site",
        "search for a phone": f"{submissions}?q=M-0123",
        "search for an instance ID": f"{submissions}?q=made-{rows // 3}",
        "search for what is not there": f"{submissions}?q=nowhere",
        "a submission": f"{submissions}{rows // 2}/",
        "phones": f"{desk}/devices/",
        "a phone": f"{desk}/devices/{Device.objects.order_by('-pk')[0].pk}/",
        "sent and held": f"{desk}/devices/sent-and-held/?day={round_.starts_on}",
        "rounds": f"{desk}/rounds/",
        "a round": f"{desk}/rounds/{middle}/",
        "a round, one site": f"{desk}/rounds/{middle}/?q=Site 4321",
        "a round's verification": f"{desk}/rounds/{middle}/verification/",
        "a round before its signature": f"{desk}/rounds/{middle}/verification/sign-off/",
        "findings": findings,
        "findings, in the middle": f"{findings}?state=open&after={rows // 10}",
        "findings decided": f"{findings}?state=accepted",
        "findings of all states": f"{findings}?state=",
        "findings of a round": f"{findings}?round={middle}",
        "findings of a check": f"{findings}?check=population_jump&severity=soft",
        "findings at one site": f"{findings}?q=LG-S4321&state=",
        "exports": f"{desk}/exports/",
        "the operation": f"{desk}/",
    }


def quickest(client: object, address: str) -> float:
    """Give the milliseconds of the quickest of some runs; RuntimeError where the answer is not 200."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        answer = client.get(address)  # type: ignore[attr-defined]
        times.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    return 1000 * min(times)


def measure(rows: int) -> int:
    """Set up a house, measure, print the table's rows; give how many promises are broken."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OPENDTM_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opendtm_server.config.settings")
        import django  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        took = _asked(rows, furnish(rows))
    for name, (ms, limit) in took.items():
        sys.stdout.write(f"| {name} | {rows:,} | {ms:.0f} | {limit:g} | {ms / limit:.2f} |\n")
    sys.stdout.flush()
    return sum(ms > limit for ms, limit in took.values())


def _asked(rows: int, phone: str) -> dict[str, tuple[float, float]]:
    """Give the milliseconds of every page with its limit."""
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    desk = Client()
    desk.force_login(User.objects.get(username="manager"))
    took = {name: (quickest(desk, address), PAGE_MS) for name, address in pages(rows).items()}
    forms = f"list of {FORMS} forms for a phone"
    return took | {forms: (quickest(Client(), f"{phone}/formList"), LIST_MS)}


def main(postgresql_rows: int = POSTGRESQL_ROWS, sqlite_rows: int = SQLITE_ROWS) -> int:
    """Measure on both databases, each in a process of its own; 1 where a promise is broken."""
    broken = 0
    for name, rows in (("PostgreSQL", postgresql_rows), ("SQLite", sqlite_rows)):
        if not rows:
            continue
        sys.stdout.write(
            f"{name}\n\n| what | submissions | ms | limit | ratio |\n| --- | --: | --: | --: | --: |\n"
        )
        sys.stdout.flush()
        broken += on_database("submissions", rows, postgresql=name == "PostgreSQL")
        sys.stdout.write("\n")
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        sys.exit(measure(int(sys.argv[2])) > 0)
    sys.exit(main(*(int(number) for number in sys.argv[1:3])))
