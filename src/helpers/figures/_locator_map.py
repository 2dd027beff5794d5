"""The map of a story: its places, marked by the part they play, where they lie."""

from datetime import date
from itertools import chain, cycle
from statistics import median_low
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Rectangle

from helpers import geography
from helpers.dossier import Dossier, last_day
from helpers.errors import NoFactsError
from helpers.figures import (
    _map_ground as under,
    _map_labels as labelling,
    _map_words as telling,
    _style as style,
)
from helpers.figures._canvas import WIDTH_PX, measure
from helpers.figures._figure import Figure, group_rows
from helpers.figures._map_ground import Ground, list_areas
from helpers.figures._map_labels import CITY_PX, MARK_PX, NO_PIN_FROM, Placer, name_in
from helpers.figures._map_words import CLOSE_M, PLAIN_ROLE, list_country_codes, list_spots
from helpers.figures._palette import LIGHT
from helpers.figures._style import SMALL
from helpers.words import capitalise

HEIGHTS = 0.56, 1.05  # a map's least and greatest height, as shares of its width
_AREA_FROM = 1.15  # an area shows behind its mark from this many times the mark's radius on
_INSETS_PX = (132, 104), (116, 92), (100, 80)
_SCALE_PX = 150, 30
_LEAST_SEA_KM = 300  # shown around a site that is in no country
_MOST_GROWTH = {"desktop": 4, "phone": 2}  # of the map's diagonal, by one more country
_MOST_TINTED = 0.95  # of the story's land: where more is of its regions, none is tinted
_LEAST_SHOWN = 0.8  # of a country's corners: where fewer show, the inset is of the country
_ROOM = 0.8  # around places without their country, as a share of their spread
_LARGEST_CITIES = 12  # of a country in the frame: a smaller one tells a reader little
_CITY_GAP_PX = 80  # between two cities for orientation, and between one and a mark
_KEY_WORDS = {"region": "Region of the story", "city": "City, for orientation"}
_SHAPES = ("o", "D", "s", "^", "v", "p", "h", "P", "X", "*")
_INKS = ("accent", "accent_tint"), ("contrast", "contrast_tint"), ("ink", "rule")


class Spot(NamedTuple):
    """A place, where it is drawn, and its area there, all in pixels."""

    place: Any
    x: float
    y: float
    radius_px: float
    area: shapely.Geometry

    @property
    def is_wide(self) -> bool:
        """Whether the place is no point here: its mark is hollow."""
        return self.radius_px > NO_PIN_FROM * MARK_PX / 2 or not self.place.is_site


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
        The id of a place that gets a ring around its mark, or a heavy line around its area.
    ax
        The axes to draw in; a drawing of its own where None.
    width_px
        The map's width in CSS pixels on a desktop; with an ax, the ax's own counts.

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
    geography.check_place_names(dossier, place_names)
    column = "name" if place_names == "en" else f"name_{place_names}"
    days = [*map(last_day, dossier.facts["stated"].dropna())]
    former_names = geography.list_former_names(median_low(days or [date.max]))
    known = _read_places(dossier, column, former_names, picked_place)
    places = [place for place in known if place.map != "inset"] or known
    insets = [place for place in known if place not in places]
    widths = {"desktop": width_px, "phone": min(width_px, WIDTH_PX)}
    corners = _list_corners(places)

    def frame(form: str, width_px: float, heights: np.ndarray) -> geography.View:
        return geography.frame_view(corners[form][:, 0], corners[form][:, 1], width_px, heights)

    views = {form: frame(form, px, np.multiply(HEIGHTS, px)) for form, px in widths.items()}
    places = _leave_out_unseen(places, views["desktop"])
    # A label leads to the first fact of its place: with one more fact the picture is the same.
    drawn = [place._replace(facts=place.facts.partition(", ")[0]) for place in places]
    codes = list_country_codes(known)

    def draw(form: str, ax: Axes | None) -> Drawing:
        view = views[form]
        if ax:  # whose height is given, and has to have room for a key
            width_px, height_px = style.measure_px(ax)
            heights = np.repeat(height_px - _arrange_key(*_list_keyed(drawn), width_px)[1], 2)
            view = frame(form, width_px, heights)
        return _draw_map(
            ax, view, drawn, column, insets=insets, inset_codes=codes, former_names=former_names
        )

    has_inset = not any(map(_is_world, views.values()))
    told = telling.write_title(places), telling.write_alt(places, insets, has_inset)
    source = telling.write_source(dossier, places, insets, *views.values())
    every = [*places, *insets]
    languages = {place.label: place.language for place in every if place.language != "en"}
    shown = style.draw_when_shown(draw, ax)
    return Figure(telling.list_rows(every), *told, source, shown, languages)


