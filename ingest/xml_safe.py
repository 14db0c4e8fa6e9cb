"""XML of other people, read piece by piece: no document type, no entities, a bounded size and depth.

Every refusal is one line that names the file and what was expected of it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ingest.words import shown
from risk_graph.errors import SourceError

DEEPEST = 64
"""Levels of elements; the lists of names have a dozen."""

_Events = Iterator[tuple[str, Element]]


@dataclass(frozen=True)
class XmlFile:
    """The root's name and attributes, and the wanted elements in their order, each whole.

    Names are local: namespaces change with the host that a list is served from.
    """

    root: str
    attributes: Mapping[str, str]
    parts: Iterator[Element]


def open_xml(
    path: Path, roots: Collection[str], parts: Collection[str], what: str, largest_mb: int
) -> XmlFile:
    """A file whose root is one of `roots`; `parts` names the elements to yield. `what` is the file in words.

    Memory is that of one part. Raises SourceError: too large, empty, no XML, cut off, entities, another root, or
    nesting past DEEPEST; what is found out late is raised while iterating.
    """
    if path.stat().st_size > largest_mb << 20:
        raise SourceError(f"{path.name} is larger than {largest_mb} MB: it is not {what}.")
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name} is empty; {what} was expected.")
    events = _events(path, what)
    _, root = next(events)
    name = local(root.tag)
    if name not in roots:
        wanted = " or ".join(f"<{r}>" for r in sorted(roots))
        raise SourceError(f"{path.name} begins with <{shown(name)}>; {what} begins with {wanted}.")
    return XmlFile(name, dict(root.attrib), _parts(path, root, events, frozenset(parts), what))


def _events(path: Path, what: str) -> _Events:
    with path.open("rb") as file:
        try:
            yield from iterparse(file, events=("start", "end"), forbid_dtd=True)
        except DefusedXmlException:
            raise SourceError(
                f"{path.name} declares a document type or entities; {what} has none, so it is not read."
            ) from None
        except ParseError as error:
            line = error.position[0]
            raise SourceError(
                f"{path.name} is cut off or damaged at line {line:,} ({str(error).partition(':')[0]}); "
                f"{what} was expected. Fetch it again."
            ) from None
        except (LookupError, ValueError) as error:  # an encoding that nobody has
            raise SourceError(f"{path.name} cannot be read ({error}); {what} was expected.") from None


def _parts(
    path: Path, root: Element, events: _Events, wanted: frozenset[str], what: str
) -> Iterator[Element]:
    """Whole elements of the wanted names; everything else is let go as soon as it is read."""
    open_elements = [root]
    inside = 0
    for event, element in events:
        if event == "start":
            open_elements.append(element)
            inside += local(element.tag) in wanted
            if len(open_elements) > DEEPEST:
                raise SourceError(f"{path.name} is nested deeper than {DEEPEST} levels: it is not {what}.")
            continue
        open_elements.pop()
        element.tag = local(element.tag)
        if element.tag in wanted:
            inside -= 1
            if not inside:
                yield element
        if not inside and open_elements:
            open_elements[-1].remove(element)


def local(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]


def text_of(element: Element | None, path: str = "") -> str:
    """Text of the element at `path` (of itself if empty) without outer blanks; nothing if there is none."""
    found = element.find(path) if element is not None and path else element
    return " ".join((found.text or "").split()) if found is not None else ""


def texts_of(element: Element, path: str) -> list[str]:
    """The texts at `path` that hold something."""
    return [text for found in element.iterfind(path) if (text := text_of(found))]
