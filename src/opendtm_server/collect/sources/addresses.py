"""Which addresses the house connects to when a person names a server.

The name is looked up once for each request, every address behind it is judged, and the connection then goes
to a judged address, so that a name that points elsewhere a moment later gains nothing. Addresses inside the
house's own network, of this machine, or hidden in another notation are refused unless the setting
`OPENDTM_PRIVATE_SOURCES` allows them.
"""

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop

from opendtm_server.collect.errors import AddressRefused, NoAnswer

Resolve = Callable[[str, int], list[str]]
IP = ipaddress.IPv4Address | ipaddress.IPv6Address
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))

NOT_AN_ADDRESS = gettext_noop("it is not the address of a server")
NOT_ENCRYPTED = gettext_noop("it does not begin with https")
INSIDE = gettext_noop("it lies in a private network, or is this machine itself")
ODD_NUMBER = gettext_noop("it is a number in an unusual notation")


def resolve(host: str, port: int) -> list[str]:
    """Look a name up; NoAnswer where it has no address."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise NoAnswer(host=host, reason=type(unknown).__name__) from unknown
    return [str(address[0]) for *_rest, address in found]


def server_of(url: str) -> str:
    """Give the address of a server as it is kept: scheme, host and port; what follows is cut off.

    AddressRefused where it cannot be one, or carries a user or a password.
    """
    text = url.strip()
    parts = _parts(text if "://" in text else f"https://{text}")
    if parts.username is not None or parts.password is not None:
        raise _refused(parts.hostname or url, NOT_AN_ADDRESS)
    if parts.scheme not in {"https", "http"} or (
        parts.scheme == "http" and not private_sources_allowed()
    ):
        raise _refused(parts.hostname or url, NOT_ENCRYPTED)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def vetted(url: str, look_up: Resolve = resolve) -> str:
    """Give the one IP address to connect to for a URL; AddressRefused or NoAnswer."""
    parts = _parts(url)
    host = parts.hostname or ""
    _check_notation(host)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in look_up(host, port)]
    if not addresses:
        raise NoAnswer(host=host, reason="DNS")
    for address in addresses:
        _check_address(host, address, scheme=parts.scheme)
    return str(addresses[0])


def private_sources_allowed() -> bool:
    """Tell whether the keeper of the house allows servers of its own network."""
    return bool(getattr(settings, "OPENDTM_PRIVATE_SOURCES", False))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known:
        raise _refused(url[:100], NOT_AN_ADDRESS)
    return parts


def _check_notation(host: str) -> None:
    """Refuse 2130706433, 0x7f.1 and 127.1: numbers that some resolvers read as an address."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        labels = host.lower().rstrip(".").split(".")
        if labels[-1].isdigit() or labels[-1].startswith("0x"):
            raise _refused(host, ODD_NUMBER) from None


def _check_address(host: str, address: IP, *, scheme: str) -> None:
    plain = _unwrapped(address)
    allowed = private_sources_allowed()
    if scheme != "https" and not (scheme == "http" and allowed and plain.is_loopback):
        raise _refused(host, NOT_ENCRYPTED)
    outside = plain.is_global and not plain.is_multicast
    usable = not (plain.is_unspecified or plain.is_multicast)
    if not outside and not (allowed and usable):
        raise _refused(host, INSIDE)


def _unwrapped(address: IP) -> IP:
    """Give the IPv4 address that an IPv6 one carries inside, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if int(address) > 1 and any(address in carrier for carrier in CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


def _refused(host: str, reason: str) -> AddressRefused:
    return AddressRefused(host=host, reason=reason)
