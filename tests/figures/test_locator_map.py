import csv
import io
import os
import re
import subprocess
import sys
from functools import lru_cache
from hashlib import sha256
from itertools import combinations, pairwise
from urllib.parse import unquote

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text
from pyproj import Geod

from helpers.dossier import PLACES, load_dossier
from helpers.dossier.schema import FACTS, SOURCES
from helpers.errors import DossierError, NoFactsError
from helpers.figures import LIGHT, leave_out_store, locator_map
from helpers.figures._map_ground import measure_scale
from helpers.figures._map_words import PLAIN_ROLE
from helpers.figures._style import SMALL, house_style, new_drawing, points
from helpers.files import write_whole
from helpers.geography import find_main_parts, frame_view, measure_km, read_country

# Of letters that no font here has boxes are measured.
pytestmark = pytest.mark.filterwarnings("ignore:Glyph")

# name, latitude, longitude, country, role, precision in km
VALLETTA = ("Valletta", 35.8997, 14.5148, "MLT", "scene", 1)
SUVA = ("Suva", -18.1416, 178.4419, "FJI", "seat", 1)
TAVEUNI = ("Taveuni", -16.85, -179.97, "FJI", "landfall", 1)
PUNTA_ARENAS = ("Punta Arenas", -53.1627, -70.9081, "CHL", "start", 1)
TROMSO = ("Tromsø", 69.6492, 18.9553, "NOR", "find", 1)
JAKARTA = ("Jakarta", -6.2088, 106.8456, "IDN", "response", 1)
UVALDE = ("Uvalde", 29.2097, -99.7862, "USA", "scene", 1)
ANADYR = ("Anadyr", 64.7337, 177.4968, "RUS", "far end", 1)
MASERU = ("Maseru", -29.3142, 27.4833, "LSO", "scene", 1)
GOMA = ("Goma", -1.6585, 29.2203, "COD", "eruption", 1)
BUCHA = ("Bucha", 50.5434, 30.2120, "UKR", "scene", 1)
KERCH = ("Kerch", 45.3561, 36.4674, "UKR", "one end", 1)
TAMAN = ("Taman", 45.2128, 36.7172, "RUS", "other end", 1)
WRECK = ("The wreck", 56.5, -30.0, "", "wreck", 40)
ST_PETER = ("St Peter's Square", 41.9022, 12.4539, "VAT", "scene", 1)
CROWD = tuple((f"Site {n}", 50 + n / 20, 30 + n / 12, "UKR", "one of twelve", 1) for n in range(12))
STORIES = {
    "tiny": (VALLETTA,),
    "tall": (PUNTA_ARENAS,),
    "over the antimeridian": (SUVA, TAVEUNI),
    "far north": (TROMSO,),
    "on the equator": (JAKARTA,),
    "large": (UVALDE,),
    "larger": (ANADYR,),
    "surrounded": (MASERU,),
    "inland": (GOMA,),
    "village": (BUCHA,),
    "two countries": (KERCH, TAMAN),
    "at sea": (WRECK,),
    "no boundary": (ST_PETER,),
    "crowded": CROWD,
}
HARD_NAMES = {
    "formula": r"$5 to $9 \frac{a}{b} _{x} \\",
    "lines": "one\ntwo\r\n\tthree",
    "right-to-left": "مرحبا بالعالم",
    "no glyph": "漢字 \U0001f9ff",
    "one long word": "x" * 900,
    "long": "a word and " * 300,
    "markup": "<b>&amp;</b> <script>",
}


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022").from_sources("article")


@pytest.fixture(scope="module")
def article(kazakhstan):
    """What the report tells unless asked for more."""
    return kazakhstan.select(source="article")


@pytest.fixture(scope="module")
def shipped_map(kazakhstan):
    return locator_map(kazakhstan)


@pytest.fixture
def tell(tmp_path):
    """Load a made-up dossier of some places, each named by one fact."""

    def write(table, rows):
        text = io.StringIO()
        writer = csv.DictWriter(text, table.names)
        writer.writeheader()
        writer.writerows(rows)
        write_whole(tmp_path / "story" / table.file, text.getvalue())

    def tell(*places, **cells):
        keys = ("name", "latitude", "longitude", "country", "role", "precision_km", "kind")
        usual = {"kind": "city", "coordinate_source": "made up"} | cells
        fact = {"source_id": "s", "topic": "event", "statement": "It took place"}
        fact |= {"stated": "2031-05-04", "asserted_by": "the ministry"}
        source = {"source_id": "s", "kind": "record", "title": "Report", "publisher": "The Office"}
        rows = [
            usual | dict(zip(keys, row, strict=False), place_id=f"p{n}")
            for n, row in enumerate(places)
        ]
        write(PLACES, rows)
        facts = [fact | {"fact_id": f"f{n}", "place_id": f"p{n}"} for n in range(len(places))]
        write(FACTS, facts or [fact | {"fact_id": "f0"}])
        write(SOURCES, [source | {"language": "en"}])
        return load_dossier(tmp_path / "story")

    return tell


