"""An HTML page as a tree, by the standard library's parser; complains about tags that are not closed in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


@dataclass(slots=True)
class Node:
    """An element; ``children`` are elements and pieces of text in order."""

    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)
    _found: list[Node] = field(default_factory=list)
    _named: dict[str, list[Node]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All text below, white space drawn together."""
        return " ".join("".join(self.pieces()).split())

    def pieces(self) -> Iterator[str]:
        """Yield the pieces of text below; elements that stand apart are kept apart."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child.pieces()
                yield "" if child.tag in ("b", "code") else " "

    def all(self, tag: str = "", **attributes: str) -> list[Node]:
        """Return all elements below with this tag and these attributes; ``class_`` wants one of the classes."""
        self._look()
        nodes = self._named.get(attributes["id"], []) if "id" in attributes else self._found
        return [node for node in nodes if node.matches(tag, attributes)]

    def one(self, tag: str = "", **attributes: str) -> Node:
        """Return the only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes}"
        return found[0]

    def below(self) -> Iterator[Node]:
        """Yield all elements below, in order."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.below()

    def _look(self) -> None:
        """Remember the elements below: a page has thousands, and is asked for hundreds of them by their ids."""
        if not self._found:
            self._found.extend(self.below())
            for node in self._found:
                self._named.setdefault(node.attributes.get("id", ""), []).append(node)

    def matches(self, tag: str, attributes: dict[str, str]) -> bool:
        """Return whether this is such an element."""
        wanted = dict(attributes)
        css = wanted.pop("class_", "")
        mine = self.attributes
        return (
            tag in ("", self.tag)
            and (not css or css in mine.get("class", "").split())
            and all(mine.get(key) == value for key, value in wanted.items())
        )


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.path = [Node("#page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {key: value or "" for key, value in attrs})
        self.path[-1].children.append(node)
        if tag not in _VOID:
            self.path.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.path[-1].children.append(Node(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        closed = self.path.pop()
        assert closed.tag == tag, f"line {self.getpos()[0]}: </{tag}> closes <{closed.tag}>"

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)


def parse(text: str) -> Node:
    """Return the page as a tree."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    assert [node.tag for node in builder.path] == ["#page"], "elements were left open"
    return builder.path[0]
