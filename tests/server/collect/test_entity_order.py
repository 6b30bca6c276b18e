"""Whatever the order in which offline changes arrive, the entity ends the same, or a conflict is marked.

A machine of random phones: each makes a run of changes to one entity without hearing of the others; what
they made is delivered in any order, some of it twice. Beside it stands the same set delivered in order.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests.server import factories

from opendtm_server.collect.actions.settling import settle
from opendtm_server.collect.models import Entity, EntityChange, Submission

PHONES, PROPERTIES, VALUES = ("a", "b", "c"), ("size", "shelter", "water"), ("0", "1", "2")


@dataclass
class OfflinePhone:
    """What a phone knows of the entity: its own state, version, trunk and branch."""

    state: dict[str, str]
    version: int = 1
    trunk: int | None = 1
    branch: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Letter:
    """A change on its way."""

    facts: dict[str, Any]
    number: int


class AnyOrder(RuleBasedStateMachine):
    """Phones that write offline, and a post that delivers as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Letter] = []
        self.waiting: list[Letter] = []
        self.key, self.mirror = str(uuid.uuid4()), str(uuid.uuid4())
        self.origin = factories.SubmissionFactory.create()

    @initialize(made_offline=st.booleans())
    def create(self, made_offline: bool) -> None:
        start = dict.fromkeys(PROPERTIES, "0")
        self.phones = {name: OfflinePhone(dict(start)) for name in PHONES}
        self._post({"create": True, "label": "Tent", "values": start})
        if made_offline:
            self.phones = {"a": OfflinePhone(dict(start), trunk=None)}
        else:
            self._deliver(self.waiting.pop())

    @rule(
        who=st.sampled_from(PHONES), name=st.sampled_from(PROPERTIES), value=st.sampled_from(VALUES)
    )
    def write(self, who: str, name: str, value: str) -> None:
        phone = self.phones.get(who, self.phones["a"])
        phone.state[name] = value
        facts = {
            "update": True,
            "values": dict(phone.state),
            "base_version": phone.version,
            "trunk_version": phone.trunk,
            "branch_id": phone.branch,
        }
        phone.version += 1
        self._post(facts)

    @rule(which=st.integers(min_value=0))
    def deliver(self, which: int) -> None:
        if self.waiting:
            self._deliver(self.waiting.pop(which % len(self.waiting)))

    @rule(which=st.integers(min_value=0))
    def deliver_again(self, which: int) -> None:
        sent = [letter for letter in self.letters if letter not in self.waiting]
        if sent:
            before = self._state(self.key)
            change = self._arrive(sent[which % len(sent)], self.key, again=True)
            assert change.state in {"repeated", "conflict", "held"}
            assert self._state(self.key) == before

    def teardown(self) -> None:
        while self.waiting:
            self._deliver(self.waiting.pop())
        for letter in self.letters:
            self._arrive(letter, self.mirror)
        self._compare()

    def _compare(self) -> None:
        states = self._changes(self.key)
        assert len(states) >= len(self.letters)
        assert set(states) <= {"applied", "repeated", "conflict", "held"}
        if "conflict" in states:
            return
        assert set(states) <= {"applied", "repeated"}
        assert self._state(self.key) == self._state(self.mirror)

    def _changes(self, key: str) -> list[str]:
        return list(EntityChange.objects.filter(key=key).values_list("state", flat=True))

    def _state(self, key: str) -> dict[str, str] | None:
        return Entity.objects.filter(key=key).values_list("values", flat=True).first()

    def _post(self, facts: dict[str, Any]) -> None:
        letter = Letter(facts, len(self.letters))
        self.letters.append(letter)
        self.waiting.append(letter)

    def _deliver(self, letter: Letter) -> None:
        self._arrive(letter, self.key)

    def _arrive(self, letter: Letter, key: str, *, again: bool = False) -> EntityChange:
        submission = Submission.objects.create(
            operation=self.origin.operation,
            form_version=self.origin.form_version,
            instance_id=f"uuid:{uuid.uuid4()}",
            sha256=self.origin.sha256,
        )
        with transaction.atomic():
            change = EntityChange.objects.create(
                submission=submission,
                position=0,
                operation=submission.operation,
                dataset="tents",
                key=key,
                **letter.facts,
            )
            settle(change)
        assert again or change.state != "repeated"
        return change


@pytest.mark.django_db
def test_any_order_of_arrival_ends_in_the_same_state_or_in_a_marked_conflict() -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=60,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
