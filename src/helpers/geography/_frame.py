"""The part of the world that a map shows, and what lies in it, in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from helpers.geography._boundaries import read_boundaries
from helpers.geography._projection import Projection, choose_projection, find_extent, split_windows

DETAIL_PX = 1.0  # of a drawn border: what a screen can show
_NEAR_DEGREES = 3.0  # of latitude: about 330 km
_LEAST_SHARE = 0.2


@dataclass(frozen=True)
class View:
    """A projected frame and how large it is drawn.

    Parameters
    ----------
    projection
        How degrees become metres.
    left, bottom
        The frame's lower left corner in projected metres.
    metres_per_px
        The scale.
    width_px, height_px
        The frame's size in CSS pixels; drawn coordinates run from 0 to these, upwards.
    """

    projection: Projection
    left: float
    bottom: float
    metres_per_px: float
    width_px: float
    height_px: float
    windows: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "windows", self._find_windows())

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top in pixels."""
        return 0.0, 0.0, self.width_px, self.height_px

    def place(self, longitudes, latitudes) -> tuple[np.ndarray, np.ndarray]:
        """Where points are drawn, in pixels."""
        eastings, northings = self.projection.project(longitudes, latitudes)
        x = (np.asarray(eastings) - self.left) / self.metres_per_px
        y = (np.asarray(northings) - self.bottom) / self.metres_per_px
        return x, y

    def locate(self, x, y) -> tuple[np.ndarray, np.ndarray]:
        """The longitudes and latitudes of points given in pixels."""
        eastings = self.left + np.asarray(x) * self.metres_per_px
        northings = self.bottom + np.asarray(y) * self.metres_per_px
        return self.projection.unproject(eastings, northings)

    def read(
        self, layer: str, countries: Iterable[str] | None = None, detail_px: float = DETAIL_PX
    ) -> pd.DataFrame:
        """The rows of a layer that show in the frame, their areas in pixels.

        Areas are cut a little outside of the frame. They lose the corners, islands and holes
        whose area is less than the square of `detail_px`; neighbours keep one and the same
        border.
        """
        rows = read_boundaries(layer, self.windows, countries)
        rows["geometry"] = generalise(self.draw(rows["geometry"].to_numpy()), detail_px)
        return rows[~shapely.is_empty(rows["geometry"].to_numpy())].reset_index(drop=True)

    def draw(self, areas: np.ndarray) -> np.ndarray:
        """Areas in degrees as areas in pixels, cut a little outside of the frame."""
        parts = [_clip(areas, window) for window in self.windows]
        drawn = [shapely.transform(part, self.place, interleaved=False) for part in parts]
        whole = _join(*drawn) if len(drawn) == 2 else drawn[0]
        valid = shapely.is_valid(whole)
        whole[~valid] = shapely.buffer(whole[~valid], 0)
        return _clip(whole, (-4, -4, self.width_px + 4, self.height_px + 4))

    def _find_windows(self) -> np.ndarray:
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


def _clip(areas: np.ndarray, window: Iterable[float]) -> np.ndarray:
    """Areas cut at a window: left, bottom, right, top."""
    left, bottom, right, top = window
    edges = shapely.bounds(areas)
    inside = (edges[:, :2] >= (left, bottom)).all(axis=1) & (edges[:, 2:] <= (right, top)).all(
        axis=1
    )
    clipped = np.array(areas)
    clipped[~inside] = shapely.clip_by_rect(clipped[~inside], left, bottom, right, top)
    return clipped


def _join(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Areas in pixels, put together again where the edge of a window cut them."""
    cut = ~(shapely.is_empty(ones) | shapely.is_empty(others))
    whole = np.where(shapely.is_empty(ones), others, ones)
    pair = shapely.make_valid(ones[cut]), shapely.make_valid(others[cut])
    whole[cut] = shapely.union(*pair, grid_size=0.1)
    return whole


def generalise(areas: np.ndarray, detail: float) -> np.ndarray:
    """Areas without their small corners, islands and holes."""
    parts, owners = shapely.get_parts(areas, return_index=True)
    wanted = (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) >= detail**2)
    simple = shapely.coverage_simplify(parts[wanted], detail)
    gathered = np.full(len(areas), shapely.MultiPolygon(), dtype=object)
    for owner in np.unique(owners[wanted]):
        gathered[owner] = shapely.multipolygons(simple[owners[wanted] == owner])
    return gathered


def frame_view(
    longitudes: np.ndarray,
    latitudes: np.ndarray,
    width_px: float,
    heights_px: tuple[float, float],
    least_km: float = 20,
) -> View:
    """The view that shows points, with a margin, in a width and between two heights.

    The frame is at least `least_km` wide.
    """
    projection = choose_projection(find_extent(longitudes, latitudes))
    x, y = projection.project(longitudes, latitudes)
    margin = 0.06
    width = max((x.max() - x.min()) * (1 + 2 * margin), least_km * 1000)
    height = (y.max() - y.min()) * (1 + 2 * margin)
    height_px = 2 * round(np.clip(width_px * height / width, *heights_px) / 2)
    metres_per_px = max(width / width_px, height / height_px)
    left = (x.max() + x.min() - width_px * metres_per_px) / 2
    bottom = (y.max() + y.min() - height_px * metres_per_px) / 2
    return View(projection, left, bottom, metres_per_px, width_px, height_px)


def find_main_parts(area: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    """The corners of those parts of a country that a map of it shows.

    Parts of which no wider gap than `_NEAR_DEGREES` keeps them apart belong together. Shown are
    those together that make up `_LEAST_SHARE` of the country, and those that hold a point.

    Parameters
    ----------
    area
        The country, in EPSG:4326.
    points
        Longitudes and latitudes, shape (n, 2).

    Returns
    -------
    ndarray
        Longitudes and latitudes, shape (n, 2); longitudes may pass 180.
    """
    corners = shapely.get_coordinates(area)
    west = find_extent(corners[:, 0], corners[:, 1]).west

    def unroll(longitudes):
        return west + (longitudes - west) % 360

    parts = shapely.get_parts(shapely.simplify(area, 0.02))
    low, high = shapely.bounds(parts)[:, :2], shapely.bounds(parts)[:, 2:]
    left, right = unroll(low[:, 0]), unroll(high[:, 0])
    stretch = np.cos(np.radians(np.clip((low[:, 1] + high[:, 1]) / 2, -80, 80)))
    reach = _NEAR_DEGREES / 2
    boxes = shapely.box(
        left - reach / stretch, low[:, 1] - reach, right + reach / stretch, high[:, 1] + reach
    )
    groups = shapely.get_parts(shapely.union_all(boxes))
    own = np.argmax(shapely.intersects(groups[:, None], boxes[None, :]), axis=0)
    share = np.bincount(own, shapely.area(parts) * stretch, len(groups))
    places = shapely.points(np.column_stack([unroll(points[:, 0]), points[:, 1]]))
    holds = shapely.intersects(groups[:, None], places[None, :]).any(axis=1)
    shown = (share >= _LEAST_SHARE * share.sum()) | holds
    kept = shapely.get_coordinates(parts[shown[own]])
    return np.column_stack([unroll(kept[:, 0]), kept[:, 1]])
