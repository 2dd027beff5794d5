"""What may stand in a page: no script, nothing to fetch."""

import re
from base64 import b64decode
from io import BytesIO
from zipfile import ZipFile

import nh3

# Formulas, by the elements of MathML Core.
_MATH_TAGS = set(
    """math menclose merror mfrac mi mn mo mover mpadded mroot mrow mspace msqrt mstyle msub msubsup
    msup mtable mtd mtext mtr munder munderover""".split()
)
# What a page may hold: everything else is taken out of it, whoever wrote it.
_HTML_TAGS = nh3.ALLOWED_TAGS | _MATH_TAGS | {
    "data", "details", "figcaption", "figure", "main", "nav", "picture", "section",
    "source", "style", "summary",
}  # fmt: skip
_HTML_ATTRIBUTES = nh3.ALLOWED_ATTRIBUTES | {
    "math": {"display"},
    "mo": {"stretchy", "fence", "form", "lspace", "rspace", "minsize", "maxsize"},
    "mi": {"mathvariant"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mfrac": {"linethickness"},
    "mspace": {"width"},
    "mtable": {"columnalign"},
    "mover": {"accent"},
    "*": set(
        """class id lang dir title role style tabindex value open hidden aria-label
        aria-labelledby aria-describedby aria-hidden""".split()
    ),
    "a": {"href", "hreflang", "download"},
    "th": {"scope", "colspan", "rowspan", "headers"},
    "td": {"colspan", "rowspan", "headers"},
    "data": {"data-fact", "data-rule"},
    "source": {"media", "srcset", "width", "height"},
}
_SVG_TAGS = set(
    """a circle clipPath defs desc ellipse g image line linearGradient marker mask path pattern
    polygon polyline radialGradient rect stop svg text title tspan use""".split()
)
_SVG_ATTRIBUTES = {
    "*": set(
        """class clip-path clipPathUnits cx cy d dx dy fill fill-opacity fill-rule gradientUnits
        height href id lang offset opacity patternUnits points preserveAspectRatio r rx ry
        stop-color stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity
        stroke-width style text-anchor transform version viewBox width x x1 x2 xlink:href xmlns
        xmlns:xlink y y1 y2""".split()
    )
}
_ADDRESSES = ("https://", "http://", "mailto:", "#")
# A page in the same folder or below it: not //host, not ../, no other scheme.
_NEIGHBOUR = re.compile(r"(?:[\w-][\w.%~-]*/)*[\w-][\w.%~-]*\.html")
_PAINTS = ("style", "fill", "stroke", "clip-path")
_DOWNLOADS = ("data:text/csv;", "data:application/json;")
_ZIP = "data:application/zip;base64,"
_TABLE = re.compile(r"[\w-]+\.(?:csv|json)")  # what a zip may hold
_STYLE_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)
# A style that may fetch; a backslash may spell any of them. '#…' is a part of the picture itself.
_FETCHES = re.compile(r"@import|url\s*\((?!#)|image-set|\\", re.IGNORECASE)
# What pandas says of its tables is said once here, for a style sheet in a page's body reaches back.
# Nor may it hold an address: that of a picture is put back into what was looked at.
_UNFIT = re.compile(_FETCHES.pattern + r"|data:image|^\s*\.dataframe tbody", re.IGNORECASE)
_NO_WORDS = re.compile(r'<img((?: (?!alt=)[\w:-]+="[^"]*")*)>')
_PICTURES = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]")


def sanitise(html: str) -> str:
    """HTML without what runs, fetches or sends: scripts, handlers, frames, forms, addresses."""
    html = _clean(html, _HTML_TAGS, _HTML_ATTRIBUTES, {"script"})
    # Of pictures that nobody has described it is said once that they are; the others are silent.
    count = len(_NO_WORDS.findall(html))
    first = "A picture" if count == 1 else f"The first of {count} pictures"
    html = _NO_WORDS.sub(rf'<img\1 alt="{first} without a description">', html, count=1)
    html = _NO_WORDS.sub(r'<img\1 alt="">', html)
    return _STYLE_SHEET.sub(lambda m: "" if _UNFIT.search(m[1]) else m[0], html)


def take_style_out(html: str) -> str:
    """The same for an output that was to stand alone: its style sheets are not the page's."""
    return _clean(html, _HTML_TAGS - {"style"}, _HTML_ATTRIBUTES, {"script", "style"})


def sanitise_svg(svg: str) -> str:
    """The same for a picture; its style sheet goes too, for the page has one."""
    return _clean(svg, _SVG_TAGS, _SVG_ATTRIBUTES, {"script", "style"})


def _clean(text: str, tags: set[str], attributes: dict[str, set[str]], dropped: set[str]) -> str:
    return nh3.clean(
        text,
        tags=tags,
        attributes=attributes,
        attribute_filter=_keep_address,
        clean_content_tags=dropped,
        url_schemes={"https", "http", "mailto", "data"},
        link_rel=None,
    )


def _keep_address(tag: str, name: str, value: str) -> str | None:
    """An attribute's value, or None where it is an address that the element may not have."""
    if name == "srcset":  # one picture: a space would begin another address
        return value if _PICTURES.match(value) and len(value.split()) == 1 else None
    if name in ("src", "href", "xlink:href"):
        if tag in ("img", "image"):
            return value if _PICTURES.match(value) else None
        if tag != "a":  # a part of the picture itself, by <use> and its like
            return value if value.startswith("#") else None
        known = value.startswith(_ADDRESSES + _DOWNLOADS) or _NEIGHBOUR.fullmatch(value)
        return value if known or _holds_tables(value) else None
    return None if name in _PAINTS and _FETCHES.search(value) else value


def _holds_tables(address: str) -> bool:
    """Whether an address is a zip of tables and of nothing else."""
    if not address.startswith(_ZIP):
        return False
    try:
        packed = ZipFile(BytesIO(b64decode(address.removeprefix(_ZIP), validate=True)))
    except Exception:  # zipfile raises whatever a damaged file makes it raise
        return False
    return all(_TABLE.fullmatch(name) for name in packed.namelist())
