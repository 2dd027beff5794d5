"""How well a text is read: what a person finds in some articles against what is proposed.

    python benchmarks/reader.py TEXTS [--part held] [--errors]

TEXTS is a folder with the article of each file in tests/fixtures/articles, as <slug>.txt: the texts
are their publishers' and do not stand here. One that has another hash is refused, and one that is
not there is passed over and named. The rules of the annotation:

- quantities: counts and measures; right where the value is, at the words; of words such as 'dozens'
  no value; 'half of' is 0.5 or 50 percent. What is optional (repeats, hypothetical numbers, years,
  distances in time) is neither rewarded nor punished. speaker is which of the article's speakers
  says it, counted from 1, and 0 where the article itself does; without one it was not judged.
- dates: found where the words are, resolved where the day is the same too.
- places and speakers: each name once; a place is right where its country is, and within 50 km
  (200 km of a region) where a coordinate is given.
"""

import argparse
import json
from collections import Counter
from datetime import date
from pathlib import Path

from helpers.authoring import read_candidates
from helpers.dossier import hash_text, read_text, split_paragraphs
from helpers.geography import measure_km

ARTICLES = Path(__file__).parents[1] / "tests" / "fixtures" / "articles"
FAR_KM = {"region": 200}
# How a share that is annotated as a fraction is proposed: in percent, or in words where that is not
# exact.
SHARES = {0.25: 25.0, 0.333: None, 0.5: 50.0, 0.75: 75.0}


def score_article(article: dict, paragraphs: tuple[str, ...], errors: list[str]) -> Counter:
    """The counts of one article: found, missed, wrong and so on, by kind."""
    published = date.fromisoformat(article["published"])
    read = read_candidates(paragraphs, article["language"], published)
    counts: Counter = Counter()
    score_quantities(article, [one for one in read if one.kind == "number"], counts, errors)
    score_dates(article, [one for one in read if one.kind == "date"], counts, errors)
    places = [one for one in read if one.kind == "place"]
    speakers = [one for one in read if one.kind == "speaker"]
    for kind, found in (("places", places), ("speakers", speakers)):
        names = name_spans(article[kind], paragraphs)
        errors += score_names(kind, article[kind], names, found, counts)
    for one in read:
        counts["speakers prefilled"] += bool(one.asserted_by)
        counts["places prefilled"] += one.kind == "place" and one.chosen
    errors += score_prefilled(article, paragraphs, [one for one in read if one.asserted_by], counts)
    return counts


def at_span(one, gold: dict) -> bool:
    return one.paragraph == gold["paragraph"] and one.overlaps(gold["start"], gold["end"])


def score_quantities(article: dict, read: list, counts: Counter, errors: list[str]) -> None:
    left = list(read)
    golds = sorted(article["quantities"], key=lambda gold: gold.get("optional", False))
    for gold in golds:
        size = None if gold.get("vague") else gold["value"]
        wanted = {size, SHARES.get(size, size)}
        right = [
            one for one in left if at_span(one, gold) and not wanted.isdisjoint(list_values(one))
        ]
        kind = "optional" if gold.get("optional") else "found" if right else "missed"
        counts[f"quantities {kind}"] += 1
        if kind == "missed":
            errors.append(f"missed quantity {gold}")
        elif kind == "found":
            counts["qualifiers right"] += any(one.qualifier == gold["qualifier"] for one in right)
        left = [one for one in left if one not in right[:1]]
    for one in left:
        counts["quantities wrong"] += 1
        errors.append(f"wrong {one}")


def list_values(one) -> list[float | None]:
    return [float(n) for n in (one.value, one.low, one.high) if n] or [None]


def score_prefilled(
    article: dict, paragraphs: tuple[str, ...], read: list, counts: Counter
) -> list[str]:
    """Of each number that has its speaker filled in, whether that is who says it."""
    names = ["", *name_spans(article["speakers"], paragraphs)]
    errors = []
    for one in read:
        said = [
            gold["speaker"]
            for gold in article["quantities"]
            if at_span(one, gold) and "speaker" in gold
        ]
        who = one.asserted_by.casefold().removeprefix("the ")
        is_right = any(names[by] and (names[by] in who or who in names[by]) for by in said)
        verdict = "right" if is_right else "wrongly" if said else "unjudged"
        counts[f"speakers prefilled {verdict}"] += 1
        if not is_right:
            errors.append(f"prefilled {verdict} {one}")
    return errors