@lru_cache(maxsize=4)
def drawn(figure):
    """The picture that a figure draws for a desktop, once for all that a test asks of it."""
    return figure.draw("desktop")


def texts(figure) -> list[Text]:
    return drawn(figure).findobj(lambda artist: isinstance(artist, Text) and artist.get_text())


def read(figure) -> list[str]:
    return [text.get_text() for text in texts(figure)]


def squeeze(figure) -> set[str]:
    """What is written, without the spaces between words and letters."""
    return {"".join(text.split()) for text in read(figure)}


def marks(figure, start: str = "mark") -> list:
    """The drawn marks: those of places first, then the key's."""
    lines = drawn(figure).findobj(Line2D)
    return [line for line in lines if line.get_label().startswith(start)]


def find_boxes(figure) -> dict[str, np.ndarray]:
    """What texts cover in pixels: left, bottom, right, top of the letters themselves."""
    boxes = {}
    for n, text in enumerate(texts(figure)):
        extent = text.get_window_extent().extents
        boxes[f"{text.get_text()} {n}"] = extent
    return boxes


def overlap(a: np.ndarray, b: np.ndarray, by: float = 0.5) -> bool:
    return bool((a[:2] + by < b[2:]).all() and (b[:2] + by < a[2:]).all())


def check_labels(figure) -> None:
    """No text covers another, a mark or an edge."""
    boxes = find_boxes(figure)
    for (a, first), (b, second) in combinations(boxes.items(), 2):
        assert not overlap(first, second, by=2), f"{a!r} and {b!r}"
    for mark in [*marks(figure), *marks(figure, "city")]:
        (x, y), size = mark.get_xydata()[0], mark.get_markersize() / points(1) / 2
        square = np.array([x - size, y - size, x + size, y + size])
        for name, box in boxes.items():
            assert not overlap(square, box, by=1), name
    for name, box in boxes.items():
        assert (box[:2] >= 0).all(), name
        assert box[2] <= drawn(figure).bbox.width, name
        assert box[3] <= drawn(figure).bbox.height, name


# What there is nothing to draw of


def test_a_dossier_without_places_is_refused(build_dossier):
    with pytest.raises(NoFactsError, match="There is no fact on places here"):
        locator_map(build_dossier({"topic": "context", "statement": "A river flows"}))


def test_a_day_before_the_first_fact_is_refused(kazakhstan):
    with pytest.raises(NoFactsError, match="the first statement is of"):
        locator_map(kazakhstan.as_of("2021-12-31"))


@pytest.mark.parametrize("language", ["kz", "sw", "EN", "", "none"])
def test_a_language_that_there_is_none_of_is_refused(kazakhstan, language):
    with pytest.raises(DossierError, match=f"place_names '{language}': not a language"):
        locator_map(kazakhstan, language)


def test_a_place_that_no_fact_names_is_not_drawn(kazakhstan):
    figure = locator_map(kazakhstan.select(place=["zhanaozen", "aktau"]))
    assert "Baikonur cosmodrome" not in read(figure)
    assert set(figure.rows["place_id"]) == {"zhanaozen", "aktau"}


# What the map says


def test_the_title_says_what_is_seen(shipped_map):
    assert shipped_map.title == (
        "Kazakhstan: Zhanaozen and Aktau (protest) lie in the far west; "
        "Baikonur cosmodrome (protected site) some 880 km east of Zhanaozen"
    )


def test_the_distance_in_the_title_is_measured(tell):
    figure = locator_map(tell(JAKARTA, ("Palu", -0.8917, 119.8707, "IDN", "epicentre", 1)))
    distance = measure_km(-6.2088, 106.8456, -0.8917, 119.8707)
    assert f"some {round(distance, -1):,.0f} km east of Jakarta" in figure.title


def test_the_alt_text_is_written_from_the_rows(shipped_map):
    for row in shipped_map.rows.itertuples():
        assert row.name in shipped_map.alt
        assert row.role in shipped_map.alt
    assert "Marked as protest: Zhanaozen (43.34° N, 52.86° E; Mangystau Region)" in (
        shipped_map.alt
    )


def test_the_words_are_the_same_whatever_finds_room(kazakhstan, shipped_map):
    narrow = locator_map(kazakhstan, width_px=100)
    assert {"Nur-Sultan", "Shymkent"} <= squeeze(shipped_map) - squeeze(narrow)
    for words in ("title", "alt", "source"):
        assert getattr(narrow, words) == getattr(shipped_map, words)