def _is_world(view: geography.View) -> bool:
    """Whether a map shows most of the world, and needs no inset to say where it lies."""
    return view.width_px * view.metres_per_px > under.WORLD_M


def _leave_out_unseen(places: list, view: geography.View) -> list:
    """Places without far countries that are named as such only; all where nothing else is left."""
    inhabited = {place.country for place in places if place.kind != "country"}
    x, y = view.place(*list_spots(places).T)
    in_frame = (x > 0) & (y > 0) & (x < view.width_px) & (y < view.height_px)
    pairs = zip(places, in_frame, strict=True)
    return [one for one, is_seen in pairs if is_seen or one.country in inhabited] or places


def _read_places(dossier: Dossier, column: str, former_names: dict, picked_place: str) -> list:
    """The places that facts name and that a map shows, countries last.

    Rows of places.csv, and: `label`, the name on the map, and its `language`; `facts`; `region`, in
    English, and its `region_key`; `is_site`, whether it has a mark, as a country has none, nor a
    region that the boundaries know; `is_picked`.
    """
    naming: dict[str, list[str]] = {}
    facts = dossier.facts
    for fact_id, place_ids in zip(facts["fact_id"], facts["place_id"].fillna(""), strict=True):
        for place_id in place_ids.split():
            naming.setdefault(place_id, []).append(fact_id)
    places = dossier.places
    places = places[places["place_id"].isin(naming) & (places["map"] != "off")]
    if places.empty:
        raise NoFactsError(dossier.why_empty("places"))
    # The gazetteer's names where the dossier has none in a language.
    others = geography.read_names(places["geonames_id"], column) if column != "name" else {}
    known = []
    for place in geography.each_row(geography.fill_precision(places)):
        is_country = place.kind == "country"
        region = {} if is_country else geography.find_region(place)[0]
        name = region.get("name", "")
        label, language = name_in(place, column, others.get(place.geonames_id, ""))
        cells: dict[str, Any] = {"role": PLAIN_ROLE} if pd.isna(place.role) else {}
        cells |= {"label": label, "language": language, "facts": ", ".join(naming[place.place_id])}
        cells["region"] = former_names.get(f"{place.country} {name}", {}).get("name", name)
        cells["region_key"] = "{country} {name}".format(**region) if region else ""
        cells["is_site"] = not (is_country or geography.bears_name(place, region))
        cells["is_picked"] = place.place_id == picked_place
        known.append(geography.extend_row(place, **cells))
    return sorted(known, key=lambda place: place.kind == "country")


def _list_corners(places: list) -> dict[str, np.ndarray]:
    """Longitudes and latitudes that the map of each form must show, shape (n, 2)."""
    sites = [place for place in places if place.kind != "country"]
    spots, codes = list_spots(sites), list_country_codes(places)
    least_km = 0.1 if codes else _LEAST_SEA_KM
    around = [_draw_around(site, least_km) for site in sites if site.is_site]
    regions = [geography.find_region(site)[1] for site in sites if not site.is_site]
    shown = [geography.find_main_parts(region, spots) for region in regions]
    corners = np.concatenate([shapely.get_coordinates(around), *shown])
    lands = [geography.read_country(code)["geometry"] for code in codes]
    countries = [geography.find_main_parts(land, spots) for land in lands]
    countries.sort(key=_measure_diagonal)
    sets_scale = len(np.unique(spots, axis=0)) > 1
    most = _MOST_GROWTH.items()
    return {form: _add_countries(corners, countries, more, sets_scale) for form, more in most}


