import numpy as np
import pytest
from matplotlib.colors import to_hex
from pictures import find, find_starting, read

from helpers.dossier import load_dossier
from helpers.errors import DossierError, NoFactsError
from helpers.figures import LIGHT, chronicle


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022")


def happening(date: str, statement: str = "A dam broke", **cells) -> dict:
    return {"topic": "event", "statement": statement, "date": date, **cells}


def test_days_without_facts_are_refused(kazakhstan):
    with pytest.raises(NoFactsError, match="No fact here has a date in these days"):
        chronicle(kazakhstan, first="1931-01-01", last="1931-01-05")


def test_a_span_that_is_none_is_refused(kazakhstan):
    with pytest.raises(DossierError, match="first 'soon': not a date"):
        chronicle(kazakhstan, first="soon")
    with pytest.raises(DossierError, match=r"last day, 2022-01-02, comes before .* 2022-01-05"):
        chronicle(kazakhstan, first="2022-01-05", last="2022-01-02")


def test_the_span_is_that_of_the_month_of_the_article(kazakhstan):
    figure = chronicle(kazakhstan)
    text = read(figure)
    assert figure.title.startswith("Day by day from 1 to 20 January 2022: ")
    assert "8 Jan: no dated fact" in text
    assert "16 to 18 Jan: no dated fact" in text
    assert "15 March" not in figure.alt


def test_a_span_may_be_given(kazakhstan):
    figure = chronicle(kazakhstan, first="2022-01-07", last="2022-02")
    assert figure.title.startswith("Day by day from 7 January 2022 to 28 February 2022: ")
    assert "19 to 28 Feb: no dated fact" in read(figure)


def test_at_most_six_a_day_are_drawn_and_the_others_are_in_the_table(kazakhstan):
    figure = chronicle(kazakhstan)
    rows = figure.rows
    drawn = rows[rows["drawn"] == "in the picture"]
    assert drawn.groupby("day").size().max() == 6
    of_day = rows[rows["day"] == "6 January 2022"]
    assert f"+ {len(of_day) - 6} more in the table" in read(figure)
    for fact_id in drawn["facts"]:
        assert len(find(figure, f"{fact_id}-mark")) == 1
    assert len(find_starting(figure, "")) >= len(drawn)


def test_what_weighs_most_on_a_day_is_never_left_out(build_dossier):
    """What an editor prefers, then numbers, then the others: the last of nine is the first."""
    words = [happening("2031-05-02", f"Word {n}") for n in range(7)]
    number = happening("2031-05-02", "Dead", value=3, unit="boats", measure="losses")
    chosen = happening("2031-05-02", "The dam broke", rank="preferred")
    figure = chronicle(build_dossier(*words, number, chosen))
    assert list(figure.rows["facts"][:3]) == ["f9", "f8", "f1"]
    assert find(figure, "f9-mark") and find(figure, "f8-mark") and not find(figure, "f7-mark")
    text = read(figure)
    assert text.index("The dam broke") < text.index("Dead: 3 boats") < text.index("Word 0")


def test_on_the_day_of_the_article_its_numbers_are_seen(kazakhstan):
    rows = chronicle(kazakhstan).rows
    seen = rows[(rows["day"] == "6 January 2022") & (rows["drawn"] == "in the picture")]
    assert {"12 people", "2,500 people"} <= set(seen["number"])


def test_the_alt_text_tells_of_all_that_happened(kazakhstan):
    figure = chronicle(kazakhstan)
    assert set(figure.rows["drawn"]) == {"in the picture", "here only"}
    assert [text for text in figure.rows["statement"] if text not in figure.alt] == []


def test_the_article_is_accent_and_troops_are_square(kazakhstan):
    figure = chronicle(kazakhstan)
    [own], [other] = find(figure, "a23-mark"), find(figure, "r24-mark")
    assert to_hex(own.get_facecolor()) == LIGHT["accent"]
    assert to_hex(other.get_facecolor()) == LIGHT["contrast"]
    assert hasattr(own, "get_width") and hasattr(other, "center")


def test_what_was_said_beforehand_is_hollow_and_says_so(kazakhstan):
    figure = chronicle(kazakhstan)
    [mark] = find(figure, "a62-mark")
    assert to_hex(mark.get_facecolor()) == LIGHT["paper"]
    assert "(said on 6 January 2022)" in read(figure)


def test_a_month_stands_on_top_and_days_in_their_order(build_dossier):
    figure = chronicle(
        build_dossier(
            happening("2031-05-09"),
            happening("2031-05", "It rained"),
            happening("2031-05-02", "A dam cracked"),
            happening("2031", "The dam was old"),
        )
    )
    text = read(figure)
    heads = ["2031, month not stated", "May 2031, day not stated", "2 May", "3 to 8 May", "9 May"]
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)
    heights = [find(figure, f"f{n}-mark")[0].center[1] for n in (4, 2, 3, 1)]
    assert np.all(np.diff(heights) > 0)


