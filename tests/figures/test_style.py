"""The palette: colours that stay apart for colour-blind readers and in grey, text that can be read.

Colour blindness is simulated by the matrices of G. M. Machado, M. M. Oliveira and L. A. F.
Fernandes, 'A Physiologically-based Model for Simulation of Color Vision Deficiency', IEEE TVCG
15(6), 2009 (severity 1.0, on linear RGB). Distances are in CIE L*a*b* (1976), where about 2.3 is
just noticeable.
"""

from itertools import combinations

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import get_data_path
from matplotlib.font_manager import fontManager

from helpers.figures import PALETTE, _style, timeline
from helpers.figures._palette import FAMILY

SIMULATIONS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Linear sRGB to CIE XYZ under D65 (IEC 61966-2-1); its second row is the luminance.
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
FAR_APART = 15  # in CIE L*a*b*
FAR_APART_IN_GREY = 10  # in lightness alone
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3
THEMES = {"light": 0, "dark": 1}


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ rgb / WHITE
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def luminance(colour: str) -> float:
    return float(TO_XYZ[1] @ linear(colour))


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
@pytest.mark.parametrize("matrix", SIMULATIONS.values(), ids=SIMULATIONS.keys())
def test_colours_stay_apart_for_colour_blind_readers(matrix, theme):
    for one, other in combinations(("accent", "contrast", "muted", "paper"), 2):
        seen = [
            lab(np.clip(np.array(matrix) @ linear(PALETTE[name][theme]), 0, 1))
            for name in (one, other)
        ]
        assert np.linalg.norm(seen[0] - seen[1]) > FAR_APART, (one, other)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
def test_marks_stay_apart_in_grey(theme):
    # muted is for type and thin lines, never for a mark that must be told from another.
    for one, other in combinations(("accent", "contrast", "paper"), 2):
        grey = [lab(np.full(3, luminance(PALETTE[name][theme])))[0] for name in (one, other)]
        assert abs(grey[0] - grey[1]) > FAR_APART_IN_GREY, (one, other)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
@pytest.mark.parametrize(
    "text, ground",
    [
        *((text, "paper") for text in ("ink", "muted", "accent", "contrast")),
        *(("ink", f"{tint}_tint") for tint in ("accent", "contrast", "region")),
        ("close_ink", "close"),
    ],
)
def test_text_can_be_read(text, ground, theme):
    assert contrast(PALETTE[text][theme], PALETTE[ground][theme]) >= READABLE


def test_no_large_ground_glares_in_the_dark():
    grounds = [name for name in PALETTE if name.endswith("_tint")]
    grounds += ["paper", "close", "land", "neighbour", "water"]
    assert max(luminance(PALETTE[name][THEMES["dark"]]) for name in grounds) < 0.08


def test_every_light_colour_is_used_once():
    lights = [light for light, _ in PALETTE.values()]
    assert len(set(lights)) == len(lights)


def write_font(path, letter: str) -> None:
    """A font with one letter."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "one"])
    builder.setupCharacterMap({ord(letter): "one"})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((500, 500))
    pen.closePath()
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "one": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "one": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "One Letter", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(path)


@pytest.fixture
def install(monkeypatch, tmp_path):
    """The house's font, what comes with matplotlib, and a font with one letter: install('龘').

    The house's stays: how wide a text is in it is remembered for all tests.
    """
    known = fontManager.ttflist
    own = [font for font in known if font.name == FAMILY or font.fname.startswith(get_data_path())]
    monkeypatch.setattr(fontManager, "ttflist", own)

    def add(letter: str) -> None:
        write_font(tmp_path / "one.ttf", letter)
        fontManager.addfont(tmp_path / "one.ttf")

    return add


def test_letters_that_no_font_has_are_named(install, build_dossier, tmp_path):
    event = {"topic": "event", "statement": "𠮷 a龖", "date": "2031-05-01"}
    figure = timeline(build_dossier(event))
    with pytest.warns(UserWarning, match="t.png: no font here has 龖, 𠮷: boxes stand there"):
        figure.save(tmp_path / "t.png")
    figure.save(tmp_path / "t.svg")


def test_a_font_that_is_installed_is_taken_where_the_house_has_no_letter(install):
    install("龘")
    assert _style.find_lost("aә龘") == []
    assert _style.name_families("aә龘") == [FAMILY, "DejaVu Sans", "One Letter"]
    assert _style.name_families("aә") == [FAMILY, "DejaVu Sans"]
