"""What sets a phone up in one scan: the settings of ODK Collect and KoboCollect as a QR code.

The format is Collect's own (docs.getodk.org/collect-import-export): JSON, compressed with zlib, as base64.
A setting that is not named here keeps the application's default.
"""

import base64
import io
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import segno
from django.urls import reverse

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

COLOUR = "#1F5C99"  # the accent of our pages, so that the project is known on the phone


@dataclass(frozen=True)
class PhoneSetup:
    """One phone's address, the name under which the project stands on it, and its language."""

    server_url: str
    project: str
    lang: str = ""

    @classmethod
    def of(
        cls, token: str, operation: "Operation", *, base_url: str, lang: str = ""
    ) -> "PhoneSetup":
        """Set a phone up for its token; `base_url` is where phones reach the house, without a slash."""
        path = reverse("openrosa:form_list", kwargs={"token": token}).removesuffix("/formList")
        project = operation.name_fr if lang == "fr" else operation.name
        return cls(server_url=base_url + path, project=project, lang=lang)

    @property
    def browser_url(self) -> str:
        """Give the address at which the same key fills forms in a browser."""
        base_url, _, token = self.server_url.rpartition("/openrosa/key/")
        return base_url + reverse("openrosa:fill_with_key", kwargs={"token": token})

    def settings(self) -> dict[str, Any]:
        """Give Collect's settings: forms follow the server, filled ones go by themselves, nothing is retyped."""
        general: dict[str, Any] = {
            "server_url": self.server_url,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        }
        if self.lang:
            general["app_language"] = self.lang
        return {
            "general": general,
            "admin": {"change_server": False},
            "project": {"name": self.project, "icon": "D", "color": COLOUR},
        }

    def text(self) -> str:
        """Give what the QR code says."""
        plain = json.dumps(self.settings(), ensure_ascii=False).encode()
        return base64.b64encode(zlib.compress(plain, 9)).decode()

    def png(self, *, scale: int = 6) -> bytes:
        """Draw the QR code as PNG; `scale` is the side of a module in pixels."""
        drawn = io.BytesIO()
        self._code().save(drawn, kind="png", scale=scale)
        return drawn.getvalue()

    def svg(self) -> str:
        """Draw the QR code as SVG that fills its box, for a page."""
        return str(self._code().svg_inline(omitsize=True, border=4, svgclass=None, lineclass=None))

    def _code(self) -> segno.QRCode:
        return segno.make(self.text(), micro=False, error="m")
