"""Makers of test rows, one a table, for every room of the house.

Every maker gives a valid row by itself; a test names only what it is about.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

import factory
from django.contrib.auth.models import User
from factory.django import DjangoModelFactory

from opendtm_server.collect import models as collect
from opendtm_server.govern import models as govern
from opendtm_server.govern.roles import Role
from opendtm_server.matrix import models as matrix
from opendtm_server.places import models as places
from opendtm_server.publish import models as publish
from opendtm_server.verify import models as verify

PASSWORD = "correct horse battery"
MONDAY = date(2026, 1, 5)


def square(west: float, south: float, size: float = 1.0) -> dict[str, object]:
    """Give a square as GeoJSON, degrees."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _sha256(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")
    password = factory.django.Password(PASSWORD)


class OrganisationFactory(DjangoModelFactory[govern.Organisation]):
    class Meta:
        model = govern.Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    acronym = factory.Sequence(lambda n: f"ORG{n}")


class OperationFactory(DjangoModelFactory[govern.Operation]):
    class Meta:
        model = govern.Operation

    code = factory.Sequence(lambda n: f"operation-{n}")
    name = factory.Sequence(lambda n: f"Operation {n}")
    name_fr = factory.Sequence(lambda n: f"Opération {n}")
    country = "Testland"
    country_code = "TL"
    contact_office = "Displacement tracking team"
    contact_address = "dtm@example.org"
    fictional = True


class MembershipFactory(DjangoModelFactory[govern.Membership]):
    class Meta:
        model = govern.Membership

    user = factory.SubFactory(UserFactory)
    operation = factory.SubFactory(OperationFactory)
    role = Role.INFORMATION_MANAGER.value


class AuditEventFactory(DjangoModelFactory[govern.AuditEvent]):
    class Meta:
        model = govern.AuditEvent

    by = "house"
    action = "create_site"


class BoundarySetFactory(DjangoModelFactory[places.BoundarySet]):
    class Meta:
        model = places.BoundarySet

    operation = factory.SubFactory(OperationFactory)
    source = "Mapping office of Testland"
    valid_from = date(2020, 1, 1)
    sha256 = factory.Sequence(_sha256)


class AreaFactory(DjangoModelFactory[places.Area]):
    class Meta:
        model = places.Area

    boundary_set = factory.SubFactory(BoundarySetFactory)
    operation = factory.SelfAttribute("boundary_set.operation")
    code = factory.Sequence(lambda n: f"TL{n:02}")
    name = factory.Sequence(lambda n: f"Area {n}")
    level = 1
    parent_code = "TL"
    valid_from = factory.SelfAttribute("boundary_set.valid_from")
    geometry = factory.Sequence(lambda n: square(n % 50, n % 30))


class SiteFactory(DjangoModelFactory[places.Site]):
    class Meta:
        model = places.Site

    operation = factory.SubFactory(OperationFactory)
    code = factory.Sequence(lambda n: f"TL-S{n:04}")
    name = factory.Sequence(lambda n: f"Site {n}")
    site_type = "camp"
    latitude = factory.Sequence(lambda n: 5 + (n % 40) / 10)
    longitude = factory.Sequence(lambda n: 20 + (n % 40) / 10)


class SiteAliasFactory(DjangoModelFactory[places.SiteAlias]):
    class Meta:
        model = places.SiteAlias

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Alias {n}")


class SiteStatusFactory(DjangoModelFactory[places.SiteStatus]):
    class Meta:
        model = places.SiteStatus

    site = factory.SubFactory(SiteFactory)
    status = "open"
    since = date(2025, 1, 1)


class FormFactory(DjangoModelFactory[collect.Form]):
    class Meta:
        model = collect.Form

    operation = factory.SubFactory(OperationFactory)
    form_id = factory.Sequence(lambda n: f"form_{n}")
    title = "Site visit"


class FormVersionFactory(DjangoModelFactory[collect.FormVersion]):
    class Meta:
        model = collect.FormVersion

    form = factory.SubFactory(FormFactory)
    version = factory.Sequence(str)
    xform = b"<h:html xmlns:h='http://www.w3.org/1999/xhtml'/>"
    md5 = factory.LazyAttribute(lambda o: hashlib.md5(o.xform, usedforsecurity=False).hexdigest())
    published_by = "manager"


class FormMediaFactory(DjangoModelFactory[collect.FormMedia]):
    class Meta:
        model = collect.FormMedia

    form_version = factory.SubFactory(FormVersionFactory)
    filename = factory.Sequence(lambda n: f"picture{n}.png")
    content = b"picture"
    md5 = factory.LazyAttribute(lambda o: hashlib.md5(o.content, usedforsecurity=False).hexdigest())


