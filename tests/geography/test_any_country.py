"""A map can be drawn of any places on Earth: 60 stories, the same in each run."""

import random

import numpy as np
import pytest
import shapely
from matplotlib.lines import Line2D

from helpers.dossier import load_dossier
from helpers.figures import locator_map
from helpers.figures._style import house_style, new_drawing
from helpers.geography import (
    frame_view,
    generalise,
    list_countries,
    read_cities,
    read_country,
)

WIDTH_PX = 360
SHIP = ("", 33.8, -20.6)
VATICAN = ("VAT", 41.9022, 12.4539)
NORTH_POLE, SOUTH_POLE = ("", 90, 0), ("ATA", -90, 0)
TAVEUNI = ("FJI", -16.85, 179.99)
FAR_APART = """
GBR-SGP DEU-SGP GBR-MCO USA-GUM USA-CHN ITA-JPN RUS-DOM FRA-TWN FRA-MAC CHN-MEX FRA-MNP
"""


def find_capitals() -> dict[str, tuple[str, float, float]]:
    """Country, latitude and longitude of each capital, by the country's code."""
    cities = read_cities(list_countries())
    capitals = cities[cities["capital"]]
    rows = capitals[["country", "latitude", "longitude"]].itertuples(index=False, name=None)
    return {row[0]: row for row in rows}


def find_land(code: str) -> tuple[str, float, float]:
    """Country, latitude and longitude of a point on the land of a country."""
    point = read_country(code)["geometry"].representative_point()
    return code, point.y, point.x


def list_stories() -> dict[str, list[tuple[str, float, float]]]:
    """Places by the name of their story: country, latitude, longitude."""
    capitals = find_capitals()
    stories = {
        "a ship, then a port": [SHIP, capitals["PRT"]],
        "Vatican, then Rome": [VATICAN, capitals["ITA"]],
        "the North Pole": [NORTH_POLE],
        "the South Pole": [SOUTH_POLE],
        "both poles": [NORTH_POLE, SOUTH_POLE],
        "180° E": [TAVEUNI, ("", -16.5, 180)],
        "180° W": [("", 0, -180)],
        "both sides of 180°": [("", 64, 180), ("", 66, -180), capitals["FJI"]],
        "around the pole": [("", 89.5, longitude) for longitude in (-180, -60, 60)],
    }
    for pair in FAR_APART.split():
        stories[pair] = [capitals[code] for code in pair.split("-")]
    chance = random.Random(12)
    for _ in range(20):
        pair = chance.sample(sorted(capitals), 2)
        stories["-".join(pair)] = [capitals[code] for code in pair]
    for _ in range(20):
        five = chance.sample(sorted(list_countries()), 5)
        stories["-".join(five)] = [find_land(code) for code in five]
    return stories


STORIES = list_stories()


@pytest.fixture
def tell(tmp_path, write_tables):
    """Load a dossier of places, each with a role of its own and named by one fact."""

    def tell(story):
        said = {"source_id": "record", "topic": "event", "statement": "It took place"}
        said |= {"stated": "2031-05-04", "asserted_by": "the ministry"}
        found = {"kind": "site", "precision_km": 1, "coordinate_source": "made up"}
        facts, places = [], []
        for n, (country, latitude, longitude) in enumerate(story):
            at = {"country": country, "latitude": latitude, "longitude": longitude}
            names = {"place_id": f"p{n}", "name": f"Site {n}", "role": f"role {n}"}
            places.append(found | at | names)
            facts.append(said | {"fact_id": f"f{n}", "place_id": f"p{n}"})
        return load_dossier(write_tables(tmp_path / "story", facts=facts, places=places))

    return tell


def test_there_are_sixty_stories():
    assert len(STORIES) == 60


@pytest.mark.parametrize("story", STORIES)
def test_each_place_of_a_story_has_a_mark_on_the_map(tell, story):
    places = STORIES[story]
    with house_style():
        ax = new_drawing(WIDTH_PX, WIDTH_PX).add_axes((0, 0, 1, 1))
    figure = locator_map(tell(places), ax=ax)
    assert len(figure.rows) == len(places)
    marked = [line.get_xydata()[0] for line in ax.lines if line.get_label().startswith("mark")]
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for x, y in marked:
        assert left <= x <= right
        assert bottom <= y <= top
    assert len(marked) == 2 * len(places)  # each role stands in the key too


@pytest.mark.parametrize("form", ["desktop", "phone"])
def test_a_shell_that_stands_in_another_ends_no_map(tell, form):
    """Beijing and Washington: land in fewer corners was no longer valid, at this scale alone."""
    figure = locator_map(tell(STORIES["USA-CHN"][::-1]))
    lines = figure.draw(form).findobj(Line2D)
    assert sum(line.get_label().startswith("mark") for line in lines) == 4  # two in the key


@pytest.mark.parametrize("story", [name for name in STORIES if "-" in name])
def test_each_country_of_a_story_keeps_its_largest_part(story):
    """However small it is drawn, and areas stay valid."""
    places = [place for place in STORIES[story] if place[0] in list_countries()]
    codes = [code for code, _, _ in places]
    _, latitudes, longitudes = (np.array(column) for column in zip(*places, strict=True))
    view = frame_view(longitudes, latitudes, WIDTH_PX, (WIDTH_PX / 2, WIDTH_PX))
    drawn = view.read("countries", codes, keep=codes)
    assert set(drawn["country"]) == set(codes)
    whole = drawn["geometry"].to_numpy()
    for areas in (whole, generalise(whole, 20)):
        assert shapely.is_valid(areas).all()
        assert (shapely.area(areas) > 0).all()
