"""The formats of a workbook's cells, to which those of marked cells are added. Runs in a reading process."""

from fupin.sheets.child import REMARK_COLOUR
from fupin.sheets.remarks import WRONG_COLOUR
from fupin.sheets.splice import Part, with_attributes

TEXT_FORMAT = "49"


class NoStyles(Exception):
    """A workbook without a list of styles, which a fill could be added to."""


class Styles:
    """The styles of a workbook, to which those of marked cells are added."""

    def __init__(self, content: bytes) -> None:
        self.part = Part(content)
        self.formats: list[tuple[int, int, int]] = []
        self.fills: list[str] = []
        self.places: dict[str, tuple[int, int]] = {}
        self.added: list[bytes] = []
        self.known: dict[tuple[int, int], int] = {}
        path: list[str] = []
        begun: list[int] = []

        def start(name: str, attributes: dict[str, str], at: int) -> None:
            path.append(name)
            begun.append(at)
            if path[1:-1] == ["fills"]:
                self.fills.append("")
            elif name == "fgColor" and path[1:2] == ["fills"]:
                self.fills[-1] = attributes.get("rgb", "")
            elif path[1:-1] == ["cellXfs"]:
                self.formats.append((at, 0, int(attributes.get("fillId", 0))))

        def end(name: str, at: int) -> None:
            if path[1:-1] == ["cellXfs"]:
                self.formats[-1] = (self.formats[-1][0], at, self.formats[-1][2])
            if len(path) == 2:
                self.places[name] = (begun[-1], at)
            path.pop()
            begun.pop()

        self.part.walk(start, end)
        if not self.formats or not self.fills:
            raise NoStyles
        self.wrong, self.remark = len(self.fills), len(self.fills) + 1

    def filled(self, colour: str) -> set[int]:
        """The formats of a fill, as the file came."""
        return {
            at
            for at, (_, _, fill) in enumerate(self.formats)
            if 0 <= fill < len(self.fills) and self.fills[fill] == colour
        }

    def with_fill(self, base: int, fill: int) -> int:
        """The number of a format that is another one but for its fill."""
        base = base if 0 <= base < len(self.formats) else 0
        if (base, fill) not in self.known:
            start, closing, _ = self.formats[base]
            tag = self.part.tag(start)
            rest = b""
            if not tag.endswith(b"/>"):
                rest = self.part.content[start + len(tag) : closing] + f"</{self.part.prefix}xf>".encode()
            self.known[base, fill] = self._add(with_attributes(tag, fillId=str(fill), applyFill="1") + rest)
        return self.known[base, fill]

    def remarks(self) -> int:
        """The number of the format of a remark: text, wrapped."""
        if (-1, self.remark) not in self.known:
            p = self.part.prefix
            self.known[-1, self.remark] = self._add(
                f'<{p}xf numFmtId="{TEXT_FORMAT}" fontId="0" fillId="{self.remark}" borderId="0" xfId="0" '
                'applyNumberFormat="1" applyFill="1" applyAlignment="1">'
                f'<{p}alignment vertical="top" wrapText="1"/></{p}xf>'.encode()
            )
        return self.known[-1, self.remark]

    def _add(self, format_: bytes) -> int:
        self.added.append(format_)
        return len(self.formats) + len(self.added) - 1

    def result(self) -> bytes:
        """The part with the new fills and formats."""
        p = self.part.prefix
        fills = "".join(
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            for colour in (WRONG_COLOUR, REMARK_COLOUR)
        )
        for name, count, text in (
            ("fills", len(self.fills) + 2, fills.encode()),
            ("cellXfs", len(self.formats) + len(self.added), b"".join(self.added)),
        ):
            at, closing = self.places[name]
            self.part.append(at, name, closing, text, count=str(count))
        return self.part.result()
