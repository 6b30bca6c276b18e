"""What a form behind a public link may hold: its sites by name and area, and nobody's position."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.server import factories
from tests.server.weekly import weekly_form

from opendtm_server.collect import actions
from opendtm_server.collect.open_lists import without_positions
from opendtm_server.govern.models import Operation


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from(["{} {}", "{},{}", "{} {} 0 4.5"]))
def test_coordinates_are_emptied_in_whatever_column_they_stand(
    latitude: float, longitude: float, written: str
) -> None:
    point = written.format(f"{latitude:.6f}", f"{longitude:.6f}")
    listed = f'name,label,Latitude,longitude,where,altitude\nS1,7 8,{latitude},{longitude},"{point}",312\n'
    assert (
        without_positions(listed.encode())
        == b"name,label,Latitude,longitude,where,altitude\nS1,7 8,,,,\n"
    )


def test_names_codes_counts_and_phone_like_texts_stay() -> None:
    listed = 'name,label,adm1,number,note\nS1,"Site 12, north",TL1,12.5,"A ""quoted"" word"\n'
    assert without_positions(listed.encode()) == listed.encode()
    assert without_positions(b"") == b""


@pytest.mark.django_db
def test_public_link_offers_sites_without_saying_where_they_are(
    client: Client, operation: Operation, manager: User
) -> None:
    site = factories.SiteFactory.create(
        operation=operation, code="TL-1", name="Amara", latitude=5.48261, longitude=20.51937
    )
    factories.SiteStatusFactory.create(site=site)
    form = weekly_form()
    version = actions.publish_xform(
        operation=operation,
        xform=form.xml,
        identity=(form.form_id, form.version, form.title),
        by=manager,
    )
    now = timezone.now()
    terms = actions.Terms(now - timedelta(days=1), now + timedelta(days=1), quota=5)
    link = actions.open_public_link(form=version.form, code="open-1", terms=terms, by=manager)
    address = {"secret": link.secret, "filename": "sites.csv"}
    text = client.get(reverse("openrosa:self_report_media", kwargs=address)).content.decode()
    assert "TL-1,Amara" in text
    assert "20.51" not in text
    assert "5.48" not in text
