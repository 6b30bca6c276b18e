"""`opendtm matrix verify`: what has not changed holds to the digit, and whatever was touched is found.

1. A run that nobody touched holds, figures and database alike, and is current.
2. A file that was altered or is missing is named, and nothing is computed from it.
3. A figure that differs from its recomputation, or in the database, is named with both values.
4. A correction after the run leaves the run true, and says that the round should be computed again.
5. An indicator that is defined otherwise today is named, not compared.
"""

import hashlib
import json
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from tests.server.command_line import opendtm
from tests.server.weekly import Field

from opendtm_server.matrix import partition
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.models import Figure, Run, RunSource
from opendtm_server.matrix.recomputation import compute_again, runs_to_verify
from opendtm_server.places import actions as places
from opendtm_server.verify import actions as verify

pytestmark = pytest.mark.django_db


def folder_of(run: Run) -> Path:
    """Give the folder of a run's partition."""
    found: Path = settings.MATRIX_DIR / run.partition
    return found


def test_untouched_run_holds_and_is_current(run: Run) -> None:
    result = compute_again(run)
    assert result.holds
    assert result.is_current
    assert result.compared == Figure.objects.filter(run=run).count() > 100


@pytest.mark.parametrize("name", [partition.ANSWERS, partition.FIGURES, partition.BASIS])
def test_altered_or_missing_file_is_named(run: Run, name: str) -> None:
    file = folder_of(run) / name
    file.write_bytes(file.read_bytes() + b" ")
    assert compute_again(run).altered == (name,)
    file.unlink()
    result = compute_again(run)
    assert result.altered == (name,)
    assert (result.holds, result.compared) == (False, 0)


def test_figure_that_differs_from_its_recomputation_is_named(run: Run) -> None:
    file = folder_of(run) / partition.FIGURES
    figures = pq.read_table(file)
    whole = pc.and_(
        pc.equal(figures["indicator"], "idp_individuals"),
        pc.and_(pc.equal(figures["place_level"], "none"), pc.equal(figures["by"], "")),
    )
    wrong = pc.if_else(whole, pc.add(figures["value"], 1.0), figures["value"])
    pq.write_table(figures.set_column(figures.column_names.index("value"), "value", wrong), file)
    run.figures_sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    found = [(one.key[:2], one.link, one.kept, one.again) for one in compute_again(run).different]
    right = Figure.objects.get(run=run, indicator="idp_individuals", place_level="none", by="")
    assert right.value is not None
    expected = [
        (("idp_individuals", "none"), link, right.value + 1, right.value)
        for link in ("figures", "database")
    ]
    assert found == expected


def test_figure_and_source_gone_from_the_database_are_named(run: Run) -> None:
    site = Figure.objects.get(run=run, indicator="idp_individuals", place_code="S1", by="")
    other = Figure.objects.get(run=run, indicator="idp_households", place_code="S3", by="")
    source = RunSource.objects.get(run=run, submission__site__code="S3")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matrix_runsource WHERE id = %s", [source.pk])
        cursor.execute("DELETE FROM matrix_figure WHERE id = %s", [site.pk])
    different = compute_again(run).different
    found = {one.key[:3]: (one.link, one.kept, one.again) for one in different}
    assert found["idp_individuals", "site", "S1"] == ("database", site.value, None)
    assert found["idp_households", "site", "S3"] == ("database", other.value, other.value)
    at_sites = {code for _, level, code in found if level == "site"}
    assert at_sites == {"S1", "S3"}


def test_correction_after_the_run_leaves_it_true_and_no_longer_current(
    work: Field, run: Run
) -> None:
    work.correct(3, "S1", "idp_individuals", 999)
    result = compute_again(run)
    assert result.holds
    assert result.changed_answers == (work.sent[3, "S1"].instance_id,)
    assert not result.is_current
    newer = run_matrix(work.round(3), by=work.manager)
    assert compute_again(newer).is_current
    assert compute_again(run).changed_answers == ()  # asked of the newest revision only


def test_renamed_site_is_a_changed_setting(work: Field, run: Run) -> None:
    site = work.sent[3, "S1"].site
    assert site is not None
    places.rename_site(site=site, name="Alpha North", by=work.manager)
    result = compute_again(run)
    assert (result.holds, result.changed_setting, result.changed_answers) == (True, True, ())


def test_reopened_round_is_no_longer_current(work: Field, run: Run) -> None:
    verify.reopen_round(round_=work.round(3), reason="A late message.", by=work.manager)
    result = compute_again(Run.objects.get(pk=run.pk))
    assert (result.holds, result.reopened, result.is_current) == (True, True, False)


def test_indicator_defined_otherwise_is_named_and_not_compared(run: Run) -> None:
    whole = compute_again(run).compared
    record = json.loads((folder_of(run) / partition.RECORD).read_text(encoding="utf-8"))
    record["definitions"]["idp_individuals"] = "0" * 64
    (folder_of(run) / partition.RECORD).write_text(json.dumps(record), encoding="utf-8")
    run.definitions_sha256 = "0" * 64
    result = compute_again(run)
    assert result.redefined == ("idp_individuals",)
    of_it = Figure.objects.filter(run=run, indicator="idp_individuals").count()
    assert (result.compared, result.holds) == (whole - of_it, True)


def test_runs_are_chosen_by_operation_and_round(work: Field, run: Run) -> None:
    earlier = run_matrix(work.round(2), by=work.manager)
    code = run.round.operation.code
    assert list(runs_to_verify()) == [earlier, run]
    assert list(runs_to_verify(operation=code, number=2)) == [earlier]
    assert not runs_to_verify(operation="absent").exists()


@pytest.mark.command_line
def test_command_says_what_to_do_where_nothing_was_computed(tmp_path: Path) -> None:
    done = opendtm("matrix", "verify", tmp_path, lang="fr")
    assert done.returncode == 1
    assert "OD838" in done.stderr
