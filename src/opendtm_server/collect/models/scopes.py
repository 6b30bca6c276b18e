"""Which part of the lists a phone carries."""

from django.db import models

from opendtm_server.collect.models.devices import Device
from opendtm_server.collect.models.entities import EntityList


class DeviceArea(models.Model):
    """An area or a site that a phone's lists are cut to. A phone without any carries the whole operation."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=40, help_text="P-code of an area, or a site ID.")

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["device", "code"], name="device_area_once")]

    def __str__(self) -> str:
        """Show the code."""
        return self.code


class DeviceList(models.Model):
    """A list with personal data that a phone was given."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="personal_lists")
    entity_list = models.ForeignKey(EntityList, on_delete=models.CASCADE, related_name="devices")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "entity_list"], name="device_list_once")
        ]

    def __str__(self) -> str:
        """Show both numbers."""
        return f"{self.device_id}/{self.entity_list_id}"
