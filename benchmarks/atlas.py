"""Maps of all countries on contact sheets, for a person to judge in minutes.

    python benchmarks/atlas.py -o DIR             250 countries, and special cases
    python benchmarks/atlas.py -o DIR FJI KIR     those alone, each at desktop and phone width
    python benchmarks/atlas.py --pairs            no picture: do all pairs of the capitals of 40
                                                  countries, and 200 groups of five, draw?
    python benchmarks/atlas.py --pairs 1/7        a seventh of them

Exits with 1 where a map was not drawn, and names it.
"""

import argparse
import itertools
import random
import sys
import tempfile
import traceback
from io import BytesIO
from pathlib import Path

import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from helpers.dossier import load_dossier
from helpers.figures import locator_map
from helpers.figures._palette import font_file
from helpers.figures._style import house_style
from helpers.geography import list_countries, read_cities, read_country

COLUMNS, ROWS = 4, 4
GAP_PX = 12
MANY = """
KAZ USA RUS CHN IND FRA DEU GBR BRA ARG CHL ZAF EGY NGA ETH KEN TUR IRN IRQ ISR
SAU UKR POL ESP ITA NOR SWE FIN GRC JPN KOR IDN PHL VNM AUS NZL FJI MEX CAN PER
""".split()
CASES = {
    "five places in Almaty": [
        ("KAZ", 43.238, 76.945, "Republic Square"), ("KAZ", 43.2567, 76.9286, "City Hall"),
        ("KAZ", 43.352, 77.040, "Airport"), ("KAZ", 43.222, 76.851, "Orbita"),
        ("KAZ", 43.3, 76.92, "Zhas Otan"),
    ],
    "300 m apart": [("FRA", 48.853, 2.3499, "Notre-Dame"), ("FRA", 48.8554, 2.3459, "Châtelet")],
    "five continents": [
        ("USA", 40.71, -74.0, "New York"), ("BRA", -23.55, -46.63, "São Paulo"),
        ("GBR", 51.5, -0.12, "London"), ("KEN", -1.29, 36.82, "Nairobi"),
        ("JPN", 35.68, 139.7, "Tokyo"), ("AUS", -33.87, 151.2, "Sydney"),
    ],
    "Kashmir": [("IND", 34.08, 74.8, "Srinagar"), ("PAK", 34.37, 73.47, "Muzaffarabad")],
    "Crimea": [("UKR", 44.95, 34.1, "Simferopol"), ("UKR", 46.64, 32.6, "Kherson")],
    "Laayoune": [("ESH", 27.15, -13.2, "Laayoune")],
    "Jerusalem and Gaza": [("ISR", 31.78, 35.22, "Jerusalem"), ("PSE", 31.5, 34.46, "Gaza")],
    "a ship in the Black Sea": [("", 44.5, 32.0, "a ship")],
    "Maui": [("USA", 20.878, -156.68, "Lahaina"), ("USA", 20.77, -156.33, "Kula")],
    "El Paso and Ciudad Juárez": [
        ("USA", 31.76, -106.49, "El Paso"), ("MEX", 31.69, -106.42, "Ciudad Juárez"),
    ],
}  # fmt: skip


def main() -> int:
    """Draw what is asked for; 1 where a map failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--pairs", nargs="?", const="1/1", metavar="PART/PARTS")
    parser.add_argument("names", nargs="*", help="codes of countries, or names of cases")
    asked = parser.parse_args()
    if asked.output is None and not asked.pairs:
        parser.error("one of -o and --pairs is needed")
    stories = (
        list_pairs(*map(int, asked.pairs.split("/"))) if asked.pairs else list_alone(asked.names)
    )
    pictures, failed, number = [], [], 0
    for name, places in stories.items():
        try:
            drawn = draw_story(name, places, "desktop" if not asked.names else "both")
        except Exception:
            failed.append(name)
            print(f"{name}: {traceback.format_exc(limit=-2)}")
            continue
        pictures += [] if asked.pairs else drawn
        if len(pictures) >= COLUMNS * ROWS:
            write_sheet(asked.output / f"{number:02}.png", pictures)
            pictures, number = [], number + 1
    if pictures:
        write_sheet(asked.output / f"{number:02}.png", pictures)
    print(f"{len(stories)} maps, {len(failed)} failed: {', '.join(failed)}")
    return int(bool(failed))


def list_alone(names: list[str]) -> dict[str, list]:
    """Stories by their names: each country's capital, or a point on its land; and the cases."""
    stories: dict[str, list] = {}
    for code, name in list_countries().items():
        towns = read_cities([code]).head(1)
        stories[code] = [(code, t.latitude, t.longitude, t.name) for t in towns.itertuples()]
        if towns.empty:
            point = read_country(code)["geometry"].representative_point()
            stories[code] = [(code, point.y, point.x, name)]
    stories |= CASES
    return {name: stories[name] for name in names} if names else stories


