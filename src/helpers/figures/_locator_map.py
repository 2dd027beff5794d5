"""The map of a story: its places, marked by the part they play, where they lie."""

from itertools import chain, cycle
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Rectangle

from helpers.dossier import Dossier, explode_ids
from helpers.errors import NoFactsError
from helpers.figures._canvas import WIDTH_PX, measure
from helpers.figures._figure import Figure
from helpers.figures._labels import Placer
from helpers.figures._map_ground import (
    WORLD_M,
    Ground,
    add_path,
    area_path,
    draw_ground,
    draw_inset,
    draw_scale,
    list_areas,
    read_ground,
)
from helpers.figures._map_labels import (
    CITY_PX,
    DESCENT,
    MARK_PX,
    NO_PIN_FROM,
    Label,
    find_edge,
    name_in,
    place_labels,
    shorten,
    spread_points,
)
from helpers.figures._map_words import (
    CLOSE_M,
    PLAIN_ROLE,
    list_country_codes,
    list_languages,
    list_rows,
    list_spots,
    write_alt,
    write_source,
    write_title,
)
from helpers.figures._palette import LIGHT
from helpers.figures._style import (
    SMALL,
    Sheet,
    draw_when_shown,
    find_drawing,
    measure_px,
    new_drawing,
    open_sheet,
    points,
)
from helpers.geography import (
    View,
    check_place_names,
    draw_circle,
    each_row,
    fill_precision,
    find_extent,
    find_main_parts,
    find_region,
    find_regions,
    frame_view,
    measure_km,
    read_cities,
    read_country,
    read_names,
)
from helpers.words import capitalise

HEIGHTS = 0.56, 1.05  # a map's least and greatest height, as shares of its width
AREA_FROM = 1.15  # an area shows behind its mark from this many times the mark's radius on
INSETS_PX = (132, 104), (116, 92), (100, 80)
SCALE_PX = 150, 30
LEAST_SEA_KM = 300  # shown around a site that is in no country
MOST_GROWTH = {"desktop": 4, "phone": 2}  # of the map's diagonal, by one more country
MOST_TINTED = 0.95  # of the story's land: where more is of its regions, none is tinted
LEAST_SHOWN = 0.8  # of a country's corners: where fewer show, the inset is of the country
ROOM = 0.8  # around places without their country, as a share of their spread
LARGEST_CITIES = 12  # of a country in the frame: a smaller one tells a reader little
CITY_GAP_PX = 80  # between two cities for orientation, and between one and a mark
_KEY_WORDS = {"region": "Region of the story", "city": "City, for orientation"}
_SHAPES = ("o", "D", "s", "^", "v", "p", "h", "P", "X", "*")
_INKS = ("accent", "accent_tint"), ("contrast", "contrast_tint"), ("ink", "rule")


class Place(NamedTuple):
    """A place as a map tells it; the first are its cells in places.csv."""

    place_id: str
    name: str
    kind: str
    latitude: float
    longitude: float
    precision_km: float
    country: str
    map: str
    geonames_id: int
    coordinate_source: str
    role: str  # never empty
    label: str  # its name on the map, and the language of that
    language: str
    facts: str
    region: str  # in English
    region_key: str
    is_site: bool  # has a mark: a country has none, nor a region that the boundaries know
    is_picked: bool


_TOLD = Place._fields[:10]


class Spot(NamedTuple):
    """A place, where it is drawn, and its area there, all in pixels."""

    place: Place
    x: float
    y: float
    radius_px: float
    area: shapely.Geometry


