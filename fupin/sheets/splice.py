"""Changes a part of a workbook where it must change, and leaves every other byte of it as it is.

Standard library only: this runs in a reading process.
"""

import re
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from fupin.sheets.archive import SAVE_AS_XLSX
from fupin.sheets.cells import FileRefused

_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_NAME = re.compile(rb"<[^\s/>]+")
_ENCODED = re.compile(rb"^<\?xml[^>]*encoding=[\"']([^\"']+)[\"']")


def local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


class Part:
    """The bytes of an XML part, and what is to be put in their place."""

    def __init__(self, content: bytes) -> None:
        self.content = _as_utf8(content)
        self.edits: list[tuple[int, int, bytes]] = []
        self.prefix = ""

    def walk(self, start: Callable[[str, dict[str, str], int], Any], end: Callable[[str, int], Any]) -> None:
        """Tell every element's start with its attributes and every end, each with the place of its tag."""
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def refused(*_: Any) -> None:
            raise FileRefused("文件里有不正常的 XML 声明", SAVE_AS_XLSX)

        def begun(name: str, attributes: dict[str, str]) -> None:
            start(local(name), attributes, parser.CurrentByteIndex)

        def first(name: str, attributes: dict[str, str]) -> None:
            self.prefix = name.removesuffix(local(name))
            parser.StartElementHandler = begun
            begun(name, attributes)

        parser.StartElementHandler = first
        parser.EndElementHandler = lambda name: end(local(name), parser.CurrentByteIndex)
        parser.StartDoctypeDeclHandler = refused
        parser.Parse(self.content, True)

    def tag(self, at: int) -> bytes:
        """The whole start tag that begins at a place."""
        found = _TAG.match(self.content, at)
        if found is None:
            raise ValueError("no tag here")
        return found[0]

    def put(self, at: int, text: bytes, until: int | None = None) -> None:
        """Put a text at a place, instead of what stands until another place."""
        self.edits.append((at, at if until is None else until, text))

    def retag(self, at: int, **attributes: str) -> None:
        """Set attributes of the element that begins at a place."""
        tag = self.tag(at)
        self.put(at, with_attributes(tag, **attributes), at + len(tag))

    def append(self, at: int, name: str, closing: int, text: bytes, **attributes: str) -> None:
        """Put a text at the end of an element, whose tags begin at two places."""
        tag = self.tag(at)
        if tag.endswith(b"/>"):
            opened = with_attributes(tag[:-2] + b">", **attributes)
            self.put(at, opened + text + f"</{self.prefix}{name}>".encode(), at + len(tag))
            return
        if attributes:
            self.retag(at, **attributes)
        self.put(closing, text)

    def result(self) -> bytes:
        """The part with everything put into its place."""
        pieces: list[bytes] = []
        done = 0
        for start, end, text in sorted(self.edits, key=lambda edit: edit[:2]):
            if start < done:
                raise ValueError("two changes in one place")
            pieces += (self.content[done:start], text)
            done = end
        return b"".join([*pieces, self.content[done:]])


def with_attributes(tag: bytes, **attributes: str) -> bytes:
    """A start tag with attributes set; an empty value takes one away."""
    for name, value in attributes.items():
        tag = re.sub(rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", tag)
        if value:
            named = _NAME.match(tag)
            assert named is not None
            tag = tag[: named.end()] + f' {name}="{value}"'.encode() + tag[named.end() :]
    return tag


def _as_utf8(content: bytes) -> bytes:
    """A part in UTF-8, in which nearly all are written already."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text, declared = content.decode("utf-16"), "utf-16"
    else:
        found = _ENCODED.match(content.removeprefix(b"\xef\xbb\xbf"))
        declared = found[1].decode("ascii").lower() if found else "utf-8"
        if declared in ("utf-8", "utf8", "us-ascii"):
            return content
        text = content.decode(declared)
    return re.sub(r"^(<\?xml[^>]*encoding=)[\"'][^\"']+[\"']", r'\1"UTF-8"', text).encode()
