"""What stands in notebooks that are not ours, made fit for a page without script."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nh3
from latex2mathml.converter import convert as convert_latex
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer
from nbformat import NotebookNode, from_dict

from helpers.page._cleaning import take_style_out

# What the browser would have to run, fetch or play.
_LIVE = re.compile(r"<(?:script|iframe|audio|video|object|embed|canvas|progress)\b", re.IGNORECASE)
_UNSEEN = {"audio", "canvas", "embed", "iframe", "object", "script", "style", "video"}
_HINT = "Make this Notebook Trusted to load map: File -> Trust Notebook"
_SCRIPTS = re.compile(
    # What is not closed goes on to the end, as in a browser: it is read once.
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<link\b[^>]*(?:>|\Z)|<!--.*?(?:-->|\Z)",
    re.S | re.IGNORECASE,
)
_IMAGE = re.compile(r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*+(?:>|\Z|(?=["']))""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_TOLD = {"text/markdown", "text/latex", *_PICTURES}  # other forms that a page shows
_FOR_BROWSERS = ("image/gif", "image/webp")  # nbconvert has no place for these
# What a program wrote over in its line; sought from the line's start alone, for a line may be long.
_REWRITTEN = re.compile(r"^[^\n]*\r(?=[^\r\n])", re.MULTILINE)
# What a cell's author calls its picture: in the cell's metadata, or in a line of Quarto's.
_CAPTIONS = ("alt", "caption", "title")
_CAPTION = re.compile(r"^#\| *(?:fig-)?(?:alt|cap|title): *[\"']?(.*?)[\"']? *$", re.MULTILINE)
_PICTURE_FILES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_LARGEST_PICTURE = 20_000_000  # bytes
# What an output is, by what stands in it or in the names of its forms.
_KINDS = {
    "plotly": "A chart by Plotly",
    "vega": "A chart by Altair or Vega",
    "bokeh": "A chart by Bokeh",
    "leaflet": "A map by Folium or Leaflet",
    "folium": "A map by Folium or Leaflet",
    "widget-view": "A widget",
    "<audio": "A sound",
    "<video": "A film",
    "<progress": "A progress bar",
    "<iframe": "A frame",
}


def find_caption(cell: NotebookNode) -> str:
    """What a cell's author says of its picture; '' where nothing is said."""
    said = (cell.metadata.get(name) for name in _CAPTIONS)
    typed = _CAPTION.search(cell.source)
    return str(next(filter(None, said), typed[1] if typed else ""))


def fit_output(output: NotebookNode, caption: str = "") -> NotebookNode | None:
    """An output as a page can show it; None where there is nothing to show.

    A picture without a description is described by the caption.
    """
    if output.output_type == "stream":
        text = "".join(output.text).replace("\r\n", "\n")
        return NotebookNode(output | {"text": _REWRITTEN.sub("", text)})
    if "data" not in output:
        return output
    told = output.get("metadata", {})
    about = {k: told[k] if isinstance(told.get(k), dict) else {} for k in output.data}
    if caption:
        about |= {k: {"alt": caption} | about[k] for k in _PICTURES if k in about}
    output = NotebookNode(output | {"metadata": from_dict(told | about)})
    html = _fit_html(output)
    forms = {kind: value for kind, value in output.data.items() if kind != "text/html"}
    if html is not None:
        forms["text/html"] = html
    is_empty = html is not None and not html.strip() and not forms.keys() & _TOLD
    return None if is_empty else NotebookNode(output | {"data": NotebookNode(forms)})


def _fit_html(output: NotebookNode) -> str | None:
    """The HTML of an output, or what stands in its place; None where another form is shown."""
    data = output.data
    html = "".join(data["text/html"]) if "text/html" in data else None
    told = output.metadata
    if html and (told | told["text/html"]).get("isolated"):
        html = take_style_out(html)
    is_live = html is not None and bool(_LIVE.search(html)) and not _has_words(html)
    picture = next((kind for kind in _PICTURES if kind in data), None)
    if picture and (is_live or html is None):
        if picture not in _FOR_BROWSERS:
            return None
        alt = told[picture].get("alt", "")
        image = Markup('<img src="data:{};base64,{}" alt="{}">')
        return str(image.format(picture, "".join(data[picture]).strip(), alt))
    if is_live and html and not _SCRIPTS.sub("", html).strip():
        return ""  # a script alone shows nothing
    is_strange = any("vnd." in kind or "javascript" in kind for kind in data)
    if is_live or (html is None and is_strange and not data.keys() & _TOLD):
        return str(_name_kind(output))
    return html


