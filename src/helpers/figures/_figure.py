"""What a chart returns: its rows, its words, and how it is drawn when it is shown."""

import json
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from io import BytesIO
from itertools import chain, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from helpers import words
from helpers.dossier import Dossier, first_day, last_day, list_claims, tabulate
from helpers.figures import _style as style
from helpers.figures._canvas import Canvas, draw_chart, wrap
from helpers.figures._palette import LIGHT
from helpers.figures._store import recall
from helpers.figures._style import LARGE, SMALL, points
from helpers.figures._svg import fit_for_page, isolate_words
from helpers.files import write_whole

_render_fragment = words.open_fragments(Path(__file__).parent)
# By how a figure is saved, what matplotlib would say of itself and the moment.
_UNSAID = {"svg": ("Date", "Creator", "Format", "Type"), "png": ("Software",)}
_SMALLEST_TYPE_PX = 11  # no type is shown smaller than this: a figure scrolls instead
# The columns that say what a fact is, where the rows have them.
_TOLD = ("statement", "name", "role", "asserted_by", "stated")
_MOST_SOURCES = 5  # named in a source line
_MOST_DAYS = 3  # named of a publisher there
_WHO = itemgetter(0)
_FOREIGN = re.compile(r"[^ -~]+")  # letters that an address has as bytes
_UNSAFE = '%<>"#{}|\\^`[]\n'  # in an address; the first first
_PNG_SCALE = 2  # device pixels a CSS pixel


@dataclass(frozen=True)
class Picture:
    """A figure drawn in one form: as SVG for a page, and its size in CSS pixels."""

    svg: str
    width_px: int
    height_px: int
    least_width_px: int  # its smallest type would be under 11 px below it

    @property
    def address(self) -> str:
        """The picture as the address of an image: mostly digits, it is shorter than in base64."""
        svg = self.svg
        for letter in _UNSAFE:  # a tenth of the time that `quote` takes for all of it
            svg = svg.replace(letter, quote(letter))
        return "data:image/svg+xml," + _FOREIGN.sub(lambda letters: quote(letters[0]), svg)


