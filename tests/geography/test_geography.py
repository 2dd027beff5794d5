import subprocess
import sys
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod, Transformer

from helpers.dossier import load_dossier, read_dossier
from helpers.errors import BoundaryError, DossierError
from helpers.geography import (
    Projection,
    View,
    bears_name,
    chain_segments,
    check_places,
    choose_projection,
    draw_circle,
    each_row,
    fill_precision,
    find_borders,
    find_boundaries,
    find_extent,
    find_main_parts,
    find_region,
    frame_view,
    generalise,
    list_countries,
    list_names,
    measure_km,
    name_direction,
    read_cities,
    read_country,
    read_rows,
    read_seas,
)
from helpers.geography._boundaries import find_countries, read_layer
from helpers.geography._globe import Extent, measure_outside, split_windows

ALASKA = (-149.9, 61.2)
NOWHERE = np.empty((0, 2))
# Inside each: the centre of Baikonur's lease, its edge to the north-east, Crimea, Hargeisa, Nicosia
WHOLE = {
    "KAZ": [(45.965, 63.305), (46.3, 63.6)],
    "UKR": [(45.0, 34.2)],
    "SOM": [(9.56, 44.06)],
    "CYP": [(35.2, 33.36)],
}
# Codes that Natural Earth leaves out, or gives by other letters
CODED = ["FRA", "NOR", "XKX", "PSE", "SSD", "ESH", "ALA", "GUF", "SJM", "CXR", "TKL", "ISR"]


def places(*rows) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=["latitude", "longitude"])
    return found.assign(name="a place", kind="site", country=None)


# What is wrong with places


@pytest.mark.parametrize(
    ("latitude", "longitude", "says"),
    [
        ("51.17392", "43.66105", "latitude and longitude are swapped"),
        ("-43.66105", "51.17392", "the latitude lacks its minus"),
        ("43.66105", "-51.17392", "the longitude lacks its minus"),
        ("55.75", "37.62", "it lies in Russia (RUS)"),
        ("0", "0", "km outside Kazakhstan"),
    ],
)
def test_a_place_outside_its_country_is_a_fault(
    copy_dossier, edit_cells, latitude, longitude, says
):
    folder = copy_dossier()
    edit_cells(folder, "places", "aktau", latitude=latitude, longitude=longitude)
    [fault] = check_places(load_dossier(folder))
    assert (fault.file, fault.row, fault.column) == ("places.csv", 4, "latitude")
    assert says in str(fault)


@pytest.mark.parametrize(
    ("country", "point", "faults"),
    [
        ("SRB", (42.66, 21.16), 1),  # Pristina, 14 km from the border that is drawn
        ("COD", (-1.679, 29.2228), 0),  # Goma, at the border of Rwanda
        ("RUS", (44.95, 34.1), 1),  # Simferopol
        ("ROU", (43.845, 25.96), 1),  # Ruse, over 3 km across the Danube
        ("ITA", (41.9022, 12.4539), 0),  # St Peter's Square, 0.1 km within another country
        ("ITA", (41.9024, 12.4533), 1),  # the Vatican
        ("RWA", (-1.679, 29.2228), 1),  # Goma, 0.5 km within another country
        ("FRA", (46.2586, 6.1106), 0),  # Ferney-Voltaire, which maps draw in Switzerland
        ("CHE", (46.2586, 6.1106), 1),
        ("HRV", (43.0542, 17.6483), 0),  # Metković, drawn 2 km within Bosnia and Herzegovina
        ("BIH", (43.0542, 17.6483), 1),
        ("USA", (31.7587, -106.4869), 0),  # El Paso, drawn south of the river
        ("MEX", (31.7587, -106.4869), 1),
        ("MEX", (31.7386, -106.487), 0),  # Ciudad Juárez
        ("USA", (31.7386, -106.487), 1),
        ("EST", (59.3772, 28.1903), 0),  # Narva
        ("EST", (59.3766, 28.2231), 1),  # Ivangorod, across the river
        ("COG", (-4.3033, 15.3031), 1),  # Kinshasa, across the river
        ("DEU", (47.697, 8.69), 0),  # Büsingen, an enclave that maps leave out
        ("CHE", (47.697, 8.69), 1),
        ("KAZ", (43.66, 50.9), 0),  # off the coast of Aktau
        ("ESH", (27.15, -13.2), 0),  # Laayoune
    ],
)
def test_across_a_land_border_there_is_no_tolerance(
    copy_dossier, edit_cells, country, point, faults
):
    folder = copy_dossier()
    latitude, longitude = map(str, point)
    edit_cells(folder, "places", "aktau", latitude=latitude, longitude=longitude, country=country)
    for precision_km in ("1", "300"):
        edit_cells(folder, "places", "aktau", precision_km=precision_km)
        assert len(check_places(load_dossier(folder))) == faults


