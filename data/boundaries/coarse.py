"""Make coarse_countries.parquet and coarse_regions.parquet: what a map of a large land needs.

    python data/boundaries/coarse.py

After build.py and coasts.py. A map drops the corners whose triangle is smaller than a pixel's, the
smallest first, and the islands smaller than one. Those of a pixel of `LEAST_M` are dropped here,
once: a map of larger pixels is the same without them. The rows are those of the layer, in its
order; the names stand there.
"""

import geopandas as gpd
import numpy as np
import shapely
from build import bend_edges, write_layer
from pyproj import Transformer

from helpers.geography import generalise, read_rows

LEAST_M = 5000  # a pixel: so much detail a map has that is drawn of these
EQUAL_AREA = Transformer.from_crs("EPSG:4326", "EPSG:6933", always_xy=True)


def main() -> None:
    """Build both files."""
    for layer in ("countries", "regions"):
        rows, areas = read_rows(layer)
        coarse = generalise(shapely.transform(areas, project), LEAST_M)
        areas = gpd.GeoSeries(shapely.transform(coarse, unproject), crs="EPSG:4326")
        table = gpd.GeoDataFrame({"country": rows["country"].to_pylist()}, geometry=areas)
        write_layer(bend_edges(table), f"coarse_{layer}")


def project(corners: np.ndarray) -> np.ndarray:
    """Degrees as metres."""
    return np.column_stack(EQUAL_AREA.transform(*corners.T))


def unproject(corners: np.ndarray) -> np.ndarray:
    """Metres as degrees, on the grid of countries.parquet."""
    degrees = EQUAL_AREA.transform(*corners.T, direction="INVERSE")
    return np.column_stack(degrees).round(3)


if __name__ == "__main__":
    main()