@dataclass(frozen=True, eq=False)
class Figure:
    """Rows and everything a reader needs to trust them; the picture is drawn when it is shown.

    Parameters
    ----------
    rows
        The rows that are drawn, one a fact, claim or place; shown as a table under the picture.
    title
        What the picture says, as a sentence; its numbers traced (`helpers.words`).
    alt
        The picture's facts in words, written from the rows.
    source
        The source line, built from the source records.
    draw
        Makes the picture of a form, 'desktop' or 'phone', without title and source line: a
        matplotlib figure whose texts have their language as label where it is not English.
    languages
        The language of each name in the rows that is not in English, by name.
    """

    rows: pd.DataFrame
    title: str
    alt: str
    source: str
    draw: Callable[[str], Drawing] = field(repr=False)
    languages: Mapping[str, str] = field(default_factory=dict)
    _pictures: dict[str, Picture] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self):
        for name in ("title", "alt", "source"):
            if not getattr(self, name).strip():
                raise ValueError(f"a figure needs its {name}")
        if self.rows.empty:
            raise ValueError("a figure needs its rows")

    def picture(self, form: str = "desktop") -> Picture:
        """The picture of a form, drawn once: same input, same text."""

        def write() -> str:
            return json.dumps(asdict(self._draw_picture(form)), ensure_ascii=False)

        if form not in self._pictures:
            written = recall(write, form, self.draw, self._told, sorted(self._words))
            self._pictures[form] = Picture(**json.loads(written))
        return self._pictures[form]

    def _draw_picture(self, form: str) -> Picture:
        drawing = self.draw(form)
        texts = [text for text in drawing.findobj(Text) if text.get_text()]
        width, height = map(round, style.measure_px(drawing))
        sizes = [float(text.get_fontsize()) / points(1) for text in texts if text.get_visible()]
        least = round(width * _SMALLEST_TYPE_PX / min(sizes, default=SMALL))
        languages = {text.get_text(): str(text.get_label()) for text in texts if text.get_label()}
        svg = self._save(drawing, "svg").decode()
        svg = fit_for_page(svg, languages, self._told)
        return Picture(svg, width, height, min(width, least))

    @cached_property
    def _cells(self) -> list[dict]:
        """The rows, '' in an empty cell."""
        return list_claims(self.rows.astype(object).fillna(""))

    @cached_property
    def _told(self) -> dict[str, str]:
        """What the first fact of each row, to which its label leads, says, by fact_id."""
        told: dict[str, str] = {}
        for row in self._cells:
            cells = (words.isolate_whole(str(row[name])) for name in _TOLD if name in row)
            told.setdefault(row.get("facts", "").partition(", ")[0], ", ".join(cells))
        return told

    @cached_property
    def _words(self) -> set[str]:
        """The texts of the rows' cells, and the names that a cell lists, from right to left."""
        texts = {str(cell) for row in self._cells for cell in row.values()}
        cells = set(filter(words.is_right_to_left, texts))
        return cells.union(*(cell.split("; ") for cell in cells))

    def svg(self, form: str = "desktop") -> str:
        return self.picture(form).svg

    def save(self, path: str | Path) -> Path:
        """Write the picture with its title and source line, as .svg or .png.

        Letters that no font here has are told: a PNG has boxes in their place.
        """
        path = Path(path)
        kind = path.suffix.lower().lstrip(".")
        if kind not in _UNSAID:
            raise ValueError(f"{path.name}: a figure is saved as one of {', '.join(_UNSAID)}")
        drawing = self.draw("desktop")
        written = [self.title, self.source, *(text.get_text() for text in drawing.findobj(Text))]
        if kind == "png" and (lost := style.find_lost("".join(written))):
            told = f"no font here has {', '.join(lost)}: boxes stand there"
            warnings.warn(f"{path.name}: {told}", stacklevel=2)
        width, height = style.measure_px(drawing)
        gap = 14 / height
        above = {"y": 1 + gap, "va": "bottom", "fontsize": points(LARGE), "weight": "bold"}
        below = {"y": -gap, "va": "top", "fontsize": points(SMALL), "color": LIGHT["muted"]}
        title, source = wrap(self.title, width, LARGE, bold=True), wrap(self.source, width, SMALL)
        captions = [
            look | {"s": "\n".join(lines), "family": style.name_families("".join(lines))}
            for look, lines in ((above, title), (below, source))
        ]
        return write_whole(path, self._save(drawing, kind, captions))

    def _save(self, drawing: Drawing, kind: str, captions: Sequence[dict] = ()) -> bytes:
        """A drawing's bytes; captions widen it and are taken off again."""
        buffer = BytesIO()
        options: dict[str, Any] = {"format": kind, "metadata": dict.fromkeys(_UNSAID[kind])}
        options |= {"bbox_inches": "tight", "pad_inches": 0.12} if captions else {}
        options["dpi"] = 96 * (_PNG_SCALE if kind == "png" else 1)
        with style.house_style(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")  # it is told in `save`
            texts = [drawing.text(0, **caption, ha="left") for caption in captions]
            try:
                drawing.savefig(buffer, **options)
            finally:
                for text in texts:
                    text.remove()
        if kind != "svg":
            return buffer.getvalue()
        return isolate_words(buffer.getvalue().decode(), self._words).encode()

    def _repr_html_(self) -> str:
        return self.html("desktop", "phone")

    def html(self, *forms: str) -> str:
        """The picture in these forms, and in what others it was drawn in before, over its table."""
        drawn = {form: self.picture(form) for form in {**self._pictures, **dict.fromkeys(forms)}}
        picture, rows = drawn.get("desktop") or drawn["phone"], self._cells
        phone = drawn.get("phone") if "desktop" in drawn else None
        return _render_fragment("figure", figure=self, picture=picture, phone=phone, rows=rows)


def group_rows(rows: Iterable, key: Callable[[Any], Any]) -> dict[Any, list]:
    """Rows by their key, in the order in which each is first met."""
    groups: dict[Any, list] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def make_chart(
    dossier: Dossier, claims: list[dict], told: tuple[str, str],
    fill: Callable[[Canvas], float], ax: Axes | None, *columns: str
) -> Figure:  # fmt: skip
    """The figure of claims that `fill` puts on a canvas, with the title and alt text `told`.

    Some of their own columns stand first in its table.
    """
    source = list_sources(dossier, chain(*(claim["fact_ids"] for claim in claims)))
    own = {name: [claim[name] for claim in claims] for name in columns}
    return Figure(tabulate(claims, **own), *told, source, draw_chart(fill, ax))


def list_sources(dossier: Dossier, fact_ids: Iterable[str]) -> str:
    """'Source: Republic World, January 2022.' for the sources of some of a dossier's facts.

    A publisher is named once, with its days. Of many the first few are named, and how many more
    sources there are.
    """
    told, sources = {*fact_ids}, dossier.sources
    facts = zip(dossier.facts["fact_id"], dossier.facts["source_id"], strict=True)
    sources = sources[sources["source_id"].isin({own for one, own in facts if one in told})]
    pairs = dict.fromkeys(zip(sources["publisher"], sources["published"].fillna(""), strict=True))
    days = {
        publisher: [day for _, day in group] for publisher, group in group_rows(pairs, _WHO).items()
    }
    named = [words.compose("{}, {}", one, _format_days(own)) for one, own in days.items()]
    if len(named) > _MOST_SOURCES:
        left = list(days.values())[_MOST_SOURCES - 1 :]
        more = words.trace_number(sum(map(len, left)), rule="count")
        named[_MOST_SOURCES - 1 :] = [words.compose("and {} more", more)]
    head = "Source" if len(pairs) == 1 else "Sources"
    return words.compose("{}: {}.", head, words.join("; ", named))


def _format_days(days: list[str]) -> str:
    """'28 February, 31 March and 30 April 2033', and of many the first and the last."""
    known = sorted(filter(None, days), key=first_day)
    if len(known) == len(days) > _MOST_DAYS:
        first, last = known[0].partition("/")[0], max(known, key=last_day).rpartition("/")[2]
        return f"from {words.format_date(f'{first}/{last}')}"
    ordered = [*known, *(day for day in days if not day)]
    told = [words.format_date(day).split() for day in ordered]
    for one, following in pairwise(told):  # what a day has in common with the next is said there
        if len(one) == len(following):
            while one[1:] and one[-1] == following[len(one) - 1]:
                one.pop()
    return words.format_list(map(" ".join, told))
