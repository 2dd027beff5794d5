"""A page of a notebook made fit to be mailed: no script, nothing to fetch, its pictures in it."""

import re
from collections import defaultdict
from html import unescape
from itertools import count
from urllib.parse import unquote

import nh3

from helpers.palette import WEIGHTS
from helpers.svg import embed_fonts, fit_in_page, palette_css, split_for_print

_TAGS = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)
_PICTURE = re.compile(r'<div class="picture"><img ([^>]*)>\s*</div>')
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
# JupyterLab sets a table's cells to the right unless each says otherwise; the page does not.
_TO_THE_LEFT = re.compile(r'(<t[dh]\b[^>]*) style="text-align:left"')
_SVG_ADDRESS = "data:image/svg+xml,"
_FIGURE = re.compile(r'<figure class="dossier-figure"(.*?)</figure>', re.DOTALL)
_ROW = re.compile(r'<tr [^>]*\bid="fact-([^"]+)"[^>]*>\s*<th scope="row">[^<]*')
_STATEMENTS = ">statement</th>"
_FACT_LINK = re.compile(r'<a href="#fact-([^"]+)"')
_FACT_ANCHOR = re.compile(r'<a href="#fact-([^"]*)">(?:<title>[^<]*</title>)?(.*?)</a>', re.DOTALL)

# What a page may hold: everything else is taken out of it, whoever wrote it.
_HTML_TAGS = nh3.ALLOWED_TAGS | {
    "data", "details", "figcaption", "figure", "main", "nav", "section", "style", "summary",
}  # fmt: skip
_HTML_ATTRIBUTES = nh3.ALLOWED_ATTRIBUTES | {
    "*": set(
        """class id lang dir title role style tabindex value open aria-label aria-labelledby
        aria-describedby aria-hidden""".split()
    ),
    "a": {"href", "hreflang", "download"},
    "th": {"scope", "colspan", "rowspan", "headers"},
    "td": {"colspan", "rowspan", "headers"},
    "data": {"data-fact", "data-rule"},
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
_STYLE_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)
# A style that may fetch; a backslash may spell any of them. '#…' is a part of the picture itself.
_FETCHES = re.compile(r"@import|url\s*\((?!#)|image-set|\\", re.IGNORECASE)
_PICTURES = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]")


def finish_page(html: str) -> str:
    """A page that nbconvert made, cleaned, its figures laid out, its fonts and colours in it."""
    head, begin, body = html.partition("<body>")
    # An output may end the body before its time: what stands behind is looked at all the same.
    body = _TO_THE_LEFT.sub(r"\1", _lay_out_figures(sanitise(body)))
    html = f"{head}{begin}{body}</body>\n</html>\n"
    letters = unescape(_TAGS.sub("", html))
    style = palette_css() + embed_fonts(dict.fromkeys(WEIGHTS, letters))
    return html.replace("</head>", f"<style>{style}</style></head>", 1)


def sanitise(html: str) -> str:
    """HTML without what runs, fetches or sends: scripts, handlers, frames, forms, addresses."""
    html = _clean(html, _HTML_TAGS, _HTML_ATTRIBUTES, {"script"})
    return _STYLE_SHEET.sub(lambda m: "" if _FETCHES.search(m[1]) else m[0], html)


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
    if name in ("src", "href", "xlink:href"):
        if tag in ("img", "image"):
            return value if _PICTURES.match(value) else None
        known = value.startswith(_ADDRESSES + _DOWNLOADS) or _NEIGHBOUR.fullmatch(value)
        return value if known else None
    return None if name in _PAINTS and _FETCHES.search(value) else value


def _lay_out_figures(html: str) -> str:
    """Our figures with a number each, their pictures as SVG in the page, and links both ways.

    A figure leads to the rows of its facts, and each row back to the figures that draw it.
    """
    numbers, used = count(1), defaultdict(list)

    def lay_out(figure: re.Match) -> str:
        number = next(numbers)
        content = _PICTURE.sub(lambda match: _inline(match, number), figure[1], count=1)
        # A map's table lists all facts that name a place: it draws those that its labels lead to.
        told = content if _STATEMENTS in content else content.partition("</svg>")[0]
        for fact_id in dict.fromkeys(_FACT_LINK.findall(told)):
            used[fact_id].append(number)
        return f'<figure class="dossier-figure" id="figure-{number}"{content}</figure>'

    html = _FIGURE.sub(lay_out, html)
    html = _ROW.sub(lambda match: match[0] + _link_back(used[match[1]]), html)
    rows = {match[1] for match in _ROW.finditer(html)}
    return _FACT_ANCHOR.sub(lambda match: match[0] if match[1] in rows else match[2], html)


def _inline(match: re.Match, number: int) -> str:
    """A figure's picture as a part of the page."""
    attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(match[1])}
    address, alt = attributes.get("src", ""), attributes.get("alt", "")
    if not address.startswith(_SVG_ADDRESS):
        return match[0]
    svg = sanitise_svg(unquote(address.removeprefix(_SVG_ADDRESS)))
    svg = fit_in_page(svg, prefix=f"figure-{number}-", alt=alt)
    return f'<div class="picture">{split_for_print(svg, f"figure-{number}-whole")}</div>'


def _link_back(numbers: list[int]) -> str:
    """Links to the figures that draw a fact, for its row."""
    links = [f'<div class="detail"><a href="#figure-{n}">fig. {n}</a></div>' for n in numbers]
    return "".join(links)