def test_the_source_line_names_everything_that_the_map_was_made_from(shipped_map):
    for part in (
        "Republic World",
        "GeoNames 607610",
        "Natural Earth",
        "GSHHG",
        "Cities: GeoNames",
        "Albers equal-area conic projection, standard parallels 43.1° N and 53° N, "
        "centred on 66.9° E",
    ):
        assert part in shipped_map.source


def test_the_source_line_names_openstreetmap_where_its_coasts_show(shipped_map, tell):
    assert "OpenStreetMap" not in shipped_map.source
    assert "OpenStreetMap contributors (ODbL)" in locator_map(tell(ST_PETER)).source


def test_a_close_map_says_how_far_off_its_borders_may_be(tell, shipped_map):
    source = locator_map(tell(GOMA, ("Gisenyi", -1.7028, 29.2564, "RWA", "scene", 1))).source
    assert "Land borders: © OpenStreetMap contributors (ODbL)" in source
    assert "coasts and lakes may lie some km off, land borders some 0.2 km" in source
    assert "0.2 km" not in shipped_map.source


def test_the_rows_are_one_a_place(shipped_map, kazakhstan):
    rows = shipped_map.rows.set_index("place_id")
    assert rows.index.is_unique
    assert rows.loc["aktau", "region"] == "Mangystau Region"
    assert rows.loc["baikonur-cosmodrome", "region"] == "Kyzylorda Region"
    assert rows.loc["kazakhstan", "region"] == "the whole country"
    assert rows.loc["zhanaozen", "facts"] == "a51"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Zhanaozen", "KAZAKHSTAN", "Nur-Sultan", "RUSSIA", "Lake Balkhash"]),
        ("kk", ["Жаңаөзен", "ҚАЗАҚСТАН", "Нұр-Сұлтан", "РЕСЕЙ", "Балқаш көлі"]),
        ("ru", ["Жанаозен", "КАЗАХСТАН", "Нур-Султан", "РОССИЯ", "Балхаш"]),
        ("fr", ["Zhanaozen", "KAZAKHSTAN", "Nour-Soultan", "RUSSIE", "CHINE", "OUZBÉKISTAN"]),
        ("zh", ["Zhanaozen", "哈萨克斯坦", "俄罗斯", "中国"]),
        ("ar", ["Zhanaozen", "كازاخستان", "روسيا", "الصين"]),
    ],
)
def test_names_stand_in_the_language_asked_for(article, language, names):
    said = squeeze(locator_map(article, language))
    assert {"".join(name.split()) for name in names} <= said


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_names_in_another_language_say_so_on_the_map_and_under_it(article, language):
    html = unquote(locator_map(article, language)._repr_html_())
    said = re.findall(rf'<text lang="{language}"[^>]*>([^<]+)<', html)
    assert len(said) > 10
    foreign = re.findall(r"<text(?! lang)[^>]*>[^<]*[А-Яа-яӘәҚқҢңӨөҰұҮүҺһІі]", html)
    assert foreign == []
    assert html.count(f'<td style="text-align:left" lang="{language}">') == 4
    assert " lang=" not in unquote(locator_map(article)._repr_html_())


def test_a_name_that_is_missing_falls_back_to_english(tell):
    figure = locator_map(tell(VALLETTA), "kk")
    assert "Valletta" in read(figure)
    assert "М А Л Ь Т А" in read(figure)
    assert re.search('<text lang="kk" [^>]*>М А Л Ь Т А<', figure.svg())
    assert re.search("<text style[^>]*>Valletta<", figure.svg())


def test_the_gazetteer_names_a_place_for_which_the_dossier_has_no_name(article):
    french, russian = (read(locator_map(article, language)) for language in ("fr", "ru"))
    assert "Aktaou" in french and "Zhanaozen" in french  # which has no French name there
    assert "космодром Байконур" in russian  # the dossier's own


def test_letters_that_no_font_has_are_text_on_a_page_and_told_of_a_png(tell, tmp_path):
    figure = locator_map(tell(("𠮷龖", *VALLETTA[1:])))
    check_labels(figure)
    assert re.search("<text [^>]*>𠮷龖<", figure.svg())
    with pytest.warns(UserWarning, match="map.png: no font here has 龖, 𠮷: boxes stand there"):
        figure.save(tmp_path / "map.png")


def test_the_letters_of_a_country_are_spaced_only_where_they_never_join(tell):
    assert "М А Л Ь Т А" in read(locator_map(tell(VALLETTA), "ru"))
    assert "مالطا" in read(locator_map(tell(VALLETTA), "ar"))


# How places are marked


