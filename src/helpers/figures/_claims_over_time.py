"""Claims on one number in the order of time, one under another.

Groups that are counted apart are never joined, and no share, sum or mean is computed.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.dossier import (
    Dossier,
    describe_claim,
    gather_claims,
    has_number,
    last_day,
    list_claims,
    say_part,
    sort_by_succession,
    split_ids,
    tabulate,
)
from helpers.errors import NoFactsError
from helpers.figures._canvas import LINE_PX, WIDTH_PX, Canvas, draw_chart, measure
from helpers.figures._figure import Figure, source_line
from helpers.figures._mark_grid import measure_extent
from helpers.figures._panels import format_standing, list_groups
from helpers.figures._style import SMALL
from helpers.figures._svg import label_id
from helpers.words import (
    MISSING,
    NUMBERS,
    Traced,
    capitalise,
    compose,
    format_list,
    format_quantity,
    format_short_date,
    join,
    spell_count,
    spell_number,
)

_UNSTATED = f"Of whom: {MISSING}"
ARTICLE, OTHERS = "the article", "other sources"
_PLOT_PX = 158  # the width of the marks and their numbers
_RADIUS = 5  # of a mark
_LANE_PX = 6  # between the lines that join claims to what replaces them
_LONG_GAP = timedelta(days=31)  # a longer one is shown between two rows


def claims_over_time(
    dossier: Dossier, measure: str = "", *, unit: str = "", ax: Axes | None = None
) -> Figure:
    """Every claim on a measure in the order of time, one group for each part that is counted.

    A part that is counted at one place only is a group of its own.

    A claim that stands has a filled mark, a superseded one a hollow mark and an arrow to what
    replaces it, a withdrawn one is struck through. All marks stand on one scale.

    Parameters
    ----------
    measure, unit
        Without them, the measure with the most claims, and the unit that most of them have.

    Raises
    ------
    NoFactsError
        Nothing is claimed on the measure in this unit.
    DossierError
        The dossier has no such measure.
    """
    facts = dossier.facts
    if measure:
        facts = dossier.select(measure=measure).facts
    else:
        measure = _find_most(facts.loc[has_number(facts), "measure"])
        facts = facts[facts["measure"] == measure]
    unit = unit or _find_most(facts["unit"])
    about = measure or "any measure"
    facts = facts[~has_number(facts) | facts["unit"].eq(unit)]
    claims = gather_claims(dossier, facts, alike=["fact_id"])
    if claims.empty:
        raise NoFactsError(dossier.why_empty(about))
    claims["part"] = 0
    whom, where = list_groups(claims, dossier.places)
    claims["group"] = whom.map(capitalise).replace("", _UNSTATED) + where.mask(
        where != "", ", " + where
    )
    claims = sort_by_succession(claims).assign(origin=lambda rows: name_origins(dossier, rows))
    return Figure(
        tabulate(
            claims,
            said_in=list(claims["origin"]),
            standing=[format_standing(claim) for claim in list_claims(claims)],
        ),
        _title_claims(claims, capitalise(about)),
        _describe_claims(claims, about),
        source_line(dossier, claims),
        draw_chart(lambda canvas: _draw_claims(canvas, claims, unit), ax),
    )


def _find_most(cells: pd.Series) -> str:
    """What most cells have; '' where all are empty."""
    return str(next(iter(cells.value_counts().index), ""))


def name_origins(dossier: Dossier, claims: pd.DataFrame) -> list[str]:
    """Where each claim was made: in the article, or of several in which; or in other sources."""
    sources = dossier.sources
    articles = sources[sources["kind"] == "article"].set_index("source_id")["publisher"]
    again = articles.duplicated(keep=False)
    articles[again] += " (" + articles.index[again] + ")"
    if len(articles) == 1:
        articles[:] = ARTICLE
    return list(claims["source_id"].map(articles).where(claims["in_article"].astype(bool), OTHERS))


def _title_claims(claims: pd.DataFrame, about: str) -> str:
    """'Deaths: the article says 12 people, of whom is not stated; 36 claims by others …'."""
    own, others = claims[claims["in_article"]], claims[~claims["in_article"]]
    parts: list[str] = []
    for name, said in own.groupby("origin", sort=False):
        numbered = said[has_number(said)]
        told = _trace_numbers(numbered) or "no number"
        parts.append(compose("{} says {}", str(name), told))
        if not numbered.empty and (numbered["of_whom"] == MISSING).all():
            parts[-1] += f", {say_part(numbered.iloc[0])}"
    if len(others):
        groups = others["group"].nunique()
        who = "others make" if len(own) else "there are" if len(others) > 1 else "there is"
        parts.append(f"{who} " + spell_count(len(others), "claim"))
        if groups > 1:
            parts[-1] += compose(" on {} counted apart", spell_count(groups, "group"))
    if gone := int(claims["standing"].eq("retracted").sum()):
        parts.append(spell_number(gone) + f" {'is' if gone == 1 else 'are'} withdrawn")
    return compose("{}: {}", about, join("; ", parts))


def _trace_numbers(claims: pd.DataFrame) -> Traced:
    """'12 people and 14 people': each number once, as that of the claims that state it."""
    same: dict[str, pd.Series] = {}
    for claim in list_claims(claims):
        before = same.setdefault(format_quantity(claim), claim.copy())
        before["fact_ids"] = list(dict.fromkeys([*before["fact_ids"], *claim["fact_ids"]]))
    return format_list(map(format_quantity, same.values())) if same else compose("")


def _describe_claims(claims: pd.DataFrame, about: str) -> str:
    told = [
        f"List of claims, {about.lower()}: one row a claim in the order of time, in groups that "
        "are counted apart and never joined."
    ]
    for name, group in claims.groupby("group", sort=False):
        told.append(f"{name}:")
        for claim in list_claims(group):
            origin = f"{capitalise(claim['origin'])}: " if claim["in_article"] else ""
            told.append(f"{origin}{describe_claim(claim)}")
            if claim["standing"] != "stands":
                told.append(f"{capitalise(format_standing(claim))}.")
    return " ".join(told)


@dataclass(frozen=True)
class Columns:
    """Where the columns of a list of claims stand, in CSS pixels, and how numbers become lengths.

    Parameters
    ----------
    text
        The left end of who says it; the days stand before it.
    plot
        The left end of the marks.
    lowest
        The number that stands there: 0 where no number is below.
    px
        CSS pixels for 1.
    years
        Whether each day names its year.
    """

    text: float
    plot: float
    lowest: float
    px: float
    years: bool

    def at(self, number: float) -> float:
        """Where a number stands; room is left for half a mark."""
        return self.plot + _RADIUS + (number - self.lowest) * self.px

    @property
    def words(self) -> float:
        """The left end of words among the marks, right of the line at 0."""
        return self.plot + _RADIUS + 6

    @classmethod
    def fit(cls, claims: pd.DataFrame) -> "Columns":
        """Columns wide enough for the days, with the longest number's label in the figure."""
        years = claims["stated"].str[:4].nunique() > 1
        days = [format_short_date(day, with_year=years) for day in claims["stated"]]
        text = max(measure(day, SMALL) for day in [*days, "stated"]) + 10
        counted = claims[has_number(claims)]
        numbers = counted[NUMBERS].astype(float)
        lowest = min(0.0, np.nanmin(numbers, initial=0))
        rooms = []
        for claim in list_claims(counted):
            extent = measure_extent(claim)
            label = measure(_format_count(claim), SMALL, bold=True)
            beside = label if label < _PLOT_PX / 2 else 0
            room = _PLOT_PX - 3 * _RADIUS - 4 - beside - (20 if extent.open_ended else 0)
            if (reach := extent.outlined - lowest) > 0:
                rooms.append(room / reach)
        return cls(text, WIDTH_PX - _PLOT_PX, lowest, min(rooms, default=1.0), years)


