"""Reads one submission into typed answers, telling a question left empty from one that was never asked.

With the form, every question gives an answer (or says that it was not asked) and repeats have positions.
Without it, every leaf of the document is an answer in text. Whatever the form does not know is kept too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from opendtm.errors.forms import NotASubmission, SubmissionEncrypted, SubmissionOfOtherForm
from opendtm.forms import safe_xml
from opendtm.forms.definition import FormDefinition
from opendtm.forms.glance import Glance, Look
from opendtm.forms.walk import Walk, text_in
from opendtm.forms.xform import children, local
from opendtm.i18n import Message, mark
from opendtm.records import Answer, Finding

_OUTER = frozenset({"OpenRosaResponse", "xforms", "manifest", "html"})


@dataclass(frozen=True, slots=True)
class SubmissionReading:
    """One submission as understood.

    `instance_id` is None where the document has none (a server refuses it then). `attachments` are the file
    names that the answers announce. `unexpected` are the paths that the form does not know; their answers are
    kept as text. `findings` tell what could not be read as the form says.
    """

    form_id: str
    version: str
    instance_id: str | None
    deprecated_id: str | None
    answers: tuple[Answer, ...]
    attachments: tuple[str, ...]
    instance_name: str | None = None
    unexpected: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedSubmission:
    """A submission whose envelope has been read: which form it is of, and what it is called.

    `encrypted` is True where its answers lie in files beside it, under a key that is not here.
    """

    root: etree._Element
    form_id: str
    version: str
    instance_id: str | None
    deprecated_id: str | None
    instance_name: str | None
    encrypted: bool

    def envelope(self) -> SubmissionReading:
        """Give what an encrypted submission says in clear: its names, and the files that belong to it."""
        files = tuple(dict.fromkeys(name for name in _sealed_files(self.root) if name))
        return SubmissionReading(
            form_id=self.form_id,
            version=self.version,
            instance_id=self.instance_id,
            deprecated_id=self.deprecated_id,
            answers=(),
            attachments=files,
            instance_name=self.instance_name,
        )

    def read(self, form: FormDefinition | None = None) -> SubmissionReading:
        """Read the answers. Raises SubmissionEncrypted or SubmissionOfOtherForm."""
        self._check(form)
        return self._reading(Walk(form, self.instance_id))

    def glance(self, glance: Glance) -> SubmissionReading:
        """Read the few answers that a glance is about, and the announced files; doubts are not looked for.

        Raises SubmissionEncrypted or SubmissionOfOtherForm.
        """
        self._check(glance.form)
        return self._reading(Look(glance, self.instance_id))

    def _check(self, form: FormDefinition | None) -> None:
        if self.encrypted:
            raise SubmissionEncrypted(form=self.form_id)
        if form is not None and form.form_id != self.form_id:
            raise SubmissionOfOtherForm(found=self.form_id, expected=form.form_id)

    def _reading(self, walk: Walk) -> SubmissionReading:
        answers = tuple(walk.answers(self.root))
        return SubmissionReading(
            form_id=self.form_id,
            version=self.version,
            instance_id=self.instance_id,
            deprecated_id=self.deprecated_id,
            answers=answers,
            attachments=tuple(dict.fromkeys(walk.attachments)),
            instance_name=self.instance_name,
            unexpected=tuple(walk.unexpected),
            findings=tuple(walk.findings),
        )


def _sealed_files(root: etree._Element) -> Iterator[str]:
    """Name the files in which an encrypted submission's answers and attachments lie."""
    for media in children(root, "media"):
        yield from (text_in(file) for file in children(media, "file"))
    yield from (text_in(file) for file in children(root, "encryptedXmlFile"))


def open_submission(xml: bytes) -> OpenedSubmission:
    """Parse the XML of a submission once and read its envelope. Raises XmlRefused or NotASubmission."""
    root = root_of(safe_xml.parse(xml))
    meta = {
        local(node): text_in(node)
        for block in children(root, "meta")
        for node in block
        if not len(node)
    }
    return OpenedSubmission(
        root=root,
        form_id=_form_id(root),
        version=str(root.get("version") or ""),
        instance_id=meta.get("instanceID") or root.get("instanceID") or None,
        deprecated_id=meta.get("deprecatedID") or None,
        instance_name=meta.get("instanceName") or None,
        encrypted=root.get("encrypted") is not None
        and _child(root, "base64EncryptedKey") is not None,
    )


def read_submission(xml: bytes, form: FormDefinition | None = None) -> SubmissionReading:
    """Read the XML of a submission, with the form it was filled in with where that is known.

    Raises XmlRefused, NotASubmission, SubmissionEncrypted or SubmissionOfOtherForm, with the reason.
    """
    return open_submission(xml).read(form)


def root_of(root: etree._Element) -> etree._Element:
    """Find the submission; servers also hand it out wrapped in an envelope."""
    if local(root) == "submission" and (inside := next(children(root, "data"), None)) is not None:
        root = next(iter(inside), root)
    if local(root) in _OUTER:
        raise NotASubmission(
            cause=Message(mark("it is a document of the kind “{name}”."), {"name": local(root)})
        )
    return root


def _form_id(root: etree._Element) -> str:
    found = root.get("id") or etree.QName(root).namespace
    if not found:
        raise NotASubmission(cause=Message(mark("it does not name its form (attribute “id”).")))
    return str(found)


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)