def list_pairs(part: int, parts: int) -> dict[str, list]:
    """All pairs of the capitals of 40 countries, and 200 groups of five of all: a part of them."""
    alone = list_alone([])
    chance = random.Random(12)
    groups = list(itertools.combinations(sorted(MANY), 2))
    groups += [chance.sample(sorted(list_countries()), 5) for _ in range(200)]
    chosen = groups[part - 1 :: parts]
    return {"-".join(group): [alone[code][0] for code in group] for group in chosen}


def draw_story(name: str, places: list, forms: str) -> list[Image.Image]:
    """The map of some places, with its title below: one picture a form."""
    with tempfile.TemporaryDirectory() as folder:
        write_story(Path(folder), places)
        figure = locator_map(load_dossier(folder))
    pictures = []
    for form in ("desktop", "phone") if forms == "both" else (forms,):
        buffer = BytesIO()
        with house_style():
            figure.draw(form).savefig(buffer, format="png", dpi=96)
        pictures.append(write_below(Image.open(buffer).convert("RGB"), f"{name}: {figure.title}"))
    return pictures


def write_story(folder: Path, places: list) -> None:
    """The tables of a dossier with one fact a place."""
    rows = [
        {"place_id": f"p{n}", "name": name, "kind": "city", "latitude": y, "longitude": x,
         "precision_km": 1, "country": code, "role": "scene", "coordinate_source": "by hand"}
        for n, (code, y, x, name) in enumerate(places)
    ]  # fmt: skip
    facts = [
        {"fact_id": f"f{n}", "source_id": "record", "topic": "event", "statement": "It happened",
         "stated": "2031-05-04", "asserted_by": "the ministry", "place_id": f"p{n}"}
        for n in range(len(places))
    ]  # fmt: skip
    source = [
        {"source_id": "record", "kind": "record", "title": "A record", "publisher": "x",
         "published": "2031", "language": "en"}
    ]  # fmt: skip
    for table, content in {"places": rows, "facts": facts, "sources": source}.items():
        pd.DataFrame(content).to_csv(folder / f"{table}.csv", index=False)


def write_below(picture: Image.Image, text: str) -> Image.Image:
    """A picture with a line of text below it."""
    sheet = Image.new("RGB", (picture.width, picture.height + 24), "white")
    sheet.paste(picture, (0, 0))
    font = ImageFont.truetype(font_file(400), 15)
    ImageDraw.Draw(sheet).text((4, picture.height + 2), text, "black", font)
    return sheet


def write_sheet(path: Path, pictures: list[Image.Image]) -> None:
    """Pictures in rows of a few, each row as high as its highest."""
    rows = [pictures[i : i + COLUMNS] for i in range(0, len(pictures), COLUMNS)]
    heights = [max(picture.height for picture in row) + GAP_PX for row in rows]
    width = max(sum(picture.width + GAP_PX for picture in row) for row in rows)
    sheet = Image.new("RGB", (width, sum(heights)), "white")
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left = 0
        for picture in row:
            sheet.paste(picture, (left, top))
            left += picture.width + GAP_PX
        top += height
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)
    print(path)


if __name__ == "__main__":
    sys.exit(main())
