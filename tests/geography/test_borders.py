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
    "Baarle-Hertog": ("BEL", 51.4433, 4.9318),
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


@pytest.mark.parametrize("width_km", [6, 30, 200])
@pytest.mark.parametrize("town", TOWNS)
def test_a_town_at_a_border_is_drawn_in_its_country(town, width_km):
    country, latitude, longitude = TOWNS[town]
    view = show(latitude, longitude, width_km)
    drawn = view.read("countries")
    here = shapely.intersects_xy(drawn["geometry"], *view.place(longitude, latitude))
    # On the wider map a pixel is 0.3 km, and an area may lose a corner of one.
    assert drawn.loc[here, "country"].tolist() == [country]


@pytest.mark.parametrize("width_km", [6, 30, 200])
@pytest.mark.parametrize("town", TOWNS)
def test_close_maps_have_whole_areas_and_one_border(town, width_km):
    _, latitude, longitude = TOWNS[town]
    drawn = show(latitude, longitude, width_km).read("countries")["geometry"].array
    assert shapely.is_valid(drawn).all()
    assert not shapely.is_empty(drawn).any()
    assert shapely.coverage_is_valid(drawn)
