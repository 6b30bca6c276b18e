"""A sender that is no phone: what it sends is taken by the same action, and kept with the same promises."""

import pytest
from tests.server.phone import filled

from opendtm_server.collect import actions, errors, store
from opendtm_server.collect.models import FormVersion, Quarantine
from opendtm_server.collect.parcel import KeptFile, Parcel
from opendtm_server.collect.senders import OtherSender
from opendtm_server.govern.models import AuditEvent, Operation


def parcel(operation: Operation, xml: bytes) -> Parcel:
    """Keep a body as a parcel."""
    return Parcel(KeptFile("", store.keep(operation.code, [xml]), len(xml)))


def test_receive_submission_from_another_sender_has_no_phone(
    operation: Operation, published: FormVersion
) -> None:
    sender = OtherSender(operation, "central")
    receipt = actions.receive_submission(device=sender, parcel=parcel(operation, filled()))
    assert receipt.submission.device is None
    assert AuditEvent.objects.filter(action="receive_submission").get().by == "central"


def test_receive_submission_refused_from_another_sender_is_in_the_quarantine(
    operation: Operation, published: FormVersion
) -> None:
    sender = OtherSender(operation, "central")
    with pytest.raises(errors.FormUnknown):
        actions.receive_submission(
            device=sender, parcel=parcel(operation, filled(form="elsewhere"))
        )
    assert Quarantine.objects.get().device is None