def test_roles_are_told_apart_by_shape_and_by_colour_and_said_in_words(shipped_map):
    shapes = [(mark.get_marker(), mark.get_markerfacecolor()) for mark in marks(shipped_map)]
    origin, site = ("o", LIGHT["accent"]), ("D", LIGHT["contrast"])
    assert shapes == [origin, origin, site, origin, site]  # three places and the key
    assert {"Protest", "Protected site"} < set(read(shipped_map))


def test_thirty_roles_are_told_apart_and_the_rest_share_a_mark_and_an_entry_of_the_key(tell):
    sites = [(f"S{n}", 46 + n / 9, 26 + n / 3, "UKR", f"role {n}", 1) for n in range(32)]
    figure = locator_map(tell(*sites))
    looks = {(mark.get_marker(), mark.get_markerfacecolor()) for mark in marks(figure)}
    assert len(looks) == 30
    assert {"Role 0, role 30", "Role 1, role 31", "Role 29"} < set(read(figure))


def test_a_place_without_a_role_is_marked_too(tell):
    figure = locator_map(tell((*VALLETTA[:4], "", 1)))
    assert PLAIN_ROLE.capitalize() in read(figure)
    assert figure.title == "Malta: Valletta lies in the far east"


def test_a_country_is_never_a_point(shipped_map, tell):
    assert len(marks(shipped_map)) == 3 + 2
    figure = locator_map(tell(("Malta", 35.9, 14.4, "MLT", "", 20), kind="country"))
    assert marks(figure) == []
    assert figure.title == "Malta: no place within is named"


def test_a_place_that_is_known_roughly_is_an_area_and_no_pin(tell):
    rough = locator_map(tell(("Somewhere", 48.5, 31, "UKR", "scene", 150)))
    exact = locator_map(tell(("Somewhere", 48.5, 31, "UKR", "scene", 1)))
    assert marks(rough)[0].get_markerfacecolor() == "none"
    assert marks(exact)[0].get_markerfacecolor() == LIGHT["accent"]


def test_the_cosmodrome_is_marked_with_its_area_behind_it(shipped_map):
    [mark] = [m for m in marks(shipped_map)[:3] if m.get_marker() == "D"]
    tints = [
        patch
        for patch in drawn(shipped_map).findobj(PathPatch)
        if patch.get_alpha() == 0.6 and patch.get_path().contains_point(mark.get_xydata()[0])
    ]
    assert len(tints) == 1
    assert mark.get_markerfacecolor() == LIGHT["contrast"]


def test_places_lie_where_they_are(shipped_map):
    """East is to the right, and the distance on paper is that on the ground."""
    zhanaozen, aktau, cosmodrome = (mark.get_xydata()[0] for mark in marks(shipped_map)[:3])
    assert aktau[0] < zhanaozen[0] < cosmodrome[0]
    [bar] = marks(shipped_map, "scale")
    km_per_px = 500 / np.ptp(bar.get_xdata())
    assert np.hypot(*(cosmodrome - zhanaozen)) * km_per_px == pytest.approx(877, rel=0.02)


# Scale, labels, type


@pytest.mark.parametrize("code", ["MLT", "KAZ", "CHL", "NOR", "RUS", "IDN", "FJI"])
@pytest.mark.parametrize("corner", [(12, 12), (560, 12), (12, 380), (560, 380)])
def test_the_scale_bar_is_right_where_it_stands(code, corner):
    corners = find_main_parts(read_country(code)["geometry"], np.empty((0, 2)))
    view = frame_view(*corners.T, 720, (404, 756))
    distance, length = measure_scale(view, *corner, 150)
    longitude, latitude = view.locate([corner[0], corner[0] + length], [corner[1], corner[1]])
    _, _, metres = Geod(ellps="WGS84").inv(longitude[0], latitude[0], longitude[1], latitude[1])
    assert metres / 1000 == pytest.approx(distance, rel=0.01)
    assert 50 < length <= 160


@pytest.mark.parametrize(
    ("language", "width_px"), [("en", 720), ("kk", 720), ("ru", 720), ("ru", 420), ("kk", 1000)]
)
def test_the_shipped_map_is_legible(kazakhstan, language, width_px):
    figure = locator_map(kazakhstan, language, width_px=width_px)
    check_labels(figure)
    assert min(text.get_fontsize() for text in texts(figure)) == pytest.approx(points(SMALL))


@pytest.mark.parametrize(
    ("language", "lake"), [("en", "Lake Balkhash"), ("kk", "Балқаш көлі"), ("ru", "Балхаш")]
)
def test_the_default_map_names_lake_balkhash(article, language, lake):
    figure = locator_map(article, language)
    check_labels(figure)
    [name] = [text for text in texts(figure) if text.get_text() == lake]
    assert name.get_color() == LIGHT["water_ink"]


def test_a_lake_is_named_in_it_where_its_name_fits(tell):
    figure = locator_map(tell(("Entebbe", 0.0512, 32.4637, "UGA", "scene", 1)))
    check_labels(figure)
    assert "Lake Victoria" in read(figure)


