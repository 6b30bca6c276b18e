"""The checks by name: code, weight, and the sentence that the manual prints.

A check yields what it found as (concept, value, values that its message names); the words stand with the check.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from opendtm.clean.visit import Visit
from opendtm.i18n import Message
from opendtm.records import Finding, Severity
from opendtm.vocab import concept

Found = tuple[str, object, Mapping[str, object]]
Rule = Callable[[Visit], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `rule` says in general what is looked for, `sentence` what was found in one visit."""

    code: str
    severity: Severity
    rule: str
    sentence: str
    remedy: str
    run: Rule

    def description(self) -> Message:
        """Say for the manual what the check looks for."""
        return Message(self.rule)

    def findings(self, visit: Visit) -> Iterator[Finding]:
        """Run the check on one visit."""
        for name, value, named in self.run(visit):
            values = {"concept": concept(name).label, "value": value, **named}
            yield Finding(
                self.code,
                self.severity,
                Message(self.sentence, values),
                source=visit.source,
                concept=name,
                value=value,
                remedy=Message(self.remedy, values),
            )
