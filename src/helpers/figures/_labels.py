"""Labels put where they cover neither one another nor a mark, and do not leave the frame."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Bounds = tuple[float, float, float, float]  # of a box: left, bottom, right, top in pixels
# Where a label may stand beside its mark, the best first: the horizontal and vertical side.
_SIDES = ((1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))
_DISTANCES = (0, 8, 20, 36, 60, 90, 130)  # px beyond the mark; from the third on with a line to it
LINE_FROM = 20
_STEP = 4  # px between the places that are tried in an area
_SPREAD = (np.arange(8) + 0.5) / 8  # of the points that stand for a box, as shares of its sides
_AT_ONCE = 200  # of these places, the nearest first; then twice as many each time
_SQUEEZE = np.array([0.4, 1.0])


@dataclass
class Placer:
    """Room for labels in a frame: what is taken stays taken.

    Parameters
    ----------
    frame
        No label passes its edges.
    gap
        The least distance between two boxes, in pixels.
    """

    frame: Bounds
    gap: float = 3
    _taken: list[Bounds] = field(default_factory=list)

    def reserve(self, edges: Iterable[float]) -> Bounds:
        """Keep every later label out of a box."""
        left, bottom, right, top = map(float, edges)
        self._taken.append((left, bottom, right, top))
        return self._taken[-1]

    def is_free(self, boxes: np.ndarray) -> np.ndarray:
        """Which boxes, one a row, are in the frame and touch nothing that is taken."""
        left, bottom, right, top = np.asarray(boxes, dtype=float).T
        gap = self.gap
        free = (left >= self.frame[0] + gap) & (bottom >= self.frame[1] + gap)
        free &= (right <= self.frame[2] - gap) & (top <= self.frame[3] - gap)
        for taken in self._taken:
            apart = (left >= taken[2] + gap) | (right <= taken[0] - gap)
            apart |= (bottom >= taken[3] + gap) | (top <= taken[1] - gap)
            free &= apart
        return free

    def find_widest(self, area: BaseGeometry) -> tuple[float, float]:
        """The middle of the widest room that is left in an area; that of the frame in none."""
        if area.is_empty:
            area = shapely.box(*self.frame)
            return area.centroid.x, area.centroid.y
        if not area.is_valid:  # the parts of one that was simplified may overlap
            area = shapely.make_valid(area)
        taken = shapely.box(*np.reshape(self._taken, (-1, 4)).T)
        taken = shapely.union_all(taken[shapely.intersects(taken, area)])
        left = shapely.difference(shapely.intersection(area, shapely.box(*self.frame)), taken)
        parts = shapely.get_parts(left)
        sizes = shapely.area(parts)
        if not sizes.sum() > 1:
            return area.centroid.x, area.centroid.y
        left = parts[np.argmax(sizes)]
        # A label is wider than high: room in height counts for more.
        squeezed = shapely.transform(left, lambda xy: xy * _SQUEEZE)
        circle = shapely.maximum_inscribed_circle(squeezed, tolerance=2)
        x, y = shapely.get_coordinates(circle)[0] / _SQUEEZE
        return float(x), float(y)

    def put_beside(
        self,
        point: tuple[float, float],
        size: tuple[float, float],
        radius: float,
        lines: shapely.Geometry,
        farthest: float = np.inf,
    ) -> tuple[Bounds, float] | None:
        """Room for a label beside a mark, taken at once.

        The nearest room is the best; at one distance, the one that crosses the fewest of some
        lines, then the one to the right.

        Returns
        -------
        box and distance
            The distance from the mark is in pixels. None where there is no room.
        """
        for distance in _DISTANCES:
            if distance >= farthest:
                return None
            boxes = _list_beside(point, size, radius + self.gap + distance)
            free = self.is_free(boxes)
            if not free.any():
                continue
            crosses = shapely.intersects(shapely.box(*boxes.T), lines)
            best = min(np.flatnonzero(free), key=lambda i: (crosses[i], i))
            return self.reserve(boxes[best]), distance
        return None

    def put_within(
        self,
        area: shapely.Geometry,
        size: tuple[float, float],
        near: tuple[float, float],
        share: float = 1.0,
    ) -> Bounds | None:
        """Room for a label within an area, as near to a point as may be; taken at once.

        At least a share of the label lies within. Returns None where there is no room.
        """
        if shapely.is_empty(area):
            return None
        left, bottom, right, top = shapely.bounds(area)
        left, bottom = left // _STEP * _STEP, bottom // _STEP * _STEP  # one grid for all areas
        x = np.arange(left, right - size[0] * share, _STEP)
        y = np.arange(bottom, top - size[1] * share, _STEP)
        lefts, bottoms = (axis.ravel() for axis in np.meshgrid(x, y))
        boxes = np.column_stack([lefts, bottoms, lefts + size[0], bottoms + size[1]])
        boxes = boxes[self.is_free(boxes)]
        away = np.hypot(*((boxes[:, :2] + boxes[:, 2:]) / 2 - near).T)
        boxes = boxes[np.argsort(away, kind="stable")]
        shapely.prepare(area)
        start, at_once = 0, _AT_ONCE
        while start < len(boxes):
            nearest = boxes[start : start + at_once]
            start, at_once = start + at_once, 2 * at_once
            fits = _lie_within(shapely.box(*nearest.T), area, share)
            if fits.any():
                return self.reserve(nearest[np.argmax(fits)])
        return None


def _lie_within(boxes: np.ndarray, area: shapely.Geometry, share: float) -> np.ndarray:
    """Which boxes lie within an area with at least a share of theirs."""
    if share == 1:
        return shapely.contains(area, boxes)
    # By points spread over each: the areas of intersections with a coast take 20 times as long.
    left, bottom, right, top = shapely.bounds(boxes).T[:, :, None]
    outside, left_open = np.zeros(len(boxes)), np.arange(len(boxes))
    most = (1 - share) * _SPREAD.size**2
    x = left + (right - left) * _SPREAD
    for up in _SPREAD:  # a row of points at once: most boxes that do not fit are soon known
        y = np.broadcast_to(bottom + (top - bottom) * up, x.shape)
        outside[left_open] += (~shapely.contains_xy(area, x[left_open], y[left_open])).sum(axis=1)
        left_open = np.flatnonzero(outside <= most)
    return outside <= most


def _list_beside(point, size, distance) -> np.ndarray:
    """The boxes of a size around a point at a distance, one a row, in the order of _SIDES."""
    boxes = []
    for across, up in _SIDES:
        # On a slant the box's corner looks at the mark, and comes as near as its side would.
        reach = distance * (0.7 if across and up else 1)
        left = point[0] + across * reach - size[0] * (1 - across) / 2
        bottom = point[1] + up * reach - size[1] * (1 - up) / 2
        boxes.append((left, bottom, left + size[0], bottom + size[1]))
    return np.array(boxes)
