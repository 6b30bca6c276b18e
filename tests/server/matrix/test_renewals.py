"""A run after a change: it keeps the figures that may be others, and has all that computing everything gives.

1. Whatever changes (an answer, its undoing, a place, its state, a visit that is rejected or comes late): the run holds
   when everything is computed again from it, to the digit, in its files and in the database.
2. Figures of other places and indicators are those of the base, not written again; what went is gone.
3. Figures open to the submissions behind them, whether they are the run's own or its base's.
4. Where much is different, or the base is not as it was, everything is computed.
"""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.server.weekly import Field, answered

from opendtm.vocab import code_list
from opendtm_server.matrix import actions, partition, queries
from opendtm_server.matrix.actions import run_matrix
from opendtm_server.matrix.approved import APPROVED
from opendtm_server.matrix.models import Figure, Replaced, Run, RunSource
from opendtm_server.matrix.recomputation import compute_again
from opendtm_server.places import actions as places
from opendtm_server.verify import actions as verify
from opendtm_server.verify.problems import NothingChanged

pytestmark = pytest.mark.django_db

CORRECTED = {
    "idp_individuals": st.integers(0, 900),
    "idp_households": st.integers(0, 200),
    "arrivals_individuals": st.integers(0, 80),
    "need_wash": st.sampled_from(code_list("need_level").names()),
    "method": st.sampled_from(code_list("estimate_method").names()),
    "access": st.just("no"),
}


def reopened(work: Field, change: Callable[[], Any]) -> None:
    """Change something of the third round while it is open, and sign it off again."""
    verify.reopen_round(round_=work.round(3), reason="A late message.", by=work.manager)
    change()
    work.sign(3)


def computed(work: Field) -> Run:
    """Compute the third round, prove the run, and give it."""
    run = run_matrix(work.round(3), by=work.manager)
    again = compute_again(run)
    assert (again.altered, again.different) == ((), ())
    assert again.is_current
    assert again.compared == queries.figures_of(run).count()
    return run


def value(run: Run, level: str, code: str = "", indicator: str = "idp_individuals") -> Any:
    found = queries.figures_of(run).get(
        indicator=indicator, place_level=level, place_code=code, by=""
    )
    return found.value


def test_correction_keeps_what_it_concerns_beside_the_base(work: Field, run: Run) -> None:
    work.correct(3, "S1", "idp_individuals", 410)
    newer = computed(work)
    assert (newer.revision, newer.base) == (2, run)
    own = Figure.objects.filter(run=newer)
    assert set(own.values_list("place_code", flat=True)) == {"", "TL1", "TL101", "S1"}
    assert not own.filter(indicator="idp_households").exists()
    assert own.count() < Figure.objects.filter(run=run).count() / 4
    assert [value(newer, "site", "S1"), value(run, "site", "S1")] == [410, 400]
    assert value(newer, "none") - value(run, "none") == 10
    assert value(newer, "adm1", "TL2") == value(run, "adm1", "TL2")
    assert Replaced.objects.filter(run=newer).count() == own.count()


def test_second_correction_stands_on_the_same_base_with_the_first(work: Field, run: Run) -> None:
    work.correct(3, "S1", "idp_individuals", 410)
    first = computed(work)
    work.correct(3, "S3", "idp_households", 2)
    second = computed(work)
    assert (first.base, second.base, second.revision) == (run, run, 3)
    assert value(second, "site", "S1") == 410
    assert run_matrix(work.round(3), by=work.manager) == second


def test_correction_taken_back_gives_the_figures_of_before(work: Field, run: Run) -> None:
    work.correct(3, "S1", "idp_individuals", 410)
    computed(work)
    (correction,) = work.sent[3, "S1"].corrections.all()
    reopened(work, lambda: verify.undo_correction(correction=correction, by=work.manager))
    last = computed(work)
    assert (last.base, Figure.objects.filter(run=last).count()) == (run, 0)
    assert value(last, "none") == value(run, "none")


