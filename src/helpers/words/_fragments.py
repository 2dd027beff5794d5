"""Pieces of HTML, made from templates that escape whatever they are given."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from helpers.words import _formats as forms
from helpers.words._formats import ISOLATE, Value, is_right_to_left, isolate
from helpers.words._traced import RULES, Traced, format_count, trace_number, trace_text


def _mark_language(language: str) -> str:
    """The attribute that names a language, for words of another one than the page's."""
    return "" if language in ("", "en") else Markup(' lang="{}"').format(language)


def _trace_table(cell: Value | str) -> Traced:
    """A number, or what a person wrote, as it stands with a place or a source in the tables."""
    if isinstance(cell, str):
        return trace_text(cell, rule="table")
    return trace_number(cell, rule="table")


def _isolate_value(value: object) -> object:
    """A dossier's words in an element: right-to-left ones leave the order around them as it is."""
    if isinstance(value, Markup) or not isinstance(value, str) or not is_right_to_left(value):
        return "" if value is None else value
    return _isolate_words(value) if ISOLATE in value else Markup("<bdi>{}</bdi>").format(value)


def _isolate_words(text: str) -> Markup:
    """The right-to-left words in a sentence of ours, each in an element."""
    return Markup(isolate(escape(text), mark="<bdi>{}</bdi>"))


def _isolate_plain(text: str) -> Markup:
    """The same in an attribute, which has no elements."""
    return escape(isolate(text))


_FILTERS = {
    "date": forms.format_date, "when": forms.say_when, "lang": _mark_language,
    "count": format_count, "language": forms.name_language, "of_table": _trace_table,
    "sentence": _isolate_words, "plain": _isolate_plain,
}  # fmt: skip


def open_fragments(folder: Path) -> Callable[..., str]:
    """What fills in the templates of a folder: a function of a template's name and its values.

    Every value is escaped. JupyterLab sets what stands between dollar signs as mathematics, but not
    in an element of the class that stands around each piece: '$5 to $9' stays as typed.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_isolate_value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= _FILTERS
    environment.globals["rules"] = RULES

    def render_fragment(template: str, **values: object) -> str:
        html = environment.get_template(f"{template}.html.j2").render(values)
        return f'<div class="mathjax_ignore">{html}</div>'

    return render_fragment
