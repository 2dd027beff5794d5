import numpy as np
import pytest
from matplotlib.colors import to_hex
from pictures import (
    HARD,
    PHONE_PX,
    assert_drawn_into_axes,
    assert_texts_apart,
    drawn,
    find,
    find_starting,
    find_texts,
    read,
)

from helpers.dossier import load_dossier
from helpers.errors import DossierError, NoFactsError
from helpers.figures import LIGHT, chronicle, claims_over_time


def deaths(dossier, **options):
    return claims_over_time(dossier, "deaths", **options)


FIGURES = (deaths, chronicle)


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022")


@pytest.fixture(scope="module", params=["all", "article", "record"])
def of_source(request, kazakhstan):
    return kazakhstan.from_sources(request.param)


def people(value=None, **cells) -> dict:
    """A fact that counts people."""
    unit = {} if value is None and not {"low", "high"} & set(cells) else {"unit": "people"}
    count = {"value": value, "of_whom": "not stated", "measure": "deaths", **unit}
    return {"topic": "casualties", "statement": "Deaths so far", **count, **cells}


def happening(date: str, statement: str = "A dam broke", **cells) -> dict:
    return {"topic": "event", "statement": statement, "date": date, **cells}


# What there is nothing to draw of


@pytest.mark.parametrize("draw", [claims_over_time, chronicle])
def test_a_dossier_without_such_facts_is_refused(draw, build_dossier):
    with pytest.raises(NoFactsError, match=r"(There is n|N)o fact .*here.*\."):
        draw(build_dossier({"topic": "context", "statement": "A river flows here"}))


@pytest.mark.parametrize("draw", FIGURES)
def test_a_day_before_the_first_statement_is_refused(draw, kazakhstan):
    with pytest.raises(NoFactsError, match="Nothing had been stated by 2021"):
        draw(kazakhstan.as_of("2021"))


def test_a_measure_that_the_dossier_does_not_have_is_refused(kazakhstan):
    with pytest.raises(DossierError, match=r"'death': not a measure here \(did you mean 'deaths'"):
        claims_over_time(kazakhstan, "death")


def test_a_measure_in_another_unit_is_refused(kazakhstan):
    with pytest.raises(NoFactsError, match="no fact on aircraft"):
        claims_over_time(kazakhstan, "aircraft", unit="tonnes")


def test_days_without_facts_are_refused(kazakhstan):
    with pytest.raises(NoFactsError, match="No fact here has a date in these days"):
        chronicle(kazakhstan, first="1931-01-01", last="1931-01-05")


def test_a_span_that_is_none_is_refused(kazakhstan):
    with pytest.raises(DossierError, match="first 'soon': not a date"):
        chronicle(kazakhstan, first="soon")
    with pytest.raises(DossierError, match=r"last day, 2022-01-02, comes before .* 2022-01-05"):
        chronicle(kazakhstan, first="2022-01-05", last="2022-01-02")


# What holds for every figure


@pytest.mark.parametrize("draw", FIGURES)
def test_it_is_readable_on_a_phone_and_not_endless(draw, of_source):
    figure = draw(of_source)
    assert figure.picture().least_width_px <= PHONE_PX
    assert drawn(figure).bbox.height <= 2_300


@pytest.mark.parametrize("draw", FIGURES)
def test_same_facts_same_bytes(draw, kazakhstan):
    assert draw(kazakhstan).svg() == draw(kazakhstan).svg()


@pytest.mark.parametrize("day", ["2022-01-06", "2022-01-09", ""])
@pytest.mark.parametrize("draw", FIGURES)
def test_texts_stay_within_the_figure_and_apart(draw, day, of_source):
    assert_texts_apart(draw(of_source.as_of(day)))


@pytest.mark.parametrize("draw", FIGURES)
def test_axes_that_are_given_are_drawn_into_at_their_size(draw, kazakhstan):
    assert_drawn_into_axes(draw, kazakhstan)


