"""Sets the demonstration up through the actions that the pages call: people, places, form, rounds, phones."""

import json
import secrets
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from opendtm import catalogue, records
from opendtm_server.collect import actions as collect
from opendtm_server.demo import country
from opendtm_server.demo.story import SiteStory, Story
from opendtm_server.govern import actions as govern
from opendtm_server.govern.roles import Role
from opendtm_server.places import actions as places

if TYPE_CHECKING:
    from opendtm_server.collect.models import Form
    from opendtm_server.govern.models import Operation

CODE = "kelundi"
BOUNDARIES = "drawn for the demonstration / dessinées pour la démonstration"
FACILITATORS = 6
PEOPLE = (
    ("head", Role.HEAD_OF_MISSION, ""),
    ("im", Role.INFORMATION_MANAGER, ""),
    ("coordinator", Role.FIELD_COORDINATOR, ""),
    ("cluster-wash", Role.CLUSTER_VIEWER, "wash"),
)
FORM = catalogue.ROOT / "forms" / "weekly_site_update.md"


@dataclass(frozen=True)
class SetUp:
    """What the next steps need: the operation, its information manager, the phones' tokens, the passwords."""

    operation: "Operation"
    manager: User
    form: "Form"
    tokens: tuple[str, ...]
    passwords: dict[str, str]


def hire_keeper() -> User:
    """Make the account that keeps the house; from then on it is no empty one."""
    return User.objects.create_superuser("keeper", password=secrets.token_urlsafe(12))


def set_up(story: Story, keeper: User) -> SetUp:
    """Open the operation of the story with its people, places, form, rounds and phones."""
    operation = govern.create_operation(
        code=CODE,
        name="Displacement response (demonstration)",
        name_fr="Réponse aux déplacements (démonstration)",
        country=country.NAME,
        country_code=country.CODE,
        contact_office="Information management, demonstration office",
        contact_address="dtm@demonstration.example",
        fictional=True,
        by=keeper,
    )
    passwords = _people(operation, keeper)
    manager = User.objects.get(username="im")
    _places(story, operation, manager)
    version = collect.publish_form(operation=operation, source=FORM, by=manager)
    _rounds(story, version.form, manager)
    tokens = tuple(
        collect.add_device(
            operation=operation, user=User.objects.get(username=_facilitator(number)), by=manager
        ).token
        for number in range(FACILITATORS)
    )
    return SetUp(operation, manager, version.form, tokens, passwords)


def _facilitator(number: int) -> str:
    return f"facilitator-{number + 1}"


def _people(operation: "Operation", keeper: User) -> dict[str, str]:
    passwords = {}
    facilitators = [
        (_facilitator(number), Role.SITE_FACILITATOR, "") for number in range(FACILITATORS)
    ]
    for username, role, sector in (*PEOPLE, *facilitators):
        user, password = govern.create_user(
            username=username, operation=operation, by=keeper, password=secrets.token_urlsafe(9)
        )
        govern.add_member(user=user, operation=operation, role=role, sector=sector, by=keeper)
        passwords[username] = password
    return passwords


def _places(story: Story, operation: "Operation", manager: User) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, boundaries in story.country.boundaries():
            path = Path(folder) / name
            path.write_text(json.dumps(boundaries), encoding="utf-8")
            places.import_areas(
                path=path,
                source=BOUNDARIES,
                valid_from=country.VALID_FROM,
                operation=operation,
                by=manager,
            )
    for site in story.sites:
        _site(story, site, operation, manager)


def _site(story: Story, site: SiteStory, operation: "Operation", manager: User) -> None:
    since = story.monday(site.opened) if site.opened > 1 else story.monday(1) - timedelta(weeks=30)
    record = records.Site(
        site_id=site.code,
        name=site.name,
        site_type=site.site_type,
        latitude=site.latitude,
        longitude=site.longitude,
        admins=(country.CODE, f"{country.CODE}{site.district.province + 1}", site.district.code),
    )
    row = places.create_site(site=record, since=since, operation=operation, by=manager)
    if site.closed:
        places.set_site_status(
            site=row,
            status="closed",
            since=story.monday(site.closed),
            reason="Families returned or were relocated; the site was handed back.",
            by=manager,
        )


def _rounds(story: Story, form: "Form", manager: User) -> None:
    for week in range(1, story.weeks + 1):
        monday = story.monday(week)
        collect.open_round(
            form=form, starts_on=monday, ends_on=monday + timedelta(days=6), number=week, by=manager
        )
