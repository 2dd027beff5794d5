import asyncio
import csv
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers import explorer
from helpers.dossier import load_dossier
from helpers.errors import DossierError
from helpers.explorer import Explorer, View, select_view
from helpers.figures import Figure
from helpers.page import convert
from helpers.reports import find_notebook, render

NAME = "kazakhstan-2022"
pytestmark = pytest.mark.usefixtures("forked")


def show(view: View, folder) -> Explorer:
    """An explorer that has drawn its first view."""
    explorer = Explorer(view, folder)
    explorer.choose()
    return explorer


@pytest.fixture(scope="module")
def story():
    return load_dossier(NAME)


@pytest.fixture
def shown(tmp_path):
    """An explorer over one topic with few facts, which writes below the test's folder."""
    return show(View(NAME, topic="emergency"), tmp_path / "out")


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn from now on, by the name of its panel."""
    names = []
    for name, (draw, parts) in explorer._PANELS.items():

        def count(*arguments, name=name, draw=draw):
            names.append(name)
            return draw(*arguments)

        monkeypatch.setitem(explorer._PANELS, name, (count, parts))
    return names


@pytest.mark.parametrize(
    ("choice", "count"),
    [
        ({"sources": "article"}, 61),
        ({"sources": "article", "as_of": "2022-01-05"}, 0),
        ({"sources": "article", "topic": "duration"}, 4),
        ({"place": "baikonur-cosmodrome", "sources": "article"}, 1),
        ({"search": "COSMODROME", "sources": "article"}, 1),
        ({"search": "no such words"}, 0),
        ({"search": ".*"}, 0),
        ({"since": "2022-01-06", "as_of": "2022-01-06", "sources": "article"}, 61),
        ({"since": "2022-02", "sources": "article"}, 0),
        ({"sources": "article", "beside": "record"}, 203),
    ],
)
def test_a_view_keeps_the_facts_that_are_asked_for(story, choice, count):
    assert len(select_view(story, View(NAME, **choice)).facts) == count


@pytest.mark.parametrize(
    "choice",
    [{"topic": "casualtys"}, {"place": "atlantis"}, {"fact": "x1"}, {"as_of": "2022-02-30"},
     {"sources": "nobody"}, {"place_names": "sw"}, {"since": "2022-13"}, {"beside": "all"},
     {"beside": "nobody"}],
)  # fmt: skip
def test_what_the_dossier_does_not_have_is_refused(story, choice):
    (value,) = choice.values()
    with pytest.raises(DossierError, match=value):
        select_view(story, View(NAME, **choice))


def test_a_fact_outside_the_view_is_refused(tmp_path):
    with pytest.raises(DossierError, match=r"a53.*not among the facts of this view"):
        Explorer(View(NAME, topic="troops", fact="a53"), tmp_path)


def test_every_panel_follows_the_controls(shown, story):
    shown.choose(topic="protest")
    shown.choose(as_of="2022-01-06")
    chosen = story.as_of("2022-01-06").select(topic="protest")
    assert list(shown.chosen.facts["fact_id"]) == list(chosen.facts["fact_id"])
    assert shown.panels["facts"].count('<tr id="fact-') == len(chosen.facts)
    assert f">{len(chosen.facts)}</data> facts" in shown.panels["summary"]
    assert "<img" in shown.panels["picture"]


def test_only_what_changes_is_drawn(shown, drawn):
    shown.choose(place_names="ru")
    assert drawn == ["picture"]
    drawn.clear()
    shown.choose(fact="a60")
    assert drawn == ["evidence", "picture"]
    drawn.clear()
    shown.choose(place_names="ru")
    assert drawn == []


def test_a_fact_that_leaves_the_view_is_let_go(shown):
    shown.choose(fact="a60")
    assert "Tokayev declared the emergency" in shown.panels["evidence"]
    shown.choose(sources="record")
    assert shown.view.fact == shown.controls.shown["view"]["fact"] == ""
    assert shown.panels["evidence"] == ""


def test_a_fact_that_stays_in_the_view_is_held(shown):
    shown.choose(fact="a60")
    shown.choose(sources="article")
    assert shown.view.fact == shown.controls.shown["view"]["fact"] == "a60"


def test_a_fact_is_picked_out_on_the_map(tmp_path):
    first = show(View(NAME, sources="article", topic="protest", fact="a51"), tmp_path)
    assert "zhanaozen-picked" in first.panels["picture"]
    assert "paragraph 9" in first.panels["evidence"]
    first.choose(fact="a50")
    assert "zhanaozen-picked" not in first.panels["picture"]
    assert "kazakhstan-picked" in first.panels["picture"]


def test_a_withdrawn_claim_says_by_whom_though_the_search_left_that_out(tmp_path):
    found = show(View(NAME, search="all deaths in a week", fact="r05"), tmp_path)
    assert list(found.chosen.facts["fact_id"]) == ["r05"]
    assert '<tr id="fact-r05" class="retracted">' in found.panels["facts"]
    assert "by fact r06" in found.panels["evidence"]


def test_the_rows_are_written_as_they_are_shown(shown, tmp_path):
    path = shown.save_rows()
    assert path == tmp_path / "out" / f"{NAME}-explore-topic-emergency.csv"
    assert shown.controls.status == {"text": "Written: ", "path": str(path), "link": ""}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["fact_id"] for row in rows] == list(shown.chosen.facts["fact_id"])


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "out").write_text("in the way")
    shown = show(View(NAME, topic="duration"), tmp_path / "out")
    assert shown.save_rows() is None
    assert "Not written" in shown.controls.status["text"]
    assert (tmp_path / "out").read_text() == "in the way"


def test_the_page_is_the_one_that_the_parameters_make(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = show(View(NAME, topic="duration"), "out")
    path = shown.save_report()
    assert path is not None, shown.controls.status
    assert shown.controls.status["link"] == f"out/{path.name}"
    page = path.read_text(encoding="utf-8")
    assert page.count('<tr id="fact-') == len(shown.chosen.facts)
    assert "<title>Kazakhstan, January 2022: the unrest" in page
    assert "– explore</title>" in page
    given = {"dossier": NAME, "topic": "duration"}
    same = render(find_notebook("explore"), given, tmp_path / "same.html")
    assert same.read_text(encoding="utf-8") == page


def test_the_view_is_plain_html(shown):
    html = "".join(shown.panels.values())
    assert html.count("<figure") == 1
    assert "<script" not in html


def test_what_is_on_the_screen_is_drawn_first(tmp_path):
    shown = Explorer(View(NAME, topic="emergency"), tmp_path)
    seen = []

    async def press():
        shown.controls.asked = {"turn": 1, "form": "phone", "place_names": "ru"}
        while not shown._following.done():
            await asyncio.sleep(0)
            seen.extend({shown.panels["picture"]} - {*seen} if "picture" in shown.panels else [])

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, press()).result()
    assert ["<source" in picture for picture in seen] == [False, True]


def test_of_many_changes_in_a_row_the_last_is_drawn(shown, drawn):
    async def press():
        for turn, day in enumerate(["2022-01-05", "2022-01-06", "2022-01-07"], start=1):
            asked = {"turn": turn, "form": "phone", "topic": "emergency", "as_of": day}
            shown.controls.asked = asked
        await shown._following

    with ThreadPoolExecutor(1) as thread:  # a browser's test may have left its loop in this one
        thread.submit(asyncio.run, press()).result()
    assert shown.view.as_of == "2022-01-07"
    assert shown.controls.shown["turn"] == 3
    assert sorted(drawn) == ["evidence", "facts", "picture", "summary"]


def test_what_was_drawn_before_is_there_at_once(shown, drawn):
    shown.choose(place_names="ru")
    shown.choose(place_names="en")
    assert drawn == ["picture"]


def test_one_picture_is_drawn_at_a_time(shown, drawn):
    shown.choose(picture="timeline")
    assert drawn == ["picture"]
    with pytest.raises(DossierError, match="picture 'pie': one of map, numbers, timeline"):
        shown.choose(picture="pie")


def test_nothing_that_matches_is_said(shown):
    shown.choose(search="zzz")
    assert "No fact matches." in shown.panels["summary"]


def test_a_choice_says_how_many_facts_it_would_leave(shown, story):
    topics = story.facts["topic"].astype(str).value_counts()
    offered = shown.controls.shown["choices"]["topic"]
    assert {label for label, _ in offered} == {
        f"all ({len(story.facts)})",
        *(f"{topic} ({count})" for topic, count in topics.items()),
    }
    shown.choose(place="zhanaozen", topic="")
    there = story.select(place="zhanaozen").facts["topic"].value_counts()
    offered = dict(shown.controls.shown["choices"]["topic"])
    assert offered[f"protest ({there['protest']})"] == "protest"


def test_a_view_is_a_line_to_copy(shown):
    shown.choose(search="in the west")
    command, call = shown.controls.shown["lines"]
    given = "-p topic emergency -p search 'in the west'"
    assert command == f"dossier render {NAME} -n explore {given}"
    assert call == f"Explorer(View({NAME!r}, topic='emergency', search='in the west'))"


def test_a_widget_of_an_executed_notebook_is_left_out_of_its_page():
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    data = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/html": "<p>Hi</p>"}
    cell = new_code_cell("x", outputs=[new_output("display_data", data)])
    assert "<p>Hi</p>" in convert(new_notebook(cells=[cell]))


def test_a_map_without_the_picked_place_is_drawn(story):
    chosen = select_view(story, View(NAME, sources="article", place="aktau"))
    figure = explorer.locator_map(chosen, picked_place="zhanaozen")
    assert isinstance(figure, Figure)


@pytest.mark.parametrize("place", ["almaty", "nur-sultan", "mangystau-region"])
def test_a_place_that_the_sources_left_do_not_name_leaves_nothing(tmp_path, place):
    shown = show(View(NAME, topic="emergency"), tmp_path)
    shown.choose(place=place)
    shown.choose(sources="article")
    assert shown.chosen.facts.empty
    assert "There is no fact here." in shown.panels["facts"]


def test_a_topic_without_facts_can_be_asked_for(build_dossier, tmp_path):
    folder = build_dossier({"topic": "troops", "statement": "Some came"}).folder
    shown = show(View(str(folder), topic="protest"), tmp_path)
    assert shown.chosen.facts.empty
    assert ("protest (0)", "protest") in shown.controls.shown["choices"]["topic"]


def test_the_evidence_is_what_was_known_by_the_day_from_the_sources(build_dossier, tmp_path):
    toll = {"topic": "casualties", "statement": "The toll", "measure": "deaths", "unit": "people"}
    toll |= {"of_whom": "all"}
    later = {"replaces": "f1", "relation": "supersedes", "stated": "2031-05-05"}
    folder = build_dossier(toll | {"value": 1}, toll | {"value": 2} | later).folder
    early = show(View(str(folder), as_of="2031-05-04", fact="f1"), tmp_path)
    assert "superseded" not in early.panels["evidence"].lower()
    early.choose(as_of="")
    assert "by fact f2" in early.panels["evidence"]


def test_a_view_takes_what_papermill_makes_of_a_year_and_a_number():
    view = View(NAME, as_of=2022, search=164)
    assert (view.as_of, view.search) == ("2022", "164")


def test_days_from_and_until_keep_what_was_stated_between(story):
    facts = select_view(story, View(NAME, since="2022-01-07", as_of="2022-01-09")).facts
    stated = facts["stated"].astype(str)
    assert {"2022-01-07", "2022-01-09"} <= set(stated)
    assert stated.between("2022-01-07", "2022-01-09").all()


def test_two_sources_stand_side_by_side_each_under_its_name(tmp_path, story):
    shown = show(View(NAME, beside="article", fact="a60", picture="timeline"), tmp_path)
    counts = story.facts["source_id"].eq("article").value_counts()
    for name in ("summary", "picture", "facts"):
        halves = shown.panels[name].split("<section ")[1:]
        assert [half.split('"')[1] for half in halves] == ["all others", "article"]
    assert [half.count('<tr id="fact-') for half in halves] == [counts[False], counts[True]]
    assert shown.panels["evidence"].count("fact-details") == 1
    command, call = shown.controls.shown["lines"]
    assert "-p beside article" in command and "beside='article'" in call
    shown.choose(as_of="2022-01-05")
    assert shown.panels["summary"].count("No fact matches.") == 1


def test_what_the_page_is_made_from_follows_the_day(tmp_path, monkeypatch):
    shown = Explorer(View(NAME, topic="emergency"), tmp_path)
    told = []

    class Output:
        def update(self, content):
            told.append(content.data)

    monkeypatch.setattr(
        explorer, "display", lambda content, **_: told.append(content.data) or Output()
    )
    shown.provenance()
    shown.choose(as_of="2022-01-07")
    assert len(set(told)) == 2
    assert (
        told[-1] == explorer.passages.provenance(explorer.find_known(shown.story, shown.view)).html
    )


def test_two_views_are_two_files():
    views = [{"search": "C++"}, {"search": "c"}, {"search": "$"}, {"search": "?"}]
    views += [{"topic": "troops"}, {"search": "troops"}, {"fact": "a-1"}, {"fact": "a_1"}]
    views += [{"search": "a" * 50}, {"search": "a" * 51}, {}]
    stems = [View(NAME, **view).stem for view in views]
    assert len(set(stems)) == len(stems)
    assert all("/" not in stem and len(stem) < 100 for stem in stems)