def _format_count(claim: pd.Series) -> str:
    """A claim's number without its unit: 'about 2,500'."""
    return format_quantity(claim, with_unit=False)


def _draw_claims(canvas: Canvas, claims: pd.DataFrame, unit: str) -> float:
    """The groups of claims one under another."""
    columns = Columns.fit(claims)
    y = _draw_heads(canvas, columns, claims, unit)
    for name, group in claims.groupby("group", sort=False):
        y = _draw_group(canvas, y, str(name), group, columns)
    return y


def _draw_heads(canvas: Canvas, columns: Columns, claims: pd.DataFrame, unit: str) -> float:
    """What the columns hold."""
    stated = "stated" if columns.years else claims["stated"].iloc[0][:4]
    look = {"size": SMALL, "colour": "muted"}
    canvas.text(0, 0, stated, columns.text, **look)
    ends = [LINE_PX]
    canvas.text(columns.text, 0, "who says it", columns.plot - columns.text, **look)
    if has_number(claims).any():
        ends.append(canvas.text(columns.plot, 0, f"how many {unit}", _PLOT_PX, **look))
    return max(ends) + 3


def _draw_group(
    canvas: Canvas, y: float, name: str, group: pd.DataFrame, columns: Columns
) -> float:
    """One group of claims: its head, a row for each, and what replaces what."""
    canvas.line([0, WIDTH_PX], [y, y], colour="rule")
    y = canvas.text(0, y + 3, name, WIDTH_PX, size=SMALL, bold=True) + 1
    top, middles, before = y, {}, None
    for claim in list_claims(group):
        if before and claim["day"] - before > _LONG_GAP:
            y = _draw_gap(canvas, y)
        before = last_day(claim["stated"])
        middles[claim["fact_id"]] = y + LINE_PX / 2
        y = _draw_row(canvas, y, claim, columns) + 2
    if columns.lowest == 0:
        canvas.line([columns.at(0)] * 2, [top, y - 2], colour="rule", z=1.5)
    _draw_chains(canvas, group, middles, columns)
    return y + 3