class Mark(NamedTuple):
    """How the places of one role are marked; ink and tint are names of the palette."""

    shape: str
    ink: str
    tint: str


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
        The language of the names on the map: one of the dossier's or of the boundaries'. A name
        that is missing in it is given in English.
    picked_place
        The id of a place to pick out, where it is on the map: a ring around its mark, or a heavy
        line around its area.
    ax
        The axes to draw in; a drawing of its own where None.
    width_px
        The width in CSS pixels that the map is made for on a desktop, on a phone it is narrower;
        with an ax, the ax's own width.

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
        Nothing has a name in that language.
    BoundaryError
        The files of the boundaries are missing.
    """
    check_place_names(dossier, place_names)
    column = "name" if place_names == "en" else f"name_{place_names}"
    known = _read_places(dossier, column, picked_place)
    places = [place for place in known if place.map != "inset"] or known
    widths = {"desktop": width_px, "phone": min(width_px, WIDTH_PX)}
    corners = _list_corners(places)
    views = [
        frame_view(at[:, 0], at[:, 1], px, np.multiply(HEIGHTS, px))
        for at, px in zip(corners.values(), widths.values(), strict=True)
    ]

    # A label leads to the first fact of its place: with one more fact the picture is the same.
    drawn = [place._replace(facts=place.facts.partition(", ")[0]) for place in places]
    codes = list_country_codes(known)

    def draw(form: str, ax: Axes | None) -> Drawing:
        return _draw_map(ax, widths[form], drawn, corners[form], column, inset_codes=codes)

    return Figure(
        list_rows(places),
        write_title(places),
        write_alt(places),
        write_source(dossier, places, *views),
        draw_when_shown(draw, ax),
        list_languages(places),
    )


def _read_places(dossier: Dossier, column: str, picked_place: str) -> list[Place]:
    """The places that facts name and that a map shows, countries last."""
    naming: dict[str, list[str]] = {}
    for fact_id, place_id in explode_ids(dossier.facts.set_index("fact_id")["place_id"]).items():
        naming.setdefault(place_id, []).append(str(fact_id))
    places = dossier.places
    places = places[places["place_id"].isin(naming) & (places["map"] != "off")]
    if places.empty:
        raise NoFactsError(dossier.why_empty("places"))
    places = _add_names(fill_precision(places), column)
    found = find_regions(places[places["kind"] != "country"]).dropna()
    regions = {region.Index: region for region in each_row(found)}
    read = []
    for row in each_row(places):
        region = regions.get(row.Index)
        is_tinted = region is not None and region.is_named
        told = {field: getattr(row, field) for field in _TOLD}
        told["role"] = PLAIN_ROLE if pd.isna(row.role) else row.role
        told |= dict(zip(("label", "language"), name_in(row, column), strict=True))
        read.append(
            Place(
                **told,
                facts=", ".join(naming[row.place_id]),
                region=region.name if region else "",
                region_key=f"{region.country} {region.name}" if region else "",
                is_site=row.kind != "country" and not is_tinted,
                is_picked=row.place_id == picked_place,
            )
        )
    return sorted(read, key=lambda place: place.kind == "country")


def _add_names(places: pd.DataFrame, column: str) -> pd.DataFrame:
    """Places with the gazetteer's names where the dossier has none in a language."""
    if column == "name":
        return places
    others = read_names(places["geonames_id"], column)
    return places.assign(**{column: places[column].fillna(others) if column in places else others})


def _list_corners(places: list) -> dict[str, np.ndarray]:
    """Longitudes and latitudes that the map of each form must show, shape (n, 2)."""
    sites = [place for place in places if place.kind != "country"]
    spots = list_spots(sites)
    regions = [find_region(place)[1] for place in sites if not place.is_site]
    shown = [find_main_parts(region, spots) for region in regions]
    codes = list_country_codes(places)
    least_km = 0.1 if codes else LEAST_SEA_KM
    around = [
        draw_circle(site.latitude, site.longitude, max(site.precision_km, least_km))
        for site in sites
        if site.is_site
    ]
    corners = np.concatenate([shapely.get_coordinates(around), *shown])
    countries = [find_main_parts(read_country(code)["geometry"], spots) for code in codes]
    countries.sort(key=_measure_diagonal)
    sets_scale = len(np.unique(spots, axis=0)) > 1
    return {
        form: _add_countries(corners, countries, growth, sets_scale)
        for form, growth in MOST_GROWTH.items()
    }


