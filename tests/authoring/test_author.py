"""What the desk shows and writes, as the reader in a browser asks for it."""

from helpers.authoring import DRAFTS, Author, Desk
from helpers.dossier import FACTS


def show(author):
    """The cells of the form."""
    return {field["name"]: field["value"] for field in author.reader.form["fields"]}


def test_what_was_written_of_a_draft_stays_with_it(orla):
    author = Author(str(orla))
    author.take({"act": "go_on"})
    typed = {"topic": "consequence", "statement": "The Orla rose", "measure": "rise", "value": "7"}
    author.take({"act": "accept", "fields": typed})
    assert "is a draft" in author.reader.said
    [draft] = Desk(orla).read(DRAFTS)
    assert draft["statement"] == typed["statement"]
    author.take({"act": "go_on"})
    shown = show(author)
    assert (shown["topic"], shown["statement"], shown["measure"]) == ("consequence", "", "")
    author.take({"act": "edit", "id": draft["fact_id"], "waits": True})
    assert show(author)["statement"] == typed["statement"]


def test_a_place_that_is_chosen_is_written_with_its_fact(orla):
    author = Author(str(orla))
    author.take({"act": "choose", "p": 2, "start": 0, "end": 18})
    author.take({"act": "find_place", "fields": {"place_id": "Libreville"}})
    author.take({"act": "choose_place", "n": 0})
    typed = {"topic": "casualties", "statement": "People were hurt", "measure": "hurt"}
    author.take({"act": "accept", "fields": typed})
    assert author.reader.said == "f1 is written"
    [place] = author.story.places.to_dict("records")
    assert (place["place_id"], place["country"]) == ("libreville", "GAB")


def test_who_goes_on_at_once_takes_no_words_of_the_fact_before_along(orla):
    author = Author(str(orla))
    author.take({"act": "choose", "p": 2, "start": 0, "end": 18})
    typed = {"topic": "casualties", "statement": "People were hurt", "measure": "hurt"}
    seen = {"turn": author.reader.form["turn"], "fields": typed}
    author.take({"act": "accept", **seen})
    author.take({"act": "go_on", **seen})
    shown = show(author)
    assert shown["anchor"] != ""
    assert (shown["topic"], shown["statement"], shown["measure"]) == ("casualties", "", "")


def test_an_act_that_there_is_not_does_nothing(orla):
    author = Author(str(orla))
    for act in ("fill", "refresh", "__init__", "no such act"):
        author.take({"act": act, "fields": {"anchor": "x"}})
    assert Desk(orla).read(FACTS) == []