@pytest.mark.parametrize("draw", FIGURES)
def test_every_row_says_who_and_what_is_not_stated(draw, kazakhstan):
    rows = draw(kazakhstan).rows
    assert not rows.isna().any().any()
    assert not rows.isin(["", "nan"]).any().any()
    assert rows["facts"].is_unique
    assert set(rows["said_in"]) == {"the article", "other sources"}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
@pytest.mark.parametrize("draw", FIGURES)
def test_a_hard_text_is_drawn(draw, text, build_dossier):
    cells = {"statement": text, "asserted_by": text, "actor": text, "date": "2031-05-01"}
    figure = draw(
        build_dossier(
            people(3, **{**cells, "of_whom": text}),
            people(**cells),
            people(7, topic="troops", **{**cells, "measure": text}),
            {"topic": "contributors", "role": "contributor", **cells},
        )
    )
    assert drawn(figure).bbox.width == 420
    assert_texts_apart(figure, hinting=30)
    figure.svg()


# Claims over time


def test_every_claim_has_a_mark_and_is_told(kazakhstan):
    figure = deaths(kazakhstan)
    facts = kazakhstan.facts.set_index("fact_id")
    wanted = facts.index[facts["measure"] == "deaths"]
    assert sorted(figure.rows["facts"]) == sorted(wanted)
    for fact_id in wanted:
        assert find_starting(figure, f"{fact_id}-"), fact_id
        assert facts.loc[fact_id, "statement"] in figure.alt
        assert facts.loc[fact_id, "asserted_by"] in figure.alt


def test_the_article_alone_is_picked_out(kazakhstan):
    figure = deaths(kazakhstan)
    accent = [
        artist.get_gid()
        for artist in find_starting(figure, "")
        if (artist.get_gid() or "").endswith("-mark")
        and to_hex(artist.get_edgecolor()) == LIGHT["accent"]
    ]
    assert accent == ["a01-mark"]
    assert read(figure).count("the article") == 1
    assert "Who they are is not stated: The article: Deaths so far in the unrest" in figure.alt
    assert figure.title.startswith(
        "Deaths: the article says 12 people, who they are is not stated; others make "
    )


def test_what_is_withdrawn_is_struck_through_and_says_when(kazakhstan):
    figure = deaths(kazakhstan)
    [strike], [number] = (
        find(figure, "r05-strike"),
        [text for text in find_texts(figure) if text.get_text() == "164"],
    )
    assert strike.get_xdata()[0] < number.get_position()[0] < strike.get_xdata()[1]
    assert len(find(figure, "r05-cross")) == 2
    assert "withdrawn 9 Jan" in read(figure)
    assert "Withdrawn 9 January 2022." in figure.alt
    assert find(figure, "r06-withdraws")
    assert not find(figure, "r07-strike")


def test_what_is_withdrawn_is_so_whichever_facts_are_selected(kazakhstan):
    figure = deaths(kazakhstan.select(fact_id=["r05", "r07"]).as_of("2022-01-09"))
    assert find(figure, "r05-strike")  # what the whole record had said by that day settles it
    assert "withdrawn" in read(figure)


def test_only_what_stands_is_filled(kazakhstan):
    figure = deaths(kazakhstan)
    standing = figure.rows.set_index("facts")["standing"]
    for fact_id in ("r07", "r08", "r10", "r05"):
        [mark] = find(figure, f"{fact_id}-mark")
        filled = to_hex(mark.get_facecolor()) != LIGHT["paper"]
        assert filled == (standing[fact_id] == "stands"), fact_id
    assert standing["r08"] == "superseded 5 May 2022"


