"""The tree of one form being filled in: nodes with their texts, and rows of the lists beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional


@dataclass(eq=False)
class Node:
    """A place of the form, or an element of a list. `path` has no positions; `text` is empty where unanswered."""

    name: str
    path: str = ""
    parent: Optional["Node"] = None
    children: list["Node"] = field(default_factory=list)
    text: str = ""
    repeated: bool = False

    def add(self, name: str, *, text: str = "", repeated: bool = False) -> "Node":
        """Put a new child at the end."""
        child = Node(name, f"{self.path}/{name}", self, text=text, repeated=repeated)
        self.children.append(child)
        return child

    def named(self, name: str) -> list["Node"]:
        """Give the children of that name, in order."""
        return [child for child in self.children if name in {"*", child.name}]

    def position(self) -> int:
        """Give the place among the parent's children of that name, from 1."""
        return self.parent.named(self.name).index(self) + 1 if self.parent else 1

    def written_path(self) -> str:
        """Give the path with the positions of repeats, as answers bear it."""
        if self.parent is None:
            return ""
        own = f"{self.name}[{self.position()}]" if self.repeated else self.name
        return f"{self.parent.written_path()}/{own}"

    def around(self) -> Iterator["Node"]:
        """Go through the nodes around this one, the nearest first."""
        if self.parent is not None:
            yield self.parent
            yield from self.parent.around()

    def root(self) -> "Node":
        """Give the top of the tree."""
        return self.parent.root() if self.parent else self

    def leaves(self) -> Iterator["Node"]:
        """Go through the nodes without children, in order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def rows_as_nodes(rows: list[dict[str, str]]) -> Node:
    """Make the tree of a list: root, item, and one element for each column."""
    top = Node("")
    root = top.add("root")
    for row in rows:
        item = root.add("item")
        for name, text in row.items():
            item.add(name, text=text)
    return top
