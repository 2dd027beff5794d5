import pytest

from helpers.dossier import gather_claims, load_dossier


def people(value, **cells) -> dict:
    count = {"value": value, "unit": "people", "measure": "deaths", "of_whom": "crew"}
    return {"topic": "casualties", "statement": "Deaths", **count, **cells}


DAM = {"topic": "event", "statement": "A dam broke"}


def test_facts_of_one_number_are_one_claim_in_the_order_of_the_facts(build_dossier):
    story = build_dossier(DAM, people(7), DAM, people(8), people(7, asserted_by="the hospital"))
    claims = gather_claims(story, story.facts)
    assert list(claims["fact_ids"]) == [["f1"], ["f2", "f5"], ["f3"], ["f4"]]
    assert list(claims["asserted_by"])[1] == "the ministry; the hospital"
    apart = gather_claims(story, story.facts, alike=["asserted_by"])
    assert list(apart["fact_ids"]) == [["f1"], ["f2"], ["f3"], ["f4"], ["f5"]]


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
    claims = gather_claims(story, story.facts)
    # Of two facts that state one number, one no longer stands: they are no one claim.
    assert list(claims["fact_ids"]) == [["f1"], ["f2"], ["f3"], ["f4"]]
    assert list(claims["standing"]) == [standing, "stands", "stands", "stands"]
    assert list(claims["ended"]) == [ended, "", "", ""]


def test_a_claim_that_an_article_says_too_is_in_it():
    story = load_dossier("kazakhstan-2022")
    facts = story.facts[story.facts["fact_id"].isin(["a01", "r05", "r06"])]
    own = [fact_id.startswith("a") for fact_id in facts["fact_id"]]
    assert list(gather_claims(story, facts, alike=["fact_id"])["in_article"]) == own
    same = facts.assign(**dict.fromkeys(["value", "low", "high"], 1.0), relation="")
    for name in ("measure", "unit", "qualifier", "of_whom", "date"):
        same[name] = ""
    same = same[same["fact_id"].map(story.standing) == "stands"]
    [claim] = gather_claims(story, same).to_dict("records")
    assert (claim["fact_ids"], claim["in_article"]) == (list(same["fact_id"]), True)


def test_no_facts_are_no_claims(build_dossier):
    story = build_dossier(DAM)
    assert gather_claims(story, story.facts[:0]).empty
