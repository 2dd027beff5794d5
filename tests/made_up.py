"""Three made-up stories of other kinds than the one that ships, with words of their own."""

import json
from pathlib import Path

_RECORD = {"kind": "record", "language": "en", "publisher": "The Gazette", "title": "A report"}


def _number(topic: str, statement: str, value, unit: str, **cells) -> dict:
    return {"topic": topic, "statement": statement, "value": value, "unit": unit} | cells


_SEATS = {"Harbour Party": 48, "Union": 34, "Greens": 15, "Farmers": 11, "Independents": 8}
_VOTES = {"Harbour Party": 38.1, "Union": 26.9, "Greens": 11.6, "Farmers": 8.6}
ELECTION = {
    "title": "An election",
    "words": {
        "topics": {
            "result": {"label": "The result"},
            "vote": {"label": "The vote", "chart": "strip"},
            "turnout": {"label": "Who voted"},
            "money": {"label": "Money", "mark": "square"},
            "coalition": {"label": "What comes next"},
        },
        "roles": {
            "count": {"stage": 1, "label": "The count", "look": "accent"},
            "talks": {"stage": 2, "label": "The talks", "look": "numbered"},
            "condition": {"stage": 3, "label": "A government needs", "look": "all"},
            "party": {"stage": 4, "label": "Who is in it", "look": "parts"},
        },
    },
    "places": [],
    "facts": [
        _number("result", "Seats in the chamber", 120, "seats", measure="seats", fact_id="all"),
        *(
            _number("result", f"Seats of the {name}", n, "seats", measure="seats", of_whom=name,
                    part_of="all")
            for name, n in _SEATS.items()
        ),
        *(
            _number("vote", f"Vote of the {name}", n, "percent", measure="vote share", of_whom=name)
            for name, n in _VOTES.items()
        ),
        _number("turnout", "Turnout", 78.2, "percent", measure="turnout", date="2031-05-03"),
        _number("turnout", "Turnout", 82.2, "percent", measure="turnout", date="2028-05-06"),
        _number("turnout", "Votes counted", 2_851_211, "votes", measure="votes counted"),
        _number("money", "Spent by the Union", 2_100_000, "crowns", measure="spending",
                of_whom="Union", qualifier="about"),
        _number("money", "Spent by the Harbour Party", 5_600_000, "crowns", measure="spending",
                of_whom="Harbour Party"),
        _number("coalition", "Seats short of a majority", 3, "seats", measure="seats short"),
        {"topic": "result", "role": "count", "statement": "All votes are counted"},
        {"topic": "coalition", "role": "talks", "statement": "The talks begin", "position": 1},
        {"topic": "coalition", "role": "condition", "statement": "Sixty-one seats"},
        {"topic": "coalition", "role": "condition", "statement": "A budget"},
        {"topic": "coalition", "role": "party", "statement": "Leads", "of_whom": "Harbour Party"},
    ],
}  # fmt: skip

_TOWNS = {"Arno": 50.1, "Belm": 50.6, "Cort": 51.2, "Dorv": 51.9}
_DAYS = ("2031-04-27", "2031-05-01", "2031-05-04", "2031-05-12")
_CASES = {
    "arno": (3, 9, 9, 40),
    "belm": (0, 2, 5, 6),
    "cort": (1, 1, 12, 120),
    "dorv": (4, 3, 2, 1),
}
OUTBREAK = {
    "title": "An outbreak",
    "words": {"topics": {"spread": {"label": "Cases"}, "toll": {"label": "The dead"}, "birds": {}}},
    "places": [
        {"place_id": name.lower(), "name": name, "kind": "town", "latitude": at, "longitude": 20}
        | {"precision_km": 3, "coordinate_source": "made up"}
        for name, at in _TOWNS.items()
    ],
    "facts": [
        *(
            _number("spread", f"Cases in {place.title()}", n, "people", measure="cases",
                    place_id=place, of_whom="residents", date=day, stated=day)
            for place, counts in _CASES.items()
            for day, n in zip(_DAYS, counts, strict=True)
        ),
        _number("spread", "A slip", 400, "people", measure="cases", place_id="cort",
                of_whom="residents", date="2031-05-08", fact_id="slip", stated="2031-05-08"),
        {"topic": "spread", "statement": "The 400 were a slip", "replaces": "slip",
         "relation": "retracts", "stated": "2031-05-09"},
        _number("toll", "Deaths", 3, "people", measure="deaths", of_whom="not stated"),
        _number("birds", "Birds culled", 30_000_000, "birds", measure="birds culled"),
        _number("birds", "Farms closed", 3, "farms", measure="farms closed"),
        _number("birds", "Eggs cost more", 3, "times", measure="price of eggs"),
        _number("birds", "The coldest vaccine store", -18, "degrees", measure="storage"),
    ],
}  # fmt: skip

_LEVELS = (5.1, 6.45, 7.8, 6.9)
FLOOD = {
    "title": "A flood",
    "words": {"topics": {"river": {}, "people": {"label": "Who had to leave"}, "damage": {}}},
    "places": [],
    "facts": [
        *(
            _number("river", "The river's level", n, "metres", measure="level", date=day,
                    stated=day)
            for n, day in zip(_LEVELS, _DAYS, strict=True)
        ),
        _number("river", "Rain in the hills", 148, "millimetres", measure="rain", of_whom="hills"),
        _number("river", "Rain on the coast", 62.5, "millimetres", measure="rain", of_whom="coast"),
        _number("people", "In shelters", 14_000, "people", measure="people sheltering",
                of_whom="not stated", qualifier="about", asserted_by="the army"),
        _number("people", "In shelters", 35_000, "people", measure="people sheltering",
                of_whom="not stated", asserted_by="the Red Cross"),
        _number("damage", "Repairs", "", "euros", measure="cost", low=900_000_000,
                high=1_200_000_000, qualifier="range"),
        _number("damage", "Houses lost", 364, "houses", measure="houses destroyed",
                qualifier="at least"),
        _number("damage", "Schools closed", 65, "schools", measure="schools closed"),
        _number("damage", "Homes without power", 40, "percent", measure="homes without power"),
    ],
}  # fmt: skip
STORIES = {"election": ELECTION, "outbreak": OUTBREAK, "flood": FLOOD}


def write_story(folder: Path, story: dict, write_tables) -> Path:
    """Write one of the stories as a dossier."""
    usual = {"source_id": "paper", "stated": "2031-05-04", "asserted_by": "the authorities"}
    facts = [{"fact_id": f"f{n}"} | usual | fact for n, fact in enumerate(story["facts"], start=1)]
    paper = _RECORD | {"source_id": "paper", "published": "2031-06-01"}
    write_tables(folder, facts=facts, places=story["places"], sources=[paper])
    package = {"title": story["title"], "dossier": story["words"]}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder
