"""The text of one unit, from Markdown with ::: directives to blocks; every fault with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from cms.core.html import clean_html

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
DIRECTIVE = re.compile(r"^:::(\w+)[ \t]*(.*)$")
HEADING = re.compile(r"^##\s+(.*)$")
FIGURE = re.compile(r'^!\[(.*?)\]\((\S+?)(?:\s+"(.*)")?\)\s*$')
UNIT_LINK = re.compile(r'href="((?!https?:|mailto:|tel:|/)[^"#]*\.md)"')
RULER = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
EMPHASIS = re.compile(r"(\*\*|__|\*)(.+?)\1")  # cells are plain text
MOST_HEADING, MOST_TITLE, MOST_CELL = 120, 120, 500


def at(name: str, line: int | None, text: str) -> str:
    """A fault as the author reads it: which file, which line, what."""
    if line is None:
        return _("%(file)s: %(fault)s") % {"file": name, "fault": text}
    return _("%(file)s, line %(line)s: %(fault)s") % {"file": name, "line": line, "fault": text}


def _cells(line: str) -> list[str]:
    return line.strip().removeprefix("|").removesuffix("|").split("|")


@dataclass(frozen=True)
class Beside:
    """What a unit may point at: keys of the other units by file, and the other files of the folder."""

    units: dict = field(default_factory=dict)
    media: frozenset = frozenset()

    def file(self, name: str, here: str) -> str:
        """The path of ``name`` as written in the unit ``here``; "" when the folder does not have it."""
        folder = PurePosixPath(here).parent
        for path in (folder / name, PurePosixPath(name), PurePosixPath(name).name):
            plain = str(path).removeprefix("./")
            if plain in self.media:
                return plain
        return ""


class BodyReader:
    """Reads one unit. ``blocks()`` gives its blocks; ``faults`` fills on the way."""

    def __init__(self, text: str, name: str = "", *, first_line: int = 1, beside: Beside | None = None):
        self.lines, self.name, self.first = text.splitlines(), name, first_line
        self.beside, self.faults = beside or Beside(), []

    def fault(self, index: int, text: str) -> None:
        self.faults.append(at(self.name, self.first + index, text))

    def blocks(self) -> Iterator[dict]:
        prose: list[str] = []
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            directive, heading, figure = DIRECTIVE.match(line), HEADING.match(line), FIGURE.match(line)
            is_row = line.startswith("|")
            if not (directive or heading or figure or is_row):
                prose.append(line)
                index += 1
                continue
            yield from self._prose(prose, index - len(prose))
            prose = []
            if is_row:
                # A table among the text is a table block as well: the editor's text field could not hold it.
                rows = list(takewhile(lambda row: row.startswith("|"), self.lines[index:]))
                yield from self._read_table("", rows, index)
                index += len(rows) - 1
            elif heading:
                yield {"type": "heading", "value": self._short(heading[1].strip(), MOST_HEADING, index)}
            elif figure:
                yield from self._figure(figure, index)
            else:
                inner, end = self._inside(directive[1], index)
                yield from self._directive(directive[1], directive[2].strip(), inner, index)
                index = end
            index += 1
        yield from self._prose(prose, index - len(prose))

    def _inside(self, kind: str, index: int) -> tuple[list[str], int]:
        for end in range(index + 1, len(self.lines)):
            if self.lines[end].strip() == ":::":
                return self.lines[index + 1 : end], end
        self.fault(index, _("::: %(kind)s is never closed") % {"kind": kind})
        return [], len(self.lines)

    def _short(self, text: str, most: int, index: int) -> str:
        if len(text) > most:
            self.fault(index, _("is longer than %(most)s characters") % {"most": most})
        return text[:most]

    def _html(self, lines: list[str], index: int, *, inline: bool = False) -> str:
        text = "\n".join(lines)
        for n, line in enumerate(lines):
            if "![" in line:
                self.fault(index + n, _("a picture stands on a line of its own"))
        html = MARKDOWN.renderInline(text) if inline else MARKDOWN.render(text)
        return clean_html(UNIT_LINK.sub(lambda found: self._unit_link(found[1], lines, index), html))

    def _unit_link(self, file: str, lines: list[str], index: int) -> str:
        key = self.beside.units.get(PurePosixPath(file).name)
        if key is None:
            line = next((n for n, words in enumerate(lines) if file in words), 0)
            self.fault(index + line, _("links to %(file)s, which is no unit of this folder") % {"file": file})
        return f'href="../{key}/"'

    def _prose(self, lines: list[str], index: int) -> Iterator[dict]:
        if any(line.strip() for line in lines):
            yield {"type": "text", "value": self._html(lines, index)}

    def _figure(self, found: re.Match, index: int) -> Iterator[dict]:
        alt, name, caption = found[1].strip(), found[2], (found[3] or "").strip()
        path = self.beside.file(name, self.name)
        if not path:
            self.fault(index, _("the picture %(file)s is not in the folder") % {"file": name})
        if not alt:
            words = _("the picture has no text alternative; write ![what it tells](%(file)s)")
            self.fault(index, words % {"file": name})
        value = {"image": path, "alt": self._short(alt, 300, index), "caption": self._short(caption, 300, index)}
        yield {"type": "figure", "value": value}

    def _directive(self, kind: str, rest: str, inner: list[str], index: int) -> Iterator[dict]:
        reader = getattr(self, f"_read_{kind}", None)
        if kind in ("info", "warning", "good"):
            title = self._short(rest or _("Note"), MOST_TITLE, index)
            yield {"type": "callout", "value": {"tone": kind, "title": title, "text": self._html(inner, index + 1)}}
        elif reader is None:
            self.fault(index, _("unknown directive ::: %(kind)s") % {"kind": kind})
        else:
            yield from reader(rest, inner, index)

    def _read_regulation(self, rest, inner, index):
        cite = re.search(r'cite="([^"]+)"', rest)
        name = self._short(cite[1] if cite else rest, MOST_TITLE, index)
        yield {"type": "regulation", "value": {"cite": name, "text": self._html(inner, index + 1)}}

    def _read_steps(self, rest, inner, index):
        steps = []
        for n, line in enumerate(inner):
            if step := re.match(r"^\s*\d+\.\s+(.+)$", line):
                steps.append(self._html([step[1]], index + 1 + n, inline=True))
        if not steps:
            self.fault(index, _("::: steps needs a numbered list"))
        yield {"type": "steps", "value": {"title": self._short(rest, MOST_TITLE, index), "steps": steps}}

    def _read_table(self, rest, inner, index):
        rows = [
            [self._short(EMPHASIS.sub(r"\2", cell.strip()), MOST_CELL, index) for cell in _cells(line)]
            for line in inner
            if line.strip() and not RULER.match(line)
        ]
        if len(rows) < 2:
            self.fault(index, _("::: table needs a head and at least one row, with | between the cells"))
        elif len({len(row) for row in rows}) > 1:
            self.fault(index, _("the rows of the table differ in length"))
        yield {"type": "table", "value": {"caption": self._short(rest, 200, index), "rows": rows}}

    def _read_check(self, rest, inner, index):
        keys = f"{rest} {' '.join(inner)}".split()
        if not keys:
            self.fault(index, _("::: check names no question"))
        for key in keys:
            yield {"type": "check", "value": key}

    def _read_video(self, rest, inner, index):
        path, title = self._named_file(rest, index)
        if not any(line.strip() for line in inner):
            self.fault(index, _("a video needs its transcript between ::: video and :::"))
        yield {"type": "video", "value": {"file": path, "title": title, "transcript": self._html(inner, index + 1)}}

    def _read_download(self, rest, inner, index):
        path, title = self._named_file(rest, index)
        yield {"type": "download", "value": {"file": path, "title": title}}

    def _named_file(self, rest: str, index: int) -> tuple[str, str]:
        name, _space, title = rest.partition(" ")
        path = self.beside.file(name, self.name)
        if not path:
            self.fault(index, _("the file %(file)s is not in the folder") % {"file": name or "?"})
        return path, self._short(title.strip() or PurePosixPath(name).stem, MOST_TITLE, index)