def test_the_check_says_whose_the_land_is_where_the_drawn_border_is_off(copy_dossier, edit_cells):
    folder = copy_dossier()
    cells = {"latitude": "46.2586", "longitude": "6.1106", "country": "CHE"}
    edit_cells(folder, "places", "aktau", **cells)
    [fault] = check_places(load_dossier(folder))
    assert "it lies in France (FRA)" in str(fault)


def test_a_country_that_there_is_none_of_is_a_fault(copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "places", "aktau", country="KAX")
    [fault] = check_places(load_dossier(folder))
    assert (fault.row, fault.column, fault.value) == (4, "country", "KAX")


@pytest.mark.parametrize(
    ("code", "hint"), [("GER", "did you mean DEU (Germany)?"), ("UNI", ""), ("ZZZ", "")]
)
def test_a_code_that_begins_a_countrys_name_has_a_hint(copy_dossier, edit_cells, code, hint):
    folder = copy_dossier()
    edit_cells(folder, "places", "aktau", country=code)
    [fault] = check_places(load_dossier(folder))
    assert fault.suggestion == hint


def test_a_place_of_which_a_cell_is_at_fault_is_passed_over(copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "places", "aktau", latitude="north")
    edit_cells(folder, "places", "almaty", precision_km="", latitude="0")
    edit_cells(folder, "places", "zhanaozen", latitude="", country="ZZZ")
    story, _ = read_dossier(folder)
    assert [(fault.row, fault.value) for fault in check_places(story)] == [(3, "ZZZ")]


def test_the_row_of_a_place_counts_blank_rows(copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "places", "aktau", country="ZZZ")
    header, *rows = (folder / "places.csv").read_text().splitlines()
    (folder / "places.csv").write_text("\n".join([header, "", "", *rows]))
    [fault] = check_places(load_dossier(folder))
    assert fault.row == 6


@pytest.mark.parametrize(
    "cells",
    [
        {"latitude": "43.6", "longitude": "50.9"},  # 20 km off the coast
        {"latitude": "43", "longitude": "49", "precision_km": "250"},  # known no better
        {"latitude": "0", "longitude": "0", "country": ""},  # at sea
        {"latitude": "41.9022", "longitude": "12.4539", "country": "VAT"},
        {"latitude": "78.22", "longitude": "15.65", "country": "NOR"},  # Svalbard is Norway's
    ],
)
def test_a_place_near_enough_is_no_fault(copy_dossier, edit_cells, cells):
    folder = copy_dossier()
    edit_cells(folder, "places", "aktau", **cells)
    assert check_places(load_dossier(folder)) == []


def test_the_shipped_dossier_has_its_places_where_they_are():
    assert check_places(load_dossier("kazakhstan-2022")) == []


# Boundaries


def test_boundaries_that_are_missing_say_how_to_make_them():
    with pytest.raises(BoundaryError, match=r"boundaries/canals\.parquet.*build\.py"):
        find_boundaries("canals.parquet")


def test_a_country_that_is_missing_is_named():
    with pytest.raises(BoundaryError, match="'KAX'"):
        read_country("KAX")


@pytest.mark.parametrize("code", WHOLE)
def test_a_country_is_whole(code):
    area = read_country(code)["geometry"]
    regions = shapely.union_all(read_rows("regions", countries=[code])[1])
    for latitude, longitude in WHOLE[code]:
        assert area.contains(shapely.Point(longitude, latitude))
        assert regions.buffer(0.01).contains(shapely.Point(longitude, latitude))
    holes = [ring for part in area.geoms for ring in part.interiors]
    assert not holes


