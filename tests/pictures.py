"""How tests look into a picture, and what holds for every one."""

from functools import lru_cache
from itertools import combinations

from matplotlib.text import Text

from helpers.figures._style import house_style, new_drawing

PHONE_PX = 358
HARD = {
    "formula": r"$5 to $9 \frac{a}{b} _{x} \\",
    "lines": "one\ntwo\r\n\tthree",
    "right-to-left": "مرحبا بالعالم עברית",
    "no glyph": "漢字 \U0001f9ff",
    "one long word": "x" * 900,
    "markup": "<b>&amp;</b> <script>",
    "long": "a word and " * 300,
}


@lru_cache(maxsize=4)
def drawn(figure, form="desktop"):
    """The picture that a figure draws in a form, once for all that a test asks of it."""
    return figure.draw(form)


def find(figure, gid: str) -> list:
    return drawn(figure).findobj(lambda artist: artist.get_gid() == gid)


def find_starting(figure, start: str) -> list:
    return drawn(figure).findobj(lambda artist: (artist.get_gid() or "").startswith(start))


def find_texts(figure, form="desktop") -> list[Text]:
    return drawn(figure, form).findobj(lambda a: isinstance(a, Text) and a.get_text().strip())


def read(figure, form="desktop") -> str:
    """All text of a figure, its broken lines put together again."""
    return " ".join(text.get_text() for text in find_texts(figure, form))


def find_boxes(figure, form="desktop") -> list:
    with house_style():
        drawn(figure, form).draw_without_rendering()
        return [(text.get_text(), text.get_window_extent()) for text in find_texts(figure, form)]


def assert_texts_apart(figure, hinting=0):
    """In no form a text leaves the frame or lies on another; hinted letters run wider."""
    for form in ("desktop", "phone"):
        _assert_apart(find_boxes(figure, form), drawn(figure, form).bbox, hinting)


def _assert_apart(boxes, frame, hinting):
    for name, box in boxes:
        assert box.x0 >= 0 and box.x1 <= frame.width + hinting, name
        assert box.y0 >= 0 and box.y1 <= frame.height, name
    for (one, box), (other, next_box) in combinations(boxes, 2):
        overlap_x = min(box.x1, next_box.x1) - max(box.x0, next_box.x0)
        overlap_y = min(box.y1, next_box.y1) - max(box.y0, next_box.y0)
        assert overlap_x <= 1 or overlap_y <= 3, (one, other)


def assert_drawn_into_axes(draw, *arguments):
    """A figure fills axes that are given, and leaves them nowhere."""
    with house_style():
        drawing = new_drawing(840, 1400)
        ax = drawing.add_axes((0.5, 0, 0.5, 0.5))
    figure = draw(*arguments, ax=ax)
    assert drawn(figure) is drawing
    with house_style():
        within = ax.get_window_extent().padded(1)
    assert all(
        within.contains(*corner) for _, box in find_boxes(figure) for corner in box.get_points()
    )
