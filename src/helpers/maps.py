"""The map of a story: its places, marked by the part they play, where they lie."""

from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path

from helpers.dossier import LANGUAGES, Dossier
from helpers.errors import DossierError, NoFactsError
from helpers.faults import did_you_mean, one_of, show_value
from helpers.figure import Figure, source_line
from helpers.geography import (
    DETAIL_PX,
    Projection,
    View,
    chain_segments,
    choose_projection,
    draw_circle,
    find_borders,
    find_extent,
    find_main_parts,
    find_regions,
    frame_view,
    generalise,
    list_countries,
    measure_km,
    name_direction,
    read_country,
    read_gazetteer,
    word_meridian,
    word_parallel,
)
from helpers.labels import LINE_FROM, Box, Placer
from helpers.layout import measure, wrap
from helpers.palette import LIGHT
from helpers.style import BODY, SMALL, house_style, new_drawing, points
from helpers.tracing import Traced, compose, join, trace_rule
from helpers.wording import isolate_whole, word_list

HEIGHTS = 0.56, 1.05  # a map's least and greatest height, as shares of its width
PLAIN_ROLE = "place of the story"
MARK_PX = 13  # a mark's width
AREA_FROM = 1.15  # an area shows behind its mark from this many times the mark's radius on
NO_PIN_FROM = 4.0  # and from this many times on, the mark is hollow: the place is not at its point
INSETS_PX = (132, 104), (116, 92), (100, 80)
SCALE_PX = 150, 30
WORLD_M = 15e6  # a map as wide as this has no one scale
LEAST_INSET_PX2 = 30  # where the story's countries are smaller in the inset, a square shows them
EDGE_PX = 12  # between the frame and what stands along it
CITY_PX = 5
LONGEST_LABEL_PX = 260
LEAST_INSIDE = 0.8  # of a region's or a sea's name, where not all of it fits
LEAST_REGION_PX = 14  # the borders of smaller regions would be a grey web
LEAST_SEA_KM = 300  # shown around a site that is in no country
MOST_GROWTH = 3
MOST_CORNERS = 6000  # of borders: more would make a large file and show no more
LAKE_PX = 5
LEAST_LAKE_PX = 10  # the square root of a lake's area: smaller ones are not named
BESIDE_PX = 52  # around a lake: its name stands no farther off
SHORES_PX = 8, 3  # between the name of a sea and a coast, where there is room
SPACINGS = " ", "\u200a", ""  # between the letters of a country's name; the second is a hair space
COARSE_PX = 5  # of land, where only room is sought
CITY_GAP_PX = 80  # between two cities for orientation, and between one and a mark
ASCENT, DESCENT = 0.74, 0.24  # of the type family, in shares of the size

_KEY_WORDS = {"region": "Region of the story", "city": "City, for orientation"}
_SHAPES = ("o", "D", "s", "^", "v", "p", "h", "P", "X", "*")
_INKS = {"o": ("accent", "accent_tint"), "D": ("contrast", "contrast_tint")}


class Mark(NamedTuple):
    """How the places of one role are marked; ink and tint are names of the palette."""

    shape: str
    ink: str
    tint: str


class Label(NamedTuple):
    """A text, its room in pixels, and how it is set."""

    text: str
    box: Box
    size_px: float
    ink: str
    weight: str = "regular"
    gid: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class Ground:
    """What lies under the marks, as areas in pixels."""

    land: shapely.Geometry
    own: pd.DataFrame  # one row a country of the story
    neighbours: pd.DataFrame
    regions: pd.DataFrame  # those of the story's countries
    lakes: shapely.Geometry


def locator_map(
    dossier: Dossier,
    place_names: str = "en",
    *,
    picked_place: str = "",
    ax: Axes | None = None,
    width_px: int = 720,
) -> Figure:
    """Where the story took place: its countries, and the places that its facts name.

    Parameters
    ----------
    place_names
        The language of the names on the map: en, kk or ru. A name that is missing in it is given
        in English.
    picked_place
        The id of a place to pick out, where it is on the map: a ring around its mark, or a heavy
        line around its area.
    ax
        The axes to draw in; a drawing of its own where None.
    width_px
        The width in CSS pixels that the map is made for; with an ax, the ax's own width.

    Returns
    -------
    Figure
        Its rows are one a place: place_id, name, role, region, latitude, longitude (WGS 84
        degrees), precision_km, and the facts that name it.

    Raises
    ------
    NoFactsError
        No fact names a place.
    DossierError
        There is no language of this code.
    BoundaryError
        The files of the boundaries are missing.
    """
    if place_names not in LANGUAGES:
        hint = did_you_mean(str(place_names), LANGUAGES) or one_of(LANGUAGES)
        raise DossierError(f"place_names {show_value(place_names)}: not a language ({hint})")
    column = LANGUAGES[place_names]
    places = _read_places(dossier, column)
    sites = places[places["is_site"]].reset_index(drop=True)
    picked = set(places["region"]) - {""}
    emphasised = places[places["place_id"] == picked_place]
    codes = _list_codes(places)
    marks = _choose_marks(sites["role"])
    with house_style():
        ax, view, key = _lay_out(ax, width_px, places, codes, marks)
        ground = _read_ground(view, codes)
        spots = _find_spots(view, sites)
        cities = _choose_cities(view, codes, spots, column)
        placer = Placer(view.frame)
        for box in _list_mark_boxes(spots, cities):
            placer.reserve(box)
        inset = _find_edge(placer, ground, INSETS_PX)
        scale = _find_edge(placer, ground, [SCALE_PX])
        labels, lines, cities = _place_labels(
            placer, view, ground, spots, cities, picked=picked, column=column
        )
        gaps = [*(label.box for label in labels), scale]
        _draw_ground(ax, view, ground, picked, gaps)
        _draw_sites(ax, spots, marks, lines)
        _draw_emphasis(ax, view, ground, spots, emphasised)
        _draw_cities(ax, cities)
        _draw_labels(ax, labels)
        _draw_inset(ax, view, inset, codes)
        _draw_scale(ax, view, scale)
        _draw_key(ax, view, key)
    return Figure(
        drawing=ax.get_figure(root=True),
        title=word_title(places),
        alt=word_alt(places, cities, emphasised),
        source=_word_source(dossier, places, view, ground, cities),
        rows=_list_rows(places),
        languages=_list_languages(labels, places),
    )