def test_no_capital_lies_at_sea():
    """Or by less than a pixel of a map of its country, or 0.1 km: some are pinned to harbours."""
    cities = read_cities(list_countries())
    for capital in cities[cities["capital"]].itertuples():
        spot = capital.latitude, capital.longitude
        if find_countries(*spot):
            continue
        area = read_country(capital.country)["geometry"]
        corners = find_main_parts(area, np.array([spot[::-1]]))
        view = frame_view(*corners.T, 720, (400, 750))
        most_m = max(view.metres_per_px, 100)
        assert measure_outside(area, *spot) * 1000 < most_m, capital.name


def test_finer_countries_are_those_of_a_file_of_their_own():
    finer, areas = read_rows("coasts")
    codes = finer["country"].to_pylist()
    drawn, same = read_rows("countries", countries=codes)
    by_code = dict(zip(drawn["country"].to_pylist(), same, strict=True))
    more = set(read_rows("islands")[0]["country"].to_pylist())
    taken = [by_code[c].equals(area) for c, area in zip(codes, areas, strict=True) if c not in more]
    assert all(taken)
    assert len(taken) > 80
    assert shapely.is_valid(areas).all()
    assert {"GIB", "MCO", "NRU", "VAT"} < set(codes)


@pytest.mark.parametrize(
    "spot", [(-17.8, 178.0), (-16.6, 179.2), (-16.85, -179.95), (-19.03, 178.2)]
)
def test_each_large_island_of_fiji_is_land(spot):
    assert find_countries(*spot)


def test_no_large_island_is_lost_among_finer_coasts():
    """Of less than 600 square kilometres many are atolls, whose lagoons are land in one source."""
    finer, areas = read_rows("coasts")
    known = geopandas.read_parquet(find_boundaries("countries.parquet"))
    coarse = dict(zip(known["country"], known.geometry, strict=True))
    for code, area in zip(finer["country"].to_pylist(), areas, strict=True):
        for island in shapely.get_parts(coarse[code]) if code in coarse else []:
            if island.area > 0.05:
                assert area.intersection(island).area > island.area / 2, (code, island.centroid)


@pytest.mark.parametrize(
    "spot",
    [
        (40.551, 14.235),  # Capri
        (10.8125, 73.68),  # Andrott
        (26.157, 119.93),  # Nangan, of the Matsu Islands
        (34.21, 132.43),  # Etajima
        (15.38, 109.115),  # Lý Sơn
        (54.999, 10.6),  # Tåsinge
        (-0.298, 73.424),  # Fuvahmulah
        (20.77, -156.33),  # Maui
        (-9.3752, -171.265),  # Fakaofo
    ],
)
def test_small_islands_are_land(spot):
    assert find_countries(*spot)


def test_hardly_a_town_lies_off_its_countrys_land():
    """Of 69,470 towns, by the harbour's water and more; La Aguada's coordinates are wrong."""
    towns = read_cities(list_countries())
    rows, areas = read_rows("countries")
    near = dict(zip(rows["country"].to_pylist(), areas, strict=True))
    far = []
    for code, group in towns.groupby("country"):
        spots = shapely.points(group["longitude"], group["latitude"])
        shapely.prepare(near[code])
        far += group["name"][~shapely.dwithin(near[code], spots, 0.06)].tolist()
    assert {"La Aguada", "Sarupathar", "Dhekelia"} <= set(far)
    assert len(far) < 12, far


@pytest.mark.parametrize("code", ["AND", "BRB", "COM", "GRD", "LIE", "MLT", "NRU"])
def test_the_regions_of_a_small_country_reach_to_its_coast(code):
    land = read_country(code)["geometry"]
    regions = read_rows("regions", countries=[code])[1]
    whole = shapely.union_all(regions)
    assert whole.symmetric_difference(land).area < 0.002 * land.area
    assert shapely.area(regions).sum() == pytest.approx(land.area, rel=0.002)


@pytest.mark.parametrize(
    ("code", "least"),
    [("ABW", 100), ("BLM", 100), ("BMU", 300), ("CYP", 1000), ("MAC", 100), ("SGP", 300)],
)
def test_a_small_country_has_a_coast_and_not_a_few_corners(code, least):
    assert shapely.get_num_coordinates(read_country(code)["geometry"]) > least


@pytest.mark.parametrize(("small", "large"), [("VAT", "ITA"), ("MCO", "FRA"), ("LIE", "CHE")])
def test_a_finer_country_has_one_border_with_its_neighbour(small, large):
    inner, outer = (read_country(code)["geometry"] for code in (small, large))
    assert inner.intersection(outer).area == 0
    assert inner.boundary.intersection(outer.boundary).length > 0.2 * inner.boundary.length


