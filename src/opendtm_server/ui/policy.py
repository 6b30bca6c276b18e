"""What a browser may run and load on a page of the house: nothing but what the house itself serves.

A page that needs more says what, and its answer carries its own policy; every other page has the common one.
"""

from collections.abc import Mapping

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def content_policy(changes: Mapping[str, str] | None = None) -> str:
    """Write the Content-Security-Policy, with some parts of the common one changed."""
    return "; ".join(f"{part} {source}" for part, source in (POLICY | dict(changes or {})).items())
