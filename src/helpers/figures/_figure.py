"""What a chart returns: a picture with its title, its words, its source and its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from helpers.dossier import Dossier
from helpers.figures._canvas import wrap
from helpers.figures._palette import LIGHT
from helpers.figures._style import LARGE, SMALL, house_style, points
from helpers.figures._svg import fit_for_page, isolate_words, link_facts, name_languages
from helpers.files import write_whole
from helpers.words import (
    compose,
    format_date,
    isolate_whole,
    join,
    open_fragments,
    trace_fact,
    trace_rule,
)

_render_fragment = open_fragments(Path(__file__).parent)
FORMATS = ("svg", "png")
SMALLEST_TYPE_PX = 11  # no type is shown smaller than this: a figure scrolls instead
# The columns that say what a fact is, where the rows have them.
_TOLD = ("statement", "name", "role", "asserted_by", "stated")
MOST_SOURCES = 5  # named in a source line
# The columns whose words are those of the row's facts.
_WORDS = ("statement", "measure", "number", "of_whom")
_PNG_SCALE = 2  # device pixels a CSS pixel


@dataclass(frozen=True)
class Figure:
    """A picture and everything a reader needs to trust it.

    Parameters
    ----------
    drawing
        The matplotlib figure, without title and source line.
    title
        What the picture says, as a sentence; its numbers traced (`helpers.tracing`).
    alt
        The picture's facts in words, written from the plotted rows.
    source
        The source line, built from the source records.
    rows
        The rows that are drawn, one a fact, claim or place; shown as a table under the picture.
    languages
        The language of each name in the picture and the rows that is not in English, by name.
    """

    drawing: Drawing
    title: str
    alt: str
    source: str
    rows: pd.DataFrame
    languages: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self):
        for name in ("title", "alt", "source"):
            if not getattr(self, name).strip():
                raise ValueError(f"a figure needs its {name}")
        if self.rows.empty:
            raise ValueError("a figure needs its rows")

    @property
    def width_px(self) -> int:
        """The width in CSS pixels that the figure is made for."""
        return round(self.drawing.get_figwidth() * 96)

    @property
    def height_px(self) -> int:
        return round(self.drawing.get_figheight() * 96)

    @property
    def least_width_px(self) -> int:
        """The width below which its smallest type would be under 11 px."""
        texts = self.drawing.findobj(lambda artist: isinstance(artist, Text) and artist.get_text())
        sizes = [text.get_fontsize() for text in texts if text.get_visible()]
        smallest = min(sizes, default=points(SMALL)) / points(1)
        return min(self.width_px, round(self.width_px * SMALLEST_TYPE_PX / smallest))

    def svg(self) -> str:
        """The picture alone, as SVG for a page: same input, same text."""
        svg = name_languages(fit_for_page(self._draw("svg").decode()), self.languages)
        return link_facts(svg, self._describe_facts())

    def _describe_facts(self) -> dict[str, str]:
        """What each fact of the rows says, by fact_id."""
        columns = [name for name in _TOLD if name in self.rows]
        told = {}
        for row in self.rows.fillna("").to_dict("records"):
            for fact_id in row.get("facts", "").split(", "):
                cells = (isolate_whole(str(row[name])) for name in columns)
                told.setdefault(fact_id, ", ".join(cells))
        return told

    def save(self, path: str | Path) -> Path:
        """Write the picture with its title and source line, as .svg or .png."""
        path = Path(path)
        kind = path.suffix.lower().lstrip(".")
        if kind not in FORMATS:
            raise ValueError(f"{path.name}: a figure is saved as one of {', '.join(FORMATS)}")
        return write_whole(path, self._draw(kind, self._captions()))

    def _captions(self) -> list[dict]:
        """The title above and the source line below, wrapped to the picture's width."""
        gap = 14 / self.height_px
        above = {"y": 1 + gap, "va": "bottom", "fontsize": points(LARGE), "weight": "bold"}
        below = {"y": -gap, "va": "top", "fontsize": points(SMALL), "color": LIGHT["muted"]}
        return [
            above | {"s": "\n".join(wrap(self.title, self.width_px, LARGE, bold=True))},
            below | {"s": "\n".join(wrap(self.source, self.width_px, SMALL))},
        ]

    def _draw(self, kind: str, captions: list[dict] = ()) -> bytes:
        """The picture's bytes; captions widen it and are taken off again."""
        metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        options = {"svg": {"metadata": metadata}, "png": {"metadata": {"Software": None}}}[kind]
        buffer = BytesIO()
        with house_style():
            texts = [self.drawing.text(0, **caption, ha="left") for caption in captions]
            try:
                self.drawing.savefig(
                    buffer,
                    format=kind,
                    dpi=96 * (_PNG_SCALE if kind == "png" else 1),
                    bbox_inches="tight" if captions else None,
                    pad_inches=0.12,
                    **options,
                )
            finally:
                for text in texts:
                    text.remove()
        if kind == "svg":
            return isolate_words(buffer.getvalue().decode(), self._list_words()).encode()
        return buffer.getvalue()

    def _list_words(self) -> set[str]:
        """The texts of the rows' cells, and the names that a cell lists."""
        cells = {str(cell) for _, column in self.rows.items() for cell in column.dropna()}
        return cells.union(*(cell.split("; ") for cell in cells))

    def _repr_html_(self) -> str:
        rows = self.rows.astype(object).where(self.rows.notna(), "")
        return _render_fragment(
            "figure",
            figure=self,
            # Percent-encoding is shorter than base64 for a text that is mostly digits.
            address="data:image/svg+xml," + quote(self.svg(), safe=" !$&'()*+,-./:;=?@_~\n"),
            header=list(self.rows.columns),
            rows=[_trace_row(row) for row in rows.to_dict("records")],
        )


def _trace_row(row: dict) -> dict:
    """A row whose words have their numbers traced to its facts, and its numbers to its table."""
    ids, number = str(row.get("facts", "")).split(", "), str(row.get("number", ""))
    traced = {name: trace_fact(row[name], ids, number) for name in _WORDS if name in row}
    return row | traced


def source_line(dossier: Dossier) -> str:
    """'Source: Republic World, January 2022.' for the sources of a dossier's facts.

    Of many sources the first few are named, and how many more there are.
    """
    sources = dossier.sources[dossier.sources["source_id"].isin(dossier.facts["source_id"])]
    named = [
        f"{row['publisher']}, {format_date(row['published'])}" for _, row in sources.iterrows()
    ]
    named = list(dict.fromkeys(named))
    if len(named) > MOST_SOURCES:
        more = f"and {len(named) - MOST_SOURCES + 1} more"
        named[MOST_SOURCES - 1 :] = [trace_rule(more, "count")]
    return compose("{}: {}.", "Source" if len(named) == 1 else "Sources", join("; ", named))


def claims_source_line(dossier: Dossier, claims: pd.DataFrame) -> str:
    """The source line of the facts that are drawn."""
    return source_line(dossier.select(fact_id=[i for ids in claims["fact_ids"] for i in ids]))