def test_every_country_has_one_row_three_letters_and_a_name():
    countries = read_layer(find_boundaries("countries.parquet"))[0].to_pandas()
    assert countries["country"].is_unique
    assert countries["country"].str.fullmatch("[A-Z]{3}").all()
    assert set(CODED) < set(countries["country"])
    assert (countries[["name", "name_kk", "name_ru"]] != "").all(axis=None)
    assert not countries["name"].str.contains(r"\.").any()
    assert set(read_rows("regions")[0]["country"].to_pylist()) <= set(list_countries())


def test_regions_have_the_names_of_january_2022():
    for column in ("name_kk", "name_ru"):
        regions = read_rows("regions", countries=["KAZ"])[0].to_pandas()
        assert len(regions) == 16  # 14 regions and two cities: Shymkent is not told apart
        assert {"Turkistan Region", "Astana"} < set(regions["name"])
        assert not regions["name"].str.contains("South Kazakhstan|Sultan").any()
        names = list_names("regions", column)
        assert all(names["KAZ", name] for name in regions["name"])


def test_lakes_leave_out_the_caspian_and_the_aral():
    lakes = shapely.union_all(read_rows("lakes")[1])
    for longitude, latitude in ((50.5, 41.8), (60.0, 45.1)):
        assert not lakes.contains(shapely.Point(longitude, latitude))
    assert lakes.contains(shapely.Point(108, 53.5))  # Baikal


def test_a_window_chooses_rows():
    malta, areas = read_rows("countries", np.array([[14.3, 35.8, 14.4, 35.9]]))
    assert "MLT" in malta["country"].to_pylist()  # and those whose islands lie all around it
    assert len(malta) == len(areas) < 10


# Which region a place is in


def find_regions(places):
    """The name of each place's region, or ''."""
    return [find_region(place)[0].get("name", "") for place in each_row(places)]


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (43.34116, 52.86192, "Mangystau Region"),
        (43.66105, 51.17392, "Mangystau Region"),
        (45.965, 63.305, "Kyzylorda Region"),  # the lease is of the region it was cut from
        (43.66, 51.05, "Mangystau Region"),  # a little off the coast
        (-16.8, 179.99, "Northern"),  # the last of Fiji before the antimeridian
    ],
)
def test_a_place_is_in_its_region(latitude, longitude, name):
    assert find_regions(places((latitude, longitude))) == [name]


def test_a_region_is_of_the_place_s_own_country():
    """Goma lies at the border of Rwanda, whose regions are nearer than any of its own."""
    goma = places((-1.679, 29.2228)).assign(name="Goma", country="COD")
    assert find_regions(goma) == [""]
    assert find_regions(goma.assign(country="RWA")) == ["Western"]


@pytest.mark.parametrize(
    ("name", "country", "latitude", "longitude", "is_named"),
    [
        ("Bavaria", "DEU", 48.9, 12, True),
        ("Bayern", "DEU", 48.9, 12, True),
        ("Donetsk Oblast", "UKR", 48, 37.8, True),
        ("Punjab", "PAK", 31.5, 74.3, True),
        ("Punjab", "IND", 28.6, 77.2, False),  # it lies in Delhi
        ("Saxony", "DEU", 48.9, 12, False),
    ],
)
def test_a_region_is_found_by_where_it_lies_and_its_name(
    name, country, latitude, longitude, is_named
):
    [place] = each_row(
        places((latitude, longitude)).assign(name=name, country=country, kind="region")
    )
    assert bears_name(place, find_region(place)[0]) == is_named


@pytest.mark.parametrize("country", ["KEN", "NPL", "MAR", "COD", "TWN"])
def test_where_the_regions_are_older_than_today_s_none_is_named(country):
    assert not len(read_rows("regions", countries=[country])[1])


def test_a_place_at_sea_is_in_no_region():
    at_sea, on_land = find_regions(places((56.5, -30), (43.3, 52.9)))
    assert at_sea == "" != on_land


# Distances and directions


def test_distances_are_those_of_the_ellipsoid():
    assert measure_km(43.34116, 52.86192, 45.965, 63.305) == pytest.approx(877.4, abs=0.1)
    assert measure_km(0, 179.5, 0, -179.5) == pytest.approx(111.3, abs=0.1)