def test_late_and_rejected_visits_change_who_stands_behind(work: Field, run: Run) -> None:
    late = []
    reopened(work, lambda: late.append(work.send(3, "S4", answered(125, 25))))
    newer = computed(work)
    assert newer.base == run
    assert list(RunSource.objects.filter(run=newer).values_list("submission", flat=True)) == [
        late[0].pk
    ]
    whole = queries.figures_of(newer).get(indicator="idp_individuals", place_level="none", by="")
    assert {one.number for one in queries.sources_for(work.manager, whole)} == {
        late[0].pk,
        *(work.sent[3, site].pk for site in ("S1", "S2", "S3", "S5")),
    }
    rejected = work.sent[3, "S2"]
    reopened(
        work,
        lambda: verify.review(
            submission=rejected, state="rejected", reason="Not there.", by=work.manager
        ),
    )
    last = computed(work)
    assert last.base == run
    assert value(last, "site", "S2") == 250  # carried forward from the second round


def test_place_that_moves_or_closes_is_out_of_its_old_area(work: Field, run: Run) -> None:
    site = work.sent[3, "S1"].site
    assert site is not None
    before = value(run, "adm1", "TL1"), value(run, "adm1", "TL2")
    places.move_site(site=site, latitude=5.5, longitude=21.5, on=date(2026, 1, 6), by=work.manager)
    moved = computed(work)
    assert moved.base == run
    assert [value(moved, "adm1", "TL1"), value(moved, "adm1", "TL2")] == [
        before[0] - 400,
        before[1] + 400,
    ]
    places.rename_site(site=site, name="Alpha North", by=work.manager)
    named = computed(work)
    assert set(queries.figures_of(named).filter(place_code="S1").values_list("place_name")) == {
        ("Alpha North",)
    }
    places.set_site_status(site=site, status="closed", since=date(2026, 1, 20), by=work.manager)
    closed = computed(work)
    assert value(closed, "site", "S1") is None


@hypothesis_settings(
    max_examples=4,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_random_corrections_give_what_computing_everything_gives(
    work: Field, run: Run, data: st.DataObject
) -> None:
    with transaction.atomic():
        for site in data.draw(
            st.lists(st.sampled_from(["S1", "S2", "S3"]), min_size=1, max_size=2)
        ):
            concept = data.draw(st.sampled_from(sorted(CORRECTED)))
            try:
                work.correct(3, site, concept, data.draw(CORRECTED[concept]))
            except NothingChanged:
                work.sign(3)
        computed(work)
        transaction.set_rollback(True)
    shutil.rmtree(settings.MATRIX_DIR / run.partition / ".." / ".." / APPROVED)  # of what never was


def test_figures_of_a_renewal_open_by_the_key_that_reports_print(work: Field, run: Run) -> None:
    work.correct(3, "S1", "idp_individuals", 410)
    newer = run_matrix(work.round(3), by=work.manager)
    numbers = {}
    for key in ("idp_individuals||", "idp_households||", "idp_individuals|S1|"):
        found = queries.figure_by_key(newer, key)
        assert found is not None
        numbers[key] = (found.run_id, queries.number_of_sources(found))
    assert numbers == {
        "idp_individuals||": (newer.pk, 5),
        "idp_households||": (run.pk, 5),
        "idp_individuals|S1|": (newer.pk, 1),
    }
    assert queries.printed(newer)["idp_individuals|S1|"] == ("Alpha", 410.0)
    assert len(queries.printed(newer)) == len(queries.printed(run))


def test_renewal_refuses_to_be_changed_and_its_base_to_go(work: Field, run: Run) -> None:
    work.correct(3, "S1", "idp_individuals", 410)
    newer = run_matrix(work.round(3), by=work.manager)
    row = Replaced.objects.filter(run=newer).first()
    assert row is not None
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        row.save(force_update=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        run.delete()


def test_everything_is_computed_where_the_base_is_not_as_it_was(
    work: Field, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder: Path = settings.MATRIX_DIR / run.partition
    work.correct(3, "S1", "idp_individuals", 410)
    newer = run_matrix(work.round(3), by=work.manager)
    (folder / partition.FIGURES).write_bytes(b"")
    assert compute_again(newer).altered == ("revision-1/figures.parquet",)
    (folder / partition.ANSWERS).write_bytes(b"")
    work.correct(3, "S1", "idp_individuals", 420)
    whole = computed(work)
    assert (whole.base, value(whole, "site", "S1")) == (None, 420)
    monkeypatch.setattr(actions, "versions", lambda _packages: {"opendtm": "of tomorrow"})
    work.correct(3, "S1", "idp_individuals", 430)
    assert run_matrix(work.round(3), by=work.manager).base is None
