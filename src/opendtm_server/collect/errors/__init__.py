"""What can go wrong when something is sent or a form, a round, a device is set up, in words for a person.

A `Refusal` answers a phone: it has an HTTP status and a sentence for the enumerator, in English and French.
An `Obstacle` answers somebody at a desk. Sentences are translated by Django's catalogues.
"""

from opendtm_server.collect.errors.obstacles import (
    AlreadyDecided,
    CodeTaken,
    DaysReversed,
    FormHasProblems,
    ReasonMissing,
    RoundIsClosed,
    RoundOverlaps,
    VersionExists,
)
from opendtm_server.collect.errors.refusals import (
    AttachmentDiffers,
    BodyMalformed,
    DeviceRefused,
    FormUnknown,
    HouseUnavailable,
    InstanceConflict,
    InstanceIDMissing,
    NameUnusable,
    NotHere,
    StoreFailed,
    SubmissionPartMissing,
    SubmissionUnreadable,
    TooLarge,
    VersionUnknown,
)
from opendtm_server.collect.errors.roots import (
    Obstacle,
    Refusal,
)
from opendtm_server.collect.errors.sources import (
    AddressRefused,
    AnswerNotUnderstood,
    FilesMissingThere,
    NoAnswer,
    NotThere,
    SecretMissing,
    SignInRefused,
    SourceBusy,
    SourceNameTaken,
)
from opendtm_server.collect.errors.stored import (
    sentence_of,
    stored_details,
)

__all__ = [
    "AddressRefused",
    "AlreadyDecided",
    "AnswerNotUnderstood",
    "AttachmentDiffers",
    "BodyMalformed",
    "CodeTaken",
    "DaysReversed",
    "DeviceRefused",
    "FilesMissingThere",
    "FormHasProblems",
    "FormUnknown",
    "HouseUnavailable",
    "InstanceConflict",
    "InstanceIDMissing",
    "NameUnusable",
    "NoAnswer",
    "NotHere",
    "NotThere",
    "Obstacle",
    "ReasonMissing",
    "Refusal",
    "RoundIsClosed",
    "RoundOverlaps",
    "SecretMissing",
    "SignInRefused",
    "SourceBusy",
    "SourceNameTaken",
    "StoreFailed",
    "SubmissionPartMissing",
    "SubmissionUnreadable",
    "TooLarge",
    "VersionExists",
    "VersionUnknown",
    "sentence_of",
    "stored_details",
]