def test_a_line_joins_only_what_replaces_and_never_two_groups(build_dossier):
    figure = deaths(
        build_dossier(
            people(5, of_whom="crew", stated="2031-05-01"),
            people(9, of_whom="crew", stated="2031-05-02"),
            people(8, of_whom="crew", stated="2031-05-03", replaces="f1", relation="supersedes"),
            people(11, of_whom="guests", stated="2031-05-04", replaces="f2", relation="supersedes"),
        )
    )
    [line] = find(figure, "f3-supersedes")
    ends = [find(figure, f"{name}-mark")[0].center[1] for name in ("f1", "f3")]
    assert sorted(set(line.get_ydata())) == pytest.approx(sorted(ends))
    assert max(line.get_xdata()) < find(figure, "f1-mark")[0].center[0]
    assert not find(figure, "f4-supersedes")
    assert "superseded 4 May" in read(figure)


def test_what_is_counted_at_one_place_only_is_a_group_of_its_own(kazakhstan):
    figure = deaths(kazakhstan.as_of("2022-01-06"))
    text = read(figure)
    assert text.index("Law enforcement, Kazakhstan") < text.index("Law enforcement, Almaty")
    marks = [find(figure, f"{name}-mark")[0].center[1] for name in ("r34", "r03", "r02", "r39")]
    assert marks == sorted(marks)
    assert "three groups counted apart" in figure.title
    assert "Law enforcement, Almaty" not in read(deaths(kazakhstan.select(fact_id=["r02", "r38"])))


def test_rows_are_in_the_order_of_time_within_their_group(build_dossier):
    figure = deaths(
        build_dossier(
            people(1, of_whom="guests", stated="2031-05-03"),
            people(2, of_whom="crew", stated="2031-05-02"),
            people(3, of_whom="guests", stated="2031-05"),
            people(4, of_whom="crew", stated="2030-12-31"),
            people(5, of_whom="crew", stated="2031-05-02", replaces="f4", relation="supersedes"),
        )
    )
    assert list(figure.rows["facts"]) == ["f4", "f2", "f5", "f1", "f3"]
    heights = [find(figure, f"{name}-mark")[0].center[1] for name in figure.rows["facts"]]
    assert heights == sorted(heights)
    assert "31 Dec 2030" in read(figure)


def test_more_than_a_month_is_a_gap(build_dossier):
    days = ("2031-05-01", "2031-05-31", "2031-07-15")
    assert find(deaths(build_dossier(*(people(4, stated=day) for day in days))), "gap")
    assert not find(deaths(build_dossier(*(people(4, stated=day) for day in days[:2]))), "gap")


def test_marks_share_one_scale_from_nothing(build_dossier):
    figure = deaths(build_dossier(people(10), people(30, of_whom="crew"), people(0)))
    x = [find(figure, f"f{number}-mark")[0].center[0] for number in (1, 2, 3)]
    assert (x[1] - x[2]) / (x[0] - x[2]) == pytest.approx(3)


def test_a_range_is_a_bar_and_open_ends_are_open(build_dossier):
    figure = deaths(
        build_dossier(
            people(low=5, high=18, qualifier="range"),
            people(18, qualifier="up to"),
            people(5, qualifier="at least"),
            people(12, low=5, high=18),
        )
    )
    [bar], [most], [around] = (find(figure, f"f{number}-range") for number in (1, 2, 4))
    x = {number: find(figure, f"f{number}-mark")[0].center[0] for number in (1, 2, 3, 4)}
    assert bar.get_x() == pytest.approx(x[3])
    assert bar.get_x() + bar.get_width() == pytest.approx(x[2])
    assert most.get_x() < bar.get_x()
    assert around.get_x() < x[4] < around.get_x() + around.get_width()
    assert find(figure, "f3-open") and not find(figure, "f1-open")
    for words in ("5 to 18", "up to 18", "at least 5", "12 (5 to 18)"):
        assert words in read(figure)
    assert_texts_apart(figure)


def test_below_nothing_and_far_above_stay_in_the_figure(build_dossier):
    figure = claims_over_time(
        build_dossier(
            people(-300, unit="tonnes", qualifier="at least"),
            people(12_000_000_000, unit="tonnes", low=-400, high=99_000_000_000),
        ),
        "deaths",
        unit="tonnes",
    )
    assert_texts_apart(figure)
    for mark in find(figure, "f1-mark") + find(figure, "f2-mark"):
        assert 0 < mark.center[0] < 416
    [bar] = find(figure, "f2-range")
    assert bar.get_x() + bar.get_width() <= 416