def _draw_around(site, least_km: float) -> shapely.Geometry:
    """The area that a site lies in; a region has one of its own."""
    radius_km = max(site.is_site * site.precision_km, least_km)
    return geography.draw_circle(site.latitude, site.longitude, radius_km)


def _add_countries(
    corners: np.ndarray, countries: list[np.ndarray], most_growth: float, sets_scale: bool
) -> np.ndarray:
    """The corners of sites, and of countries as long as one makes the map not much larger.

    A place alone is shown in its country; several set the scale themselves, down to the quarters
    of a city, and where no country fits it as much land around them shows as a reader needs.
    """
    for i, country in enumerate(countries):
        larger, limited = np.concatenate([corners, country]), i or sets_scale
        if limited and _measure_diagonal(larger) > most_growth * _measure_diagonal(corners):
            if i:
                return corners
            longitude, latitude = geography.find_extent(*corners.T).middle
            around_km = _ROOM * _measure_diagonal(corners)
            circle = geography.draw_circle(latitude, longitude, around_km)
            return np.concatenate([corners, shapely.get_coordinates(circle)])
        corners = larger
    return corners


def _measure_diagonal(corners: np.ndarray) -> float:
    """In km, of the bounds of points."""
    extent = geography.find_extent(*corners.T)
    ends = extent.south, extent.west, extent.north, extent.east
    return float(geography.measure_km(*ends))


def _draw_map(
    ax: Axes | None,
    view: geography.View,
    places: list,
    column: str,
    *,
    insets: list,
    inset_codes: list[str],
    former_names: dict,
) -> Drawing:
    """The ground, and on it what finds room, the most important first."""
    sites = _list_sites(places)
    regions = {place.region_key for place in places} - {""}
    codes = list_country_codes(places)
    # In pixels from the lower left corner, with room for a key above.
    marks, others = _list_keyed(places)
    total_px = view.height_px + _arrange_key(marks, others, view.width_px)[1]
    area = style.new_drawing(view.width_px, total_px) if ax is None else ax
    sheet = style.open_sheet(area, (0, view.width_px), (0, total_px))
    ground = under.read_ground(view, tuple(codes))
    own = shapely.area(list_areas(ground.own)).sum()
    told = list_areas(region for region in ground.regions if region.key in regions)
    # Where all of the story's land were tinted, nothing would be told apart.
    tells_apart = MARK_PX**2 < shapely.area(told).sum() < _MOST_TINTED * own
    tinted = regions if tells_apart else set()
    circles = [_draw_around(site, least_km=0.001) for site in sites]
    areas = shapely.transform(np.array(circles, dtype=object), view.place_corners)
    radius = np.sqrt(shapely.area(areas) / np.pi)
    spots = list(map(Spot, sites, *view.place(*list_spots(sites).T), radius, areas))
    cities = _choose_cities(view, ground, geography.read_cities(codes, column), spots)
    placer = Placer(view.frame)
    for marked, width in ((spots, MARK_PX), (cities, CITY_PX)):
        for x, y in ((spot.x, spot.y) for spot in marked):
            placer.reserve((x - width / 2, y - width / 2, x + width / 2, y + width / 2))
    land = labelling.spread_points(ground, placer.frame)
    inset = None if _is_world(view) else labelling.find_edge(placer, land, _INSETS_PX)
    scale = labelling.find_edge(placer, land, [_SCALE_PX])
    named = tinted - {site.region_key for site in sites if not site.is_site}
    labels, lines, cities = labelling.place_labels(
        placer, ground, column, spots, cities, former_names=former_names, picked=named
    )
    under.draw_ground(sheet, view, ground, tinted, [*(label.box for label in labels), scale])
    _draw_sites(sheet, spots, marks, lines)
    _draw_emphasis(sheet, view, ground, spots, [place for place in places if place.is_picked])
    for city in cities:
        _draw_city(sheet, city.x, city.y)
    for label in labels:
        label.draw(sheet)
    if inset:
        shown = {"whole": _find_cut(view, codes, sites), "spots": list_spots(insets)}
        small = under.draw_inset(sheet, view, inset, inset_codes, **shown)
        _draw_inset_sites(sheet, small, inset, [site for site in insets if site.kind != "country"])
    under.draw_scale(sheet, view, scale)
    drawn = ["region"] * bool(tinted) + ["city"] * bool(cities)
    filled = {marks[spot.place.role] for spot in spots if not spot.is_wide}
    _draw_key(sheet, view, _arrange_key(marks, drawn, view.width_px)[0], filled)
    return style.find_drawing(sheet.area)