def _add_countries(
    corners: np.ndarray, countries: list[np.ndarray], most_growth: float, sets_scale: bool
) -> np.ndarray:
    """The corners of sites, and of countries as long as one makes the map not much larger.

    A place alone is shown in its country; several set the scale themselves, down to the quarters
    of a city, and where no country fits it the land around them shows.
    """
    for i, country in enumerate(countries):
        larger = np.concatenate([corners, country])
        limited = i or sets_scale
        if limited and _measure_diagonal(larger) > most_growth * _measure_diagonal(corners):
            return corners if i else _widen(corners)
        corners = larger
    return corners


def _widen(corners: np.ndarray) -> np.ndarray:
    """Points with as much around them as a reader needs to see where they are."""
    longitude, latitude = find_extent(*corners.T).middle
    circle = draw_circle(latitude, longitude, ROOM * _measure_diagonal(corners))
    return np.concatenate([corners, shapely.get_coordinates(circle)])


def _measure_diagonal(corners: np.ndarray) -> float:
    """The diagonal of the bounds of points, in km."""
    extent = find_extent(corners[:, 0], corners[:, 1])
    return float(measure_km(extent.south, extent.west, extent.north, extent.east))


def _draw_map(
    ax: Axes | None,
    width_px: float,
    places: list,
    corners: np.ndarray,
    column: str,
    *,
    inset_codes: list[str],
) -> Drawing:
    """The ground, and on it what finds room, the most important first."""
    sites = [
        place
        for place in places
        if place.is_site or (place.kind == "region" and place.role != PLAIN_ROLE)
    ]
    regions = {place.region_key for place in places} - {""}
    codes = list_country_codes(places)
    marks = _choose_marks([site.role for site in sites])
    others = ["region"] * bool(regions) + ["city"] * bool(codes)
    sheet, view = _lay_out(ax, width_px, corners, marks, others)
    ground = read_ground(view, tuple(codes), column)
    tinted = regions if _tells_apart(ground, regions) else set()
    spots = _find_spots(view, sites)
    cities = _choose_cities(view, codes, spots, column)
    placer = Placer(view.frame)
    for marked, width in ((spots, MARK_PX), (cities, CITY_PX)):
        for x, y in ((spot.x, spot.y) for spot in marked):
            placer.reserve((x - width / 2, y - width / 2, x + width / 2, y + width / 2))
    is_world = view.width_px * view.metres_per_px > WORLD_M
    land = spread_points(ground, placer.frame)
    inset = None if is_world else find_edge(placer, land, INSETS_PX)
    scale = find_edge(placer, land, [SCALE_PX])
    named = tinted - {site.region_key for site in sites if not site.is_site}
    labels, lines, cities = place_labels(
        placer, view, ground, spots, cities, picked=named, column=column
    )
    draw_ground(sheet, view, ground, tinted, [*(label.box for label in labels), scale])
    _draw_sites(sheet, spots, marks, lines)
    _draw_emphasis(sheet, view, ground, spots, [place for place in places if place.is_picked])
    for city in cities:
        _draw_city(sheet, city.x, city.y)
    _draw_labels(sheet, labels)
    if inset:
        draw_inset(sheet, view, inset, inset_codes, _find_cut(view, codes, sites))
    draw_scale(sheet, view, scale)
    drawn = ["region"] * bool(tinted) + ["city"] * bool(cities)
    _draw_key(sheet, view, _arrange_key(marks, drawn, view.width_px)[0])
    return find_drawing(sheet.area)


def _tells_apart(ground: Ground, keys: set[str]) -> bool:
    """Whether some regions, tinted, are told apart from the rest of the story's land."""
    tinted = shapely.area(list_areas(region for region in ground.regions if region.key in keys))
    own = shapely.area(list_areas(ground.own))
    return bool(MARK_PX**2 < tinted.sum() < MOST_TINTED * own.sum())


def _find_cut(view: View, codes: list[str], sites: list) -> np.ndarray:
    """The corners, in degrees, of the story's one country, where the map shows a part of it."""
    if len(codes) != 1:
        return np.empty((0, 2))
    corners = find_main_parts(read_country(codes[0])["geometry"], list_spots(sites))
    x, y = view.place(*corners.T)
    inside = (x > 0) & (y > 0) & (x < view.width_px) & (y < view.height_px)
    return corners if inside.mean() < LEAST_SHOWN else np.empty((0, 2))