def _draw_gap(canvas: Canvas, y: float) -> float:
    """More than a month without a claim: dots in the column of the days."""
    for number in range(3):
        canvas.circle(8, y + 1 + number * 4, 1, fill="muted", edge=None, gid="gap")
    return y + 11


def _draw_row(canvas: Canvas, y: float, claim: pd.Series, columns: Columns) -> float:
    """One claim: the day, who says it, its mark and its number."""
    colour = "accent" if claim["in_article"] else "contrast"
    day = format_short_date(claim["stated"], with_year=columns.years)
    canvas.text(0, y, day, columns.text, size=SMALL, colour="muted")
    width = columns.plot - columns.text - 16
    x, top = columns.text, y
    if claim["in_article"]:
        name = claim["origin"]
        end = canvas.text(x, y, name, width, size=SMALL, bold=True, colour=colour)
        who, taken = claim["asserted_by"], measure(f"{name} ", SMALL, bold=True) + 2
        if taken + measure(who, SMALL) <= width:
            x, width = x + taken, width - taken
        else:
            top = end
    bottom = canvas.text(x, top, claim["asserted_by"], width, size=SMALL)
    if pd.notna(claim[NUMBERS]).any():
        return max(bottom, _draw_number(canvas, y, claim, columns, colour))
    return max(bottom, _draw_silence(canvas, y, claim, columns, colour))