def _draw_inset_sites(
    sheet: style.Sheet, small: geography.View, box: under.Bounds, sites: list
) -> None:
    """A dot for each place that asks for the inset, and its name where there is room."""
    dots = small.place_corners(list_spots(sites)) + box[:2]
    for x, y in dots:
        look = {"markersize": style.points(CITY_PX), "color": LIGHT["ink"], "markeredgewidth": 0}
        sheet.add(Line2D([x], [y], marker="o", linestyle="none", label="inset", **look))
    for label in labelling.label_dots(box, dots, sites):
        label.draw(sheet)


def _find_cut(view: geography.View, codes: list[str], sites: list) -> np.ndarray:
    """The corners, in degrees, of the story's one country, where the map shows a part of it."""
    if len(codes) == 1:
        country = geography.read_country(codes[0])["geometry"]
        corners = geography.find_main_parts(country, list_spots(sites))
        x, y = view.place(*corners.T)
        inside = (x > 0) & (y > 0) & (x < view.width_px) & (y < view.height_px)
        if inside.mean() < _LEAST_SHOWN:
            return corners
    return np.empty((0, 2))


def _list_sites(places: list) -> list:
    """The places that have a mark: also regions that play a part."""
    return [p for p in places if p.is_site or (p.kind == "region" and p.role != PLAIN_ROLE)]


def _list_keyed(places: list) -> tuple[dict[str, Mark], list[str]]:
    """What a key may tell of: a mark for each role, in the order in which they are met, and others.

    There are thirty marks before one comes again.
    """
    roles = dict.fromkeys(site.role for site in _list_sites(places))
    looks = zip(roles, cycle(_SHAPES), cycle(_INKS))
    others = ["region"] * any(place.region_key for place in places)
    others += ["city"] * bool(list_country_codes(places))
    return {role: Mark(shape, *inks) for role, shape, inks in looks}, others


def _arrange_key(marks: dict[str, Mark], others: list[str], width_px: float) -> tuple[list, float]:
    """The key's entries with their place in a flow of lines, and its height in pixels."""
    alike = group_rows(marks, marks.__getitem__).items()
    told = [(labelling.shorten(", ".join(roles), SMALL), look) for look, roles in alike]
    entries = [(capitalise(text), look) for text, look in told]
    placed, x, line = [], 0.0, 0
    for text, mark in chain(entries, ((_KEY_WORDS[other], other) for other in others)):
        width = 22 + measure(text, SMALL)
        if x and x + width > width_px:
            x, line = 0.0, line + 1
        placed.append((text, mark, x, line))
        x += width + 24
    return placed, (line + 1) * 22 + 6 if placed else 0


def _choose_cities(view: geography.View, ground: Ground, cities: pd.DataFrame, spots: list) -> list:
    """A few cities for orientation that the story does not name: the capital and the largest.

    One that stands at a border, and may be either side's to a reader, is taken after the others.
    """
    x, y = view.place(cities["longitude"].to_numpy(), cities["latitude"].to_numpy())
    wanted = (x > 10) & (y > 10) & (x < view.width_px - 10) & (y < view.height_px - 10)
    for name in ("geonames_id", "name"):
        wanted &= ~cities[name].isin({getattr(spot.place, name) for spot in spots}).to_numpy()
    cities = cities.assign(x=x, y=y)[wanted].groupby("country", sort=False).head(_LARGEST_CITIES)
    others = list_areas(ground.neighbours)[:, None]
    dots = shapely.points(cities["x"], cities["y"])
    at_border = shapely.dwithin(others, dots, CITY_PX).any(axis=0)
    cities = cities.iloc[np.argsort(at_border & ~cities["capital"].to_numpy(), kind="stable")]
    most = 6 if view.metres_per_px < CLOSE_M else 3 if len(ground.own) == 1 else 2
    left = dict.fromkeys(cities["country"], most)
    taken = [(spot.x, spot.y) for spot in spots]
    shown = []
    for city in geography.each_row(cities):
        # A capital may stand nearer to a mark, since it is what most readers know.
        gap = _CITY_GAP_PX / 4 if city.capital else _CITY_GAP_PX
        if left[city.country] and all(np.hypot(city.x - a, city.y - b) > gap for a, b in taken):
            taken.append((city.x, city.y))
            left[city.country] -= 1
            shown.append(city)
    return shown


