"""The part of the world that a map shows, its projection, and what lies in it, in pixels."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from geopandas.array import from_shapely
from pyproj import Transformer

from helpers.geography import _areas as shapes
from helpers.geography._boundaries import read_rows
from helpers.geography._globe import Extent, find_extent, split_windows

DETAIL_PX = 1.0  # of a drawn border: what a screen can show
_LEAST_M = 4_000  # of a frame's width: a point alone gets one too
_COARSE_M = 5_000  # a pixel: the coarse layers are made for it
_CLOSE_M = 500  # a pixel: on closer maps it shows where Natural Earth's borders are off
_BESIDE_M = 12  # between a border and the edge of a strip that follows it: corners are rounded
_LEAST_CUT_M, _LEAST_CUT_PX = 300, 3  # wide: what is left of a country beyond its exact border
_STRAIGHT_DEGREES = 1.0
_STRAIGHT_CLOSE = 0.1  # degrees: on a close map, whose strips have corners along an edge
_MARGIN = 0.06  # on each side, as a share of the width and height


@dataclass(frozen=True)
class Projection:
    """An equal-area projection of WGS 84, in metres.

    name says it and its parameters in words, definition for PROJ; meridian is the longitude in its
    middle, in degrees.
    """

    name: str
    definition: str
    meridian: float

    def project(self, longitudes, latitudes) -> tuple[np.ndarray, np.ndarray]:
        """Eastings and northings in metres, in a twentieth of the time of `GeoSeries.to_crs`."""
        return _open_transformer(self.definition).transform(longitudes, latitudes)


@dataclass(frozen=True)
class View:
    """A projected frame and how large it is drawn.

    left, bottom are its lower left corner in projected metres; width_px, height_px its size in CSS
    pixels: drawn coordinates run from 0 to these, upwards.
    """

    projection: Projection
    left: float
    bottom: float
    metres_per_px: float
    width_px: float
    height_px: float

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top in pixels."""
        return 0.0, 0.0, self.width_px, self.height_px

    def place(self, longitudes, latitudes) -> tuple[np.ndarray, np.ndarray]:
        """Where points are drawn, in pixels."""
        eastings, northings = self.projection.project(longitudes, latitudes)
        x, y = np.asarray(eastings) - self.left, np.asarray(northings) - self.bottom
        return x / self.metres_per_px, y / self.metres_per_px

    def place_corners(self, corners: np.ndarray) -> np.ndarray:
        """The same for points of shape (n, 2)."""
        return np.column_stack(self.place(*corners.T))

    def locate(self, x, y) -> tuple[np.ndarray, np.ndarray]:
        """Longitudes and latitudes of points given in pixels; infinite where there are none."""
        eastings = self.left + np.asarray(x) * self.metres_per_px
        northings = self.bottom + np.asarray(y) * self.metres_per_px
        transform = _open_transformer(self.projection.definition).transform
        return transform(eastings, northings, direction="INVERSE")

    def read(
        self,
        layer: str,
        countries: Iterable[str] | None = None,
        detail_px: float = DETAIL_PX,
        keep: Collection[str] = (),
    ) -> gpd.GeoDataFrame:
        """The rows of a layer that show in the frame, their areas in pixels (no CRS).

        Areas are cut a little outside of the frame. They lose the corners, islands and holes
        whose area is less than the square of `detail_px`; neighbours keep one and the same
        border. Areas that are smaller altogether are left out, but for the countries to `keep`.
        Countries of a close map have the land borders of borders.parquet.
        """
        least_km2 = (detail_px * self.metres_per_px / 1000) ** 2
        coarse = self.metres_per_px * detail_px >= _COARSE_M
        rows, areas = read_rows(layer, self.windows, countries, least_km2 / 2, coarse=coarse)
        is_shared = layer == "countries" and len(self.strips.areas) > 0
        areas = self._cut(areas, _STRAIGHT_CLOSE if is_shared else None)
        if is_shared:
            codes = rows["country"].to_pylist()
            beside, cut_off = np.array([_BESIDE_M, _LEAST_CUT_M]) / self.metres_per_px
            least = max(cut_off, _LEAST_CUT_PX)
            areas = shapes.share_strips(areas, codes, self.strips, beside, least)
        size = shapely.area(areas)
        shown = size >= detail_px**2
        if keep:
            shown |= np.isin(rows["country"].to_pylist(), list(keep)) & (size > 0)
        # `to_pandas`, with a geometry set afterwards, takes thrice as long.
        cells = rows.filter(pa.array(shown)).to_pydict()
        cells["geometry"] = from_shapely(shapes.generalise(areas[shown], detail_px))
        return gpd.GeoDataFrame(cells, geometry="geometry")

    def read_lines(self, layer: str) -> tuple[pa.Table, np.ndarray]:
        """The rows of a layer of lines that show in the frame, and apart from them the lines."""
        rows, lines = read_rows(layer, self.windows)
        parts = [
            shapely.transform(shapely.clip_by_rect(lines, *window), self.place_corners)
            for window in self.windows
        ]
        drawn = np.asarray(shapely.clip_by_rect(shapely.union_all(parts, axis=0), *self.frame))
        shown = np.flatnonzero(~shapely.is_empty(drawn))
        return rows.take(shown), drawn[shown]

    def read_regions(self, countries: gpd.GeoDataFrame, codes: Collection[str]) -> gpd.GeoDataFrame:
        """The same of the regions of some countries, which end where their countries do."""
        regions = self.read("regions", codes)
        if len(self.strips.areas):
            lands = dict(zip(countries["country"], countries["geometry"], strict=True))
            fitted = shapes.fit_regions(
                regions["geometry"].to_numpy(), list(regions["country"]), lands
            )
            regions["geometry"] = from_shapely(fitted)
            regions = regions[~regions.is_empty].reset_index(drop=True)
        return regions

    @cached_property
    def disputed(self) -> tuple[pa.Table, np.ndarray]:
        """The borders in dispute that show in the frame: name, countries, view; and the lines."""
        return self.read_lines("disputed")

    def draw_disputed(self, countries: gpd.GeoDataFrame) -> np.ndarray:
        """The same as lines, which go where the borders of the countries go."""
        rows, lines = self.disputed
        if len(lines) and len(self.strips.areas):
            between = rows["countries"].to_pylist()
            return shapes.move_lines(lines, between, self.strips, countries["geometry"].to_numpy())
        return lines

    @cached_property
    def strips(self) -> shapes.Strips:
        """What of borders.parquet shows in the frame, in pixels; none but on a close map."""
        if self.metres_per_px > _CLOSE_M:
            return shapes.Strips(np.array([], dtype=object), [], [])
        rows, areas = read_rows("borders", self.windows)
        drawn = shapes.mend_areas(self._cut(areas, _STRAIGHT_CLOSE))
        shown = ~shapely.is_empty(drawn) & (np.array(rows["other"].to_pylist()) != "")
        sides = (list(np.array(rows[side].to_pylist())[shown]) for side in ("country", "other"))
        return shapes.Strips(drawn[shown], *sides)

    def draw(self, areas: np.ndarray) -> np.ndarray:
        """Areas in degrees as areas in pixels, cut a little outside of the frame.

        Cut before they are projected, since far off there may be no place for them:
        `geopandas.clip` and `to_crs` do the same for one window in twice the time.
        """
        return shapes.mend_areas(self._cut(areas, _STRAIGHT_DEGREES))

    def _cut(self, areas: np.ndarray, straight: float | None = None) -> np.ndarray:
        """The same as they are cut: not all of them valid.

        An edge that is longer than so many degrees gets more corners: it may be a curve here.
        """
        seen = -4, -4, self.width_px + 4, self.height_px + 4
        cut = [shapes.clip_areas(areas, part) for part in self.windows]
        cut = [shapely.segmentize(part, straight) for part in cut] if straight else cut
        placed = [shapely.transform(part, self.place_corners) for part in cut]
        drawn = [shapes.clip_areas(part, seen) for part in placed]
        return shapes.join_areas(*drawn) if len(drawn) == 2 else drawn[0]

    @cached_property
    def windows(self) -> np.ndarray:
        """The frame in degrees, as one or two windows that a half turn does not cut."""
        x, y = np.meshgrid(np.linspace(0, self.width_px, 33), np.linspace(0, self.height_px, 33))
        longitudes, latitudes = self.locate(x.ravel(), y.ravel())
        seen = np.isfinite(longitudes) & np.isfinite(latitudes)
        extent = find_extent(longitudes[seen], latitudes[seen])
        south, north = extent.south - 1, extent.north + 1
        if extent.east - extent.west < 300 and max(abs(south), abs(north)) < 88:
            return split_windows(extent.west - 1, south, extent.east + 1, north)
        if "eqearth" in self.projection.definition:
            middle = self.projection.meridian
            return split_windows(middle - 179.99, south, middle + 179.99, north)
        # Around a pole: two halves, to be joined where they meet.
        return np.array([[-180.0, south, 0.0, north], [0.0, south, 180.0, north]])


