"""Land borders on close maps: a town stands in its country, and each border stands once."""

import numpy as np
import pytest
import shapely

from helpers.geography import find_borders, frame_view

# Town halls, stations and squares near to a border: country, latitude, longitude.
TOWNS = {
    "El Paso": ("USA", 31.7587, -106.4869),
    "Ciudad Juárez": ("MEX", 31.7381, -106.4870),
    "Narva": ("EST", 59.3772, 28.1903),
    "Ivangorod": ("RUS", 59.3745, 28.2136),
    "Kehl": ("DEU", 48.5729, 7.8152),
    "Strasbourg": ("FRA", 48.5735, 7.7523),
    "Basel": ("CHE", 47.5584, 7.5733),
    "Weil am Rhein": ("DEU", 47.5947, 7.6107),
    "Saint-Louis": ("FRA", 47.5900, 7.5650),
    "Geneva": ("CHE", 46.2022, 6.1457),
    "Annemasse": ("FRA", 46.1934, 6.2342),
    "Baarle-Hertog": ("BEL", 51.4417, 4.9316),
    "Brazzaville": ("COG", -4.2661, 15.2832),
    "Kinshasa": ("COD", -4.3217, 15.3125),
    "Johor Bahru": ("MYS", 1.4655, 103.7578),
    "Woodlands": ("SGP", 1.4369, 103.7864),
    "Lubumbashi": ("COD", -11.6609, 27.4794),
    "Vatican City": ("VAT", 41.9022, 12.4539),
    "Rome": ("ITA", 41.8933, 12.4829),
    "Nova Gorica": ("SVN", 45.9553, 13.6493),
    "Nogales, Arizona": ("USA", 31.3404, -110.9343),
    "Nogales, Sonora": ("MEX", 31.3186, -110.9458),
    "Posadas": ("ARG", -27.3671, -55.8961),
    "Encarnación": ("PRY", -27.3306, -55.8667),
    "Rivera": ("URY", -30.9053, -55.5508),
    "Santana do Livramento": ("BRA", -30.8908, -55.5328),
    "Gisenyi": ("RWA", -1.7028, 29.2564),
    "Tornio": ("FIN", 65.8481, 24.1466),
    "Macau": ("MAC", 22.1900, 113.5360),
}


def show(latitude: float, longitude: float, width_km: float):
    """The view of so many kilometres around a point, 720 pixels wide."""
    up = width_km / 2.24 / 111.2
    across = up / np.cos(np.radians(latitude))
    corners = np.array([[longitude - across, latitude - up], [longitude + across, latitude + up]])
    return frame_view(*corners.T, 720, (720, 720))


@pytest.mark.parametrize(
    ("town", "width_km"),
    [*((town, 6) for town in TOWNS), *((town, 60) for town in ("Basel", "Nogales, Sonora"))],
)
def test_a_town_at_a_border_is_drawn_in_its_country(town, width_km):
    country, latitude, longitude = TOWNS[town]
    view = show(latitude, longitude, width_km)
    drawn = view.read("countries")
    areas = drawn["geometry"].array
    here = shapely.intersects_xy(areas, *view.place(longitude, latitude))
    assert drawn.loc[here, "country"].tolist() == [country]
    # Areas are whole, and neighbours have one border.
    assert shapely.is_valid(areas).all()
    assert not shapely.is_empty(areas).any()
    assert shapely.coverage_is_valid(areas)


@pytest.mark.parametrize(
    ("spot", "code"), [((-12.2, 28.0), "ZMB"), ((47.56, 7.6), "DEU"), ((45.95, 13.63), "ITA")]
)
def test_regions_end_where_their_country_does(spot, code):
    view = show(*spot, 40)
    countries = view.read("countries")
    [land] = countries.loc[countries["country"] == code, "geometry"]
    regions = view.read_regions(countries, [code])["geometry"].array
    assert shapely.coverage_is_valid(regions, gap_width=0).all()
    off = shapely.symmetric_difference(land, shapely.union_all(regions))
    assert off.area < 0.005 * land.area  # but for land far from its regions


@pytest.mark.parametrize(
    ("spot", "width_km"),
    [((2.06545, 14.81093), 60), ((12.3736, -12.54777), 300), ((68.314, 22.9974), 20)],
)
def test_what_is_narrower_than_a_drawing_can_say_is_passed_over(spot, width_km):
    view = show(*spot, width_km)
    countries = view.read("countries")
    regions = view.read_regions(countries, [*countries["country"]])["geometry"].array
    assert len(regions) > 1
    assert shapely.is_valid(regions).all() and set(regions.geom_type) <= {"Polygon", "MultiPolygon"}


def test_a_line_in_dispute_lies_on_the_border_that_is_drawn():
    """The line of 1949 west of Jerusalem; the dashes of the older one would be a second line."""
    view = show(31.75, 35.2, 20)
    countries = view.read("countries")
    [line] = view.draw_disputed(countries)
    segments, sides = find_borders(countries["geometry"].to_numpy())
    border = shapely.multilinestrings(segments[(sides >= 0).all(axis=1)])
    beside = shapely.difference(line, shapely.buffer(border, 1.5))
    assert beside.length < 0.01 * line.length
    assert shapely.difference(border, shapely.buffer(line, 1.5)).length < 0.01 * line.length


def test_a_map_from_afar_has_the_borders_as_they_are():
    assert not len(show(31.76, -106.49, 500).strips.areas)
    assert len(show(31.76, -106.49, 100).strips.areas)
