"""The report in Firefox, by a picture of it."""

import os
import shutil
import subprocess

import numpy as np
import pytest
from matplotlib.image import imread

pytestmark = pytest.mark.browser

WIDTH = 1280


@pytest.fixture(scope="module")
def picture(report_page, tmp_path_factory) -> np.ndarray:
    """All of the report in Firefox: rows of pixels, each of red, green and blue."""
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
            f"--window-size={WIDTH}", "--screenshot", file, report_page.as_uri(),
        ],
        env=os.environ | {"HOME": str(folder)},
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return imread(file)[..., :3]


def colours(part: np.ndarray) -> int:
    return len(np.unique(np.round(part * 255).astype(np.uint32) @ np.uint32([1 << 16, 1 << 8, 1])))


def test_the_picture_is_as_wide_as_the_window_and_as_long_as_the_page(picture):
    assert picture.shape[1:] == (WIDTH, 3)
    assert len(picture) > 5 * WIDTH


def test_the_title_is_written(picture):
    title = picture[40:130, 20:740]
    assert colours(title) > 20  # the edges of letters are of many greys
    dark = title.max(axis=2) < 0.3
    assert 0.05 < dark.mean() < 0.5
    assert dark.any(axis=0).mean() > 0.5  # from one end of the line to the other


def test_the_map_is_drawn(picture):
    land = np.array([0xF7, 0xEF, 0xDC]) / 255
    is_land = (np.abs(picture - land) < 0.01).all(axis=2)
    map_rows = is_land.mean(axis=1) > 0.1  # wherever on the page they are
    assert map_rows.sum() > 200
    assert colours(picture[map_rows]) > 100


def test_the_page_is_not_blank(picture):
    assert colours(picture) > 300
