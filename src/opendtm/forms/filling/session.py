"""One form while it is being filled in: what is relevant, what is calculated, what a constraint says of an answer."""

import math
from collections.abc import Iterator
from datetime import date

from opendtm.forms.filling import values
from opendtm.forms.filling.blank import BlankForm, Place
from opendtm.forms.filling.expressions import Evaluate, Scope
from opendtm.forms.filling.nodes import Node
from opendtm.forms.filling.values import Result


class Session:
    """The answers given so far and everything that follows from them.

    Calculated texts and relevance are worked out when somebody asks for them and forgotten with the next answer.
    """

    def __init__(self, form: BlankForm, today: date) -> None:
        self.form, self.today = form, today
        self.top = Node("")
        self._known: dict[Node, str] = {}
        self._relevant: dict[Node, bool] = {}
        self._under_way: set[Node] = set()
        self.open(form.top, self.top)

    def open(self, place: Place, node: Node) -> None:
        """Make the nodes below one place, without passes of repeats, and give them their first values."""
        for part in place.parts:
            if not part.is_repeat:
                self.open(part, node.add(part.name, text=part.default))
        for child in node.children:
            first = self.place(child).first_value
            if first is not None:
                child.text = self.text(first, child)
        self._forget()

    def open_pass(self, place: Place, parent: Node) -> Node:
        """Begin one more pass of a repeat."""
        node = parent.add(place.name, repeated=True)
        self.open(place, node)
        return node

    def place(self, node: Node) -> Place:
        """Give what the form says of a node."""
        return self.form.places[node.path]

    def answer(self, node: Node, text: str) -> None:
        """Write an answer."""
        node.text = text
        self._forget()

    def text_of(self, node: Node) -> str:
        """Give a node's answer or calculated text; empty where it is not relevant, as phones do."""
        if node not in self._known:
            self._known[node] = self._text_now(node)
        return self._known[node]

    def is_relevant(self, node: Node) -> bool:
        """Tell whether a node and everything around it are relevant."""
        if node not in self._relevant:
            around = node.parent is None or self.is_relevant(node.parent)
            self._relevant[node] = around and self.own_relevance(node)
        return self._relevant[node]

    def own_relevance(self, node: Node) -> bool:
        """Tell what the node's own condition says."""
        place = self.form.places.get(node.path)
        return place is None or place.relevant is None or self.holds(place.relevant, node)

    def accepts(self, node: Node) -> bool:
        """Tell whether the answer keeps to its constraint; an empty one always does."""
        constraint = self.place(node).constraint
        return constraint is None or not node.text or self.holds(constraint, node)

    def is_required(self, node: Node) -> bool:
        """Tell whether the node must have an answer."""
        required = self.place(node).required
        return required is not None and self.holds(required, node)

    def choices(self, node: Node) -> list[str]:
        """List the codes that the question offers now."""
        place = self.place(node)
        if place.choices is None:
            return list(place.inline)
        found = self._run(place.choices, node)
        items = found if isinstance(found, list) else []
        codes = (cell.text for item in items for cell in item.named(place.choice_value))
        return list(dict.fromkeys(codes))

    def answers_nearby(self, node: Node) -> Iterator[float]:
        """Give the numbers answered before in the same group."""
        for other in node.parent.children if node.parent else ():
            number = values.number(self.text_of(other), self.text_of) if other is not node else None
            if number is not None and math.isfinite(number) and abs(number) < 10**9:
                yield number

    def holds(self, expression: Evaluate, node: Node) -> bool:
        """Tell whether an expression is true at a node."""
        return values.truth(self._run(expression, node), self.text_of)

    def text(self, expression: Evaluate, node: Node) -> str:
        """Give an expression's value at a node as text."""
        return values.text(self._run(expression, node), self.text_of)

    def whole(self, expression: Evaluate, node: Node) -> int:
        """Give an expression's value as a whole number, nothing as zero."""
        number = values.number(self._run(expression, node), self.text_of)
        return int(number) if math.isfinite(number) else 0

    def _text_now(self, node: Node) -> str:
        place = self.form.places.get(node.path)
        if place is None:
            return node.text  # an element of a list
        if not self.is_relevant(node):
            return ""
        if place.calculate is None or node in self._under_way:
            return node.text
        self._under_way.add(node)
        try:
            node.text = self.text(place.calculate, node)
        finally:
            self._under_way.discard(node)
        return node.text

    def _run(self, expression: Evaluate, node: Node) -> Result:
        return expression(Scope(node, node, self.text_of, self.form.lists, self.today))

    def _forget(self) -> None:
        self._known.clear()
        self._relevant.clear()