def _draw_mark(sheet: style.Sheet, x: float, y: float, mark: Mark, hollow: bool = False) -> None:
    ink = LIGHT[mark.ink]
    look: dict[str, Any] = {"marker": mark.shape, "linestyle": "none", "clip_on": False}
    look |= {"markersize": style.points(MARK_PX - 2 * (mark.shape == "D"))}
    look |= {"markerfacecolor": "none" if hollow else ink, "label": f"mark {mark.ink}"}
    look |= {"markeredgecolor": ink if hollow else LIGHT["paper"]}
    sheet.add(Line2D([x], [y], markeredgewidth=style.points(2 if hollow else 1.2), **look))


def _draw_sites(sheet: style.Sheet, spots: list[Spot], marks: dict[str, Mark], lines: list) -> None:
    """The areas that sites lie in, then their marks, and lines to labels that stand far off."""
    for spot in spots:
        mark = marks[spot.place.role]
        if spot.radius_px > _AREA_FROM * MARK_PX / 2 and (area := under.area_path([spot.area])):
            look = {"facecolor": LIGHT[mark.tint], "alpha": 0.6, "linewidth": style.points(1)}
            sheet.add(PathPatch(area, edgecolor=LIGHT[mark.ink], **look))
    for (x, y), box in lines:
        end = np.clip(x, box[0], box[2]), np.clip(y, box[1], box[3])
        look = {"color": LIGHT["ink"], "linewidth": style.points(0.8)}
        sheet.add(Line2D([x, end[0]], [y, end[1]], **look))
    for spot in spots:
        _draw_mark(sheet, spot.x, spot.y, marks[spot.place.role], spot.is_wide)


def _draw_emphasis(sheet: style.Sheet, view, ground: Ground, spots: list[Spot], picked) -> None:
    """A ring around the mark of a place that is picked out, or a heavy line around its area."""
    look = {"facecolor": "none", "edgecolor": LIGHT["ink"], "linewidth": style.points(2.2)}
    for place in picked:
        look["gid"] = f"{place.place_id}-picked"
        if place.is_site:
            at = [(spot.x, spot.y) for spot in spots if spot.place is place]
            sheet.add(Circle(at[0], MARK_PX * 0.72, **look))
            continue
        if place.kind == "country":
            own = [country for country in ground.own if country.country == place.country]
        else:
            own = [region for region in ground.regions if region.key == place.region_key]
        path = under.area_path(shapely.simplify(list_areas(own), 0.4))
        under.add_path(sheet, path, view.frame, **look)


def _draw_city(sheet: style.Sheet, x: float, y: float) -> None:
    look = {"markersize": style.points(CITY_PX), "color": LIGHT["muted"], "markeredgewidth": 0}
    sheet.add(Line2D([x], [y], marker="o", linestyle="none", label="city", **look))


def _draw_key(sheet: style.Sheet, view: geography.View, key: list, filled: set[Mark]) -> None:
    """What the marks mean, in lines above the map; one that is always hollow there is so here."""
    lines = 1 + max((line for *_, line in key), default=0)
    for text, mark, x, line in key:
        y = view.height_px + 15 + (lines - 1 - line) * 22
        if isinstance(mark, Mark):
            _draw_mark(sheet, x + 8, y, mark, mark not in filled)
        elif mark == "city":
            _draw_city(sheet, x + 8, y)
        else:
            look = {"facecolor": LIGHT["region_tint"], "edgecolor": LIGHT["land_edge"]}
            sheet.add(Rectangle((x, y - 6), 16, 12, linewidth=style.points(0.8), **look))
        sheet.write(x + 22, y - 4.5, text, SMALL, "ink")