class RoundFactory(DjangoModelFactory[collect.Round]):
    class Meta:
        model = collect.Round

    operation = factory.SubFactory(OperationFactory)
    form = factory.SubFactory(FormFactory, operation=factory.SelfAttribute("..operation"))
    kind = "weekly"
    number = factory.Sequence(lambda n: n + 1)
    starts_on = factory.LazyAttribute(lambda o: MONDAY + timedelta(weeks=o.number - 1))
    ends_on = factory.LazyAttribute(lambda o: o.starts_on + timedelta(days=6))


class RoundPlaceFactory(DjangoModelFactory[collect.RoundPlace]):
    class Meta:
        model = collect.RoundPlace

    round = factory.SubFactory(RoundFactory)
    site = factory.SubFactory(SiteFactory, operation=factory.SelfAttribute("..round.operation"))


class DeviceFactory(DjangoModelFactory[collect.Device]):
    class Meta:
        model = collect.Device

    operation = factory.SubFactory(OperationFactory)
    user = factory.SubFactory(UserFactory)
    code = factory.Sequence(lambda n: f"made-{n:03}")
    token_sha256 = factory.Sequence(_sha256)


class SubmissionFactory(DjangoModelFactory[collect.Submission]):
    class Meta:
        model = collect.Submission

    operation = factory.SubFactory(OperationFactory)
    form_version = factory.SubFactory(
        FormVersionFactory, form__operation=factory.SelfAttribute("...operation")
    )
    instance_id = factory.Sequence(lambda n: f"uuid:00000000-0000-4000-8000-{n:012}")
    sha256 = factory.Sequence(_sha256)


class AttachmentFactory(DjangoModelFactory[collect.Attachment]):
    class Meta:
        model = collect.Attachment

    submission = factory.SubFactory(SubmissionFactory)
    filename = factory.Sequence(lambda n: f"photo{n}.jpg")


class QuarantineFactory(DjangoModelFactory[collect.Quarantine]):
    class Meta:
        model = collect.Quarantine

    operation = factory.SubFactory(OperationFactory)
    sha256 = factory.Sequence(_sha256)
    error_code = "OD701"
    reason = "The file is not a submission."


class FindingFactory(DjangoModelFactory[verify.Finding]):
    class Meta:
        model = verify.Finding

    submission = factory.SubFactory(SubmissionFactory)
    operation = factory.SelfAttribute("submission.operation")
    check_code = "individuals_below_households"
    severity = "hard"
    concept = "idp_individuals"
    message = "There are fewer persons than households."


class CorrectionFactory(DjangoModelFactory[verify.Correction]):
    class Meta:
        model = verify.Correction

    submission = factory.SubFactory(SubmissionFactory)
    concept = "idp_individuals"
    old_value = 10
    new_value = 100
    reason = "Confirmed with the facilitator."
    by = "coordinator"


class ReviewFactory(DjangoModelFactory[verify.Review]):
    class Meta:
        model = verify.Review

    submission = factory.SubFactory(SubmissionFactory)
    state = "approved"
    by = "coordinator"


class RunFactory(DjangoModelFactory[matrix.Run]):
    class Meta:
        model = matrix.Run

    round = factory.SubFactory(
        RoundFactory, signed_off_at=datetime(2026, 1, 12, 9, tzinfo=UTC), signed_off_by="manager"
    )
    revision = 1
    partition = factory.Sequence(lambda n: f"matrix/{n}")
    answers_sha256 = factory.Sequence(_sha256)
    figures_sha256 = factory.Sequence(_sha256)
    definitions_sha256 = factory.Sequence(_sha256)
    engine = "duckdb"
    made_by = "manager"


class FigureFactory(DjangoModelFactory[matrix.Figure]):
    class Meta:
        model = matrix.Figure

    run = factory.SubFactory(RunFactory)
    indicator = "idp_individuals"
    place_level = "0"
    place_code = factory.Sequence(lambda n: f"TL{n:02}")
    place_name = "Testland"
    value = 1204.0
    unit = "individuals"
    as_of = date(2026, 1, 11)
    method = "observed"
    n_places = 10
    n_known = 12
    n_assessed = 10
    n_carried = 0
    n_inaccessible = 0


class RunSourceFactory(DjangoModelFactory[matrix.RunSource]):
    class Meta:
        model = matrix.RunSource

    run = factory.SubFactory(RunFactory)
    submission = factory.SubFactory(SubmissionFactory)


class ReleaseFactory(DjangoModelFactory[publish.Release]):
    class Meta:
        model = publish.Release

    operation = factory.SubFactory(OperationFactory)
    product = "site-needs"
    number = factory.Sequence(lambda n: n + 1)
    run = factory.SubFactory(RunFactory, round__operation=factory.SelfAttribute("...operation"))
    released_by = "manager"


class ReleaseFileFactory(DjangoModelFactory[publish.ReleaseFile]):
    class Meta:
        model = publish.ReleaseFile

    release = factory.SubFactory(ReleaseFactory)
    name = factory.Sequence(lambda n: f"site-needs-{n}.pdf")
    language = "en"
    format = "pdf"
    sha256 = factory.Sequence(_sha256)
    size = 1000
