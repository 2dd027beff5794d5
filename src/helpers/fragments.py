"""Pieces of HTML, made from templates that escape whatever they are given."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from helpers.tracing import RULES, trace_fact, trace_note, trace_rule
from helpers.wording import word_date, word_number

TEMPLATES = Path(__file__).parent / "templates"
_LANGUAGE = "en"  # of a page


def _name_language(language: str) -> str:
    """The attribute that names a language, for words of another one than the page's."""
    if language in ("", _LANGUAGE):
        return ""
    return Markup(' lang="{}"').format(language)


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES / "fragments"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"date": word_date, "number": word_number, "lang": _name_language}
_environment.filters |= {"of_fact": trace_fact, "by_rule": trace_rule, "of_table": trace_note}
_environment.globals["rules"] = RULES


def render_fragment(template: str, **values) -> str:
    """One template of templates/fragments/, filled in; every value is escaped.

    JupyterLab sets what stands between dollar signs as mathematics, but not in an element of this
    class: '$5 to $9' stays as typed.
    """
    html = _environment.get_template(f"{template}.html.j2").render(values)
    return f'<div class="mathjax_ignore">{html}</div>'