# What is drawn


def _read_places(dossier: Dossier, column: str) -> pd.DataFrame:
    """The places that facts name, one row each, countries last.

    Returns
    -------
    DataFrame
        The columns of places.csv, and label (the name on the map), region (in English), facts,
        and is_site: whether the place has a mark. A country has none, nor has a region that the
        boundaries know: it is picked out. No role is empty.
    """
    facts = dossier.facts.dropna(subset=["place_id"])
    places = dossier.places[dossier.places["place_id"].isin(facts["place_id"])]
    if places.empty:
        raise NoFactsError(dossier.why_empty("places"))
    places = places.sort_values("kind", key=lambda kind: kind == "country", kind="stable")
    regions = find_regions(places[places["kind"] != "country"]).reindex(places.index)
    region = regions["name"].astype("str").fillna("")
    return places.assign(
        is_site=[
            not _is_area(*cells)
            for cells in zip(places["kind"], places["name"], region, strict=True)
        ],
        **_name_in(places, column),
        role=places["role"].astype("str").fillna(PLAIN_ROLE),
        region=region,
        facts=places["place_id"].map(facts.groupby("place_id")["fact_id"].agg(", ".join)),
    ).reset_index(drop=True)


def _is_area(kind: str, name: str, region: str) -> bool:
    """Whether a place is a country, or the region it lies in ('Sofala Province' is Sofala)."""
    return kind == "country" or (kind == "region" and region != "" and name.startswith(region))


def _name_in(rows: pd.DataFrame, column: str) -> dict[str, pd.Series]:
    """As columns, the label of each row and its language: English where the name is missing."""
    names, known = rows[column], rows[column].notna() & (rows[column] != "")
    [language] = [code for code, name in LANGUAGES.items() if name == column]
    return {
        "label": names.where(known, rows["name"]),
        "language": known.map({True: language, False: "en"}),
    }


def _say_language(labels: list[Label], language: str) -> list[Label]:
    """The lines of one name, with its language."""
    return [label._replace(language=language) for label in labels]


def _list_codes(places: pd.DataFrame) -> list[str]:
    """The codes of the story's countries; one that has no boundaries is left out."""
    return [code for code in dict.fromkeys(places["country"].dropna()) if code in list_countries()]


def _choose_marks(roles: pd.Series) -> dict[str, Mark]:
    """A mark for each role, in the order in which the roles are met."""
    marks = {}
    for position, role in enumerate(dict.fromkeys(roles)):
        shape = _SHAPES[position % len(_SHAPES)]
        marks[role] = Mark(shape, *_INKS.get(shape, ("ink", "rule")))
    return marks


def _list_corners(places: pd.DataFrame, codes: list[str]) -> np.ndarray:
    """Longitudes and latitudes that the map must show, shape (n, 2).

    All sites; and the countries, the smallest first, as long as a further one does not make the
    map many times as large.
    """
    sites = places[places["kind"] != "country"]
    spots = sites[["longitude", "latitude"]].to_numpy()
    least_km = 1 if codes else LEAST_SEA_KM
    around = [
        draw_circle(site.latitude, site.longitude, max(site.precision_km, least_km))
        for site in sites.itertuples()
    ]
    corners = shapely.get_coordinates(around)
    countries = [find_main_parts(read_country(code)["geometry"], spots) for code in codes]
    countries.sort(key=_measure_extent)
    for i, country in enumerate(countries):
        larger = np.concatenate([corners, country])
        if i and _measure_extent(larger) > MOST_GROWTH * _measure_extent(corners):
            break
        corners = larger
    return corners


def _measure_extent(corners: np.ndarray) -> float:
    """The diagonal of the bounds of points, in km."""
    extent = find_extent(corners[:, 0], corners[:, 1])
    return float(measure_km(extent.south, extent.west, extent.north, extent.east))


def _read_ground(view: View, codes: list[str]) -> Ground:
    """Land, water and borders in the frame."""
    countries = view.read("countries")
    regions = view.read("regions", codes)
    layers = countries, regions
    corners = sum(shapely.get_num_coordinates(rows["geometry"]).sum() for rows in layers)
    if corners > MOST_CORNERS:
        detail_px = DETAIL_PX * np.sqrt(corners / MOST_CORNERS)
        for rows in layers:
            rows["geometry"] = generalise(rows["geometry"].to_numpy(), detail_px)
    own = countries["country"].isin(codes)
    land = shapely.union_all(countries["geometry"])
    lakes = shapely.union_all(view.read("lakes", detail_px=LAKE_PX)["geometry"])
    return Ground(land, countries[own], countries[~own], regions, lakes)


def _find_spots(view: View, sites: pd.DataFrame) -> pd.DataFrame:
    """The sites with x, y and radius_px, and with their area in pixels."""
    x, y = view.place(sites["longitude"].to_numpy(), sites["latitude"].to_numpy())
    circles = [
        draw_circle(site.latitude, site.longitude, max(site.precision_km, 0.001))
        for site in sites.itertuples()
    ]
    areas = shapely.transform(np.array(circles, dtype=object), view.place, interleaved=False)
    radius = np.sqrt(shapely.area(areas) / np.pi)
    return sites.assign(x=x, y=y, radius_px=radius, area=areas)