@pytest.mark.parametrize(
    ("end", "direction"),
    [((10, 0), "north"), ((0, 10), "east"), ((-10, -10), "south-west"), ((0, 178), "east")],
)
def test_name_direction(end, direction):
    assert name_direction(0, 0, *end) == direction


def test_a_circle_is_one_on_the_ground():
    corners = shapely.get_coordinates(draw_circle(78, 179.9, 200))
    away = measure_km(*np.broadcast_arrays(78, 179.9, corners[:, 1], corners[:, 0]))
    assert away == pytest.approx(200)
    assert np.ptp(corners[:, 0]) < 30  # not around the globe


# Extents and projections


@pytest.mark.parametrize(
    ("longitudes", "west", "east"),
    [([50, 87, 60], 50, 87), ([170, -170], 170, 190), ([-10, 10], -10, 10), ([5], 5, 5)],
)
def test_an_extent_goes_the_shorter_way(longitudes, west, east):
    extent = find_extent(np.array(longitudes), np.zeros(len(longitudes)))
    assert (extent.west, extent.east) == (west, east)


@pytest.mark.parametrize(
    ("window", "parts"),
    [
        ((170, -20, 190, -10), [[170, -20, 180, -10], [-180, -20, -170, -10]]),
        ((-190, 0, -170, 5), [[170, 0, 180, 5], [-180, 0, -170, 5]]),
        ((46, 40, 88, 56), [[46, 40, 88, 56]]),
        ((-300, -95, 300, 95), [[-180, -90, 180, 90]]),
    ],
)
def test_split_windows(window, parts):
    assert split_windows(*window).tolist() == parts


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("KAZ", "Albers"),
        ("AUS", "Albers"),
        ("RUS", "Albers"),
        ("MLT", "Albers"),
        ("FJI", "Albers"),
        ("CHL", "Lambert"),
        ("IDN", "Lambert"),
        ("COD", "Lambert"),
        ("GRL", "Lambert"),
        ("ATA", "Lambert"),
    ],
)
def test_a_country_gets_an_equal_area_projection_that_suits_it(code, name):
    corners = find_main_parts(read_country(code)["geometry"], np.empty((0, 2)))
    projection = choose_projection(find_extent(*corners.T))
    assert projection.name.startswith(name)
    middle = find_extent(*corners.T).middle
    square = draw_circle(middle[1], middle[0], 50)
    drawn = shapely.transform(square, projection.project, interleaved=False)
    truth, _ = Geod(ellps="WGS84").geometry_area_perimeter(square)
    assert drawn.area == pytest.approx(abs(truth), rel=0.002)


def test_the_named_parallels_are_those_in_use():
    projection = choose_projection(Extent(46.5, 40.6, 87.3, 55.4))
    assert "43.1° N and 52.9° N, centred on 66.9° E" in projection.name
    assert "+lat_1=43.1 +lat_2=52.9 +lon_0=66.9" in projection.definition


def test_most_of_the_world_gets_one_projection():
    assert choose_projection(Extent(-170, -50, 170, 70)).name.startswith("Equal Earth")


# Views


def test_a_map_shows_the_main_parts_and_those_of_the_story():
    area = read_country("USA")["geometry"]
    without = find_extent(*find_main_parts(area, np.empty((0, 2))).T)
    with_alaska = find_extent(*find_main_parts(area, np.array([ALASKA])).T)
    assert without.west > -126
    assert with_alaska.west == pytest.approx(172.5, abs=0.1)  # the westernmost Aleutian island


@pytest.mark.parametrize("code", ["BVT", "NRU", "NFK", "MLT", "FSM"])
def test_a_map_shows_all_of_a_small_country(code):
    """However small its islands are, and where none of those far apart is most of it."""
    area = read_country(code)["geometry"]
    shown = find_extent(*find_main_parts(area, np.empty((0, 2))).T)
    bounds = shown.west, shown.south, shown.east, shown.north
    assert bounds == pytest.approx(area.bounds, abs=0.02 * (area.bounds[3] - area.bounds[1]))


