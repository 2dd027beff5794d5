"""A page of a notebook made fit to be mailed: its pictures, fonts and colours in it."""

import re
from collections import defaultdict
from html import unescape
from itertools import count
from urllib.parse import unquote

from helpers.figures import WEIGHTS, embed_fonts, fit_in_page, palette_css, split_for_print
from helpers.page._cleaning import sanitise, sanitise_svg
from helpers.page._days import add_days
from helpers.page._foreign import name_missing_pictures
from helpers.page._origin import AT_HOME

_TAGS = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)
_PICTURE = re.compile(
    r'<div class="picture">(?:<picture><source ([^>]*)>)?<img ([^>]*)>\s*(?:</picture>)?</div>'
)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
# JupyterLab sets a table's cells to the right unless each says otherwise; the page does not.
_TO_THE_LEFT = re.compile(r'(<t[dh]\b[^>]*) style="text-align:left"')
_SVG_ADDRESS = "data:image/svg+xml,"
_FIGURE = re.compile(r'<figure class="dossier-figure( copy)?"(.*?)</figure>', re.DOTALL)
_ROW = re.compile(r'<tr [^>]*\bid="fact-([^"]+)"[^>]*>\s*<th scope="row">[^<]*')
_STATEMENTS = ">statement</th>"
_FACT_LINK = re.compile(r'<a href="#fact-([^"]+)"')
_FACT_ANCHOR = re.compile(r'<a href="#fact-([^"]*)">(?:<title>[^<]*</title>)?(.*?)</a>', re.DOTALL)


def finish_page(html: str) -> str:
    """A page that nbconvert made, cleaned, its figures laid out, its fonts and colours in it."""
    head, begin, body = html.partition("<body>")
    # An output may end the body before its time: what stands behind is looked at all the same.
    body = sanitise(name_missing_pictures(body))
    body, days = add_days(_TO_THE_LEFT.sub(r"\1", _lay_out_figures(body)))
    html = f"{head}{begin}{body}</body>\n</html>\n"
    # A page has the letters of what it says wherever it is made.
    letters = unescape(_TAGS.sub("", AT_HOME.sub("", html)))
    style = palette_css() + days + embed_fonts(dict.fromkeys(WEIGHTS, letters))
    return html.replace("</head>", f"<style>{style}</style></head>", 1)


def _lay_out_figures(html: str) -> str:
    """Our figures with a number each, their pictures as SVG in the page, and links both ways.

    A figure leads to the rows of its facts, and each row back to the figures that draw it. A copy
    of an earlier day is no figure of its own.
    """
    numbers, copies, used = count(1), count(1), defaultdict(list)

    def lay_out(figure: re.Match) -> str:
        if figure[1]:
            name = f"copy-{next(copies)}"
            content = _PICTURE.sub(lambda match: _inline(match, name), figure[2], count=1)
            return f'<figure class="dossier-figure"{content}</figure>'
        number = next(numbers)
        name = f"figure-{number}"
        content = _PICTURE.sub(lambda match: _inline(match, name), figure[2], count=1)
        # A map's table lists all facts that name a place: it draws those that its labels lead to.
        told = content if _STATEMENTS in content else content.partition("</svg>")[0]
        for fact_id in dict.fromkeys(_FACT_LINK.findall(told)):
            used[fact_id].append(number)
        return f'<figure class="dossier-figure" id="figure-{number}"{content}</figure>'

    html = _FIGURE.sub(lay_out, html)
    html = _ROW.sub(lambda match: match[0] + _link_back(used[match[1]]), html)
    rows = {match[1] for match in _ROW.finditer(html)}
    return _FACT_ANCHOR.sub(lambda match: match[0] if match[1] in rows else match[2], html)


def _inline(match: re.Match, name: str) -> str:
    """A figure's picture as a part of the page, in each form that it has.

    The ids in it begin with the figure's name.
    """
    narrow, wide = (
        {name: unescape(value) for name, value in _ATTRIBUTE.findall(part or "")}
        for part in match.groups()
    )
    address, alt = wide.get("src", ""), wide.get("alt", "")
    if not address.startswith(_SVG_ADDRESS):
        return match[0]
    svg = _read_svg(address, f"{name}-", alt)
    whole = f'<div class="picture">{svg}</div>'
    address, width = narrow.get("srcset", ""), narrow.get("width", "")
    if not address.startswith(_SVG_ADDRESS) or not width.isdecimal():
        return whole
    svg = _read_svg(address, f"{name}-narrow-", alt)
    narrow_style = f"--width:{width}px;--least:0px"
    svg = split_for_print(svg, f"{name}-whole")
    return f'{whole}<div class="picture narrow" style="{narrow_style}">{svg}</div>'


def _read_svg(address: str, prefix: str, alt: str) -> str:
    svg = sanitise_svg(unquote(address.removeprefix(_SVG_ADDRESS)))
    return fit_in_page(svg, prefix=prefix, alt=alt)


def _link_back(numbers: list[int]) -> str:
    """Links to the figures that draw a fact, for its row."""
    links = [f'<div class="detail"><a href="#figure-{n}">fig. {n}</a></div>' for n in numbers]
    return "".join(links)