def _choose_cities(view: View, codes: list[str], spots: pd.DataFrame, column: str) -> pd.DataFrame:
    """A few cities for orientation that the story does not name: the capital and the largest."""
    cities = read_gazetteer("cities")
    cities = cities[cities["country"].isin(codes)]
    cities = cities[~cities["geonames_id"].isin(spots["geonames_id"].dropna())]
    cities = cities[~cities["name"].isin(spots["name"])]
    x, y = view.place(cities["longitude"].to_numpy(), cities["latitude"].to_numpy())
    cities = cities.assign(x=x, y=y, **_name_in(cities, column))
    inside = (x > 10) & (y > 10) & (x < view.width_px - 10) & (y < view.height_px - 10)
    most = 3 if len(codes) == 1 else 2
    left = dict.fromkeys(codes, most)
    taken = list(zip(spots["x"], spots["y"], strict=True))
    shown = []
    for city in cities[inside].itertuples():
        # A capital may stand nearer to a mark, since it is what most readers know.
        gap = CITY_GAP_PX / 4 if city.capital else CITY_GAP_PX
        if left[city.country] and all(np.hypot(city.x - a, city.y - b) > gap for a, b in taken):
            taken.append((city.x, city.y))
            left[city.country] -= 1
            shown.append(city.Index)
    return cities.loc[shown]


# Where it is put


def _lay_out(
    ax: Axes | None, width_px: float, places: pd.DataFrame, codes: list[str], marks: dict
) -> tuple[Axes, View, list]:
    """The axes, in pixels from the map's lower left corner; the view; and the key above it."""
    if ax is not None:
        width_px, total_px = _measure_axes(ax)
    areas = ["region"] * bool((places["region"] != "").any()) + ["city"] * bool(codes)
    key, key_px = _arrange_key(marks, areas, width_px)
    heights = [width_px * share for share in HEIGHTS]
    if ax is not None:
        heights = [total_px - key_px] * 2
    view = frame_view(*_list_corners(places, codes).T, width_px, heights)
    if ax is None:
        ax = new_drawing(width_px, view.height_px + key_px).add_axes((0, 0, 1, 1))
    ax.set_xlim(0, width_px)
    ax.set_ylim(0, view.height_px + key_px)
    ax.set_axis_off()
    return ax, view, key


def _measure_axes(ax: Axes) -> tuple[float, float]:
    """Width and height of axes in CSS pixels."""
    edges = ax.get_window_extent()
    pixels = 96 / ax.get_figure(root=True).dpi
    return edges.width * pixels, edges.height * pixels


def _arrange_key(marks: dict[str, Mark], others: list[str], width_px: float) -> tuple[list, float]:
    """The key's entries with their place in a flow of lines, and its height in pixels."""
    roles = {role: _shorten(role, SMALL) for role in marks}
    entries = [(roles[role][:1].upper() + roles[role][1:], mark) for role, mark in marks.items()]
    entries += [(_KEY_WORDS[other], other) for other in others]
    placed, x, line = [], 0.0, 0
    for text, mark in entries:
        width = 22 + measure(text, SMALL)
        if x and x + width > width_px:
            x, line = 0.0, line + 1
        placed.append((text, mark, x, line))
        x += width + 24
    return placed, (line + 1) * 22 + 6 if placed else 0


def _measure_label(text: str, size_px: float, bold: bool = False) -> tuple[float, float]:
    """Width and height in pixels of a label of one line."""
    return measure(text, size_px, bold), size_px * (ASCENT + DESCENT)


def _shorten(text: str, size_px: float, bold: bool = False) -> str:
    """A text as a label: on one line, and with an ellipsis where it is too long."""
    lines = wrap(text, LONGEST_LABEL_PX, size_px, bold) or [""]
    return lines[0] if len(lines) == 1 else f"{lines[0]}…"


def _list_mark_boxes(spots: pd.DataFrame, cities: pd.DataFrame) -> list[Box]:
    """The boxes that marks and cities take."""
    half = MARK_PX / 2
    boxes = [(s.x - half, s.y - half, s.x + half, s.y + half) for s in spots.itertuples()]
    half = CITY_PX / 2
    return boxes + [(c.x - half, c.y - half, c.x + half, c.y + half) for c in cities.itertuples()]


def _find_edge(placer: Placer, ground: Ground, sizes: list[tuple[float, float]]) -> Box:
    """Room along the frame's edges for the largest of some sizes, taken at once.

    Of all rooms without a mark, the one that hides least of the story's land, and of several the
    one nearest to a corner.
    """
    x, y = _list_points(ground.own["geometry"].to_numpy(), placer.frame)
    near = EDGE_PX / 2
    for size in sizes:
        boxes, astray = _list_edges(placer.frame, size)
        left, bottom, right, top = boxes.T[:, :, None]
        hides = (x > left - near) & (x < right + near) & (y > bottom - near) & (y < top + near)
        hidden = hides.sum(axis=1) + np.where(placer.is_free(boxes), 0, 1e9)
        if hidden.min() == 0:
            break
    box = tuple(float(side) for side in boxes[np.lexsort((astray, hidden))[0]])
    placer.reserve(box)
    return box


def _list_points(areas: np.ndarray, frame: Box) -> tuple[np.ndarray, np.ndarray]:
    """Points spread evenly over the part of areas that lies in a frame."""
    xs, ys = np.arange(frame[0], frame[2], COARSE_PX), np.arange(frame[1], frame[3], COARSE_PX)
    x, y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    area = shapely.simplify(shapely.union_all(areas), COARSE_PX / 2)
    shapely.prepare(area)
    inside = shapely.contains_xy(area, x, y)
    return x[inside], y[inside]


