"""What the forms ask and no indicator counts, with the reason why not."""

from collections.abc import Mapping
from functools import cache

from opendtm import catalogue
from opendtm.i18n import Label


@cache
def uncounted() -> Mapping[str, Label]:
    """Give the reason for each concept that is asked and not counted, in the order of the reasons."""
    return {
        name: Label(**group["reason"])
        for group in catalogue.read_yaml("uncounted.yaml")
        for name in group["concepts"]
    }
