"""Forms and rounds, facilitators' devices, and what they sent: kept as received, never altered."""

from opendtm_server.collect.models.devices import Device, HeldForm, SentCount
from opendtm_server.collect.models.drafts import DraftRevision, FormDraft
from opendtm_server.collect.models.entities import (
    Entity,
    EntityList,
    EntityProperty,
    EntityUpload,
    EntityVersion,
)
from opendtm_server.collect.models.entity_changes import EntityChange, EntityTask
from opendtm_server.collect.models.entity_files import ListFile
from opendtm_server.collect.models.forms import Form, FormMedia, FormVersion
from opendtm_server.collect.models.proposals import SiteProposal
from opendtm_server.collect.models.public_links import PublicLink
from opendtm_server.collect.models.quarantine import Quarantine, QuarantineFile
from opendtm_server.collect.models.rounds import Round, RoundPlace
from opendtm_server.collect.models.scopes import DeviceArea, DeviceList
from opendtm_server.collect.models.sources import Arrival, NotTaken, Pull, Source
from opendtm_server.collect.models.submissions import (
    Attachment,
    EditChoice,
    KeptBody,
    Submission,
)
from opendtm_server.collect.models.uploads import TableMapping, Upload, UploadedRow

__all__ = [
    "Arrival",
    "Attachment",
    "Device",
    "DeviceArea",
    "DeviceList",
    "DraftRevision",
    "EditChoice",
    "Entity",
    "EntityChange",
    "EntityList",
    "EntityProperty",
    "EntityTask",
    "EntityUpload",
    "EntityVersion",
    "Form",
    "FormDraft",
    "FormMedia",
    "FormVersion",
    "HeldForm",
    "KeptBody",
    "ListFile",
    "NotTaken",
    "PublicLink",
    "Pull",
    "Quarantine",
    "QuarantineFile",
    "Round",
    "RoundPlace",
    "SentCount",
    "SiteProposal",
    "Source",
    "Submission",
    "TableMapping",
    "Upload",
    "UploadedRow",
]
