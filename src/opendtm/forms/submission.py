"""Reads one submission into typed answers, telling a question left empty from one that was never asked.

With the form, every question gives an answer (or says that it was not asked) and repeats have positions.
Without it, every leaf of the document is an answer in text. Whatever the form does not know is kept too.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from opendtm.errors.forms import NotASubmission, SubmissionEncrypted, SubmissionOfOtherForm
from opendtm.forms import safe_xml
from opendtm.forms.definition import FormDefinition, Question, QuestionType
from opendtm.forms.names import HOUSEKEEPING
from opendtm.forms.typed import value_of
from opendtm.forms.xform import children, local
from opendtm.i18n import Message, mark
from opendtm.records import Answer, AnswerState, Finding, Severity

_MEDIA_NAME = re.compile(
    r"[^/\\<>:|\n]{1,200}\.(?:jpe?g|png|gif|webp|heic|amr|m4a|mp3|wav|ogg|aac|mp4|3gpp?|webm|pdf|csv|xlsx?|docx?|geojson|svg)",
    re.IGNORECASE,
)
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
        if self.encrypted:
            raise SubmissionEncrypted(form=self.form_id)
        if form is not None and form.form_id != self.form_id:
            raise SubmissionOfOtherForm(found=self.form_id, expected=form.form_id)
        walk = _Walk(form, self.instance_id)
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
        yield from (_text(file) for file in children(media, "file"))
    yield from (_text(file) for file in children(root, "encryptedXmlFile"))


def open_submission(xml: bytes) -> OpenedSubmission:
    """Parse the XML of a submission once and read its envelope. Raises XmlRefused or NotASubmission."""
    root = root_of(safe_xml.parse(xml))
    meta = {
        local(node): _text(node)
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


class _Place(NamedTuple):
    """Where the walk is: the path without and with positions; regular where only repeats have copies."""

    plain: str
    path: str
    regular: bool


class _Once(dict[str, int]):
    """Says of every name that it stands there once."""

    def __missing__(self, _name: str) -> int:
        return 1


_ONCE = _Once()


class _Walk:
    """Goes through one submission and collects answers, announced files and doubts."""

    def __init__(self, form: FormDefinition | None, source: str | None) -> None:
        self.form, self.source = form, source
        self.known = form.by_path if form else {}
        self.repeats = frozenset(form.repeats) if form else frozenset()
        self.attachments: list[str] = []
        self.unexpected: list[str] = []
        self.findings: list[Finding] = []
        self.seen: set[str] = set()
        self.found: dict[str, list[str]] = {}

    def answers(self, root: etree._Element) -> Iterator[Answer]:
        yield from self._inside(root, _Place("", "", regular=True))
        yield from self._not_asked()
        if self.unexpected:
            self.findings.append(_outside(self.source, len(self.unexpected)))

    def _inside(self, parent: etree._Element, around: "_Place") -> Iterator[Answer]:
        names = [local(child) for child in parent]
        many = Counter(names) if len(set(names)) < len(names) else _ONCE
        position = Counter[str]()
        for name, child in zip(names, parent, strict=True):
            position[name] += 1
            place = self._place(around, name, position[name], many[name])
            if len(child) or place.plain in self.repeats:
                self.found.setdefault(place.plain, []).append(place.path)
                yield from self._inside(child, place)
            elif place.plain not in HOUSEKEEPING:
                yield from self._leaf(child, place)

    def _place(self, around: "_Place", name: str, position: int, many: int) -> "_Place":
        plain, path = f"{around.plain}/{name}", f"{around.path}/{name}"
        repeated = plain in self.repeats
        if repeated or many > 1:
            path = f"{path}[{position}]"
        return _Place(plain, path, around.regular and (repeated or many == 1))

    def _leaf(self, node: etree._Element, place: "_Place") -> Iterator[Answer]:
        question = self.known.get(place.plain) if place.regular else None
        if question is not None and question.type is QuestionType.NOTE:
            return
        self.seen.add(place.path)
        if self.form is not None and question is None:
            self.unexpected.append(place.path)
        yield self._answer(question, place.path, _text(node))

    def _answer(self, question: Question | None, path: str, text: str) -> Answer:
        concept = question.concept if question else None
        if not text:
            return Answer(path, None, AnswerState.MISSING, concept)
        kind = question.type if question else QuestionType.TEXT
        if kind is QuestionType.BINARY or (self.form is None and _MEDIA_NAME.fullmatch(text)):
            self.attachments.append(text)
        try:
            return Answer(path, value_of(text, kind), AnswerState.ANSWERED, concept)
        except ValueError:
            self.findings.append(_mistyped(self.source, concept, path))
            return Answer(path, text, AnswerState.ANSWERED, concept)

    def _not_asked(self) -> Iterator[Answer]:
        """Name the questions that the phone left out because they were not relevant."""
        for question in self.form.questions if self.form else ():
            if question.type is QuestionType.NOTE or question.path in HOUSEKEEPING:
                continue
            for path in self._places(question):
                if path not in self.seen:
                    yield Answer(path, None, AnswerState.NOT_ASKED, question.concept)

    def _places(self, question: Question) -> Iterator[str]:
        """Give the path of a question in every pass of its innermost repeat; the plain path outside repeats."""
        if not question.repeats:
            yield question.path
            return
        innermost = question.repeats[-1]
        for written in self.found.get(innermost, ()):
            yield written + question.path.removeprefix(innermost)


def _mistyped(source: str | None, concept: str | None, path: str) -> Finding:
    return Finding(
        check="answer_not_of_its_type",
        severity=Severity.HARD,
        message=Message(
            mark("The answer to {path} is not of the type that the form asks for."), {"path": path}
        ),
        source=source,
        concept=concept,
        remedy=Message(mark("Read the answer as received, and correct it.")),
    )


def _outside(source: str | None, count: int) -> Finding:
    return Finding(
        check="answers_outside_the_form",
        severity=Severity.SOFT,
        message=Message(
            mark(
                "{count} answers are not of this version of the form, or stand there twice; they are kept as text."
            ),
            {"count": count},
        ),
        source=source,
        remedy=Message(
            mark("See with which version of the form it was filled in, and read it with that one.")
        ),
    )


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()
