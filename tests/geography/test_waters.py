"""Seas are areas: which one a point is in."""

import numpy as np
import pandas as pd
import pytest

from helpers.geography import name_sea, read_lakes, read_seas
from helpers.geography._boundaries import find_countries

SEAS = """
11.6 42.8 Gulf of Aden
43.3 34 Black Sea | 46 36.6 Sea of Azov | 45.3 50.2 Caspian Sea | 38 52 Caspian Sea
21 -157.5 North Pacific Ocean | 20 -160 North Pacific Ocean | -30 -150 South Pacific Ocean
-18 178.9 South Pacific Ocean | 30 -45 North Atlantic Ocean | -20 -20 South Atlantic Ocean
-22 78 Indian Ocean | -36 22 Indian Ocean | -36 15 South Atlantic Ocean | 84 0 Arctic Ocean
-65 30 Southern Ocean | 34.5 19 Mediterranean Sea | 43 15.2 Adriatic Sea | 38.5 25.2 Aegean Sea
40 12 Tyrrhenian Sea | 38 18.5 Ionian Sea | 40.8 28.2 Sea of Marmara | 20.5 38 Red Sea
12.3 47.5 Gulf of Aden | 15 64 Arabian Sea | 26.9 51.5 Persian Gulf | 25 58.5 Gulf of Oman
14 88 Bay of Bengal | 10.5 96 Andaman Sea | 13 114 South China Sea | 9.5 101.3 Gulf of Thailand
29.5 125 East China Sea | 35.5 123 Yellow Sea | 40 134.5 Sea of Japan | 54 149 Sea of Okhotsk
58 -178 Bering Sea | 58 175 Bering Sea | 18 130 Philippine Sea | -5 111 Java Sea
-5.5 127 Banda Sea | 3.5 122 Celebes Sea | 8.5 120 Sulu Sea | -11 127 Timor Sea
-9.5 135 Arafura Sea | -17 152 Coral Sea | -38 162 Tasman Sea | -34 130 Great Australian Bight
-18 41 Mozambique Channel | 2 3.5 Gulf of Guinea | 45.3 -4.5 Bay of Biscay | 56 3 North Sea
50 -2 English Channel | 53.7 -5 Irish Sea | 58 9.5 Skagerrak | 56.8 11.6 Kattegat
67 4 Norwegian Sea | 77 -5 Greenland Sea | 74 38 Barents Sea | 65.4 37.6 White Sea
76 72 Kara Sea | 76 126 Laptev Sea | 73 162 East Siberian Sea | 69.5 -172 Chukchi Sea
72.5 -140 Beaufort Sea | 57.5 19.5 Baltic Sea | 62.5 19.8 Gulf of Bothnia
59.9 26.5 Gulf of Finland | 58 -54 Labrador Sea | 59.5 -86 Hudson Bay | 74 -67 Baffin Bay
57 -146 Gulf of Alaska | 25 -91 Gulf of Mexico | 15 -75 Caribbean Sea | 27 -111.3 Gulf of California
-57 -48 Scotia Sea | -58.5 -64 Drake Passage | -72 -45 Weddell Sea | -75 -175 Ross Sea
-33.5 -72.5 South Pacific Ocean | -35 -55 South Atlantic Ocean | 8 -80 North Pacific Ocean
17.2 -63 Caribbean Sea | 18.1 -64.9 Caribbean Sea | 18.9 -62.5 North Atlantic Ocean
3.9 9.3 Gulf of Guinea | 67.5 -20 Greenland Sea | 74 14 Norwegian Sea | 76.5 19 Barents Sea
24.9 122.4 East China Sea
10 -80 Caribbean Sea | 14 -92.5 North Pacific Ocean | 40 -72 North Atlantic Ocean
""".replace("\n", "|").split("|")
SPOTS = [spot.strip().split(maxsplit=2) for spot in SEAS if spot.strip()]


@pytest.mark.parametrize(("latitude", "longitude", "name"), SPOTS)
def test_a_point_at_sea_is_in_its_sea(latitude, longitude, name):
    assert name_sea(float(latitude), float(longitude)) == name


def test_no_sea_is_of_the_other_hemisphere():
    """682 points at sea, all around the Earth."""
    chance = np.random.default_rng(12)
    latitudes = np.degrees(np.arcsin(chance.uniform(-1, 1, 1000)))
    points = zip(latitudes, chance.uniform(-180, 180, 1000), strict=True)
    at_sea = [point for point in points if not find_countries(*point)][:682]
    assert len(at_sea) == 682
    named = [(latitude, name_sea(latitude, longitude)) for latitude, longitude in at_sea]
    assert not [name for latitude, name in named if latitude < 0 and name.startswith("North")]
    assert not [name for latitude, name in named if latitude > 0 and name.startswith("South P")]
    assert not [name for latitude, name in named if latitude > 0 and name.startswith("South A")]
    assert sum(name != "" for _, name in named) > 0.97 * len(named)


def test_a_point_on_land_is_in_no_sea():
    assert name_sea(48.85, 2.35) == ""


def test_outlines_are_sound():
    seas = read_seas()
    assert all(sea.geometry.is_valid for sea in seas)
    assert len({sea.name for sea in seas}) == len(seas)


def test_a_lake_is_named_in_full():
    lakes = pd.DataFrame(read_lakes()).set_index("name")
    superior = ["Oberer See", "Lac Supérieur", "Lago Superior", "Озеро Верхнее"]
    columns = ["name_de", "name_fr", "name_es", "name_ru"]
    assert lakes.loc["Lake Superior", columns].tolist() == superior