def _draw_number(
    canvas: Canvas, y: float, claim: pd.Series, columns: Columns, colour: str
) -> float:
    """A claim's mark on the scale with its number beside it; gives back where they end."""
    gid, middle, zero = claim["fact_id"], y + LINE_PX / 2, columns.at(0)
    extent = measure_extent(claim)
    retracted, bottom = claim["standing"] == "retracted", y + LINE_PX
    tone = "muted" if retracted else colour
    # An 'up to' has its mark at the end, and nothing before it is certain.
    point = columns.at(extent.filled if extent.filled else extent.outlined)
    canvas.line([zero, point], [middle] * 2, colour="rule", width=1.5, z=1.6)
    if columns.lowest < 0:
        canvas.line([zero, zero], [y, y + LINE_PX], colour="rule", z=1.5)
    left, end, right = columns.at(extent.lower), columns.at(extent.outlined), point + _RADIUS
    if left < end:
        right = max(end, right)
        canvas.box(
            left, middle - 2.5, end - left, 5, fill="paper", edge=tone, z=1.8, gid=f"{gid}-range"
        )
    stands = claim["standing"] == "stands"
    canvas.circle(
        point, middle, _RADIUS, fill=tone if stands else "paper", edge=tone, gid=f"{gid}-mark", z=3
    )
    if extent.open_ended:
        canvas.arrow_right(right + 2, middle, 16, tone, gid=f"{gid}-open")
        right += 20
    if retracted:
        canvas.cross(point, middle, 3, colour=tone, gid=f"{gid}-cross", z=3.5)
    label, look = _format_count(claim), {"size": SMALL, "bold": True, "gid": label_id(gid)}
    wide, x = measure(label, SMALL, bold=True), right + 4
    if wide >= _PLOT_PX / 2:
        x, y = columns.words, y + LINE_PX
        bottom = canvas.text(x, y, label, WIDTH_PX - x, colour=tone, **look)
        wide = min(wide, WIDTH_PX - x - 1)
    else:
        canvas.text(x, y, label, wide + 2, colour=tone, **look)
    if retracted:
        for line in np.arange(y + LINE_PX / 2, max(bottom, y + LINE_PX), LINE_PX):
            canvas.line(
                [x - 1, x + wide + 1], [line + 1] * 2, colour=tone, width=1.5, z=4.5,
                gid=f"{gid}-strike",
            )  # fmt: skip
    if not stands:
        what = {"retracted": "withdrawn"}.get(claim["standing"], claim["standing"])
        when = format_short_date(claim["ended"], columns.years) if claim["ended"] else ""
        x, words = columns.words, f"{what} {when}"
        bottom = canvas.text(x, bottom, words, WIDTH_PX - x, size=SMALL, colour="muted")
    return bottom


def _draw_silence(
    canvas: Canvas, y: float, claim: pd.Series, columns: Columns, colour: str
) -> float:
    """A claim without a number: an empty outline, and what it says in words."""
    gid, middle, left = claim["fact_id"], y + LINE_PX / 2, columns.words
    if claim["relation"] == "retracts":
        canvas.cross(left + 4, middle, 4, colour=colour, gid=f"{gid}-withdraws")
        left += 14
    else:
        canvas.box(
            left - 6, middle - 5, 26, 10, fill="paper", edge=colour, dashed=True, hatch="////",
            gid=f"{gid}-no-number", z=1.6,
        )  # fmt: skip
        x = left + 26
        y = canvas.text(x, y, "no number stated", WIDTH_PX - x, size=SMALL, colour="muted")
    width = WIDTH_PX - left
    return canvas.text(left, y, claim["statement"], width, size=SMALL, gid=label_id(gid))


def _draw_chains(canvas: Canvas, group: pd.DataFrame, middles: dict, columns: Columns) -> None:
    """Lines from superseded claims to those that replace them, beside the marks.

    Each line of succession has a lane of its own, so that none runs into another.
    """
    joined = group.assign(replaces=group["replaces"].map(split_ids)).explode("replaces")
    joined = joined[(joined["relation"] == "supersedes") & joined["replaces"].isin(middles)]
    lanes: list[float] = []
    for _, chain in joined.groupby("root", sort=False):
        ys = [middles[fact_id] for fact_id in [*chain["fact_id"], *chain["replaces"]]]
        free = [number for number, end in enumerate(lanes) if end < min(ys)]
        lane = free[0] if free else min(len(lanes), 1)
        lanes[lane : lane + 1] = [max(ys)]
        tip = columns.plot - 1
        x = tip - 8 - lane * _LANE_PX
        for claim in list_claims(chain):
            old, new = middles[claim["replaces"]], middles[claim["fact_id"]]
            canvas.line(
                [tip, x, x, tip], [old, old, new, new], colour="muted",
                gid=f"{claim['fact_id']}-supersedes",
            )  # fmt: skip
            if claim["fact_id"] not in set(chain["replaces"]):
                canvas.shape([(tip - 5, new - 3), (tip - 5, new + 3), (tip, new)], fill="muted")
