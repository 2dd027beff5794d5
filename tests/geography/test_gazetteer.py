"""Places found by their names."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from helpers.geography import find_boundaries, find_places, list_former_names, read_cities

SEVERAL_GEORGIAS = [("country", "GEO"), ("region", "USA")]


@pytest.mark.parametrize(
    ("name", "first", "kind", "country"),
    [
        ("Zhanaozen", "Zhanaozen", "city", "KAZ"),
        ("aktau", "Aktau", "city", "KAZ"),
        ("Алматы", "Almaty", "city", "KAZ"),
        ("Köln", "Cologne", "city", "DEU"),
        ("koln", "Cologne", "city", "DEU"),
        ("Cox's Bazar", "Cox’s Bāzār", "city", "BGD"),
        ("Bavaria", "Bavaria", "region", "DEU"),
        ("Bayern", "Bavaria", "region", "DEU"),
        ("Lower Saxony", "Lower Saxony", "region", "DEU"),
        ("Donetsk Oblast", "Donetsk Oblast", "region", "UKR"),
        ("Tibet", "Tibet", "region", "CHN"),
        ("Kazakhs", "Kazakhstan", "country", "KAZ"),
        ("UK", "United Kingdom", "country", "GBR"),
        ("Ivory Coast", "Côte d'Ivoire", "country", "CIV"),
    ],
)
def test_a_place_is_found_by_any_of_its_names(name, first, kind, country):
    place = find_places(name)[0]
    assert (place.name, place.kind, place.country) == (first, kind, country)


@pytest.mark.parametrize(("country", "name"), [("ARE", "Abu Dhabi"), ("IND", "New Delhi")])
def test_a_capital_stands_first_and_has_the_name_in_use(country, name):
    first = read_cities([country]).iloc[0]
    assert (first["name"], bool(first["capital"])) == (name, True)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2019, 3, 22), "Astana"),
        (date(2019, 3, 23), "Nur-Sultan"),
        (date(2022, 9, 18), "Nur-Sultan"),
        (date(2022, 9, 19), "Astana"),
    ],
)
def test_a_town_has_the_name_of_its_day(day, name):
    names = list_former_names(day).get("KAZ Astana", {"name": "Astana"})
    assert names["name"] == name


def test_a_town_that_was_renamed_is_found_by_both_names():
    for name in ("Astana", "Nur-Sultan"):
        place = find_places(name, "KAZ")[0]
        assert (place.name, place.geonames_id) == ("Astana", 1526273)


def test_no_quarter_has_the_people_of_its_city():
    assert read_cities(["IRQ"])["name"].iloc[:4].tolist() == ["Baghdad", "Mosul", "Erbil", "Basra"]


def test_a_town_says_where_it_is_and_how_large():
    place = find_places("Zhanaozen", "KAZ")[0]
    assert (place.latitude, place.longitude) == pytest.approx((43.34, 52.86), abs=0.02)
    assert place.population > 50_000
    assert 1 <= place.precision_km <= 5
    assert place.geonames_id == 607610
    assert "Новый Узень" in place.other_names


def test_all_places_of_a_name_are_listed_the_larger_first():
    assert [(place.kind, place.country) for place in find_places("Georgia")][:2] == SEVERAL_GEORGIAS
    found = find_places("Springfield", "USA")
    people = [place.population for place in found if place.kind == "city"]
    assert len(people) == 3
    assert people == sorted(people, reverse=True)


def test_a_country_narrows_what_is_found():
    assert {place.country for place in find_places("Punjab")} == {"IND", "PAK"}
    assert {place.country for place in find_places("Punjab", "PAK")} == {"PAK"}


def test_each_place_is_found_by_each_of_its_names():
    table = pq.ParquetFile(find_boundaries("gazetteer.parquet")).read()
    for row in table.take(list(range(0, table.num_rows, 4001))).to_pylist():
        for name in (row["name"], *filter(None, row["others"].split("|"))):
            found = find_places(name)
            at = pytest.approx((row["latitude"], row["longitude"]), abs=0.0001)
            assert any((place.latitude, place.longitude) == at for place in found), name


def test_names_are_put_in_order_once_for_all_that_are_looked_up(monkeypatch):
    find_places("Aktau")
    monkeypatch.setattr("pyarrow.compute.sort_indices", None)
    assert find_places("Zhanaozen")[0].country == "KAZ"


@pytest.mark.parametrize("name", ["", "|", "No such place", "a" * 10_000])
def test_what_has_no_name_is_not_found(name):
    assert find_places(name) == []


def test_the_file_is_small():
    assert find_boundaries("gazetteer.parquet").stat().st_size < 4_000_000
