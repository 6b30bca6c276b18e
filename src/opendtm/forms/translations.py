"""The words of an XForm: labels of questions and choices in every language that the form has."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from opendtm.forms.definition import Choice

_ITEXT = re.compile(r"jr:itext\(\s*(['\"]?)([^'\")]+)\1\s*\)")
_MEDIA = ("jr://images/", "jr://audio/", "jr://video/", "jr://file")


class Translations:
    """The texts of one XForm by identifier and language, with the choices that use them."""

    def __init__(self, model: etree._Element) -> None:
        self.texts: dict[str, dict[str, str]] = {}
        self.media: dict[str, None] = {}
        self.default: str | None = None
        found: dict[str, None] = {}
        for translation in (node for node in model.iter() if _local(node) == "translation"):
            language = translation.get("lang") or ""
            found[language] = None
            if translation.get("default") is not None and self.default is None:
                self.default = language
            self._collect(translation, language)
        self.languages = tuple(found)

    def labels(self, label: etree._Element) -> Mapping[str, str]:
        """Give the words of a label by language; under ``""`` where it is written in one language only."""
        match = _ITEXT.search(label.get("ref") or "")
        if match:
            return self.texts.get(match.group(2), {})
        words = _words(label)
        return {"": words} if words else {}

    def inline_choices(self, control: etree._Element) -> Iterator[Choice]:
        """Read choices written inside the question."""
        for item in (node for node in control if _local(node) == "item"):
            value, label = _child(item, "value"), _child(item, "label")
            if value is not None:
                yield Choice(_words(value), self.labels(label) if label is not None else {})

    def listed_choices(
        self, instance: etree._Element, itemset: etree._Element
    ) -> tuple[Choice, ...]:
        """Read choices from the list that a question points at."""
        value, label = _child(itemset, "value"), _child(itemset, "label")
        value_name = _last(value.get("ref") or "") if value is not None else "name"
        words = (label.get("ref") or "") if label is not None else "label"
        match = _ITEXT.search(words)
        items = (node for node in instance.iter() if _child(node, value_name) is not None)
        return tuple(
            self._listed(
                item, value_name, _last(match.group(2) if match else words), match is not None
            )
            for item in items
        )

    def _listed(self, item: etree._Element, value: str, label: str, translated: bool) -> Choice:  # noqa: FBT001
        code, words = _child(item, value), _child(item, label)
        text = _words(words) if words is not None else ""
        labels = self.texts.get(text, {}) if translated else {"": text}
        return Choice(
            _words(code) if code is not None else "", labels if any(labels.values()) else {}
        )

    def _collect(self, translation: etree._Element, language: str) -> None:
        for text in (node for node in translation if _local(node) == "text"):
            for value in (node for node in text if _local(node) == "value"):
                words = _words(value)
                if value.get("form") is None:
                    self.texts.setdefault(text.get("id") or "", {})[language] = words
                elif words.startswith(_MEDIA):
                    self.media[words] = None


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if _local(child) == name), None)


def _last(path: str) -> str:
    return path.strip().rpartition("/")[2].rpartition(":")[2]


def _words(element: etree._Element) -> str:
    """Give the text of an element; a place where the phone fills in an answer becomes an ellipsis."""
    parts = [element.text or ""]
    for child in element:
        parts += ["…" if _local(child) == "output" else _words(child), child.tail or ""]
    return " ".join("".join(parts).split())
