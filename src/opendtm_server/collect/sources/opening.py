"""From where a form lies to the server that is asked for it, signed in."""

from dataclasses import dataclass

from opendtm_server.collect.models import Source
from opendtm_server.collect.sources.addresses import server_of
from opendtm_server.collect.sources.central import Central
from opendtm_server.collect.sources.kobo import Kobo
from opendtm_server.collect.sources.remote import Remote
from opendtm_server.collect.sources.sealing import unseal
from opendtm_server.collect.sources.web import Web


@dataclass(frozen=True)
class Place:
    """Where a form lies: kind of server, its address, project number (ODK Central) and form ID or asset UID."""

    kind: str
    url: str
    remote_form: str
    project: int | None = None
    account: str = ""


def remote_at(place: Place, secret: str) -> Remote:
    """Give the form at a place; AddressRefused where it cannot be a server. Asks nothing yet."""
    web = Web(server_of(place.url))
    if place.kind == Source.Kind.KOBO:
        return Kobo(web, asset=place.remote_form, secret=secret)
    return Central(
        web,
        project=place.project or 0,
        form=place.remote_form,
        account=place.account,
        secret=secret,
    )


def open_remote(source: Source) -> Remote:
    """Give the form behind a source; SecretMissing where its secret cannot be opened. Asks nothing yet."""
    place = Place(source.kind, source.url, source.remote_form, source.project, source.account)
    return remote_at(place, unseal(bytes(source.secret), name=source.name))
