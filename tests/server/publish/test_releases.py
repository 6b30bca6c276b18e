"""Releases: numbered without gaps, immutable, corrected by a new one that says what changed."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from tests.server.weekly import Field

from opendtm import render
from opendtm_server.collect import store
from opendtm_server.govern.models import AuditEvent
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Run
from opendtm_server.publish import actions, products, queries
from opendtm_server.publish.actions import release_site_needs
from opendtm_server.publish.models import Release, ReleaseFile
from opendtm_server.publish.problems import NotTheNewestRun
from opendtm_server.publish.reports import report_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pdf")]


def test_release_holds_every_file_in_both_languages(work: Field, release: Release) -> None:
    files = list(release.files.all())
    for lang in ("en", "fr"):
        formats = [file.format for file in files if file.language == lang and not file.sector]
        assert sorted(formats) == sorted([*products.DOWNLOADS, *products.PARTS])
        sectors = {file.sector for file in files if file.language == lang} - {""}
        assert len(sectors) == 10
    for file in files:
        assert len(store.read_kept(work.operation.code, file.sha256)) == file.size > 0


def test_progress_counts_to_the_number_announced(work: Field, run: Run) -> None:
    told: list[tuple[str, int, int]] = []
    release_site_needs(run, by=work.manager, progress=lambda *step: told.append(step))
    assert [number for _, number, _ in told] == list(range(1, told[0][2] + 1))
    assert told[-1][1] == Release.objects.get().files.count()


def test_same_run_is_released_once(work: Field, run: Run, release: Release) -> None:
    assert release_site_needs(run, by=work.manager) == release
    assert Release.objects.count() == 1


def test_numbers_follow_each_other_and_are_printed(work: Field, release: Release) -> None:
    second = release_site_needs(run_matrix(work.round(2), by=work.manager), by=work.manager)
    assert (release.number, second.number) == (1, 2)
    assert second.replaces is None
    file = second.files.get(format="geojson", language="en")
    assert b'"issue": "2"' in store.read_kept(work.operation.code, file.sha256)


def test_number_taken_meanwhile_is_replaced_in_every_file(
    work: Field, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = run_matrix(work.round(2), by=work.manager)
    record = actions._record
    meanwhile: list[Release] = []

    def late(*args: Any, **kwargs: Any) -> Release:
        if not meanwhile:
            meanwhile.append(
                Release.objects.create(
                    operation=work.operation, product=products.PRODUCT, number=1, run=other
                )
            )
        return record(*args, **kwargs)

    monkeypatch.setattr(actions, "_record", late)
    made = release_site_needs(run, by=work.manager)
    assert made.number == 2
    assert all("_002_" in file.name for file in made.files.all())


def test_release_and_its_files_refuse_to_be_changed(release: Release) -> None:
    release.number = 7
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        release.save()
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        ReleaseFile.objects.filter(release=release).update(sha256="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        release.delete()
    assert Release.objects.get(pk=release.pk).number == 1


def test_correction_is_a_new_release_that_lists_what_changed(work: Field, release: Release) -> None:
    round_ = work.correct(3, "S2", "idp_individuals", 260)
    second = release_site_needs(run_matrix(round_, by=work.manager), by=work.manager)
    changes = {change["key"]: (change["before"], change["after"]) for change in second.changes}
    assert (second.number, second.replaces) == (2, release)
    assert changes["idp_individuals|S2|"] == (250, 260)
    assert changes["idp_individuals||"] == (773, 783)
    assert "idp_individuals|S4|" not in changes
    assert queries.newer_than(release) == second


def test_older_run_of_a_round_is_not_released(work: Field, run: Run) -> None:
    run_matrix(work.correct(3, "S1", "idp_individuals", 410), by=work.manager)
    with pytest.raises(NotTheNewestRun) as problem:
        release_site_needs(run, by=work.manager)
    assert problem.value.code == "OD860"
    assert not Release.objects.exists()


def test_who_may_not_publish_is_refused(run: Run, coordinator: User, cluster: User) -> None:
    for user in (coordinator, cluster):
        with pytest.raises(PermissionDenied):
            release_site_needs(run, by=user)
    assert not Release.objects.exists()


def test_release_is_in_the_audit_log(work: Field, release: Release) -> None:
    event = AuditEvent.objects.get(action="release_site_needs")
    assert (event.by, event.subject) == (work.manager.get_username(), "site-needs 1")
    assert event.details["files"] == release.files.count()


def test_failure_while_making_files_records_nothing(
    work: Field, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> bytes:
        raise OSError("disk")

    monkeypatch.setattr(render, "xlsx", broken)
    with pytest.raises(OSError, match="disk"):
        release_site_needs(run, by=work.manager)
    assert not Release.objects.exists()


def test_french_files_name_the_operation_in_french(
    work: Field, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = release_site_needs(run, by=work.manager)
    for lang, name in (("en", work.operation.name), ("fr", work.operation.name_fr)):
        file = release.files.get(format="html", language=lang)
        assert name in store.read_kept(work.operation.code, file.sha256).decode()


def test_report_uses_the_sites_as_they_were_when_computed(
    work: Field, run: Run, browse: Callable[[User], Any]
) -> None:
    work.operation.sites.filter(code="S1").update(name="Renamed since")
    release = release_site_needs(run, by=work.manager)
    file = release.files.get(format="csv", language="en")
    table = store.read_kept(work.operation.code, file.sha256).decode()
    assert "Alpha" in table
    assert "Renamed since" not in table


def test_files_made_side_by_side_are_those_made_one_by_one(
    run: Run,
) -> None:
    report = report_of(run, number=1, made_at=timezone.now().replace(microsecond=0))
    wanted = {"stem": "s", "names": {"fr": "Réponse"}, "figure_url": products.figure_address}
    text = {"html", "csv", "geojson", "svg", "fragment", "figures", "points", "areas"}

    def contents(**more: Any) -> dict[str, bytes]:
        made = products.make(report, **wanted, **more)
        return {file.name: file.content if file.format in text else b"" for file in made}

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert contents(pool=pool) == contents()
