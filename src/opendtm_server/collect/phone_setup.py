"""What sets a phone up in one scan: the settings of ODK Collect and KoboCollect as a QR code.

The format is Collect's own (docs.getodk.org/collect-import-export): JSON, compressed with zlib, as base64.
A setting that is not named here keeps the application's default.
"""

import base64
import io
import json
import zlib
from dataclasses import dataclass
from typing import Any

import segno
from django.urls import reverse

COLOUR = "#1F5C99"  # the accent of our pages, so that the project is known on the phone


@dataclass(frozen=True)
class PhoneSetup:
    """One phone's address, and the name under which the project stands on it."""

    server_url: str
    project: str

    @classmethod
    def of(cls, token: str, project: str, *, base_url: str) -> "PhoneSetup":
        """Set a phone up for its token; `base_url` is where phones reach the house, without a slash."""
        path = reverse("openrosa:form_list", kwargs={"token": token}).removesuffix("/formList")
        return cls(server_url=base_url + path, project=project)

    def settings(self, *, lang: str = "") -> dict[str, Any]:
        """Give Collect's settings: forms follow the server, filled ones go by themselves, nothing is retyped."""
        general: dict[str, Any] = {
            "server_url": self.server_url,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        }
        if lang:
            general["app_language"] = lang
        return {
            "general": general,
            "admin": {"change_server": False},
            "project": {"name": self.project, "icon": "D", "color": COLOUR},
        }

    def text(self, *, lang: str = "") -> str:
        """Give what the QR code says."""
        plain = json.dumps(self.settings(lang=lang), ensure_ascii=False).encode()
        return base64.b64encode(zlib.compress(plain, 9)).decode()

    def png(self, *, lang: str = "", scale: int = 6) -> bytes:
        """Draw the QR code as PNG; `scale` is the side of a module in pixels."""
        drawn = io.BytesIO()
        self._code(lang).save(drawn, kind="png", scale=scale)
        return drawn.getvalue()

    def svg(self, *, lang: str = "") -> str:
        """Draw the QR code as SVG that fills its box, for a page."""
        return str(
            self._code(lang).svg_inline(omitsize=True, border=4, svgclass=None, lineclass=None)
        )

    def _code(self, lang: str) -> segno.QRCode:
        return segno.make(self.text(lang=lang), micro=False, error="m")