@pytest.mark.parametrize("code", ["FJI", "RUS", "ATA", "NZL", "USA"])
def test_a_border_is_not_cut_at_the_antimeridian(code):
    area = read_country(code)["geometry"]
    view = frame_view(*find_main_parts(area, np.array([ALASKA])).T, 720, (400, 760))
    drawn = view.draw(np.array([area]))[0]
    assert drawn.is_valid
    seam = view.place(np.full(50, 180.0), np.linspace(-89.5, 89.5, 50))
    for x, y in zip(*seam, strict=True):
        around = shapely.Point(x, y).buffer(2)
        inland = drawn.contains(shapely.Point(x, y).buffer(6).exterior)
        assert not inland or drawn.contains(around)


def test_neighbours_keep_one_border():
    area = read_country("KAZ")["geometry"]
    view = frame_view(*find_main_parts(area, np.empty((0, 2))).T, 720, (400, 760))
    drawn = view.read("countries")["geometry"]
    overlaps = shapely.area(drawn).sum() - shapely.union_all(drawn).area
    assert overlaps == pytest.approx(0, abs=1)


@pytest.mark.parametrize("layer", ["countries", "regions"])
def test_the_coarse_layers_have_the_same_rows_in_less_than_half_the_corners(layer):
    rows, areas = read_rows(layer)
    coarse_rows, coarse = read_rows(layer, coarse=True)
    assert coarse_rows.equals(rows)
    corners = shapely.get_num_coordinates
    assert corners(coarse).sum() < 0.5 * corners(areas).sum()
    assert (shapely.area(coarse) > 0).all()
    assert (shapely.distance(shapely.centroid(coarse), shapely.envelope(areas)) == 0).all()


def test_a_map_of_a_large_country_is_the_same_from_the_coarse_layer():
    """By less than half a pixel along its borders."""
    corners = find_main_parts(read_country("CAN")["geometry"], NOWHERE)
    view = frame_view(*corners.T, 720, (400, 760))
    [drawn] = view.read("countries", ["CAN"])["geometry"]
    _, areas = read_rows("countries", countries=["CAN"])
    [whole] = generalise(view.draw(areas), 1.0)
    assert view.metres_per_px > 5000
    assert drawn.symmetric_difference(whole).area < 0.5 * whole.length


def test_a_border_along_a_parallel_is_a_curve():
    """The 49th, of Canada and the United States: a straight line would lie 60 km off."""
    corners = find_main_parts(read_country("USA")["geometry"], NOWHERE)
    view = frame_view(*corners.T, 720, (400, 760))
    drawn = view.read("countries", ["CAN", "USA"]).set_index("country")["geometry"]
    for longitude in (-120, -115, -110, -105, -100):
        for latitude, code in ((48.8, "USA"), (49.2, "CAN")):
            assert shapely.contains_xy(drawn[code], *view.place(longitude, latitude))


@pytest.mark.parametrize("code", ["BRA", "ATA", "RUS", "FJI", "GBR"])
def test_a_sea_is_drawn_where_it_is(code):
    """The frame of each cuts a sea along a parallel, whose ends alone are projected."""
    view = frame_view(*find_main_parts(read_country(code)["geometry"], NOWHERE).T, 720, (400, 760))
    across, up = np.meshgrid(np.arange(20, 720, 40), np.arange(20, view.height_px, 40))
    longitudes, latitudes = view.locate(across, up)
    inside = np.isfinite(longitudes)
    outlines = np.array([sea.geometry for sea in read_seas()])
    for outline, drawn in zip(outlines, view.draw(outlines), strict=True):
        edge = shapely.buffer(shapely.boundary(outline), 1.5)
        sure = inside & ~shapely.contains_xy(edge, longitudes, latitudes)
        expected = shapely.contains_xy(outline, longitudes[sure], latitudes[sure])
        assert (shapely.contains_xy(drawn, across[sure], up[sure]) == expected).all()


def test_land_seen_from_afar_is_not_the_whole_frame():
    """Ireland's inset: the Atlantic is in it."""
    around = "+proj=laea +lat_0=53.4 +lon_0=-8.1 +ellps=WGS84"
    view = View(Projection("inset", around, -8.1), -4e6, -3.15e6, 8e6 / 132, 132, 104)
    x, y = view.place([-30.0, 2.5], [45.0, 47.0])
    land = shapely.union_all(view.read("world", detail_px=1.5)["geometry"])
    assert list(shapely.contains_xy(land, x, y)) == [False, True]