def _choose_marks(roles: list[str]) -> dict[str, Mark]:
    """A mark for each role, in the order in which they are met: thirty before one comes again."""
    looks = zip(dict.fromkeys(roles), cycle(_SHAPES), cycle(_INKS), strict=False)
    return {role: Mark(shape, *inks) for role, shape, inks in looks}


def _lay_out(
    ax: Axes | None, width_px: float, corners: np.ndarray, marks: dict, others: list[str]
) -> tuple[Sheet, View]:
    """The sheet, in pixels from its lower left corner, with room for a key above; the view."""
    width_px, total_px = (width_px, 0.0) if ax is None else measure_px(ax)
    _, key_px = _arrange_key(marks, others, width_px)
    heights = np.multiply(HEIGHTS, width_px) if ax is None else np.repeat(total_px - key_px, 2)
    view = frame_view(corners[:, 0], corners[:, 1], width_px, heights)
    total_px = view.height_px + key_px
    area = new_drawing(width_px, total_px) if ax is None else ax
    return open_sheet(area, (0, width_px), (0, total_px)), view


def _arrange_key(marks: dict[str, Mark], others: list[str], width_px: float) -> tuple[list, float]:
    """The key's entries with their place in a flow of lines, and its height in pixels."""
    roles: dict[Mark, list[str]] = {}
    for role, look in marks.items():
        roles.setdefault(look, []).append(role)
    said = [(capitalise(shorten(", ".join(alike), SMALL)), of) for of, alike in roles.items()]
    placed, x, line = [], 0.0, 0
    for text, mark in chain(said, ((_KEY_WORDS[other], other) for other in others)):
        width = 22 + measure(text, SMALL)
        if x and x + width > width_px:
            x, line = 0.0, line + 1
        placed.append((text, mark, x, line))
        x += width + 24
    return placed, (line + 1) * 22 + 6 if placed else 0


def _find_spots(view: View, sites: list) -> list[Spot]:
    """The sites with where they are drawn, and their area in pixels; a region has its own."""
    circles = [
        draw_circle(site.latitude, site.longitude, max(site.is_site * site.precision_km, 0.001))
        for site in sites
    ]
    areas = shapely.transform(np.array(circles, dtype=object), view.place_corners)
    radius = np.sqrt(shapely.area(areas) / np.pi)
    return list(map(Spot, sites, *view.place(*list_spots(sites).T), radius, areas))


def _choose_cities(view: View, codes: list[str], spots: list[Spot], column: str) -> list:
    """A few cities for orientation that the story does not name: the capital and the largest."""
    cities = read_cities(codes, column)
    x, y = view.place(cities["longitude"].to_numpy(), cities["latitude"].to_numpy())
    wanted = (x > 10) & (y > 10) & (x < view.width_px - 10) & (y < view.height_px - 10)
    cities = cities.assign(x=x, y=y)[wanted]
    cities = cities[~cities["geonames_id"].isin({spot.place.geonames_id for spot in spots})]
    cities = cities[~cities["name"].isin({spot.place.name for spot in spots})]
    most = 6 if view.metres_per_px < CLOSE_M else 3 if len(codes) == 1 else 2
    left = dict.fromkeys(codes, most)
    taken = [(spot.x, spot.y) for spot in spots]
    shown = []
    for city in each_row(cities.groupby("country", sort=False).head(LARGEST_CITIES)):
        # A capital may stand nearer to a mark, since it is what most readers know.
        gap = CITY_GAP_PX / 4 if city.capital else CITY_GAP_PX
        if left[city.country] and all(np.hypot(city.x - a, city.y - b) > gap for a, b in taken):
            taken.append((city.x, city.y))
            left[city.country] -= 1
            shown.append(city)
    return shown