def _list_edges(frame: Box, size: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Boxes along a frame's edges, one a row, and how far each is from the nearest corner."""
    low = np.array(frame[:2]) + EDGE_PX
    high = np.maximum(np.array(frame[2:]) - EDGE_PX - size, low)
    xs, ys = (np.append(np.arange(low[k], high[k], 8), high[k]) for k in (0, 1))
    corners = [(x, y) for x in xs for y in (low[1], high[1])]
    corners = np.array(corners + [(x, y) for y in ys for x in (low[0], high[0])])
    astray = np.minimum(corners - low, high - corners).sum(axis=1)
    return np.column_stack([corners, corners + size]), astray


def _place_labels(
    placer: Placer,
    view: View,
    ground: Ground,
    spots: pd.DataFrame,
    cities: pd.DataFrame,
    *,
    picked: set[str],
    column: str,
) -> tuple[list[Label], list, pd.DataFrame]:
    """All labels, the most important first; the lines to some; and the cities that found room."""
    labels, lines = [], []
    outlines = shapely.union_all(shapely.boundary(ground.own["geometry"].to_numpy()))
    for spot in spots.itertuples():
        text = _shorten(spot.label, BODY, bold=True)
        size = _measure_label(text, BODY, bold=True)
        area_px = spot.radius_px if spot.radius_px <= NO_PIN_FROM * MARK_PX / 2 else 0
        found = placer.put_beside((spot.x, spot.y), size, max(MARK_PX / 2, area_px), outlines)
        if found:
            box, distance = found
            gid = f"{spot.facts.split(', ')[0]}-label"
            labels.append(Label(text, box, BODY, "ink", "bold", gid, spot.language))
            if distance >= LINE_FROM:
                lines.append(((spot.x, spot.y), box))
    style = {"size_px": BODY, "ink": "land_ink", "spacings": (" ", "")}
    named = _label_countries(placer, ground.own, column, anywhere=True, **style)
    labels += chain.from_iterable(named)
    kept = []
    for city in cities.itertuples():
        size = _measure_label(city.label, SMALL)
        found = placer.put_beside((city.x, city.y), size, CITY_PX / 2, outlines, LINE_FROM)
        if found:
            label = Label(city.label, found[0], SMALL, "muted", language=city.language)
            labels.append(label)
            kept.append(city.Index)
    labels += _label_regions(placer, ground.regions, picked, column)
    labels += _label_waters(placer, view, ground, column, "sea")
    labels += _label_neighbours(placer, ground.neighbours, column)
    labels += _label_waters(placer, view, ground, column, "lake")
    return labels, lines, cities.loc[kept]


def _label_countries(placer, countries, column, *, anywhere=False, **style) -> list[list[Label]]:
    """The names of countries in capitals, one list of lines for each that finds room.

    The first of its spacings that fits is taken, or the name is set in two lines. One that finds
    no room within its country is left out, or put `anywhere` near to it.
    """
    named = []
    countries = countries.assign(**_name_in(countries, column))
    size = shapely.area(countries["geometry"].to_numpy())
    for country in countries.iloc[np.argsort(-size, kind="stable")].itertuples():
        name = country.label.upper()
        found = _fit_within(placer, country.geometry, name, **style)
        if not found and anywhere:
            near = country.geometry.centroid
            frame = shapely.box(*placer.frame)
            found = _fit_within(placer, frame, name, near=(near.x, near.y), **style)
        named += [_say_language(found, country.language)] if found else []
    return named


def _label_neighbours(placer, countries, column) -> list[Label]:
    """The names of the neighbours, all set alike: as widely spaced as costs none its name."""
    trials = []
    for spacing in SPACINGS:
        trial = replace(placer, _taken=[*placer._taken])
        style = {"size_px": SMALL, "ink": "neighbour_ink", "spacings": (spacing,)}
        trials.append(_label_countries(trial, countries, column, **style))
    labels = list(chain.from_iterable(max(trials, key=len)))
    for label in labels:
        placer.reserve(label.box)
    return labels


def _label_regions(placer, regions, names, column) -> list[Label]:
    """The names of the story's regions."""
    labels = []
    regions = regions[regions["name"].isin(names)]
    for region in regions.assign(**_name_in(regions, column)).itertuples():
        found = _fit_within(
            placer, region.geometry, region.label, SMALL, "land_ink", share=LEAST_INSIDE
        )
        labels += _say_language(found, region.language)
    return labels


def _label_waters(placer, view, ground, column, kind) -> list[Label]:
    """The names of seas, or of lakes, whose water shows near to where they are, each once."""
    waters = read_gazetteer("waters")
    waters = waters[waters["kind"] == kind]
    x, y = view.place(waters["longitude"].to_numpy(), waters["latitude"].to_numpy())
    reach = waters["reach_km"].to_numpy() * 1000 / view.metres_per_px
    away = np.hypot(x - np.clip(x, 0, view.width_px), y - np.clip(y, 0, view.height_px))
    waters = waters.assign(**_name_in(waters, column), x=x, y=y, away=away)
    sea = shapely.difference(shapely.box(*view.frame), ground.land)
    labels = {}
    for row in waters[away < reach].itertuples():
        if row.name in labels:
            continue
        circle = view.draw(np.array([draw_circle(row.latitude, row.longitude, row.reach_km)]))[0]
        near = None if row.away else (row.x, row.y)
        if kind == "lake":
            found = _label_lake(placer, ground, circle, row.label, near)
        else:
            found = _label_sea(placer, shapely.intersection(sea, circle), row.label, near)
        labels |= {row.name: _say_language(found, row.language)} if found else {}
    return [label for found in labels.values() for label in found]


def _label_sea(placer, water, name, near) -> list[Label]:
    """The name of a sea, clear of its coasts and in one line where there is room."""
    if water.is_empty:
        return []
    near = near or placer.find_widest(shapely.simplify(water, COARSE_PX / 2))
    size = _measure_label(name, SMALL)
    for shore in SHORES_PX:
        box = placer.put_within(shapely.buffer(water, -shore), size, near)
        if box:
            return [Label(name, box, SMALL, "water_ink")]
    offshore = shapely.buffer(water, -SHORES_PX[-1])
    found = _fit_within(placer, offshore, name, SMALL, "water_ink", near=near)
    return found or _fit_within(
        placer, water, name, SMALL, "water_ink", near=near, share=LEAST_INSIDE
    )


def _label_lake(placer, ground, circle, name, near) -> list[Label]:
    """The name of a lake: in it, or beside it in one of its countries; none for a small lake."""
    parts = shapely.get_parts(shapely.intersection(ground.lakes, circle))
    if near is None or not len(parts):
        return []
    water = parts[np.argmin(shapely.distance(parts, shapely.Point(near)))]
    if water.area < LEAST_LAKE_PX**2:
        return []
    found = _fit_within(placer, water, name, SMALL, "water_ink")
    if found:
        return found
    middle = water.centroid
    lands = pd.concat([ground.own["geometry"], ground.neighbours["geometry"]]).to_numpy()
    lands = lands[shapely.intersects(lands, water)]
    shore = shapely.difference(
        shapely.buffer(water, BESIDE_PX), shapely.buffer(water, SHORES_PX[-1])
    )
    others = shapely.difference(ground.lakes, water)
    shore = shapely.difference(shore, shapely.buffer(others, 2 * SHORES_PX[0]))
    for land in lands[np.argsort(~shapely.contains(lands, middle), kind="stable")]:
        beside = shapely.intersection(shapely.buffer(land, -SHORES_PX[-1]), shore)
        found = _fit_within(placer, beside, name, SMALL, "water_ink", near=(middle.x, middle.y))
        if found:
            return found
    return []


def _fit_within(
    placer, area, text, size_px, ink, *, near=None, share=1.0, spacings=("",)
) -> list[Label]:
    """A text that finds room in an area, in one line with one of some spacings, or in two lines.

    Where none does, a share of the label may do.
    """
    if shapely.is_empty(area):
        return []
    near = near or placer.find_widest(shapely.simplify(area, COARSE_PX / 2))
    settings = [[_space_out(text, spacing)] for spacing in spacings]
    settings.append([_space_out(line, spacings[-1]) for line in _break_in_two(text)])
    for least in dict.fromkeys((1.0, share)):
        for lines in settings if least == 1 else settings[::-1]:
            sizes = [_measure_label(line, size_px) for line in lines]
            size = max(width for width, _ in sizes), sum(height for _, height in sizes)
            box = placer.put_within(area, size, near, least)
            if box:
                return _set_lines(lines, sizes, box, size_px, ink)
    return []


def _space_out(text: str, spacing: str) -> str:
    """A text with a space between its letters."""
    return f"{spacing} {spacing}".join(spacing.join(word) for word in text.split())


def _break_in_two(text: str) -> list[str]:
    """A text in two lines, broken at the space nearest to its middle."""
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if not spaces:
        return [text]
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return [text[:middle], text[middle + 1 :]]


def _set_lines(lines, sizes, box, size_px, ink) -> list[Label]:
    """The lines of one label, centred in its box from the top down."""
    labels, top = [], box[3]
    for line, (width, height) in zip(lines, sizes, strict=True):
        left = (box[0] + box[2] - width) / 2
        labels.append(Label(line, (left, top - height, left + width, top), size_px, ink))
        top -= height
    return labels


# How it is drawn


def _draw_ground(
    ax: Axes, view: View, ground: Ground, story_regions: set[str], gaps: list[Box]
) -> None:
    """Water, land, tints and borders; borders have gaps under what is written on them."""
    frame = Rectangle((0, 0), view.width_px, view.height_px, transform=ax.transData)
    covered = shapely.union_all(shapely.buffer([shapely.box(*box) for box in gaps], 1.5))
    shapely.prepare(covered)
    own = ground.own["geometry"].to_numpy()
    regions = ground.regions["geometry"].to_numpy()
    tinted = regions[ground.regions["name"].isin(story_regions).to_numpy()]
    typical = np.sqrt(np.median(shapely.area(regions))) if len(regions) else 0
    bordered = regions if typical >= LEAST_REGION_PX else regions[:0]

    def fill(areas, colour):
        # A fill's edge may stray as far as half the width of the line that covers it.
        _add_path(
            ax,
            _area_path(shapely.simplify(areas, 0.4)),
            frame,
            facecolor=LIGHT[colour],
            edgecolor="none",
        )

    def draw(segments, colour, width_px):
        style = {"edgecolor": LIGHT[colour], "linewidth": points(width_px), "facecolor": "none"}
        lines = shapely.get_parts(shapely.difference(chain_segments(segments), covered))
        _add_path(ax, _join(lines, Path.LINETO), frame, joinstyle="round", **style)

    fill([shapely.box(*view.frame)], "water")
    fill([ground.land], "neighbour")
    fill(own, "land")
    fill(shapely.intersection(tinted, shapely.union_all(own)), "region_tint")
    fill([ground.lakes], "water")
    both = np.concatenate([own, ground.neighbours["geometry"]])
    segments, owners = find_borders(both)
    is_own = ((owners >= 0) & (owners < len(own))).any(axis=1)
    on_shore = owners[:, 1] < 0
    draw(segments[~is_own], "neighbour_edge", 0.8)
    inner, sides = find_borders(bordered)
    draw(inner[sides[:, 1] >= 0], "region_edge", 0.8)
    draw(segments[is_own & on_shore], "land_edge", 0.6)
    draw(segments[is_own & ~on_shore], "land_edge", 1.3)


def _add_path(ax: Axes, path: Path | None, frame: Rectangle, **style) -> None:
    """A path in pixels, cut at a frame; nothing where there is no path."""
    if path is not None:
        patch = ax.add_artist(PathPatch(path, **style))
        patch.set_clip_path(frame)


def _area_path(areas) -> Path | None:
    """Areas as one path, holes running the other way round than outlines."""
    parts = shapely.get_parts(np.asarray(areas, dtype=object))
    rings = shapely.get_rings(shapely.orient_polygons(parts))
    return _join(rings, Path.CLOSEPOLY)


def _join(lines: np.ndarray, last: int) -> Path | None:
    """Lines as one path, the last corner of each of a kind of its own; None for no line."""
    corners, line_of = shapely.get_coordinates(lines, return_index=True)
    if not len(corners):
        return None
    codes = np.full(len(corners), Path.LINETO, dtype=Path.code_type)
    begins = np.append(True, line_of[1:] != line_of[:-1])
    codes[np.append(begins[1:], True)] = last
    codes[begins] = Path.MOVETO
    # On a grid of a tenth of a point, which keeps an SVG small.
    return Path(np.round(points(corners), 1) / points(1), codes)


def _draw_mark(ax: Axes, x: float, y: float, mark: Mark, hollow: bool = False) -> None:
    ink = LIGHT[mark.ink]
    ax.plot(
        [x],
        [y],
        marker=mark.shape,
        markersize=points(MARK_PX - 2 * (mark.shape == "D")),
        markerfacecolor="none" if hollow else ink,
        markeredgecolor=ink if hollow else LIGHT["paper"],
        markeredgewidth=points(2 if hollow else 1.2),
        clip_on=False,
        label=f"mark {mark.ink}",
    )


def _draw_sites(ax: Axes, spots: pd.DataFrame, marks: dict[str, Mark], lines: list) -> None:
    """The areas that sites lie in, then their marks, and lines to labels that stand far off."""
    for spot in spots.itertuples():
        mark = marks[spot.role]
        if spot.radius_px > AREA_FROM * MARK_PX / 2:
            style = {"facecolor": LIGHT[mark.tint], "alpha": 0.6, "linewidth": points(1)}
            ax.add_artist(PathPatch(_area_path([spot.area]), edgecolor=LIGHT[mark.ink], **style))
    for (x, y), box in lines:
        end = np.clip(x, box[0], box[2]), np.clip(y, box[1], box[3])
        ax.plot([x, end[0]], [y, end[1]], color=LIGHT["ink"], linewidth=points(0.8))
    for spot in spots.itertuples():
        hollow = spot.radius_px > NO_PIN_FROM * MARK_PX / 2
        _draw_mark(ax, spot.x, spot.y, marks[spot.role], hollow)


def _draw_emphasis(
    ax: Axes, view: View, ground: Ground, spots: pd.DataFrame, picked: pd.DataFrame
) -> None:
    """A ring around the mark of a place that is picked out, or a heavy line around its area."""
    style = {"facecolor": "none", "edgecolor": LIGHT["ink"], "linewidth": points(2.2)}
    frame = Rectangle((0, 0), view.width_px, view.height_px, transform=ax.transData)
    for place in picked.itertuples():
        style["gid"] = f"{place.place_id}-picked"
        for spot in spots[spots["place_id"] == place.place_id].itertuples():
            ax.add_artist(Circle((spot.x, spot.y), MARK_PX * 0.72, **style))
        if not place.is_site:
            area = _find_area(ground, place)["geometry"].to_numpy()
            _add_path(ax, _area_path(shapely.simplify(area, 0.4)), frame, **style)


def _find_area(ground: Ground, place) -> pd.DataFrame:
    """The country or the region that a place is, where it is in the frame."""
    if place.kind == "country":
        return ground.own[ground.own["country"] == place.country]
    return ground.regions[ground.regions["name"] == place.region]


def _draw_city(ax: Axes, x: float, y: float) -> None:
    size = points(CITY_PX)
    ax.plot([x], [y], "o", markersize=size, color=LIGHT["muted"], markeredgewidth=0, label="city")


def _draw_cities(ax: Axes, cities: pd.DataFrame) -> None:
    for city in cities.itertuples():
        _draw_city(ax, city.x, city.y)


def _draw_labels(ax: Axes, labels: list[Label]) -> None:
    for label in labels:
        ax.text(
            label.box[0],
            label.box[1] + DESCENT * label.size_px,
            label.text,
            fontsize=points(label.size_px),
            color=LIGHT[label.ink],
            weight=label.weight,
            gid=label.gid,
        )


def _draw_inset(ax: Axes, view: View, box: Box, codes: list[str]) -> None:
    """The story's countries in their part of the world."""
    longitude, latitude = view.locate(view.width_px / 2, view.height_px / 2)
    definition = f"+proj=laea +lat_0={latitude:.3f} +lon_0={longitude:.3f} +ellps=WGS84"
    width_m = np.clip(4 * view.width_px * view.metres_per_px, 8e6, 14e6)
    width, height = box[2] - box[0], box[3] - box[1]
    scale = width_m / width
    corner = -width_m / 2, -height * scale / 2
    inset = View(Projection("inset", definition, longitude), *corner, scale, width, height)
    countries = inset.read("world", detail_px=1.5)
    moved = shapely.transform(countries["geometry"].to_numpy(), lambda xy: xy + box[:2])
    own = countries["country"].isin(codes).to_numpy()
    frame = Rectangle(box[:2], width, height, transform=ax.transData)
    for areas, colour in (
        ([shapely.box(*box)], "water"),
        ([_merge_land(moved)], "neighbour"),
        (moved[own], "land_edge"),
    ):
        _add_path(ax, _area_path(areas), frame, facecolor=LIGHT[colour], edgecolor="none")
    edge = {"edgecolor": LIGHT["rule"], "linewidth": points(1), "facecolor": "none"}
    ax.add_artist(Rectangle(box[:2], width, height, **edge))
    if shapely.area(moved[own]).sum() < LEAST_INSET_PX2:
        side = np.clip(view.width_px * view.metres_per_px / scale, 8, min(width, height))
        middle = box[0] + (width - side) / 2, box[1] + (height - side) / 2
        ax.add_artist(Rectangle(middle, side, side, **edge | {"edgecolor": LIGHT["accent"]}))


def _merge_land(countries: np.ndarray) -> shapely.Geometry:
    """Countries as one area, the quick way where their borders still match after projection."""
    try:
        return shapely.coverage_union_all(countries)
    except shapely.GEOSException:
        return shapely.union_all(shapely.make_valid(countries))


def measure_scale(view: View, x: float, y: float, most_px: float) -> tuple[int, float]:
    """A round distance in km, and its length in pixels at a point of the map."""

    def measure(length_px):
        longitudes, latitudes = view.locate([x, x + length_px], [y, y])
        return measure_km(latitudes[0], longitudes[0], latitudes[1], longitudes[1])

    most_km = measure(most_px)
    power = 10 ** np.floor(np.log10(most_km))
    distance = max(step * power for step in (1, 2, 5) if step * power <= most_km)
    length = most_px * distance / most_km
    for _ in range(3):  # the scale changes a little along the bar
        length *= distance / measure(length)
    return distance, length


def _draw_scale(ax: Axes, view: View, box: Box) -> None:
    """A scale bar, where the map has about one scale: not on a map of most of the world."""
    if view.width_px * view.metres_per_px > WORLD_M:
        return
    x, y = box[0], box[1] + 5
    distance, length = measure_scale(view, x, y, box[2] - box[0])
    style = {"color": LIGHT["muted"], "linewidth": points(1.4), "solid_capstyle": "butt"}
    ax.plot([x, x, x + length, x + length], [y + 5, y, y, y + 5], label="scale", **style)
    text = f"{distance:,.10g} km"
    ax.text(x, y + 9, text, fontsize=points(SMALL), color=LIGHT["muted"])


def _draw_key(ax: Axes, view: View, key: list) -> None:
    """What the marks mean, in lines above the map."""
    lines = 1 + max((line for *_, line in key), default=0)
    for text, mark, x, line in key:
        y = view.height_px + 15 + (lines - 1 - line) * 22
        if isinstance(mark, Mark):
            _draw_mark(ax, x + 8, y, mark)
        elif mark == "city":
            _draw_city(ax, x + 8, y)
        else:
            style = {"facecolor": LIGHT["region_tint"], "edgecolor": LIGHT["land_edge"]}
            ax.add_artist(Rectangle((x, y - 6), 16, 12, linewidth=points(0.8), **style))
        ax.text(x + 22, y - 4.5, text, fontsize=points(SMALL), color=LIGHT["ink"])


# What is said of it


def word_title(places: pd.DataFrame) -> Traced:
    """Where the places of the first role lie, and how far from them those of the others."""
    sites = places[places["is_site"]]
    countries = _name_countries(places)
    head = f"{word_list(countries)}: " if countries else ""
    if sites.empty:
        areas = places.loc[places["kind"] == "region", "name"]
        return compose("{}{}", head, word_list(areas) if len(areas) else "no place within is named")
    (role, first), *others = sites.groupby("role", sort=False)
    said = _name_some(first, role)
    part = _word_part(first) if len(countries) == 1 else ""
    if part:
        said = compose("{} {} {}", said, "lies" if len(first) == 1 else "lie", part)
    elif not countries and len(first) == 1:
        site = first.iloc[0]
        point = _word_point(site["latitude"], site["longitude"])
        said = compose("{} lies at {}", said, point)
    if len(first) > 1 and not others:
        said = compose("{}, up to {} apart", said, _trace_km(_measure_spread(first)))
    further = [_word_distance(group, role, first) for role, group in others[:2]]
    return join("; ", [compose("{}{}", head, said), *further])


def _name_countries(places: pd.DataFrame) -> list[str]:
    """The English names of the places' countries."""
    return [read_country(code)["name"] for code in _list_codes(places)]


def _name_some(group: pd.DataFrame, role: str) -> str:
    """'Zhanaozen and Aktau (protest origin)', or how many there are."""
    several = trace_rule(f"{len(group)} places", "count")
    names = several if len(group) > 3 else word_list(group["name"])
    return names if role == PLAIN_ROLE else compose("{} ({})", names, role)


def _word_part(group: pd.DataFrame) -> str:
    """'in the far west': the part of their country in which places lie."""
    spots = group[["longitude", "latitude"]].to_numpy()
    [code] = _list_codes(group)
    corners = find_main_parts(read_country(code)["geometry"], spots)
    projection = choose_projection(find_extent(*corners.T))
    x, y = (
        (at.mean() - edges.min()) / (edges.max() - edges.min())
        for at, edges in zip(
            projection.project(*spots.T), projection.project(*corners.T), strict=True
        )
    )
    return _name_part(x, y)


def _name_part(across: float, up: float) -> str:
    """'in the far west': a part of a country, from shares of its width and height; or ''."""
    for edge, far in ((0.2, "far "), (0.35, "")):
        sides = [
            "south" if up < edge else "north" if up > 1 - edge else "",
            "west" if across < edge else "east" if across > 1 - edge else "",
        ]
        if any(sides):
            return f"in the {far}{'-'.join(side for side in sides if side)}"
    return ""


def _word_distance(group: pd.DataFrame, role: str, first: pd.DataFrame) -> Traced:
    """'Baikonur cosmodrome (protected site) some 880 km east of Zhanaozen': the nearest two."""
    distance, near, far = _find_nearest(first, group)
    if distance <= max(1, near["precision_km"] + far["precision_km"]):
        return compose("{} at the same place", _name_some(group, role))
    direction = name_direction(
        near["latitude"], near["longitude"], far["latitude"], far["longitude"]
    )
    nearest = f", {far['name']} the nearest," if len(group) > 1 else ""
    said = compose("{}{} some {}", _name_some(group, role), nearest, _trace_km(distance))
    return compose("{} {} of {}", said, direction, near["name"])


def _measure_pairs(first: pd.DataFrame, second: pd.DataFrame) -> np.ndarray:
    """The distances in km between two groups of places, shape (first, second)."""
    shape = len(first), len(second)
    ends = [
        np.broadcast_to(group[column].to_numpy().reshape(side), shape)
        for group, side in ((first, (-1, 1)), (second, (1, -1)))
        for column in ("latitude", "longitude")
    ]
    return measure_km(*ends)


def _find_nearest(first: pd.DataFrame, second: pd.DataFrame) -> tuple[float, pd.Series, pd.Series]:
    """The least distance in km between two groups of places, and the two places."""
    distances = _measure_pairs(first, second)
    i, j = np.unravel_index(np.argmin(distances), distances.shape)
    return float(distances[i, j]), first.iloc[i], second.iloc[j]


def _measure_spread(group: pd.DataFrame) -> float:
    """The greatest distance in km between two places of a group."""
    return float(_measure_pairs(group, group).max())


def _trace_km(distance: float) -> Traced:
    """'880 km': a distance in tens of kilometres, or in kilometres below a hundred."""
    return trace_rule(f"{round(distance, -1 if distance >= 100 else 0):,.0f} km", "distance")


def word_alt(places: pd.DataFrame, cities: pd.DataFrame, emphasised: pd.DataFrame) -> str:
    """The map in words, from its rows."""
    sites = places[places["is_site"]]
    said = [f"Map of {word_list(_name_countries(places) or ['the sea'])}"]
    groups = list(sites.groupby("role", sort=False))
    for role, group in groups:
        said.append(f"marked as {role}: {word_list(_word_site(s) for s in group.itertuples())}")
    regions = places[~places["is_site"] & (places["kind"] == "region")]
    if len(regions):
        areas = [_name_some(group, role) for role, group in regions.groupby("role", sort=False)]
        said.append(f"picked out as areas: {word_list(areas)}")
    for role, group in groups[1:]:
        said.append(_word_distance(group, role, groups[0][1]))
    if len(cities):
        said.append(f"for orientation the map also shows {word_list(cities['name'])}")
    if len(emphasised):
        said.append(f"a heavy line runs around {word_list(emphasised['name'])}")
    return ". ".join(sentence[:1].upper() + sentence[1:] for sentence in said) + "."


def _word_site(site) -> str:
    """'Zhanaozen (43.34° N, 52.86° E; Mangystau Region)'."""
    parts = [_word_point(site.latitude, site.longitude)]
    parts += [site.region] if site.region else []
    parts += [f"within {site.precision_km:g} km"] if site.precision_km >= 10 else []
    return f"{isolate_whole(site.name)} ({'; '.join(parts)})"


def _word_point(latitude: float, longitude: float) -> str:
    """'43.34° N, 52.86° E'."""
    return f"{word_parallel(round(latitude, 2))}, {word_meridian(round(longitude, 2))}"


def _word_source(
    dossier: Dossier, places: pd.DataFrame, view: View, ground: Ground, cities: pd.DataFrame
) -> str:
    """The sources of the places' facts, of their coordinates and of the map, and its projection."""
    facts = source_line(dossier.select(place=list(places["place_id"])))
    sites = places[places["kind"] != "country"]
    used = list(dict.fromkeys(sites["coordinate_source"]))
    said = [f"Coordinates: {'; '.join(used)}."] if used else []
    said.append("Boundaries: Natural Earth 1:10m.")
    if not ground.lakes.is_empty:
        said.append("Lakes: GSHHG (LGPL).")
    if len(cities):
        said.append("Cities: GeoNames (CC BY 4.0).")
    return join(" ", [facts, *said, f"{view.projection.name}."])


def _list_languages(labels: list[Label], places: pd.DataFrame) -> dict[str, str]:
    """The language of each name on the map and under it that is not in English."""
    named = [(label.text, label.language) for label in labels]
    named += zip(places["label"], places["language"], strict=True)
    return {name: language for name, language in named if language != "en"}


def _list_rows(places: pd.DataFrame) -> pd.DataFrame:
    """The rows as they stand under the map."""
    rows = places.drop(columns="name").rename(columns={"label": "name"})
    is_country = rows["kind"] == "country"
    rows["region"] = rows["region"].mask(is_country, "the whole country")
    columns = ["place_id", "name", "role", "region", "latitude", "longitude", "precision_km"]
    rows = rows[[*columns, "facts"]].astype({"role": "str"})
    return rows.assign(role=rows["role"].mask(is_country, ""))