def test_a_view_leads_there_and_back():
    view = frame_view(np.array([170.0, 190]), np.array([-20.0, -12]), 720, (400, 760))
    longitude, latitude = view.locate(*view.place(178.0, -17.0))
    assert (longitude, latitude) == (pytest.approx(178), pytest.approx(-17))


def test_a_point_alone_gets_a_frame():
    view = frame_view(np.array([14.5]), np.array([35.9]), 720, (400, 760))
    assert view.metres_per_px * 720 == pytest.approx(4_000)


def test_reading_starts_no_thread():
    """A kernel is forked from a process that has read the boundaries."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        pytest.skip("threads are counted in /proc")
    code = (
        "import os; from helpers.geography import read_cities, read_rows;"
        f"count = lambda: len(os.listdir('{tasks}')); before = count();"
        "read_rows('countries'); read_rows('regions', countries=['KAZ']);"
        "read_cities(['KAZ']); print(count() - before)"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_the_transformer_is_pyprojs():
    projection = choose_projection(Extent(46.5, 40.6, 87.3, 55.4))
    plain = Transformer.from_crs("EPSG:4326", projection.definition, always_xy=True)
    assert projection.project(60, 45) == pytest.approx(plain.transform(60, 45))


# Borders


SQUARES = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])


def test_a_shared_border_stands_once_and_names_both_sides():
    segments, owners = find_borders(SQUARES)
    assert len(segments) == 7
    shared = segments[(owners >= 0).all(axis=1)]
    assert sorted(shared[0].tolist()) == [[1, 0], [1, 1]]
    assert (np.sort(owners[(owners >= 0).all(axis=1)]) == [[0, 1]]).all()


def test_segments_that_follow_one_another_are_one_line():
    segments, owners = find_borders(SQUARES)
    lines = chain_segments(segments[owners[:, 1] < 0])
    assert shapely.length(lines).sum() == 6
    assert len(lines) < len(segments)


def test_no_area_has_no_border():
    segments, owners = find_borders(np.array([], dtype=object))
    assert len(segments) == len(owners) == len(chain_segments(segments)) == 0


def test_neighbours_have_one_border_where_the_half_turn_cuts_one_of_them():
    corners = find_main_parts(read_country("CAN")["geometry"], np.empty((0, 2)))
    drawn = frame_view(*corners.T, 720, (404, 756)).read("countries", ["CAN", "USA"])
    _, owners = find_borders(drawn["geometry"].to_numpy())
    assert (owners >= 0).all(axis=1).sum() > 50


@pytest.mark.parametrize(
    ("kind", "name", "country", "point", "bounds"),
    [
        ("country", "Fiji", "FJI", (-17.8, 178), (400, 550)),  # it passes the antimeridian
        ("country", "France", "FRA", (46.6, 2.4), (600, 900)),  # and not as far as Réunion
        ("region", "Eastern Division", "FJI", (-18.9, -178.8), (150, 400)),
    ],
)
def test_an_area_reaches_as_far_as_its_boundary(kind, name, country, point, bounds):
    (latitude, longitude), (least, most) = point, bounds
    place = {"kind": kind, "name": name, "country": country, "precision_km": np.nan}
    places = pd.DataFrame([place | {"latitude": latitude, "longitude": longitude}])
    assert least <= fill_precision(places)["precision_km"].item() <= most


def test_a_precision_that_is_given_stays():
    place = {"kind": "country", "name": "Fiji", "country": "FJI", "precision_km": 7.5}
    places = pd.DataFrame([place | {"latitude": -17.8, "longitude": 178.0}])
    assert fill_precision(places)["precision_km"].to_list() == [7.5]


@pytest.mark.parametrize(
    ("kind", "name", "country"), [("region", "Lapland", "FJI"), ("country", "Fiji", None)]
)
def test_an_area_that_the_boundaries_do_not_have_says_how_far_it_reaches(kind, name, country):
    place = {"kind": kind, "name": name, "country": country, "precision_km": np.nan}
    places = pd.DataFrame([place | {"latitude": -18.0, "longitude": 178.0}])
    with pytest.raises(DossierError) as error:
        fill_precision(places)
    assert str(error.value) == (
        f"places.csv, place {name!r}: is empty, and the boundaries have no such {kind} here; "
        "expected how far it reaches"
    )