def test_the_neighbours_names_are_all_set_alike(article):
    names = [t.get_text() for t in texts(locator_map(article)) if t.get_text().isupper()]
    neighbours = [name for name in names if "".join(name.split()) != "KAZAKHSTAN"]
    assert len(neighbours) == 5
    assert len({name[1] for name in neighbours}) == 1


@pytest.mark.parametrize("kind", HARD_NAMES)
def test_hard_names_and_roles_are_drawn(tell, kind):
    name = HARD_NAMES[kind]
    figure = locator_map(tell((name, 48.5, 31, "UKR", name, 1), BUCHA))
    check_labels(figure)
    assert figure.svg()


def test_every_place_of_a_crowd_is_labelled(tell):
    assert {f"Site {n}" for n in range(12)} < set(read(locator_map(tell(*CROWD))))


def test_a_map_has_the_names_of_its_day(tell, shipped_map):
    assert "Nur-Sultan" in squeeze(shipped_map)  # of January 2022
    assert "Astana" in squeeze(locator_map(tell(("Aktau", 43.65, 51.16, "KAZ", "scene", 1))))


def test_two_names_in_one_line_are_not_read_as_one(tell):
    """KAZAKHSTAN and Lake Balkhash stood 3 px apart."""
    figure = locator_map(tell(("Nur-Sultan", 51.1801, 71.446, "KAZ", "scene", 1)))
    boxes = find_boxes(figure)
    [country] = [box for name, box in boxes.items() if name.startswith("K A Z")]
    in_line = [box for box in boxes.values() if country[1] < (box[1] + box[3]) / 2 < country[3]]
    ends = sorted((box[0], box[2]) for box in in_line)
    assert len(ends) > 1
    assert all(left - end > 7 for (_, end), (left, _) in pairwise(ends))


@pytest.mark.parametrize(
    ("place", "start", "least"),
    [
        (("Male", 4.1748, 73.5089, "MDV", "scene", 1), "Thinadhoo", 1000),
        (("Nukunonu", -9.2005, -171.848, "TKL", "scene", 1), "Fale", 500),
    ],
)
def test_a_name_stands_clear_of_the_dots_of_an_atoll(tell, place, start, least):
    figure = locator_map(tell(place))
    [name] = [box for text, box in find_boxes(figure).items() if text.startswith(start)]
    dots = [
        patch.get_transform().transform(patch.get_path().vertices)
        for patch in drawn(figure).findobj(PathPatch)
        if to_hex(patch.get_facecolor()) == to_hex(LIGHT["land_edge"])
    ]
    assert len(np.concatenate(dots)) > least
    inside = (np.concatenate(dots) > name[:2]) & (np.concatenate(dots) < name[2:])
    assert not inside.all(axis=1).any()


def test_a_city_at_the_border_is_no_orientation_where_there_are_others(tell):
    """Himora stands at Ethiopia's border, and the capital of the Congo at another."""
    shown = read(locator_map(tell(("Keren", 15.7779, 38.4511, "ERI", "scene", 1))))
    assert "Asmara" in shown
    assert "Himora" not in shown
    assert "Kinshasa" in read(locator_map(tell(("Kananga", -5.8962, 22.4166, "COD", "scene", 1))))


# Every country


@pytest.mark.parametrize("story", STORIES)
def test_any_story_can_be_told(tell, story):
    sites = STORIES[story]
    figure = locator_map(tell(*sites))
    check_labels(figure)
    assert len(figure.rows) == len(sites)
    for name, *_ in sites:
        assert name in figure.alt
    frame = drawn(figure).bbox
    for mark in marks(figure):
        assert frame.contains(*mark.get_transform().transform(mark.get_xydata()[0]))


def test_two_countries_are_both_named(tell):
    figure = locator_map(tell(KERCH, TAMAN))
    assert figure.title.startswith("Ukraine and Russia: Kerch (one end); Taman (other end) some 25")
    assert {"U K R A I N E", "R U S S I A"} < set(read(figure))


# Where it is drawn


def test_a_map_goes_into_given_axes(kazakhstan):
    with house_style():
        ax = new_drawing(1000, 600).add_axes((0.1, 0.1, 0.8, 0.8))
    figure = locator_map(kazakhstan, ax=ax)
    assert drawn(figure) is ax.get_figure()
    assert ax.get_xlim() == (0, 800)
    assert ax.get_ylim() == (0, 480)


def test_a_map_is_narrower_on_a_phone(shipped_map):
    desktop, phone = shipped_map.picture("desktop"), shipped_map.picture("phone")
    assert (desktop.width_px, phone.width_px) == (720, 416)
    assert phone.least_width_px < desktop.least_width_px