def test_a_claim_without_a_number_is_an_outline_with_words(build_dossier):
    figure = deaths(build_dossier(people(statement="Some died"), people(4)))
    [outline] = find(figure, "f1-no-number")
    assert outline.get_hatch()
    assert "no number stated Some died" in read(figure)
    assert not find(figure, "f1-mark")


def test_one_claim_alone(build_dossier):
    figure = deaths(build_dossier(people(4)))
    assert figure.title == "Deaths: there is one claim"
    assert len(figure.rows) == 1


def test_nothing_is_counted_together(kazakhstan):
    numbers = set(kazakhstan.facts["value"].dropna().astype(int))
    for text in find_texts(deaths(kazakhstan)):
        if text.get_text().isdigit() and text.get_text() != "2022":
            assert int(text.get_text()) in numbers


# Whatever is measured


def test_the_measure_with_the_most_claims_is_shown_in_its_unit(build_dossier):
    seats = {"topic": "event", "statement": "Seats", "measure": "seats", "unit": "seats"}
    figure = claims_over_time(
        build_dossier(people(3), *(seats | {"value": n, "of_whom": "Reds"} for n in (40, 41)))
    )
    assert list(figure.rows["measure"]) == ["seats", "seats"]
    assert figure.title == "Seats: there are two claims"
    assert "how many seats" in read(figure)


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
    figure = deaths(story)
    names = ["The Gazette", "The Herald (s4)", "The Herald (s5)"]
    assert list(figure.rows["said_in"]) == names
    assert all(name in read(figure) for name in names)
    assert all(name in read(chronicle(story)) for name in names)


# A calendar


def test_the_span_is_that_of_the_month_of_the_article(kazakhstan):
    figure = chronicle(kazakhstan)
    text = read(figure)
    assert figure.title.startswith("From 1 to 20 January 2022: ")
    assert "8 Jan: no dated fact" in text
    assert "16 to 18 Jan: no dated fact" in text
    assert "15 March" not in figure.alt


def test_a_span_may_be_given(kazakhstan):
    figure = chronicle(kazakhstan, first="2022-01-07", last="2022-02")
    assert figure.title.startswith("From 7 January 2022 to 28 February 2022: ")
    assert "19 to 28 Feb: no dated fact" in read(figure)


def test_at_most_four_a_day_are_drawn_and_the_others_are_in_the_table(kazakhstan):
    figure = chronicle(kazakhstan)
    rows = figure.rows
    drawn = rows[rows["drawn"] == "in the picture"]
    assert drawn.groupby("day").size().max() == 4
    of_day = rows[rows["day"] == "6 January 2022"]
    assert f"+ {len(of_day) - 4} more" in read(figure)
    assert list(of_day["said_in"][:4]) != list(of_day["said_in"][-4:])
    for fact_id in drawn["facts"]:
        assert len(find(figure, f"{fact_id}-mark")) == 1
    assert len(find_starting(figure, "")) >= len(drawn)


def test_the_alt_text_tells_of_all_that_happened(kazakhstan):
    figure = chronicle(kazakhstan)
    assert set(figure.rows["drawn"]) == {"in the picture", "here only"}
    assert [text for text in figure.rows["statement"] if text not in figure.alt] == []


def test_the_article_is_accent_and_troops_are_square(kazakhstan):
    figure = chronicle(kazakhstan)
    [own], [other] = find(figure, "a23-mark"), find(figure, "r20-mark")
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


def test_only_months_are_known(build_dossier):
    figure = chronicle(build_dossier(happening("2031-05")))
    assert figure.title == "From 1 to 31 May 2031 no fact names its day"
    assert "1 to 31 May: no dated fact" in read(figure)
