import pytest

from helpers.dossier import (
    find_key_figures,
    gather_claims,
    list_claims,
    load_dossier,
    tabulate,
)


def people(value, **cells) -> dict:
    count = {"value": value, "unit": "people", "measure": "deaths", "of_whom": "crew"}
    return {"topic": "casualties", "statement": "Deaths", **count, **cells}


PLACES = {"kind": "country", "latitude": 19, "longitude": -72, "precision_km": 300}
PLACES |= {"coordinate_source": "made up"}


@pytest.fixture
def build_at_places(tmp_path, write_tables):
    """Load a dossier of facts f1, f2, ... that may name the places haiti and cuba."""

    def build(*facts):
        usual = {"source_id": "record", "stated": "2031-05-04", "asserted_by": "the ministry"}
        rows = [{"fact_id": f"f{n}"} | usual | fact for n, fact in enumerate(facts, start=1)]
        places = [{"place_id": name, "name": name.title()} | PLACES for name in ("haiti", "cuba")]
        return load_dossier(write_tables(tmp_path / "islands", facts=rows, places=places))

    return build


DAM = {"topic": "event", "statement": "A dam broke"}


def test_facts_of_one_number_are_one_claim_in_the_order_of_the_facts(build_dossier):
    story = build_dossier(DAM, people(7), DAM, people(8), people(7, asserted_by="the hospital"))
    claims = gather_claims(story, list_claims(story.facts))
    assert [claim["fact_ids"] for claim in claims] == [["f1"], ["f2", "f5"], ["f3"], ["f4"]]
    assert claims[1]["asserted_by"] == "the ministry; the hospital"
    apart = gather_claims(story, list_claims(story.facts), alike=["asserted_by"])
    assert [claim["fact_ids"] for claim in apart] == [["f1"], ["f2"], ["f3"], ["f4"], ["f5"]]


@pytest.mark.parametrize(
    ("relation", "day", "standing", "ended"),
    [("supersedes", "2031-05-20", "superseded", "2031-05-20"),
     ("supersedes", "2031-07", "superseded", "2031-06-01"),
     ("retracts", "2031-07", "retracted", "2031-07")],
)  # fmt: skip
def test_a_claim_says_what_became_of_it(build_dossier, relation, day, standing, ended):
    again = people(9, replaces="f1", relation="supersedes", stated="2031-06-01")
    last = people(10, replaces="f1", relation=relation, stated=day)
    story = build_dossier(people(7), again, last, people(7, asserted_by="the hospital"))
    claims = gather_claims(story, list_claims(story.facts))
    # Of two facts that state one number, one no longer stands: they are no one claim.
    assert [claim["fact_ids"] for claim in claims] == [["f1"], ["f2"], ["f3"], ["f4"]]
    assert [claim["standing"] for claim in claims] == [standing, "stands", "stands", "stands"]
    assert [claim["ended"] for claim in claims] == [ended, "", "", ""]


def test_a_claim_that_an_article_says_too_is_in_it():
    story = load_dossier("kazakhstan-2022")
    facts = story.facts[story.facts["fact_id"].isin(["a01", "r05", "r06"])]
    own = [fact_id.startswith("a") for fact_id in facts["fact_id"]]
    apart = gather_claims(story, list_claims(facts), alike=["fact_id"])
    assert [claim["in_article"] for claim in apart] == own
    same = facts.assign(**dict.fromkeys(["value", "low", "high"], 1.0), relation="")
    for name in ("measure", "unit", "qualifier", "of_whom", "date"):
        same[name] = ""
    same = same[same["fact_id"].map(story.standing) == "stands"]
    [claim] = gather_claims(story, list_claims(same))
    assert (claim["fact_ids"], claim["in_article"]) == (list(same["fact_id"]), True)


def test_places_are_the_same_in_any_order_and_make_a_claim_of_their_own(build_at_places):
    at = [{"place_id": cell} for cell in ("haiti cuba", "cuba haiti", "cuba", "")]
    story = build_at_places(*(people(7) | place for place in at))
    claims = gather_claims(story, list_claims(story.facts))
    assert [claim["fact_ids"] for claim in claims] == [["f1", "f2"], ["f3"], ["f4"]]


def test_two_outlets_that_agree_are_one_claim_whatever_one_of_them_replaces(build_dossier):
    newer = people(9, replaces="f1", relation="supersedes")
    story = build_dossier(people(7), newer, people(9, asserted_by="the hospital"))
    [figure] = find_key_figures(story)
    assert figure["fact_ids"] == ["f2", "f3"]
    assert figure["asserted_by"] == "the ministry; the hospital"


# Key figures: their place, their rank, and the parts of a total


def list_figures(story) -> list[tuple]:
    return [("".join(one["fact_ids"]), one["under"]) for one in find_key_figures(story)]


def test_a_number_of_another_place_is_another_key_figure(build_at_places):
    haiti = people(60, place_id="haiti", stated="2031-05-03")
    story = build_at_places(haiti, people(3, place_id="cuba"))
    assert list_figures(story) == [("f2", -1), ("f1", -1)]


def test_what_an_editor_prefers_counts_before_what_is_newer(build_dossier):
    chosen = people(7, rank="preferred")
    newer = people(9, stated="2031-05-09")
    other = people(2, stated="2031-05-09", of_whom="guests")
    assert list_figures(build_dossier(chosen, newer, other)) == [("f3", -1), ("f1", -1)]
    withdrawn = {"replaces": "f1", "relation": "retracts", "stated": "2031-05-09"}
    story = build_dossier(chosen, newer, DAM | withdrawn)
    assert list_figures(story) == [("f2", -1)]


def test_a_part_stands_under_its_total(build_dossier):
    part = people(3, of_whom="cooks", part_of="f1")
    smaller = people(1, of_whom="chief cooks", part_of="f2")
    assert list_figures(build_dossier(people(7), part, smaller)) == [
        ("f1", -1), ("f2", 0), ("f3", 0),
    ]  # fmt: skip


def test_a_part_stands_under_what_took_the_place_of_its_total(build_dossier):
    newer = people(9, replaces="f1", relation="supersedes", stated="2031-05-09")
    part = people(3, of_whom="cooks", part_of="f1")
    assert list_figures(build_dossier(people(7), part, newer)) == [("f3", -1), ("f2", 0)]


def test_a_part_without_a_total_that_counts_stands_alone(build_dossier):
    part = people(3, of_whom="cooks", part_of="f1")
    gone = DAM | {"replaces": "f1", "relation": "retracts"}
    assert list_figures(build_dossier(people(7), part, gone)) == [("f2", -1)]
    assert list_figures(build_dossier(people(7), part).select(fact_id="f2")) == [("f2", -1)]


def test_only_a_number_in_question_is_not_stated(build_dossier):
    unknown = {"topic": "casualties", "statement": "Some died", "measure": "deaths"}
    may = DAM | {"qualifier": "conditional"}
    story = build_dossier(people(7), DAM, may, unknown, people(2, of_whom="not stated"))
    rows = tabulate(gather_claims(story, list_claims(story.facts)))
    cells = rows[["measure", "number", "of_whom"]].to_numpy().tolist()
    assert cells == [
        ["deaths", "7 people", "crew"],
        ["–", "–", "–"],
        ["–", "conditional", "–"],
        ["deaths", "not stated", "–"],
        ["deaths", "2 people", "not stated"],
    ]


def test_no_facts_are_no_claims(build_dossier):
    story = build_dossier(DAM)
    assert gather_claims(story, []) == []