def test_the_svg_is_small_and_the_same_twice(kazakhstan, shipped_map):
    svg = shipped_map.svg()
    assert svg == shipped_map.svg() == locator_map(kazakhstan).svg()
    assert len(svg) < 120_000


def test_the_svg_is_the_same_in_two_processes(kazakhstan):
    code = (
        "from helpers.dossier import load_dossier; from helpers.figures import locator_map;"
        "from hashlib import sha256;"
        "svg = locator_map(load_dossier('kazakhstan-2022').from_sources('article'), 'kk').svg();"
        "print(sha256(svg.encode()).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DOSSIER_CACHE": "off"},
        capture_output=True,
        text=True,
        check=True,
    )
    with leave_out_store():
        svg = locator_map(kazakhstan, "kk").svg()
    assert other.stdout == f"{sha256(svg.encode()).hexdigest()}\n"


def test_a_region_is_tinted_and_has_the_mark_of_its_role(tell):
    story = tell(("Sofala Province", -19.2, 34.5, "MOZ", "affected province", 200), kind="region")
    figure = locator_map(story)
    on_map, in_key = marks(figure)
    assert on_map.get_markerfacecolor() == "none"  # it is not at its point
    assert in_key.get_marker() == on_map.get_marker()
    assert figure.title == "Mozambique: Sofala Province"
    assert "Picked out as areas: Sofala Province (affected province)" in figure.alt
    assert figure.rows["region"].to_list() == ["Sofala"]


@pytest.mark.parametrize(
    ("latitude", "told"),
    [
        (-19.841, "Harbour (relief) at the same place"),
        (-19.75, "Harbour (relief) next to Beira, their middles some 10 km apart"),
        (-19.5, "Harbour (relief) some 38 km north of Beira"),
        (6.0, "Harbour (relief) some 2,860 km north of Beira"),
        # The shortest way sets out to another side than the one on which it is seen to lie.
        (30.0, "Harbour (relief) some 5,510 km from Beira"),
    ],
)
def test_of_places_that_are_close_it_is_said_how_close(tell, latitude, told):
    beira = ("Beira", -19.84, 34.84, "MOZ", "port", 10)
    story = tell(beira, ("Harbour", latitude, 34.84, "MOZ", "relief", 5))
    assert locator_map(story).title.endswith(told)


def test_a_part_of_a_country_is_named_where_each_place_lies_in_it(tell):
    north, south = (
        ("Auckland", -36.85, 174.76, "NZL", "count", 5),
        ("Nelson", -41.27, 173.28, "NZL", "count", 5),
    )
    assert locator_map(tell(north)).title.endswith("lies in the far north")
    title = locator_map(tell(north, south)).title
    assert title == "New Zealand: Auckland and Nelson (count), some 510 km apart"


def test_of_three_places_the_title_says_how_far_the_two_farthest_are(tell):
    towns = ("Auckland", -36.85, 174.76), ("Nelson", -41.27, 173.28), ("Dunedin", -45.87, 170.5)
    story = tell(*((*town, "NZL", "count", 5) for town in towns))
    assert locator_map(story).title.endswith("(count), up to 1,060 km apart")


def test_of_many_places_a_role_is_quoted_as_it_is(tell):
    towns = [(f"Town {n}", -41 - n / 10, 173.3, "NZL", "damaged town", 5) for n in range(5)]
    title = locator_map(tell(*towns)).title
    assert title.startswith("New Zealand: 5 places marked “damaged town”, up to 44 km apart")


def test_a_role_that_the_name_says_is_not_told_again(tell):
    title = locator_map(tell(("The wreck", -14.1, 45.7, "", "wreck", 5))).title
    assert title.startswith("The wreck lies at 14.1° S, 45.7° E")


def test_a_place_may_be_left_off_the_map(tell, edit_cells):
    story = tell(
        ("Suva", -18.14, 178.44, "FJI", "hit", 5), ("Canberra", -35.28, 149.13, "AUS", "aid", 5)
    )
    edit_cells(story.folder, "places", story.places["place_id"].iloc[1], map="off")
    figure = locator_map(load_dossier(story.folder))
    assert list(figure.rows["name"]) == ["Suva"]
    assert "Australia" not in figure.title + figure.alt


BEIRA = ("Beira", -19.84, 34.84, "MOZ", "port", 5)
GENEVA = ("Geneva", 46.2, 6.15, "CHE", "talks", 5)


