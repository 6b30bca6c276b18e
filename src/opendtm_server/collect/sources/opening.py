"""From a source in the database to the server that it names, signed in."""

from opendtm_server.collect.models import Source
from opendtm_server.collect.sources.central import Central
from opendtm_server.collect.sources.kobo import Kobo
from opendtm_server.collect.sources.remote import Remote
from opendtm_server.collect.sources.sealing import unseal
from opendtm_server.collect.sources.web import Web


def open_remote(source: Source) -> Remote:
    """Give the form behind a source; SecretMissing where its secret cannot be opened. Asks nothing yet."""
    secret = unseal(bytes(source.secret), name=source.name)
    web = Web(source.url)
    if source.kind == Source.Kind.KOBO:
        return Kobo(web, asset=source.remote_form, secret=secret)
    return Central(
        web,
        project=source.project or 0,
        form=source.remote_form,
        account=source.account,
        secret=secret,
    )
