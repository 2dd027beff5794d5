"""A page of a notebook made fit to be mailed: its pictures, fonts and colours in it."""

import re
from collections import defaultdict
from functools import lru_cache
from html import escape, unescape
from itertools import chain, count
from urllib.parse import unquote

from markupsafe import Markup

from helpers.figures import WEIGHTS, embed_fonts, fit_in_page, palette_css, split_for_print
from helpers.page._cleaning import sanitise, sanitise_svg
from helpers.page._days import add_days
from helpers.page._foreign import name_missing_pictures
from helpers.page._origin import AT_HOME

_TAGS = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)
_PICTURE = re.compile(
    r'<div class="picture">(?:<picture><source ([^>]*)>)?<img ([^>]*)>\s*(?:</picture>)?</div>'
)
_HEADING = re.compile(r"<h([1-6])\b")
_NAMED_HEADING = re.compile(r'<h([1-6]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_CONTENTS = '<nav class="contents" aria-label="Contents"></nav>'
_EMPTY_HEADER = re.compile(r"<th\b([^>]*)></th>")  # as pandas has one in its corner
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
# JupyterLab sets a table's cells to the right unless each says otherwise; the page does not.
_TO_THE_LEFT = re.compile(r'(<t[dh]\b[^>]*) style="text-align:left"')
_SVG_ADDRESS = "data:image/svg+xml,"
_QUOTED_SVG = re.compile(rf'(?<="){re.escape(_SVG_ADDRESS)}[^"<>\x00-\x1f]*(?=")')
_ASIDE = re.compile(rf'(?<="){re.escape(_SVG_ADDRESS)}\d+(?=")')
_FIGURE = re.compile(r'<figure class="dossier-figure( copy)?"(.*?)</figure>', re.DOTALL)
_ROW = re.compile(r'<tr [^>]*\bid="fact-([^"]+)"[^>]*>\s*<th scope="row">[^<]*')
_STATEMENTS = ">statement</th>"
_FACT_LINK = re.compile(r'<a href="#fact-([^"]+)"')
_FACT_ANCHOR = re.compile(r'<a href="#fact-([^"]*)">(?:<title>[^<]*</title>)?(.*?)</a>', re.DOTALL)
_TOOLTIP = re.compile(r"<title>[^<]*</title>")
_GROUP = re.compile(r"<g>\s*(<path [^>]*></path>|<circle [^>]*/>)\s*</g>")
# What a shape or a text looks like, where that can be a rule of a style sheet and nothing else.
_LOOK = re.compile(
    r'(<(?:path|circle|text|use)(?![^>]* class=)[^>]*) style="((?:[\w:;., #-]|var\(--[\w-]+\))+)"'
)
_EMPTY = re.compile(r"></(?:path|use)>")
_CURVES = re.compile(r'<path d="M[\d. -]+((?:C[\d. -]+){8})(?:L[\d. -]+)?z"([^>]*)></path>')
_CURVE_END = re.compile(r"(-?[\d.]+) (-?[\d.]+)(?=C|$)")
_ROUNDED = 0.03  # points: how far the ends of a circle's curves are from it, being rounded


def finish_page(html: str) -> str:
    """A page that nbconvert made, cleaned, its figures laid out, its fonts and colours in it."""
    head, begin, body = html.partition("<body>")
    body, pictures = _set_aside(body)
    # An output may end the body before its time: what stands behind is looked at all the same.
    body = _level_headings(_add_contents(sanitise(name_missing_pictures(body))))
    # A program's lines are not broken: a long one is scrolled to, by the keyboard too.
    body = body.replace("<pre>", '<pre tabindex="0">')
    body = _EMPTY_HEADER.sub(r"<td\1></td>", body)
    body, looks = _lay_out_figures(body, pictures)
    body, days = add_days(_TO_THE_LEFT.sub(r"\1", body))
    html = f"{head}{begin}{body}</body>\n</html>\n"
    # A page has the letters of what it says wherever it is made.
    letters = unescape(_TAGS.sub("", AT_HOME.sub("", html)))
    style = palette_css() + looks + days + embed_fonts(dict.fromkeys(WEIGHTS, letters))
    return html.replace("</head>", f"<style>{style}</style></head>", 1)


def _set_aside(html: str) -> tuple[str, dict[str, str]]:
    """HTML whose pictures are numbers, for what looks through it to be quick, and they by these."""
    pictures: dict[str, str] = {}

    def number(match: re.Match) -> str:
        address = f"{_SVG_ADDRESS}{len(pictures)}"
        pictures[address] = unescape(match[0])
        return address

    return _QUOTED_SVG.sub(number, html), pictures


def _add_contents(html: str) -> str:
    """The body of a page whose headings each have a name of their own, and their list on top.

    The list names the headings of the second level, with which sections begin.
    """
    taken, listed = {"content"}, []

    def name(heading: re.Match) -> str:
        level, wanted, text = heading.groups()
        others = (f"{wanted}-{number}" for number in count(2))
        anchor = next(one for one in chain([wanted], others) if one not in taken)
        taken.add(anchor)
        if level == "2":
            address = anchor.replace("%", "%25")
            plain = Markup.escape(Markup(text).striptags())
            listed.append(f'<li><a href="#{address}">{plain}</a></li>\n')
        return f'<h{level} id="{anchor}">{text}</h{level}>'

    html = _NAMED_HEADING.sub(name, html)
    begin = _CONTENTS.removesuffix("</nav>")
    links = f"<details><summary>Contents</summary>\n<ol>\n{''.join(listed)}</ol></details>"
    return html.replace(_CONTENTS, f"{begin}{links}</nav>" if listed else "", 1)


def _level_headings(html: str) -> str:
    """Headings that look as they were typed, and tell a screen reader no level that is skipped."""
    above: list[int] = []

    def tell(heading: re.Match) -> str:
        typed = int(heading[1])
        while above and above[-1] >= typed:
            above.pop()
        above.append(typed)
        is_skipped = above[0] == 1 and len(above) < typed
        return heading[0] + (f' aria-level="{len(above)}"' if is_skipped else "")

    return _HEADING.sub(tell, html)


def _lay_out_figures(html: str, pictures: dict[str, str]) -> tuple[str, str]:
    """Our figures with a number each, their pictures as SVG in the page, and links both ways.

    A figure leads to the rows of its facts, and each row back to the figures that draw it. A copy
    of an earlier day is no figure of its own. What pictures look like is said in one style sheet.
    """
    numbers, copies, used = count(1), count(1), defaultdict(list)
    looks: dict[str, str] = {}

    def name_look(match: re.Match) -> str:
        return f'{match[1]} class="{looks.setdefault(match[2], f"look-{len(looks)}")}"'

    def lay_out(figure: re.Match) -> str:
        is_copy, content = figure.groups()
        name = f"copy-{next(copies)}" if is_copy else f"figure-{next(numbers)}"
        content = _PICTURE.sub(lambda match: _inline(match, name, pictures), content, count=1)
        content = _LOOK.sub(name_look, content)
        if is_copy:
            return f'<figure class="dossier-figure"{_TOOLTIP.sub("", content)}</figure>'
        # A map's table lists all facts that name a place: it draws those that its labels lead to.
        told = content if _STATEMENTS in content else content.partition("</svg>")[0]
        for fact_id in dict.fromkeys(_FACT_LINK.findall(told)):
            used[fact_id].append(name)
        return f'<figure class="dossier-figure" id="{name}"{content}</figure>'

    def link_back(row: re.Match) -> str:
        links = [(name, name.removeprefix("figure-")) for name in used[row[1]]]
        form = '<div class="detail"><a href="#{}">fig. {}</a></div>'
        return row[0] + "".join(form.format(*link) for link in links)

    html = _FIGURE.sub(lay_out, html)
    html = _ASIDE.sub(lambda match: escape(pictures.get(match[0], match[0])), html)
    html = _ROW.sub(link_back, html)
    rows = {match[1] for match in _ROW.finditer(html)}
    html = _FACT_ANCHOR.sub(lambda match: match[0] if match[1] in rows else match[2], html)
    # A part of a picture that is printed refers to a group: what stands around that is not seen.
    return html, "".join(f":is(svg,g) .{name}{{{look}}}" for look, name in looks.items())


def _inline(match: re.Match, name: str, pictures: dict[str, str]) -> str:
    """A figure's picture as a part of the page, in each form that it has."""
    narrow, wide = (
        defaultdict(str, {name: unescape(value) for name, value in _ATTRIBUTE.findall(part or "")})
        for part in match.groups()
    )
    if wide["src"] not in pictures:
        return match[0]
    small, width = pictures.get(narrow["srcset"], ""), narrow["width"]
    small = small if width.isdecimal() else ""
    return _write_picture(name, wide["alt"], pictures[wide["src"]], small, width)


@lru_cache(maxsize=64)
def _write_picture(name: str, alt: str, address: str, narrow: str, width: str) -> str:
    """A picture's addresses as SVG, without groups that say nothing, circles as such.

    The ids in it begin with the figure's name; the narrow form says what the wide one does.
    """
    svg, small = _read_svg(address, f"{name}-", alt), ""
    if narrow:
        svg = svg.replace("<svg", f'<svg id="{name}-wide"', 1)
        small = split_for_print(_read_svg(narrow, f"{name}-narrow-", ""), f"{name}-whole")
        small = small.replace('aria-label=""', f'aria-labelledby="{name}-wide"', 1)
        style = f"--width:{width}px;--least:0px"
        small = f'<div class="picture narrow" style="{style}">{small}</div>'
    html = f'<div class="picture">{svg}</div>{small}'
    return _EMPTY.sub("/>", _GROUP.sub(r"\1", _CURVES.sub(_write_circle, html)))


def _read_svg(address: str, prefix: str, alt: str) -> str:
    svg = sanitise_svg(unquote(address.removeprefix(_SVG_ADDRESS)))
    return fit_in_page(svg, prefix=prefix, alt=alt)


def _write_circle(path: re.Match) -> str:
    """A circle where eight curves draw one, as matplotlib does; else the path as it is."""
    points = [complex(float(x), float(y)) for x, y in _CURVE_END.findall(path[1])]
    centre = sum(points) / len(points)
    radius = abs(points[0] - centre)
    if any(abs(abs(point - centre) - radius) > _ROUNDED for point in points):
        return path[0]
    x, y, r = (f"{round(number, 2):g}" for number in (centre.real, centre.imag, radius))
    return f'<circle cx="{x}" cy="{y}" r="{r}"{path[2]}/>'