@pytest.mark.parametrize(
    ("relation", "said"), [("retracts", "withdrawn"), ("supersedes", "superseded")]
)
def test_what_no_longer_stands_stays_on_its_day_and_says_so(build_dossier, relation, said):
    day = "2031-05-01"
    later = happening(day, "It held", replaces="f1", relation=relation, stated="2031-05-05")
    figure = chronicle(build_dossier(happening(day), later, happening("2031-05-04")))
    assert list(figure.rows["facts"]) == ["f1", "f2", "f3"]
    assert f"({said} since 5 May 2031)" in read(figure)
    assert f"({said} since 5 May 2031)" in figure.alt
    (gone,), (stands,) = find(figure, "f1-mark"), find(figure, "f2-mark")
    assert to_hex(gone.get_facecolor()) == LIGHT["contrast_tint"]
    assert to_hex(stands.get_facecolor()) == LIGHT["contrast"]


def test_tolls_that_were_withdrawn_or_superseded_stay_in_the_story(kazakhstan):
    text = " ".join(read(chronicle(kazakhstan)).split())
    assert "All deaths in a week of unrest: 164 people (withdrawn since 9 January 2022)" in text
    assert "morgues: 225 people (superseded since 14 March 2022)" in text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_that_there_is_can_be_drawn(build_dossier, day):
    assert find(chronicle(build_dossier(happening(day))), "f1-mark")


@pytest.mark.parametrize(
    "day", ["2031", "2030/2031", "2031-04/2031-05", "2031-05-02/2031-05-06", "2031-05-02"]
)
def test_each_form_of_a_date_has_a_calendar(build_dossier, day):
    assert chronicle(build_dossier(happening(day))).rows["facts"].tolist() == ["f1"]


def test_only_months_are_known(build_dossier):
    figure = chronicle(build_dossier(happening("2031-05")))
    assert figure.title == "From 1 to 31 May 2031 no fact names its day"
    assert "1 to 31 May: no dated fact" in read(figure)


def test_two_articles_have_each_their_name(tmp_path, write_tables):
    said = {"asserted_by": "police", "stated": "2031-05-04", "paragraph": 1, "anchor": "three"}
    said |= {"topic": "casualties", "statement": "Deaths", "measure": "deaths", "unit": "people"}
    said |= {"of_whom": "sailors", "date": "2031-05-04"}
    paper = {"kind": "article", "title": "A storm", "language": "en"}
    facts = [
        said | {"fact_id": f"f{n}", "source_id": f"s{n}", "value": n, "anchor": word}
        for n, word in ((3, "three"), (4, "four"), (5, "five"))
    ]
    publishers = {"s3": "The Gazette", "s4": "The Herald", "s5": "The Herald"}
    sources = [paper | {"source_id": key, "publisher": name} for key, name in publishers.items()]
    story = load_dossier(write_tables(tmp_path / "two", facts=facts, sources=sources))
    figure = chronicle(story)
    names = ["The Gazette", "The Herald (s4)", "The Herald (s5)"]
    assert list(figure.rows["said_in"]) == names
    assert all(name in read(figure) for name in names)


def test_the_span_is_told_as_exactly_as_it_is_stated(build_dossier):
    facts = [happening(day) for day in ("2031-05", "2031-05-20", "2033-09")]
    whole = {"first": "2031-05-01", "last": "2033-09-30"}
    figure = chronicle(build_dossier(*facts), **whole)
    assert figure.title == "Day by day from May 2031 to September 2033: three facts"
    assert "of each day, from May 2031 to September 2033." in figure.alt
    day = chronicle(build_dossier(*facts, happening("2033-09-30")), **whole)
    assert day.title == "Day by day from May 2031 to 30 September 2033: four facts"


def test_a_span_in_one_month_is_that_month(build_dossier):
    facts = [happening("2031-05"), happening("2031-05-20")]
    figure = chronicle(build_dossier(*facts), first="2031-05-01", last="2031-05-20")
    assert figure.title == "Day by day in May 2031: two facts"


def test_what_has_no_day_stands_where_it_begins(build_dossier):
    days = ["2031-09", "2031-05-20", "2031-05-03/2031-06-04", "2031-05-03", "2031-05", "2030"]
    figure = chronicle(build_dossier(*map(happening, days)), first="2030", last="2031-09")
    assert list(figure.rows["facts"]) == ["f6", "f5", "f3", "f4", "f2", "f1"]
    heights = [find(figure, f"f{n}-mark")[0].center[1] for n in (6, 5, 3, 4, 2, 1)]
    assert np.all(np.diff(heights) > 0)
    assert "21 May 2031 to 31 Aug 2031: no dated fact" in read(figure)


def test_a_number_of_a_month_lacks_no_day(build_dossier):
    count = happening("2031-05", "Lost in May", value=9, unit="hours", measure="hours lost")
    alone = chronicle(build_dossier(count))
    assert "not stated" not in read(alone) + alone.alt
    both = chronicle(build_dossier(count, happening("2031-05", "A ship sank")))
    for told in (read(both), both.alt):
        assert "A ship sank (day not stated)" in told
        assert "May 2031, day" not in told and told.count("not stated") == 1
