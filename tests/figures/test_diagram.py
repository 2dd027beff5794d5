import pytest
from made_up import write_story
from matplotlib.text import Text
from pictures import drawn, find, read

from helpers.dossier import load_dossier
from helpers.figures import operation


def part(role: str, statement: str, **cells) -> dict:
    return {"topic": "mandate", "role": role, "statement": statement, **cells}


FLOOD = (
    part("trigger", "The river broke two dams in one night"),
    part("task", "Close the breaches", of_whom="engineers"),
    part("task", "Bring people out by boat", of_whom="boat crews"),
    part("task", "Set up clean water for the camps", of_whom="water teams"),
    part("task", "Keep the pumps running", of_whom="engineers"),
    part("end condition", "The mains run again"),
)


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022").from_sources("article")


def tops(figure, *fact_ids: str) -> list[float]:
    """Where the boxes that begin with some facts start, from above."""
    return [find(figure, f"box-{fact_id}")[0].get_y() for fact_id in fact_ids]


def test_the_stages_stand_in_order(kazakhstan):
    order = tops(
        operation(kazakhstan), "a17", "a14", "a19", "a37", "a41", "a45", "a36", "a26", "a29", "a31"
    )
    assert order == sorted(order)
    assert len(set(order)) == len(order)


def test_appeal_and_grounds_stand_side_by_side(kazakhstan):
    figure = operation(kazakhstan)
    assert len(set(tops(figure, "a14", "a12"))) == 1
    assert len(set(tops(figure, "a37", "a33"))) == 1


def test_the_facts_of_a_role_follow_their_positions(kazakhstan):
    text = read(operation(kazakhstan))
    steps = ["consult at once", "align their positions", "measures of assistance", "has begun"]
    places = [text.index(step) for step in steps]
    assert places == sorted(places)
    assert [f"{n}." in text for n in (1, 2, 3, 4, 5)] == [True, True, True, True, False]


def test_a_rule_and_what_happened_stand_apart_in_one_box(kazakhstan):
    figure = operation(kazakhstan)
    for form in ("desktop", "phone"):
        assert "Legal basis" in read(figure, form) and "Cause" in read(figure, form)
    rule, event = find(figure, "a17-label")[0], find(figure, "a05-label")[0]
    assert rule.get_position()[0] < event.get_position()[0]
    assert rule.get_position()[1] == event.get_position()[1]


def test_both_conditions_are_joined_by_and(kazakhstan):
    figure = operation(kazakhstan)
    assert len(set(tops(figure, "a29", "a30"))) == 1
    assert read(figure).split().count("and") >= 1
    assert "When it ends: both must hold" in read(figure)
    assert figure.title == "When it ends: two conditions must both hold"
    assert "All of these conditions must hold together." in figure.alt


def test_another_speaker_than_the_usual_one_is_named(kazakhstan):
    text = read(operation(kazakhstan))
    assert text.count("Stanislav Zas") == 1
    assert text.count("said by the outlet") == 2


def test_tasks_of_one_part_share_a_box(kazakhstan):
    figure = operation(kazakhstan)
    assert len(find(figure, "box-a46")) == 1
    assert find(figure, "box-a47") == []


def test_another_operation_is_drawn(build_dossier):
    figure = operation(build_dossier(*FLOOD))
    assert len(find(figure, "box-f2")) == len(find(figure, "box-f3")) == 1
    assert len(set(tops(figure, "f2", "f3", "f4"))) == 1
    assert find(figure, "box-f5") == []
    assert figure.title == "When it ends: one condition must hold"
    text = read(figure)
    assert "When it ends: this must hold" in text
    assert "and" not in text.split()
    assert "The steps" not in text
    assert "Source: River Office" in figure.source


def test_three_conditions_take_two_ands(build_dossier):
    conditions = [part("end condition", f"Condition {n}") for n in (1, 2, 3)]
    text = read(operation(build_dossier(*conditions)))
    assert text.split().count("and") == 2
    assert "all of these must hold" in text


def test_one_fact_is_enough(build_dossier):
    figure = operation(build_dossier(part("outcome", "All went home")))
    assert figure.title == "How it works, in one statement"
    assert "said by the ministry" in figure.alt


def test_a_text_fits_its_box(build_dossier):
    figure = operation(build_dossier(part("task", "word " * 60), part("task", "b", of_whom="b")))
    drawn(figure).draw_without_rendering()
    boxes = [find(figure, f"box-f{n}")[0].get_window_extent() for n in (1, 2)]
    texts = drawn(figure).findobj(lambda a: isinstance(a, Text) and "word" in a.get_text())
    assert len(texts) > 1
    for text in texts:
        extent = text.get_window_extent()
        assert boxes[0].x0 < extent.x0 and extent.x1 < boxes[0].x1
        assert boxes[0].y0 < extent.y0 and extent.y1 < boxes[0].y1


def test_a_topic_with_the_name_of_its_box_is_not_named_again(tmp_path, write_tables):
    words = {
        "topics": {"terms": {"label": "What was agreed"}, "deal": {"label": "The deal"}},
        "roles": {"deal": {"stage": 1, "label": "The deal"}},
    }
    facts = [
        {"topic": topic, "role": "deal", "statement": statement}
        for topic, statement in (("terms", "Pay rises"), ("deal", "Both sides sign"))
    ]
    story = {"title": "T", "words": words, "places": [], "facts": facts}
    figure = operation(load_dossier(write_story(tmp_path / "s", story, write_tables)))
    for form in ("desktop", "phone"):
        assert read(figure, form).count("The deal") == 1
        assert read(figure, form).count("What was agreed") == 1
    # On a phone, where the topics stand one under another, it is right under the head.
    phone = read(figure, "phone")
    assert phone.index("The deal") < phone.index("Both sides") < phone.index("What was agreed")


def test_a_box_tells_what_is_conditional_and_until_when_it_lasts(build_dossier):
    closes = part("outcome", "The plant is to close", qualifier="conditional")
    talks = part("duration", "Talks go on", qualifier="until", date="2031-12-05")
    figure = operation(build_dossier(closes, talks))
    for told in ("The plant is to close (conditional)", "Talks go on (until 5 December 2031)"):
        assert told in read(figure) and told in figure.alt


def test_the_words_of_a_head_keep_their_letters(tmp_path, write_tables):
    words = {"topics": {"t": {}}, "roles": {"r": {"stage": 1, "label": "UEFA's rules broken"}}}
    facts = [{"topic": "t", "role": "r", "statement": "A club broke them"}]
    story = {"title": "T", "words": words, "places": [], "facts": facts}
    figure = operation(load_dossier(write_story(tmp_path / "s", story, write_tables)))
    assert "Stage 1, UEFA's rules broken:" in figure.alt


@pytest.mark.parametrize(("count", "told"), [(1, "one must hold"), (2, "two must both hold")])
def test_a_head_that_says_condition_has_it_said_once(count, told, tmp_path, write_tables):
    role = {"stage": 1, "look": "all", "label": "Condition"}
    facts = [{"topic": "t", "role": "r", "statement": f"{n} is kept"} for n in range(count)]
    words = {"topics": {"t": {}}, "roles": {"r": role}}
    story = {"title": "T", "words": words, "places": [], "facts": facts}
    figure = operation(load_dossier(write_story(tmp_path / "s", story, write_tables)))
    assert figure.title == f"Condition: {told}"
