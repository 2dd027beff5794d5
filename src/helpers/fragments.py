"""Pieces of HTML, made from templates that escape whatever they are given."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from helpers.wording import word_date, word_number

TEMPLATES = Path(__file__).parent / "templates"

_environment = Environment(
    loader=FileSystemLoader(TEMPLATES / "fragments"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"date": word_date, "number": word_number}


def render_fragment(template: str, **values) -> str:
    """One template of templates/fragments/, filled in; every value is escaped.

    JupyterLab sets what stands between dollar signs as mathematics, but not in an element of this
    class: '$5 to $9' stays as typed.
    """
    html = _environment.get_template(f"{template}.html.j2").render(values)
    return f'<div class="mathjax_ignore">{html}</div>'