def test_a_place_of_the_inset_is_shown_there_and_told(tell, edit_cells):
    story = tell(BEIRA, GENEVA)
    edit_cells(story.folder, "places", "p1", map="inset")
    figure = locator_map(load_dossier(story.folder))
    for form in ("desktop", "phone"):
        picture = figure.draw(form)
        (dot,) = [line for line in picture.findobj(Line2D) if line.get_label() == "inset"]
        (name,) = [text for text in picture.findobj(Text) if text.get_text() == "Geneva"]
        (x, y), at = dot.get_transform().transform(dot.get_xydata())[0], name.get_window_extent()
        assert np.hypot(*(np.clip((x, y), at.min, at.max) - (x, y))) < 20
        boxes = (box.get_window_extent() for box in picture.findobj(Rectangle))
        assert any(
            box.x0 < x < box.x1 and box.y0 < y < box.y1 and box.width < picture.bbox.width / 2
            for box in boxes
        )
    assert "In the inset: Geneva (talks; 46.2° N, 6.15° E; Geneva)." in figure.alt
    assert figure.alt.startswith("Map of Mozambique. ")
    assert list(figure.rows["name"]) == ["Beira", "Geneva"]
    assert "Geneva" not in figure.title


def test_where_there_is_no_inset_its_places_are_told(tell, edit_cells):
    sydney = ("Sydney", -33.87, 151.2, "AUS", "port", 5)
    rio = ("Rio de Janeiro", -22.9, -43.2, "BRA", "port", 5)
    story = tell(sydney, rio, BEIRA, GENEVA, ("Chile", -30, -71, "CHL", "", "", "country"))
    for place in ("p3", "p4"):
        edit_cells(story.folder, "places", place, map="inset")
    figure = locator_map(load_dossier(story.folder))
    told = "Not marked on the map: Geneva (talks; 46.2° N, 6.15° E; Geneva) and Chile."
    assert told in figure.alt
    assert set(figure.rows["name"]) >= {"Geneva", "Chile"}
    assert "Geneva" not in read(figure)


@pytest.mark.parametrize(
    ("kind", "name"), [("city", "Beira"), ("region", "Sofala Province"), ("country", "Mozambique")]
)
def test_a_picked_place_has_a_heavy_line_around_it(tell, kind, name):
    story = tell((name, -19.84, 34.84, "MOZ", "scene", 10), kind=kind)
    (place_id,) = story.places["place_id"]
    plain, picked = locator_map(story), locator_map(story, picked_place=place_id)
    lines = drawn(picked).findobj(lambda artist: artist.get_gid() == f"{place_id}-picked")
    (box,) = [line.get_window_extent() for line in lines]
    assert box.width > 0 and box.height > 0
    assert picked.alt.endswith(f"A heavy line runs around {name}.")
    assert "heavy line" not in plain.alt
    assert not drawn(plain).findobj(lambda artist: artist.get_gid() == f"{place_id}-picked")


@pytest.mark.parametrize(
    "other",
    [
        ("Moscow", 55.7558, 37.6173, "RUS", "seat", 5),
        ("Omsk", 54.9924, 73.3686, "RUS", "seat", 5),
        ("Buenos Aires", -34.6037, -58.3816, "ARG", "seat", 5),
        ("Sydney", -33.8688, 151.2093, "AUS", "seat", 5),
    ],
)
def test_places_far_apart_are_drawn(tell, other):
    story = tell(("Almaty", 43.25, 76.95, "KAZ", "scene", 5), other)
    figure = locator_map(story)
    assert len(marks(figure)) == 2 * 2  # on the map, and in its key
    assert figure.rows["name"].to_list() == ["Almaty", other[0]]


# The scale of the story, and borders in dispute


ALMATY = [
    ("Republic Square", 43.238, 76.945, "KAZ", "scene", 0.2),
    ("Airport", 43.352, 77.04, "KAZ", "scene", 1),
    ("Orbita", 43.222, 76.851, "KAZ", "scene", 1),
]


def find_spread(figure, form: str = "desktop") -> float:
    """The greatest distance between two marks on the map, as a share of its width."""
    lines = figure.draw(form).findobj(Line2D)
    x = [line.get_xdata()[0] for line in lines if line.get_label().startswith("mark")]
    return np.ptp(x[: len(figure.rows)]) / figure.picture(form).width_px


def test_places_in_one_city_fill_the_map(tell):
    figure = locator_map(tell(*ALMATY))
    assert find_spread(figure) > 0.3
    assert "no free package carries streets" in figure.source


def test_two_places_300_m_apart_are_both_seen(tell):
    story = tell(
        ("Notre-Dame", 48.853, 2.3499, "FRA", "scene", 0.1),
        ("Châtelet", 48.8554, 2.3459, "FRA", "scene", 0.1),
    )
    first, second = marks(locator_map(story))[:2]
    assert np.hypot(*(first.get_xydata() - second.get_xydata())[0]) > 13


