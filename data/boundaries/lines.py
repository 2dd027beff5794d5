"""Rivers, and the borders that are in dispute. `build.py` calls what stands here."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

HERE = Path(__file__).parent
RIVERS = "usr/share/gmt-gshhg/binned_river_i.nc"
LEAST_RANK = 2  # of GSHHG's: double-lined, permanent and major, additional and major
NEAR_DEGREES = 0.02


def read_rivers(file: Path) -> gpd.GeoDataFrame:
    """Rivers: rank (0 the largest) and geometry, one row a rank and a cell of five degrees.

    The Global Self-consistent, Hierarchical, High-resolution Geography's file is of cells, each of
    segments, each of points whose degrees are shares of the cell's.
    """
    import h5py  # of the build alone

    with h5py.File(file) as table:
        columns = {name: np.asarray(column) for name, column in table.items()}
    size = columns["Bin_size_in_minutes"][0] / 60
    across = int(columns["N_bins_in_360_longitude_range"][0])
    segments = columns["N_segments_in_a_bin"]
    cell = np.repeat(np.arange(len(segments)), segments)
    points = columns["N_points_for_a_segment"]
    cell_of = np.repeat(cell, points)
    x, y = (
        columns[f"Relative_{axis}_from_SW_corner_of_bin"].astype(int) % 65536 / 65535 * size
        for axis in ("longitude", "latitude")
    )
    x = (x + cell_of % across * size + 180) % 360 - 180
    y = y + 90 - (cell_of // across + 1) * size
    lines = shapely.linestrings(
        np.column_stack([x, y]), indices=np.repeat(np.arange(len(cell)), points)
    )
    straight = np.ptp(shapely.bounds(lines)[:, ::2], axis=1) < 180
    rivers = gpd.GeoDataFrame(
        {"rank": columns["Hierarchial_level_of_a_segment"], "cell": cell},
        geometry=shapely.set_precision(lines, 0.002), crs="EPSG:4326",
    )[straight]  # fmt: skip
    rivers = rivers[rivers["rank"] <= LEAST_RANK].dissolve(by=["rank", "cell"]).reset_index()
    rivers["geometry"] = shapely.line_merge(rivers.geometry.array)
    return rivers[["rank", "geometry"]].astype({"rank": "int8"})


def read_disputed(world_map: Path, countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The lines of disputed.csv, one row a name: countries, view (what the map takes), geometry."""
    table = pd.read_csv(HERE / "disputed.csv")
    claims = gpd.read_file(world_map, layer="disputed_borders", use_arrow=True).geometry
    units = gpd.read_file(world_map, layer="states_provinces", use_arrow=True)
    areas = {
        "countries": countries.set_index("country").geometry,
        "units": units.dissolve(by="adm0_a3").geometry,
    }
    lines = []
    for row in table.itertuples():
        window = shapely.box(row.west, row.south, row.east, row.north)
        kind, *codes = row.line.split()
        if kind == "claims":
            line = shapely.union_all(claims[claims.within(window)].array)
        elif kind == "point":
            line = areas["countries"][codes[0]].representative_point()
        else:
            one, other = (areas[kind][code] for code in codes)
            edge = shapely.buffer(other, NEAR_DEGREES)
            line = shapely.intersection(shapely.intersection(shapely.boundary(one), edge), window)
        if line.is_empty:
            raise SystemExit(f"disputed.csv: {row.name}: no line of {row.line!r} in its window")
        lines.append(shapely.set_precision(line, 0.001))
    found = gpd.GeoDataFrame(table[["name", "countries", "view"]], geometry=lines, crs="EPSG:4326")
    found = found.dissolve(by=["name", "countries", "view"], sort=False).reset_index()
    found["geometry"] = shapely.line_merge(found.geometry.array)
    return found