def score_dates(article: dict, read: list, counts: Counter, errors: list[str]) -> None:
    for gold in article["dates"]:
        if gold.get("optional"):
            continue
        right = [one for one in read if at_span(one, gold)]
        counts["dates found" if right else "dates missed"] += 1
        resolved = any(one.value == gold["date"] for one in right)
        counts["dates resolved"] += resolved
        if not resolved:
            errors.append(f"date {gold}: {[one.value for one in right]}")
    for one in read:
        if not any(at_span(one, gold) for gold in article["dates"]):
            counts["dates wrong"] += 1
            errors.append(f"wrong {one}")


def name_spans(golds: list[dict], paragraphs: tuple[str, ...]) -> list[str]:
    return [paragraphs[g["paragraph"] - 1][g["start"] : g["end"]].casefold() for g in golds]


def score_names(
    kind: str, golds: list[dict], names: list[str], read: list, counts: Counter
) -> list[str]:
    """Each name counts once, wherever it stands."""
    errors = []
    matched: set[int] = set()
    wrong: dict[str, object] = {}
    for one in read:
        value = one.value.casefold().removeprefix("the ")
        hits = {
            at
            for at, (gold, name) in enumerate(zip(golds, names, strict=True))
            if at_span(one, gold) or value in name or name in value or same_country(one, gold)
        }
        matched |= hits
        if not hits:
            wrong[value] = one
            counts[f"{kind} prefilled nowhere"] += one.chosen
    for at, gold in enumerate(golds):
        if not gold.get("optional"):
            counts[f"{kind} {'found' if at in matched else 'missed'}"] += 1
            if at not in matched:
                errors.append(f"missed {kind[:-1]} {names[at]!r}")
    counts[f"{kind} wrong"] += len(wrong)
    errors += [f"wrong {one}" for one in wrong.values()]
    for one in read if kind == "places" else ():
        for gold in golds:
            if one.chosen and at_span(one, gold) and not is_there(one.places[0], gold):
                counts["places prefilled wrongly"] += 1
                errors.append(f"prefilled wrongly {one.places[0]}")
    return errors


def same_country(one, gold: dict) -> bool:
    """Whether both are the country itself, by whatever name."""
    return (
        bool(one.places)
        and "latitude" not in gold
        and one.places[0].kind == "country"
        and (one.places[0].country == gold.get("country"))
    )


def is_there(place, gold: dict) -> bool:
    if place.country != gold["country"] and gold["country"] != "-":
        return False
    if "latitude" not in gold or place.kind == "country":
        return True
    there = gold["latitude"], gold["longitude"]
    return measure_km(place.latitude, place.longitude, *there) <= FAR_KM.get(place.kind, 50)


def share(counts: Counter, right: str, wrong: str) -> str:
    total = counts[right] + counts[wrong]
    return f"{counts[right] / total:.2f} ({counts[right]}/{total})" if total else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--part", choices=["tune", "held"])
    parser.add_argument("--errors", action="store_true")
    given = parser.parse_args()
    total: Counter = Counter()
    read = 0
    for file in sorted(ARTICLES.glob("*.json")):
        article = json.loads(file.read_text(encoding="utf-8"))
        path = given.texts / f"{article['slug']}.txt"
        if given.part not in (None, article["part"]):
            continue
        if not path.is_file():
            print(f"{article['slug']}: no text, passed over")
            continue
        text = read_text(path)
        if hash_text(text) != article["sha256"]:
            print(f"{article['slug']}: another text than was annotated, passed over")
            continue
        errors: list[str] = []
        total += score_article(article, split_paragraphs(text), errors)
        read += 1
        for error in errors if given.errors else ():
            print(f"{article['slug']}: {error}")
    print(f"{read} articles")
    for kind in ("quantities", "places", "speakers"):
        precision = share(total, f"{kind} found", f"{kind} wrong")
        recall = share(total, f"{kind} found", f"{kind} missed")
        print(f"{kind:<10} precision {precision}  recall {recall}")
    print(f"{'dates':<10} found {share(total, 'dates found', 'dates missed')}", end="  ")
    resolved = total["dates resolved"], total["dates found"] + total["dates missed"]
    print(
        f"resolved {resolved[0] / max(1, resolved[1]):.2f} ({resolved[0]}/{resolved[1]})", end="  "
    )
    print(f"wrong {total['dates wrong']}")
    print(f"qualifiers right {total['qualifiers right']} of {total['quantities found']}")
    print(
        f"places prefilled {total['places prefilled']}, wrongly {total['places prefilled wrongly']}"
        f", where none is annotated {total['places prefilled nowhere']}"
    )
    right, wrongly = (total[f"speakers prefilled {verdict}"] for verdict in ("right", "wrongly"))
    print(f"speakers prefilled {total['speakers prefilled']}, right {right}, wrongly {wrongly}")


if __name__ == "__main__":
    main()
