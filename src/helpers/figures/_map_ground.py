"""What lies under a map's marks: land, water, borders, the inset and the scale."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Bbox, TransformedBbox

from helpers import geography
from helpers.figures._palette import LIGHT
from helpers.figures._style import SMALL, Sheet, points

Bounds = tuple[float, float, float, float]  # of a box: left, bottom, right, top in pixels
WORLD_M = 15e6  # a map as wide as this has no one scale
_LEAST_INSET_PX2 = 30  # where the story's countries are smaller in the inset, a square shows them
_LEAST_FRAME_PX = 8  # of the map's frame in the inset
_INSET_EDGE_PX = 4  # between the inset's edge and a dot
_NEAR_INSET_M = 20_000  # a pixel: a closer inset shows the countries in full
_LEAST_REGION_PX = 24  # the borders of smaller regions would be a grey web
_MOST_CORNERS = 6000  # of borders: more would make a large file and show no more
_LAKE_PX = 5
_LEAST_LAKE_PX = 10  # the square root of a lake's area: smaller ones are not named
_LEAST_SEA_PX2 = 1200  # of its water: there is no room for a name in less
_SEA_GAP_PX = 3  # the least distance between a dot and the name of a sea
_ISLET_PX = 4  # the width of a dot for an island
_MOST_ATOLL = 0.01  # of the map is land where islands are drawn as dots
_RIVER_RANKS = {4000.0: 1, 1500.0: 2}  # by the most metres a pixel: GSHHG's ranks shown there
_RIVERS_FROM_M = 100  # a pixel: the source lies some km off, which a closer map would show
_DISPUTED_PX = 2  # around a border in dispute: no other line is drawn there


@dataclass(frozen=True)
class Ground:
    """What lies under the marks, as areas in pixels."""

    land: shapely.Geometry
    own: list  # one row a country of the story
    neighbours: list
    regions: list  # those of the story's countries
    lakes: shapely.Geometry
    named_lakes: list  # one row a lake that has a name: its water, the middle of its name near it
    seas: list  # one row a sea: its water, the largest first
    rivers: np.ndarray
    disputed: np.ndarray  # lines
    dots: np.ndarray  # for what is too small to be drawn, of a country of little land


@lru_cache(maxsize=16)
def read_ground(view: geography.View, codes: tuple[str, ...]) -> Ground:
    """Land, water and borders in the frame, made ready once for all maps of it."""
    countries = view.read("countries", keep=codes)
    regions = view.read_regions(countries, codes)
    regions["key"] = [f"{region.country} {region.name}" for region in geography.each_row(regions)]
    layers = countries, regions
    corners = sum(shapely.get_num_coordinates(rows["geometry"]).sum() for rows in layers)
    if corners > _MOST_CORNERS:
        detail_px = geography.DETAIL_PX * np.sqrt(corners / _MOST_CORNERS)
        for rows in layers:
            rows["geometry"] = geography.generalise(rows["geometry"].to_numpy(), detail_px)
    is_own = countries["country"].isin(codes)
    own = list(geography.each_row(countries[is_own]))
    islets = rivers = np.array([], dtype=object)
    if shapely.area(list_areas(own)).sum() <= _MOST_ATOLL * view.width_px * view.height_px:
        _, areas = geography.read_rows("countries", view.windows, codes)
        parts = view.draw(shapely.get_parts(areas))
        size = shapely.area(parts)
        islets = parts[(size > 0) & (size < _ISLET_PX**2)]
    ranks = [rank for most_m, rank in _RIVER_RANKS.items() if view.metres_per_px <= most_m]
    if ranks and view.metres_per_px >= _RIVERS_FROM_M:
        rows, lines = view.read_lines("rivers")
        rivers = lines[rows["rank"].to_numpy() <= max(ranks)]
    land = shapely.union_all(countries["geometry"])
    lakes = shapely.union_all(view.read("lakes", detail_px=_LAKE_PX)["geometry"])
    dots = shapely.buffer(shapely.centroid(islets), _ISLET_PX / 2)
    return Ground(
        land=land,
        own=own,
        neighbours=list(geography.each_row(countries[~is_own])),
        regions=list(geography.each_row(regions)),
        lakes=lakes,
        named_lakes=list(_find_lakes(view, lakes)),
        seas=_find_seas(view, land, dots),
        rivers=shapely.simplify(rivers, 0.5),
        disputed=view.draw_disputed(countries),
        dots=dots,
    )


def _find_seas(view: geography.View, land: shapely.Geometry, dots: np.ndarray) -> list:
    """The seas that show, each with its water, those that show most first."""
    frame = shapely.box(*view.frame)
    around = shapely.union_all(shapely.buffer(dots, _SEA_GAP_PX, quad_segs=1))
    taken = shapely.union(geography.simplify(land, geography.DETAIL_PX), around)
    water = shapely.difference(frame, taken)
    seas = geography.read_seas()
    areas = shapely.intersection(view.draw(list_areas(seas)), frame)
    shown, smaller = [], shapely.Polygon()
    for sea, area in zip(seas, areas, strict=True):
        if not area.is_empty:
            own = shapely.intersection(water, shapely.difference(area, smaller))
            smaller = shapely.union(smaller, area)
            if own.area >= _LEAST_SEA_PX2:
                shown.append(sea._replace(geometry=own))
    return sorted(shown, key=lambda sea: -sea.geometry.area)


def _find_lakes(view: geography.View, lakes: shapely.Geometry) -> Iterator:
    """The lakes with a name whose water shows near to where they are."""
    rows = geography.read_lakes()
    spots = view.place_corners(np.array([(lake.longitude, lake.latitude) for lake in rows]))
    for lake, (x, y) in zip(rows, spots, strict=True):
        if 0 < x < view.width_px and 0 < y < view.height_px:
            spot = shapely.Point(x, y)
            circle = geography.draw_circle(lake.latitude, lake.longitude, lake.reach_km)
            [around] = view.draw(np.array([circle], dtype=object))
            parts = shapely.get_parts(shapely.intersection(lakes, around))
            water = min(parts, key=spot.distance, default=spot)
            if water.area >= _LEAST_LAKE_PX**2:
                yield geography.extend_row(lake, geometry=water)


def list_areas(rows: Iterable) -> np.ndarray:
    return np.array([row.geometry for row in rows], dtype=object)


def draw_ground(
    sheet: Sheet, view: geography.View, ground: Ground, story_regions: set[str], gaps: list[Bounds]
) -> None:
    """Water, land, tints and borders; borders have gaps under what is written on them."""
    covered = shapely.union_all(shapely.buffer([shapely.box(*box) for box in gaps], 1.5))
    shapely.prepare(covered)
    own, regions = list_areas(ground.own), list_areas(ground.regions)
    tinted = [region for region in ground.regions if region.key in story_regions]
    lands = {country.country: country.geometry for country in ground.own}
    within = [lands.get(region.country) for region in tinted]  # finer than its regions may be
    typical = np.sqrt(np.median(shapely.area(regions))) if len(regions) else 0

    def fill(areas, colour):
        # A fill's edge may stray as far as half the width of the line that covers it.
        path = area_path(shapely.simplify(areas, 0.4))
        add_path(sheet, path, view.frame, facecolor=LIGHT[colour], edgecolor="none")

    def draw(lines, colour, width_px, hidden, **style):
        style |= {"edgecolor": LIGHT[colour], "linewidth": points(width_px), "facecolor": "none"}
        shown, crossed = np.array(lines), shapely.intersects(hidden, lines)
        shown[crossed] = shapely.difference(shown[crossed], hidden)
        path = _join(shapely.get_parts(shown), Path.LINETO)
        add_path(sheet, path, view.frame, joinstyle="round", **style)

    fill([shapely.box(*view.frame)], "water")
    fill([ground.land], "neighbour")
    fill(own, "land")
    fill(shapely.intersection(list_areas(tinted), np.array(within, dtype=object)), "region_tint")
    fill([ground.lakes], "water")
    fill(ground.dots, "land_edge")
    draw(ground.rivers, "river", 0.8, covered)
    near_disputed = shapely.union_all(shapely.buffer(ground.disputed, _DISPUTED_PX))
    hidden = shapely.union(covered, near_disputed)
    shapely.prepare(hidden)
    both = np.concatenate([own, list_areas(ground.neighbours)])
    segments, owners = geography.find_borders(both)
    is_own = ((owners >= 0) & (owners < len(own))).any(axis=1)
    on_shore = owners[:, 1] < 0
    inner, sides = geography.find_borders(regions if typical >= _LEAST_REGION_PX else regions[:0])
    for lines, colour, width_px in (
        (segments[~is_own], "neighbour_edge", 0.8),
        (inner[sides[:, 1] >= 0], "region_edge", 0.8),
        (segments[is_own & on_shore], "land_edge", 0.6),
        (segments[is_own & ~on_shore], "land_edge", 1.3),
    ):
        draw(geography.chain_segments(lines), colour, width_px, hidden)
    draw(ground.disputed, "land_edge", 1.1, covered, linestyle=(0, (3, 2)))


def add_path(sheet: Sheet, path: Path | None, frame: Bounds, **style) -> None:
    """A path in pixels, cut at a frame; nothing where there is no path."""
    if path is not None:
        patch = PathPatch(path, **style)
        sheet.add(patch)
        patch.set_clip_box(TransformedBbox(Bbox.from_extents(*frame), sheet.transform))


def area_path(areas) -> Path | None:
    """Areas as one path, holes running the other way round than outlines."""
    parts = shapely.get_parts(np.asarray(areas, dtype=object))
    return _join(shapely.get_rings(shapely.orient_polygons(parts)), Path.CLOSEPOLY)


def _join(lines: np.ndarray, last: np.uint8) -> Path | None:
    """Lines as one path, the last corner of each of a kind of its own; None for no line."""
    corners, line_of = shapely.get_coordinates(lines, return_index=True)
    if not len(corners):
        return None
    codes = np.full(len(corners), Path.LINETO, dtype=Path.code_type)
    begins = np.append(True, line_of[1:] != line_of[:-1])
    codes[np.append(begins[1:], True)] = last
    codes[begins] = Path.MOVETO
    # On a grid of a tenth of a point, which keeps an SVG small.
    return Path(np.round(corners * points(1), 1) / points(1), codes)


def draw_inset(
    sheet: Sheet,
    view: geography.View,
    box: Bounds,
    codes: list[str],
    *,
    whole: np.ndarray,
    spots: np.ndarray,
) -> geography.View:
    """The story's countries in their part of the world, or those that the map shows a part of.

    `whole` has the corners, in degrees, of the countries of which the map shows a part, `spots`
    the points that the inset has to show. Returns its view, which begins at the box's corner.
    """
    inset = _frame_inset(view, box, whole)
    if not _shows(inset, spots):
        x, y = np.meshgrid([0, view.width_px], [0, view.height_px])
        edges = np.column_stack(view.locate(x.ravel(), y.ravel()))
        corners = np.concatenate([edges[np.isfinite(edges).all(axis=1)], whole, spots])
        width, height = box[2] - box[0], box[3] - box[1]
        inset = geography.frame_view(corners[:, 0], corners[:, 1], width, (height, height))
    layer = "countries" if inset.metres_per_px < _NEAR_INSET_M else "world"
    countries = inset.read(layer, detail_px=1.5, keep=codes)
    moved = shapely.transform(countries["geometry"].to_numpy(), lambda xy: xy + box[:2])
    own = countries["country"].isin(codes).to_numpy()
    for areas, colour in (
        ([shapely.box(*box)], "water"),
        ([shapely.union_all(shapely.make_valid(moved))], "neighbour"),
        (moved[own], "land" if len(whole) else "land_edge"),
    ):
        add_path(sheet, area_path(areas), box, facecolor=LIGHT[colour], edgecolor="none")
    segments, sides = geography.find_borders(moved[own])
    between = _join(geography.chain_segments(segments[sides[:, 1] >= 0]), Path.LINETO)
    edge: dict[str, Any] = {"linewidth": points(1), "facecolor": "none"}
    add_path(sheet, between, box, **edge, edgecolor=LIGHT["neighbour"])
    size = np.subtract(box[2:], box[:2])
    sheet.add(Rectangle(box[:2], *size, **edge, edgecolor=LIGHT["rule"]))
    if len(whole) or shapely.area(moved[own]).sum() < _LEAST_INSET_PX2:
        size = np.array([view.width_px, view.height_px]) * view.metres_per_px
        size = np.maximum(size / inset.metres_per_px, _LEAST_FRAME_PX)
        x, y = inset.place(*view.locate(view.width_px / 2, view.height_px / 2))
        corner = np.array([x, y]) + box[:2] - size / 2
        sheet.add(Rectangle(corner, *size, **edge, edgecolor=LIGHT["accent"]))
    return inset


def _shows(inset: geography.View, spots: np.ndarray) -> bool:
    """Whether points lie in an inset, clear of its edges."""
    x, y = inset.place(*spots.T)
    clear = _INSET_EDGE_PX
    within = (x > clear) & (x < inset.width_px - clear)
    return bool((within & (y > clear) & (y < inset.height_px - clear)).all())


def _frame_inset(view: geography.View, box: Bounds, whole: np.ndarray) -> geography.View:
    """The view of an inset: of whole countries, or of the part of the world around the map."""
    width, height = box[2] - box[0], box[3] - box[1]
    if len(whole):
        return geography.frame_view(whole[:, 0], whole[:, 1], width, (height, height))
    longitude, latitude = view.locate(view.width_px / 2, view.height_px / 2)
    definition = f"+proj=laea +lat_0={latitude:.3f} +lon_0={longitude:.3f} +ellps=WGS84"
    projection = geography.Projection("inset", definition, float(longitude))
    width_m = np.clip(4 * view.width_px * view.metres_per_px, 8e6, 14e6)
    scale = width_m / width
    return geography.View(projection, -width_m / 2, -height * scale / 2, scale, width, height)


def measure_scale(view: geography.View, x: float, y: float, most_px: float) -> tuple[int, float]:
    """A round distance in km, and its length in pixels at a point of the map."""

    def measure(length_px):
        longitudes, latitudes = view.locate([x, x + length_px], [y, y])
        return geography.measure_km(latitudes[0], longitudes[0], latitudes[1], longitudes[1])

    most_km = measure(most_px)
    power = 10 ** np.floor(np.log10(most_km))
    distance = max(step * power for step in (1, 2, 5) if step * power <= most_km)
    length = most_px * distance / most_km
    for _ in range(3):  # the scale changes a little along the bar
        length *= distance / measure(length)
    return distance, length


def draw_scale(sheet: Sheet, view: geography.View, box: Bounds) -> None:
    """A scale bar, where the map has about one scale: not on a map of most of the world."""
    x, y = box[0], box[1] + 5
    on_globe = np.isfinite(view.locate([x, box[2]], [y, y])).all()
    if view.width_px * view.metres_per_px > WORLD_M or not on_globe:
        return
    distance, length = measure_scale(view, x, y, box[2] - box[0])
    corners = [x, x, x + length, x + length], [y + 5, y, y, y + 5]
    style = {"color": LIGHT["muted"], "linewidth": points(1.4), "solid_capstyle": "butt"}
    sheet.add(Line2D(*corners, label="scale", **style))
    sheet.write(x, y + 9, f"{distance:,.10g} km", SMALL, "muted")