def _draw_mark(sheet: Sheet, x: float, y: float, mark: Mark, hollow: bool = False) -> None:
    ink = LIGHT[mark.ink]
    sheet.add(
        Line2D(
            [x],
            [y],
            marker=mark.shape,
            linestyle="none",
            markersize=points(MARK_PX - 2 * (mark.shape == "D")),
            markerfacecolor="none" if hollow else ink,
            markeredgecolor=ink if hollow else LIGHT["paper"],
            markeredgewidth=points(2 if hollow else 1.2),
            clip_on=False,
            label=f"mark {mark.ink}",
        )
    )


def _draw_sites(sheet: Sheet, spots: list[Spot], marks: dict[str, Mark], lines: list) -> None:
    """The areas that sites lie in, then their marks, and lines to labels that stand far off."""
    for spot in spots:
        mark = marks[spot.place.role]
        if spot.radius_px > AREA_FROM * MARK_PX / 2 and (area := area_path([spot.area])):
            style = {"facecolor": LIGHT[mark.tint], "alpha": 0.6, "linewidth": points(1)}
            sheet.add(PathPatch(area, edgecolor=LIGHT[mark.ink], **style))
    for (x, y), box in lines:
        end = np.clip(x, box[0], box[2]), np.clip(y, box[1], box[3])
        style = {"color": LIGHT["ink"], "linewidth": points(0.8)}
        sheet.add(Line2D([x, end[0]], [y, end[1]], **style))
    for spot in spots:
        hollow = spot.radius_px > NO_PIN_FROM * MARK_PX / 2 or not spot.place.is_site
        _draw_mark(sheet, spot.x, spot.y, marks[spot.place.role], hollow)


def _draw_emphasis(
    sheet: Sheet, view: View, ground: Ground, spots: list[Spot], picked: list
) -> None:
    """A ring around the mark of a place that is picked out, or a heavy line around its area."""
    style = {"facecolor": "none", "edgecolor": LIGHT["ink"], "linewidth": points(2.2)}
    for place in picked:
        style["gid"] = f"{place.place_id}-picked"
        for spot in spots:
            if spot.place is place and place.is_site:
                sheet.add(Circle((spot.x, spot.y), MARK_PX * 0.72, **style))
        if not place.is_site:
            area = list_areas(_find_area(ground, place))
            add_path(sheet, area_path(shapely.simplify(area, 0.4)), view.frame, **style)


def _find_area(ground: Ground, place: Place) -> list:
    """The country or the region that a place is, where it is in the frame."""
    if place.kind == "country":
        return [country for country in ground.own if country.country == place.country]
    return [region for region in ground.regions if region.key == place.region_key]


def _draw_city(sheet: Sheet, x: float, y: float) -> None:
    look = {"markersize": points(CITY_PX), "color": LIGHT["muted"], "markeredgewidth": 0}
    sheet.add(Line2D([x], [y], marker="o", linestyle="none", label="city", **look))


def _draw_labels(sheet: Sheet, labels: list[Label]) -> None:
    for label in labels:
        x, y = label.box[0], label.box[1] + DESCENT * label.size_px
        sheet.write(
            x,
            y,
            label.text,
            size_px=label.size_px,
            ink=label.ink,
            bold=label.weight == "bold",
            gid=label.gid,
            label="" if label.language == "en" else label.language,
        )


def _draw_key(sheet: Sheet, view: View, key: list) -> None:
    """What the marks mean, in lines above the map."""
    lines = 1 + max((line for *_, line in key), default=0)
    for text, mark, x, line in key:
        y = view.height_px + 15 + (lines - 1 - line) * 22
        if isinstance(mark, Mark):
            _draw_mark(sheet, x + 8, y, mark)
        elif mark == "city":
            _draw_city(sheet, x + 8, y)
        else:
            tint, edge, width = LIGHT["region_tint"], LIGHT["land_edge"], points(0.8)
            box = Rectangle((x, y - 6), 16, 12, facecolor=tint, edgecolor=edge, linewidth=width)
            sheet.add(box)
        sheet.write(x + 22, y - 4.5, text, size_px=SMALL, ink="ink")