def _has_words(html: str) -> bool:
    """Whether something is left to be seen once nothing runs."""
    plain = nh3.clean(html, tags={"img", "table", "svg"}, clean_content_tags=_UNSEEN)
    for hint in (nh3.clean_text(_HINT), _HINT.replace(">", "&gt;")):
        plain = plain.replace(hint, "")
    return bool(plain.strip())


def _name_kind(output: NotebookNode) -> Markup:
    """One line on an output that cannot be shown."""
    told = (str(list(output.data)) + "".join(output.data.get("text/html", ""))).lower()
    kind = next((name for sign, name in _KINDS.items() if sign in told), "An output")
    plain = "".join(output.data.get("text/plain", "")).strip()
    is_said = kind in ("A widget", "A progress bar") and plain
    line = '<p class="note">{} cannot be shown without script{}.</p>'
    return Markup(line).format(kind, f": {plain}" if is_said else "")


def name_missing_pictures(html: str) -> str:
    """HTML in which each picture that is not in it is named in words."""

    def name(match: re.Match) -> str:
        found = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(match[0])}
        address, alt = found.get("src", ""), found.get("alt", "")
        if address.startswith("data:"):
            return match[0]
        about = f"{alt}, {address}" if alt else address
        return f'<span class="note">[Picture left out: {about.replace("<", "&lt;")}]</span>'

    return _IMAGE.sub(name, html)


def format_math(latex: str, display: str = "inline") -> str:
    """LaTeX as MathML; as it is typed where it is not understood."""
    try:
        return convert_latex(latex.strip().strip("$"), display=display)
    except Exception:  # the library raises whatever a formula makes it raise
        return f"<code>{escape(latex)}</code>"


class PageRenderer(IPythonRenderer):
    """Markdown for a page: formulas as MathML, pictures of the notebook's folder in it."""

    def __init__(self, **options: Any):
        super().__init__(escape=False, exclude_anchor_links=True, **options)
        self.found: dict[str, Path] = {}  # the files of pictures, by the names that the text has

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """A heading by the name that JupyterLab gives it, for links that somebody typed."""
        name = "-".join(Markup(text).striptags().split())
        return f'<h{level} id="{escape(name)}">{text}</h{level}>\n'

    def task_list_item(self, text: str, checked: bool = False) -> str:
        """A task with a mark, for a page has no boxes to tick."""
        return f'<li class="task-item">{"☑" if checked else "☐"} {text}</li>\n'

    def block_math(self, body: str) -> str:
        return f"<p>{format_math(body, 'block')}</p>"

    def inline_math(self, body: str) -> str:
        return format_math(body)

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def _embed_image_or_attachment(self, src: str) -> str:
        known = src.removeprefix("attachment:")
        is_missing = src != known and known not in self.attachments
        return src if is_missing else super()._embed_image_or_attachment(src)

    def _src_to_base64(self, src: str) -> str | None:
        """A picture of the folder; nothing that is none, is too large or lies elsewhere."""
        try:
            folder = Path(self.path).resolve()
            src = src if (folder / src).is_file() else unquote(src)
            file = (folder / src).resolve()
            is_picture = file.suffix.lower() in _PICTURE_FILES
            is_here = file.is_relative_to(folder) and file.is_file()
            if not (is_picture and is_here) or file.stat().st_size >= _LARGEST_PICTURE:
                return None
            picture = super()._src_to_base64(src)
            self.found |= {src: file} if picture else {}
            return picture
        except (OSError, ValueError):  # no file can have such a name
            return None