def frame_view(
    longitudes: np.ndarray, latitudes: np.ndarray, width_px: float, heights_px: Iterable[float]
) -> View:
    """The view that shows points, in degrees, with a margin, in a width and between two heights."""
    projection = choose_projection(find_extent(longitudes, latitudes))
    x, y = projection.project(longitudes, latitudes)
    width = max(np.ptp(x) * (1 + 2 * _MARGIN), _LEAST_M)
    height = np.ptp(y) * (1 + 2 * _MARGIN)
    least, most = heights_px
    height_px = 2 * round(np.clip(width_px * height / width, least, most) / 2)
    metres_per_px = max(width / width_px, height / height_px)
    left = (x.max() + x.min() - width_px * metres_per_px) / 2
    bottom = (y.max() + y.min() - height_px * metres_per_px) / 2
    return View(projection, left, bottom, metres_per_px, width_px, height_px)


def choose_projection(extent: Extent) -> Projection:
    """An equal-area projection that suits an extent.

    Albers' conic where the extent is wide and lies in middle latitudes, with standard parallels
    a sixth of its height from its edges; Lambert's azimuthal where it is tall, near the equator
    or near a pole; Equal Earth where it is most of the world (Snyder, Map Projections: A Working
    Manual, USGS Professional Paper 1395, 1987, chapters 14 and 24; Šavrič, Patterson and Jenny,
    2018).
    """
    longitude, latitude = (round(degrees, 1) for degrees in extent.middle)
    height = extent.north - extent.south
    width = (extent.east - extent.west) * np.cos(np.radians(latitude))
    centre = format_meridian(longitude)
    if max(height, width) > 140:
        name, proj = "Equal Earth projection", "eqearth"
    elif width > 0.8 * height and extent.south * extent.north > 0 and 15 < abs(latitude) < 65:
        low, high = round(extent.south + height / 6, 1), round(extent.north - height / 6, 1)
        parallels = f"{format_parallel(low)} and {format_parallel(high)}"
        name = f"Albers equal-area conic projection, standard parallels {parallels}"
        proj = f"aea +lat_0={latitude} +lat_1={low} +lat_2={high}"
    else:
        name, proj = "Lambert azimuthal equal-area projection", f"laea +lat_0={latitude}"
        centre = f"{format_parallel(latitude)}, {centre}"
    definition = f"+proj={proj} +lon_0={longitude} +ellps=WGS84 +units=m"
    return Projection(f"{name}, centred on {centre}", definition, longitude)


def format_parallel(latitude: float) -> str:
    """'43.3° N', '33.4° S', '0°'."""
    return f"{abs(latitude):g}°" + (" N" if latitude > 0 else " S" if latitude < 0 else "")


def format_meridian(longitude: float) -> str:
    """'52.9° E', '70.6° W', '0°'."""
    return f"{abs(longitude):g}°" + (" E" if longitude > 0 else " W" if longitude < 0 else "")


@lru_cache(maxsize=64)
def _open_transformer(definition: str) -> Transformer:
    """From WGS 84 to a projection: PROJ takes longer to open one than to use it."""
    return Transformer.from_crs("EPSG:4326", definition, always_xy=True)