def test_a_place_left_off_does_not_change_the_scale(tell, edit_cells):
    story = tell(*ALMATY, ("Washington", 38.9, -77.04, "USA", "donor", 10))
    edit_cells(story.folder, "places", story.places["place_id"].iloc[-1], map="inset")
    assert find_spread(locator_map(load_dossier(story.folder))) > 0.3


def test_the_phones_map_is_cropped_to_the_story(shipped_map):
    assert find_spread(shipped_map, "phone") > 1.3 * find_spread(shipped_map)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("Simferopol", 44.95, 34.1, "UKR", "scene", 5), "Crimea is drawn as Ukraine's"),
        (("Laayoune", 27.15, -13.2, "ESH", "scene", 5), "Western Sahara is drawn whole"),
        (("Srinagar", 34.08, 74.8, "IND", "scene", 5), "Kashmir is drawn along the lines"),
        (("Pristina", 42.66, 21.16, "XKX", "scene", 5), "Kosovo is drawn as a country"),
        (("Skopje", 42, 21.43, "MKD", "scene", 5), "Borders in dispute are dashed: Kosovo."),
    ],
)
def test_a_border_in_dispute_is_dashed_and_told(tell, place, said):
    figure = locator_map(tell(place))
    assert said in figure.source
    dashed = drawn(figure).findobj(
        lambda artist: (
            isinstance(artist, PathPatch) and artist.get_linestyle() not in ("-", "solid")
        )
    )
    assert dashed


def test_a_far_country_that_the_map_does_not_show_is_not_told_of_it(tell):
    geneva = ("Geneva", 46.2, 6.14, "CHE", "talks", 5)
    far = [
        ("India", 21, 78, "IND", "", "", "country"),
        ("Brazil", -10, -52, "BRA", "", "", "country"),
    ]
    near = ("Austria", 47.5, 14.5, "AUT", "", "", "country")
    figure = locator_map(tell(geneva, *far, near))
    assert figure.title == "Switzerland and Austria: Geneva (talks)"
    assert figure.alt.startswith("Map of Switzerland and Austria. ")
    assert list(figure.rows["name"]) == ["Geneva", "Austria"]


def test_where_no_border_is_in_dispute_none_is_told(shipped_map):
    assert "in dispute" not in shipped_map.source


def test_a_country_has_its_name_in_its_land_or_none(tell):
    story = tell(
        ("London", 51.5, -0.12, "GBR", "scene", 5), ("Sydney", -33.87, 151.2, "AUS", "scene", 5)
    )
    assert "UNITEDKINGDOM" not in squeeze(locator_map(story))


@pytest.fixture
def narrow_map(tell):
    """A phone's map of four towns in a broad and in a narrow country, its marks, and its texts."""
    drawing = locator_map(
        tell(
            ("Nampula", -15.12, 39.26, "MOZ", "campaign", 10),
            ("Pemba", -12.97, 40.52, "MOZ", "campaign", 8),
            ("Blantyre", -15.79, 35.0, "MWI", "campaign", 10),
            ("Mangochi", -14.48, 35.26, "MWI", "first case", 5),
        )
    ).draw("phone")
    lines = drawing.findobj(Line2D)
    return [line for line in lines if line.get_label().startswith("mark")], drawing.findobj(Text)


def test_a_country_too_small_for_its_name_has_it_smaller(narrow_map):
    sizes = {text.get_text(): text.get_fontsize() for text in narrow_map[1]}
    assert sizes["MALAWI"] == pytest.approx(points(SMALL))
    assert sizes["M O Z A M B I Q U E"] > sizes["MALAWI"]


def test_a_name_at_a_corner_of_its_mark_is_as_near_as_one_at_its_side(narrow_map):
    marked, written = narrow_map
    for n, town in enumerate(("Nampula", "Pemba", "Blantyre", "Mangochi")):
        name = next(text for text in written if text.get_text() == town)
        box = name.get_window_extent()
        [at] = marked[n].get_transform().transform(marked[n].get_xydata())
        away = np.hypot(*(np.clip(at, box.min, box.max) - at)) * 96 / name.figure.dpi
        assert 6 < away < 10, town


def test_a_mark_that_is_hollow_on_the_map_is_so_in_the_key(tell):
    wide, narrow = ("Ford", 48.2, 67.1, "KAZ", "search", 90), ("Bay", 47.2, 65.1, "KAZ", "camp", 1)
    near = ("Weir", 48.9, 66.1, "KAZ", "search", 1)
    for places, expected in (((wide, narrow), [True, False]), ((wide, narrow, near), [False] * 2)):
        key = marks(locator_map(tell(*places)))[len(places) :]
        assert [mark.get_markerfacecolor() == "none" for mark in key] == expected


def test_the_key_lists_what_is_drawn(tell):
    figure = locator_map(tell(("Tarawa", 1.33, 172.98, "KIR", "scene", 5)))
    assert "Region of the story" not in read(figure)
