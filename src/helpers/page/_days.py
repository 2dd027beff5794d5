"""The days that a reader may turn back to: a row of radio buttons, which need no script."""

import re
from collections import Counter, defaultdict

from helpers.dossier import Dossier, has_number, last_day
from helpers.page._told import remember
from helpers.words import format_date, format_list

_MOST_DAYS = 8
_KNOWN = "As it could be known at the end of"
_ON = re.compile(r'<div class="day((?: on-\d{4}-\d\d-\d\d)+)"')
_FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)


@remember
def turn_back(dossier: Dossier) -> dict[str, Dossier]:
    """A dossier at the end of each day on which most numbers were given, and of its last day.

    What one source says has no days to turn back to.
    """
    facts = dossier.facts
    if len(dossier.sources) < 2:
        return {}
    said = facts["stated"].map(last_day)
    numbers = Counter(said[has_number(facts)])
    last = said.max()
    others = sorted(set(said) - {last}, key=lambda day: (-numbers[day], day))
    days = [day.isoformat() for day in sorted(others[: _MOST_DAYS - 1])]
    return {day: dossier.as_of(day) for day in days} | {last.isoformat(): dossier}


def mark_days(copies: dict[str, str]) -> str:
    """What is told at the end of each day: the last is seen, also in a notebook.

    What is folded away stands in the last day's alone; what several days tell alike stands once.
    """
    *earlier, (last, latest) = copies.items()
    days_of = defaultdict(list)
    for day, told in earlier:
        days_of[_FOLDED.sub("", told)].append(day)
    html = ""
    for told, days in days_of.items():
        names = " ".join(f"on-{day}" for day in days)
        label = f"{_KNOWN} {format_list(map(format_date, days))}"
        html += f'<div class="day {names}" role="group" aria-label="{label}" hidden>{told}</div>'
    return html + f'<div class="day on-{last}">{latest}</div>'


def add_days(html: str) -> tuple[str, str]:
    """A page's body with a row of days, where anything follows them, and the style sheet of it.

    The buttons are the page's own: those that an output may hold were taken out.
    """
    days = sorted({name.removeprefix("on-") for on in _ON.findall(html) for name in on.split()})
    if len(days) < 2:
        return html, ""
    buttons = "".join(
        f'<span><input type="radio" name="day" id="day-{day}"{" checked" * (day == days[-1])}>'
        f'<label for="day-{day}">{format_date(day)}</label></span>'
        for day in days
    )
    rules = "".join(
        f"main:has(#day-{day}:checked) .day{{display:none}}"
        f"main:has(#day-{day}:checked) .on-{day}{{display:block}}"
        for day in days[:-1]
    )
    row = f'<fieldset class="days"><legend>{_KNOWN}</legend>{buttons}</fieldset>'
    before, nav, after = html.partition("</nav>")
    return f"{before}{nav}{row}{after}", f"@media screen{{{rules}}}"
