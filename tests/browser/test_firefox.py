"""The report in Firefox, by a picture of it."""

import os
import shutil
import subprocess

import numpy as np
import pytest
from matplotlib.image import imread

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 1280, 1400


@pytest.fixture(scope="module")
def picture(report_page, tmp_path_factory) -> np.ndarray:
    """The report's first screen in Firefox: rows of pixels, each of red, green and blue."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Firefox: apt-get install firefox-esr")
        pytest.skip("Firefox is not installed: apt-get install firefox-esr")
    folder = tmp_path_factory.mktemp("firefox")
    (folder / "profile").mkdir()
    file = folder / "report.png"
    subprocess.run(
        [
            program, "--headless", "--no-remote", "--profile", folder / "profile",
            f"--window-size={WIDTH},{HEIGHT}", "--screenshot", file, report_page.as_uri(),
        ],
        env=os.environ | {"HOME": str(folder)},
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return imread(file)[..., :3]


def colours(part: np.ndarray) -> int:
    return len(np.unique(np.round(part * 255).astype(np.uint8).reshape(-1, 3), axis=0))


def test_the_picture_is_as_large_as_the_window(picture):
    assert picture.shape == (HEIGHT, WIDTH, 3)


def test_the_title_is_written(picture):
    title = picture[40:130, 320:1060]
    assert colours(title) > 20  # the edges of letters are of many greys
    dark = title.max(axis=2) < 0.3
    assert 0.05 < dark.mean() < 0.5
    assert dark.any(axis=0)[:700].mean() > 0.5  # from one end of the line to the other


def test_the_map_is_drawn(picture):
    land = np.array([0xF7, 0xEF, 0xDC]) / 255
    map_area = picture[1000:1380, 320:990]
    is_land = (np.abs(map_area - land) < 0.01).all(axis=2)
    assert is_land.mean() > 0.1
    assert colours(map_area) > 100


def test_the_page_is_not_blank(picture):
    assert colours(picture) > 300
