import csv

import pytest

from helpers import explorer
from helpers.dossier import load_dossier
from helpers.errors import DossierError
from helpers.explorer import Explorer, View, select_view
from helpers.figures import Figure
from helpers.page import convert
from helpers.reports import find_notebook, render

NAME = "kazakhstan-2022"


@pytest.fixture(scope="module")
def story():
    return load_dossier(NAME)


@pytest.fixture
def shown(tmp_path):
    """An explorer over one topic with few facts, which writes below the test's folder."""
    return Explorer(View(NAME, topic="emergency"), tmp_path / "out")


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
    ],
)
def test_a_view_keeps_the_facts_that_are_asked_for(story, choice, count):
    assert len(select_view(story, View(NAME, **choice)).facts) == count


@pytest.mark.parametrize(
    "choice",
    [{"topic": "casualtys"}, {"place": "atlantis"}, {"fact": "x1"}, {"as_of": "2022-02-30"},
     {"sources": "nobody"}, {"place_names": "fr"}],
)  # fmt: skip
def test_what_the_dossier_does_not_have_is_refused(story, choice):
    (value,) = choice.values()
    with pytest.raises(DossierError, match=value):
        select_view(story, View(NAME, **choice))


def test_a_fact_outside_the_view_is_refused(tmp_path):
    with pytest.raises(DossierError, match=r"a53.*not among the facts of this view"):
        Explorer(View(NAME, topic="troops", fact="a53"), tmp_path)


def test_every_panel_follows_the_controls(shown, story):
    shown.controls["topic"].value = "protest"
    shown.controls["as_of"].value = "2022-01-06"
    chosen = story.as_of("2022-01-06").select(topic="protest")
    assert list(shown.chosen.facts["fact_id"]) == list(chosen.facts["fact_id"])
    assert shown.panels["facts"].value.count('<tr id="fact-') == len(chosen.facts)
    assert f">{len(chosen.facts)}</data> facts" in shown.panels["summary"].value
    assert "<img" in shown.panels["map"].value


def test_only_what_changes_is_drawn(shown, drawn):
    shown.controls["place_names"].value = "ru"
    assert drawn == ["map"]
    drawn.clear()
    shown.controls["fact"].value = "a60"
    assert drawn == ["evidence", "map"]
    drawn.clear()
    shown.controls["place_names"].value = "ru"
    assert drawn == []


def test_a_fact_that_leaves_the_view_is_let_go(shown):
    shown.controls["fact"].value = "a60"
    assert "Tokayev declared the emergency" in shown.panels["evidence"].value
    shown.controls["sources"].value = "record"
    assert shown.view.fact == shown.controls["fact"].value == ""
    assert shown.panels["evidence"].value == ""


def test_a_fact_that_stays_in_the_view_is_held(shown):
    shown.controls["fact"].value = "a60"
    shown.controls["sources"].value = "article"
    assert shown.view.fact == shown.controls["fact"].value == "a60"


def test_a_fact_is_picked_out_on_the_map(tmp_path):
    first = Explorer(View(NAME, sources="article", topic="protest", fact="a51"), tmp_path)
    assert "zhanaozen-picked" in first.panels["map"].value
    assert "paragraph 9" in first.panels["evidence"].value
    first.controls["fact"].value = "a50"
    assert "zhanaozen-picked" not in first.panels["map"].value
    assert "kazakhstan-picked" in first.panels["map"].value


def test_a_withdrawn_claim_says_by_whom_though_the_search_left_that_out(tmp_path):
    found = Explorer(View(NAME, search="all deaths in a week", fact="r05"), tmp_path)
    assert list(found.chosen.facts["fact_id"]) == ["r05"]
    assert '<tr id="fact-r05" class="retracted">' in found.panels["facts"].value
    assert "by fact r06" in found.panels["evidence"].value


def test_the_rows_are_written_as_they_are_shown(shown, tmp_path):
    path = shown.save_rows()
    assert path == tmp_path / "out" / f"{NAME}-explore-topic-emergency.csv"
    assert str(path) in shown.status.value
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["fact_id"] for row in rows] == list(shown.chosen.facts["fact_id"])


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "out").write_text("in the way")
    shown = Explorer(View(NAME, topic="duration"), tmp_path / "out")
    assert shown.save_rows() is None
    assert "Not written" in shown.status.value
    assert (tmp_path / "out").read_text() == "in the way"


def test_the_page_is_the_one_that_the_parameters_make(tmp_path):
    shown = Explorer(View(NAME, topic="duration"), tmp_path / "out")
    path = shown.save_report()
    assert path is not None, shown.status.value
    page = path.read_text(encoding="utf-8")
    assert page.count('<tr id="fact-') == len(shown.chosen.facts)
    assert "<title>Kazakhstan, January 2022: the unrest" in page
    assert "– explore</title>" in page
    given = {"dossier": NAME, "topic": "duration"}
    same = render(find_notebook("explore"), given, tmp_path / "same.html")
    assert same.read_text(encoding="utf-8") == page


def test_where_no_kernel_answers_the_view_is_plain_html(shown):
    bundle = shown._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"].count("<figure") >= 1
    assert "<script" not in bundle["text/html"]


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
    shown = Explorer(View(NAME, topic="emergency"), tmp_path)
    shown.controls["place"].value = place
    shown.controls["sources"].value = "article"
    assert shown.chosen.facts.empty
    assert "There is no fact here." in shown.panels["facts"].value


def test_a_topic_without_facts_can_be_asked_for(build_dossier, tmp_path):
    folder = build_dossier({"topic": "troops", "statement": "Some came"}).folder
    shown = Explorer(View(str(folder), topic="protest"), tmp_path)
    assert shown.chosen.facts.empty
    assert shown.controls["topic"].value == "protest"


def test_the_list_of_facts_shows_the_one_that_is_held(shown):
    control = shown.controls["fact"]
    control.index = 4  # as the browser sets it
    held = control.value
    shown.controls["search"].value = "emergency"
    assert shown.view.fact == control.value == held
    assert control.options[control.index][1] == held
    control.value = ""
    assert control.index == 0


def test_the_evidence_is_what_was_known_by_the_day_from_the_sources(build_dossier, tmp_path):
    toll = {"topic": "casualties", "statement": "The toll", "measure": "deaths", "unit": "people"}
    toll |= {"of_whom": "all"}
    later = {"replaces": "f1", "relation": "supersedes", "stated": "2031-05-05"}
    folder = build_dossier(toll | {"value": 1}, toll | {"value": 2} | later).folder
    early = Explorer(View(str(folder), as_of="2031-05-04", fact="f1"), tmp_path)
    assert "superseded" not in early.panels["evidence"].value.lower()
    early.controls["as_of"].value = ""
    assert "by fact f2" in early.panels["evidence"].value


def test_a_view_takes_what_papermill_makes_of_a_year_and_a_number():
    view = View(NAME, as_of=2022, search=164)
    assert (view.as_of, view.search) == ("2022", "164")


def test_two_views_are_two_files():
    views = [{"search": "C++"}, {"search": "c"}, {"search": "$"}, {"search": "?"}]
    views += [{"topic": "troops"}, {"search": "troops"}, {"fact": "a-1"}, {"fact": "a_1"}]
    views += [{"search": "a" * 50}, {"search": "a" * 51}, {}]
    stems = [View(NAME, **view).stem for view in views]
    assert len(set(stems)) == len(stems)
    assert all("/" not in stem and len(stem) < 100 for stem in stems)
