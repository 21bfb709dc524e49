"""Pages compared as a browser reads them: what a harmless text does to one, a hostile text does too, and no more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from lxml import html

#: A harmless text that stands for a hostile one: 〇007b〇 for the second text of the eighth row.
_TOKEN = re.compile("〇[0-9]{3}[a-z]〇")
#: How many texts every field must show on every page.
ENOUGH = 60
#: Attributes that lead somewhere; what is in them is quoted.
_ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post"}
#: A field that carries an address's query, quoted like one.
_QUERY = "query"
#: The sounds of a text, by which a choice is found: another text has others.
_SOUNDS = "data-keys"
#: New with every answer, and nobody's text.
_EVER_NEW = ("csrfmiddlewaretoken", "_page")

#: An element: the tags down to it, its attributes, the text before its first child and the text behind it.
Seen = tuple[str, tuple[tuple[str, str], ...], str, str]


def token(row: int, field: int = 0) -> str:
    """The harmless text of a row's field. Sorted like the rows, as long as the shortest column can hold."""
    return f"〇{row:03d}{'abcdefghijklmnop'[field]}〇"


def put(text: str, words: Mapping[str, str]) -> str:
    """A text with what its tokens stand for."""
    return _TOKEN.sub(lambda found: words.get(found[0], found[0]), text)


def put_in(value: Any, words: Mapping[str, str]) -> Any:
    """The same for lists, dicts and tuples of texts."""
    match value:
        case str():
            return put(value, words)
        case dict():
            return {put_in(key, words): put_in(inner, words) for key, inner in value.items()}
        case list() | tuple():
            return type(value)(put_in(inner, words) for inner in value)
    return value


def seen(page: str, words: Mapping[str, str] | None = None) -> list[Seen]:
    """What a browser makes of a page, element by element; with `words`, after its tokens were put into words."""
    words, found = words or {}, []
    tree = html.fromstring(page)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            found.append(("comment", (), put(element.text or "", words), put(element.tail or "", words)))
            continue
        path = " ".join([element.tag, *(above.tag for above in element.iterancestors())][::-1])
        found.append((path, _attributes(element, words), *_texts(element, words)))
    return found


def shape(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page and the names of their attributes, without any text."""
    return [(path, tuple(name for name, _ in attributes)) for path, attributes, *_ in seen(page)]


def _texts(element: Any, words: Mapping[str, str]) -> tuple[str, str]:
    return put(element.text or "", words), put(element.tail or "", words)


def _attributes(element: Any, words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if element.get("name") in _EVER_NEW:
        return (("name", element.get("name")),)
    addresses = _ADDRESSES | {"value"} if element.get("name") == _QUERY else _ADDRESSES
    return tuple(
        (
            name,
            _SOUNDS if name == _SOUNDS else put(unquote_plus(value) if name in addresses else value, words),
        )
        for name, value in sorted(element.attrib.items())
    )


def page_of(response: Any, status: int = 200) -> str:
    """The text of an answer with this status."""
    assert response.status_code == status, (response.status_code, response.content.decode()[:500])
    return response.content.decode()


def typed(page: str) -> dict[str, str]:
    """What stands in the text fields of a page's forms, by name. (A browser drops a textarea's first line break.)"""
    tree = html.fromstring(page)
    inputs = {i.get("name"): i.get("value", "") for i in tree.xpath("//main//input[@type='text']")}
    areas = {
        a.get("name"): (a.text or "").removeprefix("\r\n").removeprefix("\n") for a in tree.iter("textarea")
    }
    return inputs | areas


def packs(texts: Sequence[str], length: int) -> list[str]:
    """Sixty of the texts that fit into this length, many in one; of every kind, since they stand sorted."""
    fitting = [text for text in texts if len(text) <= length]
    packed = [""]
    for text in [*fitting[::2], *fitting[1::2]][:ENOUGH]:
        joined = f"{packed[-1]}、{text}" if packed[-1] else text
        if len(joined) <= length:
            packed[-1] = joined
        else:
            packed.append(text)
    return packed
