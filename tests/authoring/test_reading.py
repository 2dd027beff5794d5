"""What is read out of a text: sentences made up for each rule, in five languages."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from helpers.authoring import read_candidates
from helpers.errors import DossierError

ARTICLES = sorted((Path(__file__).parents[1] / "fixtures" / "articles").glob("*.json"))
PUBLISHED = date(2031, 5, 7)  # a Wednesday


def read(text: str, kind: str, language: str = "en", *more: str):
    found = read_candidates((text, *more), language, PUBLISHED)
    return [one for one in found if one.kind == kind]


NUMBERS = [
    ("At least 12 people were hurt.", "12", "people", "at least"),
    ("Some 1,300 houses stand under water.", "1300", "houses", "about"),
    ("The river rose by 2.4 metres.", "2.4", "metres", ""),
    ("It cost more than $3.5 million.", "3500000", "dollars", "more than"),
    ("Nearly 60% of them left.", "60", "percent", "almost"),
    ("Twenty-one firefighters came.", "21", "people", ""),
    ("A 6.1-magnitude quake struck.", "6.1", "magnitude", ""),
    ("Up to 40 boats lay there.", "40", "boats", "up to"),
    ("They found 100 or more.", "100", "", "at least"),
    ("Dozens of houses burnt.", "", "houses", "in words"),
    ("Several thousand houses burnt.", "", "houses", "in words"),
    ("Thousands needed safe drinking water.", "", "", "in words"),
    ("Several people came.", "", "people", "in words"),
    ("Over 65 people came.", "65", "people", "more than"),
    ("It cost nearly Ksh890,800.", "890800", "Ksh", "almost"),
    ("It fell 10m into the river.", "10", "m", ""),
    ("It cost £10m in all.", "10000000", "pounds", ""),
    ("A magnitude-7.5 quake, the worst, struck.", "7.5", "quake", ""),
    ("It taught 1709 schoolchildren.", "1709", "schoolchildren", ""),
    ("AMBER – All 955 boats left.", "955", "boats", ""),
    ("The storm left one dead.", "1", "people", ""),
    ("Of them one was badly hurt.", "1", "", ""),
    ("One Amber County man left.", "1", "people", ""),
    ("It sold at Rs 283 on the day.", "283", "Rs", ""),
    ("They left with three past Amber directors.", "3", "people", ""),
    ("More than half of the boats sank.", "50", "percent", "more than"),
    ("Half the town left.", "50", "percent", ""),
    ("It cost RM210mil to build.", "210000000", "RM", ""),
    ("In his 801-page ruling he said so.", "801", "pages", ""),
    ("A quarter of residents left.", "25", "percent", ""),
    ("A third of the boats sank.", "", "boats", "in words"),
    ("One in five children left.", "", "people", "in words"),
    ("It lies less than a mile from the river.", "", "", "in words"),
    ("We lost zero boats.", "0", "boats", ""),
    ("The mean was -7.4 degrees in the town.", "-7.4", "degrees", ""),
    ("It was minus 4.9 degrees Celsius.", "-4.9", "degrees Celsius", ""),
    ("It stood at 419.3 ppm then.", "419.3", "ppm", ""),
    ("About 218.4 mm of rain fell.", "218.4", "mm", "about"),
    ("Five helicopters and a boat came.", "5", "helicopters", ""),
    ("It killed 40 trees.", "40", "trees", ""),
    ("It rose by 7.0 metres.", "7.0", "metres", ""),
    ("It fell to −3.50 degrees.", "-3.50", "degrees", ""),
    ("It cost 2.50 million euros.", "2500000", "euros", ""),
]


@pytest.mark.parametrize(("text", "value", "unit", "qualifier"), NUMBERS)
def test_a_number_has_its_value_unit_and_qualifier(text, value, unit, qualifier):
    [one] = read(text, "number")
    assert (one.value, one.unit, one.qualifier) == (value, unit, qualifier)
    assert text[one.start : one.end].strip() == text[one.start : one.end] != ""


def test_of_a_range_there_are_both_ends():
    [one] = read("Between 40 and 50 boats left.", "number")
    assert (one.value, one.low, one.high, one.qualifier) == ("", "40", "50", "range")
    [one] = read("It rose by 2.5 to 4.0 metres.", "number")
    assert (one.low, one.high, one.unit) == ("2.5", "4.0", "metres")
    [one] = read("It cost 5 to 10 million dollars.", "number")
    assert (one.low, one.high, one.unit) == ("5000000", "10000000", "dollars")


def test_a_number_without_a_noun_counts_what_the_one_before_it_does():
    first, second = read("They saved 700 refugees and 200 more on Friday.", "number")
    assert (second.value, second.unit, second.of_whom) == ("200", first.unit, first.of_whom)


def test_some_of_them_are_of_those_before():
    _, second = read("At least 12 people were hurt. Two of them died.", "number")
    assert (second.value, second.unit) == ("2", "people")
    [one] = read("They said 31 of the injured left.", "number")
    assert (one.unit, one.of_whom) == ("people", "injured")


NO_NUMBERS = [
    "Anna Orla, 34, left.",
    "His deputy, 38, left.",
    "Amber won 3-1 at home.",
    "It was 0–0, or 2-2, at the break.",
    "A 12-year-old child.",
    "He was aged 7.",
    "It began in 2019.",
    "At 10:55 PM it was dark.",
    "At 1.50 am it was dark.",
    "The third wave came.",
    "A child of 7 came.",
    "They were aged between 20 and 30.",
    "A man in his 60s came.",
    "He died at the age of 70.",
    "Anna Orla, 25, Ben Amber, 20 and Carl Umber, 17, left.",
    "The age rises to a retirement age of 65.",
    "Flight 17 fell.",
    "The MV Orla Star 3 sank.",
    "He wants the new one.",
    "It turned twice.",
    "It ends on 9 May.",
    "Children, ages 6 and 4, came back.",
    "Those between 10 and 18 came.",
    "A girl aged around 10 came.",
    "The COVID-19 clinic opened.",
    "Shares in Orla (SIX:ORL) rose.",
    "It spread from one hall to another.",
    "We came by twenty past.",
    "It began at [0640 GMT].",
    "The 4L80 gearbox broke.",
    "Those between 5 and 14 years of age came.",
    "Some were as young as 4.",
    "He lives at 888 South Orla St.",
    "They vowed zero tolerance.",
    "They left, with one shouting at him.",
    "It was dear, one factor being the cost.",
    "A category four storm came.",
    "The rebel half of the city fell.",
    "The northern half of the island burnt.",
    "It took a quarter of a century.",
    "It has half the size.",
    "2030 has been a good year.",
    "They left 1Amber Berhad.",
]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_counts_nothing_is_no_number(text):
    assert read(text, "number") == []


DAYS = [
    ("It began on Monday.", "2031-05-05"),
    ("It began last Wednesday.", "2031-04-30"),
    ("It will end on Friday.", "2031-05-09"),
    ("It will not be open by Friday.", "2031-05-09"),
    ("It was hit by a storm on Saturday.", "2031-05-03"),
    ("It rose by 2.4 metres on Monday.", "2031-05-05"),
    ("It leaves by 12 May.", "2031-05-12"),
    ("It began yesterday.", "2031-05-06"),
    ("It began last month.", "2031-04"),
    ("It began last year.", "2030"),
    ("It began two years ago.", "2029"),
    ("It began three days ago.", "2031-05-04"),
    ("It began on 30 December.", "2030-12-30"),
    ("It will end on December 30.", "2031-12-30"),
    ("It began on May 3, 2029.", "2029-05-03"),
    ("It began in April 2029.", "2029-04"),
    ("It grew from 2004 to 2009.", "2004/2009"),
    ("It grew between January and August 2020.", "2020-01/2020-08"),
    ("It grew from 28 July to 3 August 2020.", "2020-07-28/2020-08-03"),
    ("It began in March last year.", "2030-03"),
    ("It stays open 3-5 May.", "2031-05-03/2031-05-05"),
    ("It has stood since 1991.", "1991"),
    ("It fell in a 2003 coup.", "2003"),
    ("In March, Kenya rejoiced.", "2031-03"),
    ("It fell after a February attack.", "2031-02"),
    ("It burnt over the weekend.", "2031-05-03/2031-05-04"),
    ("It will burn over the weekend.", "2031-05-10/2031-05-11"),
    ("It fell less than expected in March.", "2031-03"),
    ("It is believed to be lost since Saturday.", "2031-05-03"),
    ("It was shut due to rain on Saturday.", "2031-05-03"),
    ("It was hit by Monday’s storm.", "2031-05-05"),
    ("By Monday evening it had ended.", "2031-05-05"),
    ("It is shut, starting Monday.", "2031-05-12"),
    ("It grew over 2004 - 2009.", "2004/2009"),
    ("It may rain into June.", "2030-06"),
    ("It is due to end Sept. 14.", "2031-09-14"),
    ("It followed the fire of Feb. 12.", "2031-02-12"),
    ("Boats were moved by Friday afternoon.", "2031-05-02"),
    ("It lasted from 3 to 5 May.", "2031-05-03/2031-05-05"),
    ("It lasted between 3 and 5 May.", "2031-05-03/2031-05-05"),
    ("It lasted from May 3 to 5.", "2031-05-03/2031-05-05"),
    ("It lasted between May 2nd and 5th.", "2031-05-02/2031-05-05"),
    ("It rained between Monday and Wednesday.", "2031-05-05/2031-05-07"),
    ("It fell on Tuesday, May 6.", "2031-05-06"),
    ("It fell in January-April.", "2031-01/2031-04"),
    ("It fell in January of last year.", "2030-01"),
    ("It fell overnight.", "2031-05-06/2031-05-07"),
    ("It fell a week ago.", "2031-04-28/2031-05-04"),
    ("It fell a decade ago.", "2021"),
    ("It fell the day before yesterday.", "2031-05-05"),
    ("It will end by the end of the year.", "2031"),
    ("It grew in the first quarter.", "2031-01/2031-03"),
    ("It grew in the fourth quarter.", "2030-10/2030-12"),
    ("It grew in the last quarter.", "2031-01/2031-03"),
    ("It grew in the second quarter of 2029.", "2029-04/2029-06"),
    ("It grew in Q3 2029.", "2029-07/2029-09"),
    ("It grew in the first half of the year.", "2031-01/2031-06"),
    ("It grew in the first nine months of 2029.", "2029-01/2029-09"),
    ("It grew in the last three months of 2029.", "2029-10/2029-12"),
    ("It grew in the 1990s.", "1990/1999"),
    ("It grew in fiscal 2029.", "2029"),
    ("It grew in the 2029-30 fiscal year.", "2029/2030"),
    ("It sank on Christmas Eve.", "2030-12-24"),
    ("It sank on New Year’s Day 2029.", "2029-01-01"),
    ("Workers plan to leave, the union said Monday.", "2031-05-05"),
    ("In July it will sail.", "2031-07"),
    ("It will sail this Friday.", "2031-05-09"),
    ("It sailed this Monday.", "2031-05-05"),
    ("The forecast for 2029 was good.", "2029"),
    ("The meeting is on Monday, January 5.", "2032-01-05"),
    ("The fair starts on Friday.", "2031-05-09"),
    ("It lasted from Feb 22 to 25 and was over.", "2031-02-22/2031-02-25"),
    ("It sank last Dec 21.", "2030-12-21"),
    ("It will hit Orla, which was flooded in April.", "2031-04"),
    ("It was told that they had to leave by 12 December.", "2031-12-12"),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_is_told_from_the_day_of_publication(text, day):
    assert [one.value for one in read(text, "date")] == [day]


def test_a_day_may_be_told_from_the_one_before_it():
    assert days("It rose in March after a fall the previous month.") == ["2031-03", "2031-02"]
    assert days("It fell in April 2019. It rose in May that year.") == ["2019-04", "2019-05"]
    assert days("It fell in April 2019.", "It rose in May that year.") == ["2019-04", "2019-05"]
    assert days("It fell in May. She said that Monday’s rain was light.") == [
        "2031-05",
        "2031-05-05",
    ]
    assert days("On Monday it rained. The next day it ended.") == ["2031-05-05", "2031-05-06"]
    assert days("It fell on 3 March. Two days later it rose.") == ["2031-03-03", "2031-03-05"]
    assert days("It fell in March and April 2030.") == ["2030-03", "2030-04"]
    assert days("It rose the next day.") == []
    assert days("In 1509 it sank. A year later it rose.") == ["1509", "1510"]


def days(text: str, *more: str) -> list[str]:
    return [one.value for one in read(text, "date", "en", *more)]


@pytest.mark.parametrize(
    "text",
    [
        "He sat down.",
        "It ended at 1900 GMT.",
        "Boats that may sink and may not.",
        "The Sun shone.",
        "It fell on 31.02.2030.",
        "It fell in the first fifteen months of 2029.",
    ],
)
def test_what_names_no_day_is_none(text):
    assert read(text, "date") == []


def test_without_a_day_of_publication_only_full_dates_are_read():
    found = read_candidates(("It began on Monday, 3 May 2029, or last month.",), "en", None)
    assert [one.value for one in found if one.kind == "date"] == ["2029-05-03"]


OTHERS = [
    ("fr", "Au moins 12 personnes sont mortes lundi.", "12", "at least", "2031-05-05"),
    ("de", "Mehr als 1.300 Häuser stehen seit dem 3. Mai leer.", "1300", "more than", "2031-05-03"),
    ("es", "Unos 250 vecinos salieron ayer.", "250", "about", "2031-05-06"),
    ("ru", "Около 40 домов сгорели 3 мая.", "40", "about", "2031-05-03"),
    ("de", "Mindestens 7,0 Meter hoch stand es am 3. Mai.", "7.0", "at least", "2031-05-03"),
]


@pytest.mark.parametrize(("language", "text", "value", "qualifier", "day"), OTHERS)
def test_numbers_and_days_are_read_in_other_languages(language, text, value, qualifier, day):
    [number], [when] = read(text, "number", language), read(text, "date", language)
    assert (number.value, number.qualifier, when.value) == (value, qualifier, day)


NONE_OTHERS = [
    ("fr", "Un chiffre et une porte.", []),
    ("de", "Ein Haus am frühen Morgen.", []),
    ("es", "Un voluntario por la mañana.", []),
    ("es", "Hay al menos dos muertos.", ["2"]),
    ("de", "Am Samstagabend kam Regen.", ["2031-05-03"]),
    ("de", "Vom 3. bis 5. Mai kam Regen.", ["2031-05-03/2031-05-05"]),
    ("de", "Bis Sonntagabend waren es 9 Tote.", ["2031-05-04", "9"]),
    ("de", "Bis Sonntag bleibt der Hafen zu.", ["2031-05-11"]),
    ("es", "Hasta el domingo eran 9 muertos.", ["2031-05-04", "9"]),
    ("de", "Am 6.5.2031 kam Regen.", ["2031-05-06"]),
    ("fr", "La pluie tomba la semaine dernière.", ["2031-04-28/2031-05-04"]),
    ("fr", "Il pleut entre lundi et mercredi.", ["2031-05-05/2031-05-07"]),
    ("es", "Llovió el mes pasado.", ["2031-04"]),
    ("ru", "Дождь шёл в марте 2030 года.", ["2030-03"]),
]


@pytest.mark.parametrize(("language", "text", "values"), NONE_OTHERS)
def test_an_article_counts_nothing_and_the_morning_is_no_day(language, text, values):
    found = read_candidates((text,), language, PUBLISHED)
    assert [one.value for one in found if one.kind in ("number", "date")] == values


def test_a_noun_ends_where_it_does_in_other_languages():
    texts = {"fr": "63 morts dans la ville", "de": "drei schwere Unfälle im Ort"}
    texts |= {"es": "miles de personas en la calle", "ru": "720 квадратных метров в доме"}
    units = [read(text, "number", language)[0].unit for language, text in texts.items()]
    assert units == ["morts", "schwere Unfälle", "personas", "квадратных метров"]


SPEAKERS = [
    ("Two are missing, according to the ministry.", ["the ministry"]),
    ("Anna Orla said two are missing.", ["Anna Orla"]),
    ("Anna Orla, the mayor of the town, said two are missing.", ["Anna Orla"]),
    ("“Two are missing,” said Anna Orla, the mayor.", ["Anna Orla"]),
    ("Two are missing, the River Office said.", ["River Office"]),
    ("Anna Orla Jr. said two are missing.", ["Anna Orla Jr"]),
    ("An Amber woman told a paper so.", ["Amber woman"]),
    ("Officials said that two are missing.", ["Officials"]),
    ("Anna Orla from the mayor's flood office told a paper so.", ["Anna Orla"]),
    ("Amber Red broadcaster reported that two are missing.", ["Amber Red broadcaster"]),
    ("Two are missing, the People’s Daily reported.", ["People’s Daily"]),
    ("In a statement issued by the River Office two are missing.", ["River Office"]),
    ("An estimated 12 people came.", []),
    ("“Two are missing,” said Amber professor Anna Orla.", ["Anna Orla"]),
    ("Two are missing, said Amber Valley Fire Chief Anna Orla.", ["Anna Orla"]),
    ("Two are missing, according to an Amber Ministry official.", ["Amber Ministry official"]),
    ("The River Office in Amber, Kenya, said two are missing.", ["River Office"]),
    ("The court found him guilty.", ["the court"]),
    ("Two are missing, said Lt. Anna Orla, the chief.", ["Anna Orla"]),
    ("The paper cited Anna Orla, who lives there, as saying so.", ["Anna Orla"]),
    ("If confirmed, it ends.", []),
    ("His sons Ben and Carl, accused of theft, left.", []),
    ("Anna Orla has ruled out a strike.", []),
    ("Employers added 300 jobs.", []),
    ("Guards at schools and hospitals said so.", ["Guards"]),
    ("Its force, at home in Chad, Mali, Niger and Kenya, said so.", []),
    ("Two are missing.", []),
    ("A watchdog said two are missing.", ["watchdog"]),
    ("The coach said two are missing.", ["the coach"]),
    ("River keepers said two are missing.", ["River keepers"]),
    ("Two are missing in Nairobi, said the Observatory.", ["Observatory"]),
    ("Two are missing, by a preliminary Observatory count. It is so, as per the Observatory.",
     ["Observatory"]),
    ("Two are missing, according to River Office figures released on Thursday.", ["River Office"]),
    ("Two are missing, according to 2029 data from the River Office.", ["River Office"]),
    ("A River Office report released on Monday showed losses.", ["River Office report"]),
    ("The mayor, Anna Orla, warned that two are missing.", ["Anna Orla"]),
    ("The local monitor, the Amber Observatory for Rivers, said so.",
     ["Amber Observatory for Rivers"]),
    ("“Two are missing,” Capt. Anna Orla of the Amber Fire Department said.", ["Anna Orla"]),
    ("Anna Orla, head of ships at the River Office told a paper so.", ["Anna Orla"]),
    ("Anna Orla, a diver with the Office in Amber, Kenya, said so.", ["Anna Orla"]),
    ("The U.S. said two are missing.", ["U.S."]),
    ("Amber Inc. said two are missing.", ["Amber Inc"]),
    ("Talking to Amber Post, Anna Orla said two left, adding that one came.", ["Anna Orla"]),
    ("Officials with the River Office said so.", ["Officials"]),
    ("Residents near the dump site told a paper so.", ["Residents"]),
    ("The shop Orla & Amber posted a loss and said so. O&A said more.",
     ["Orla & Amber", "Orla & Amber"]),
    ("The River Office (RIV-O) said so. RIV-O said more.", ["River Office", "River Office"]),
    ("Anna Orla said so. Chief Orla said more.", ["Anna Orla", "Anna Orla"]),
    ("The River Office warned of floods.", ["River Office"]),
    ("The River Office was quoted by a paper as saying so.", ["River Office"]),
    ("Earlier, Secretary of Rivers Anna Orla said two are missing.",
     ["Secretary of Rivers Anna Orla"]),
    ("Two people reported missing came back. Some of those reports might be wrong.", []),
    ("A man accused in a theft left.", []),
    ("Sounds of joy could be heard.", []),
    ("It is so according to Kenya’s laws.", []),
    ("Two are missing, according to Kenya’s office figures.", ["Kenya’s office"]),
    ("Two are missing, according to a study by pollster Orlapoll.", ["Orlapoll"]),
    ("Two are missing, according to ORL data.", ["ORL"]),
    ("Two are missing, as per the Observatory. Per Amber Bank, one is.",
     ["Observatory", "Amber Bank"]),
    ("The River Office put the toll at 12 people.", ["River Office"]),
    ("Figures from the River Office show losses.", ["Figures from the River Office"]),
    ("Police and witnesses said two are missing.", ["Police", "witnesses"]),
    ("Two are missing, according to Anna Orla and Ben Amber.", ["Anna Orla", "Ben Amber"]),
    ("Officials in Kenya and Chad said so.", ["Officials in Kenya and Chad"]),
    ("A boat sank off Amber Island, then turned, said Mayor Anna Orla.", ["Anna Orla"]),
    ("Two are missing, said the river chief, Vice Adm. Anna Orla.", ["Anna Orla"]),
    ("“It is hard,” said Ward 6 Coun. Anna Orla, a baker.", ["Anna Orla"]),
    ("A witness who lives on the hill above said he saw it.", ["witness"]),
    ("Codela — the largest firm — said so. The company regretted it, and the company said so.",
     ["Codela", "Codela"]),
    ("The Ministry of Rivers said so. The ministry said more.",
     ["Ministry of Rivers", "Ministry of Rivers"]),
    ("Amber Bank said so. Orla Office said so. The firm said more.",
     ["Amber Bank", "Orla Office", "the firm"]),
    ("Initial reports suggest that two are missing.", ["reports"]),
    ("Did Anna Orla say that two are missing?", ["Anna Orla"]),
    ("The U.S. Rivers Office said so. The USRO said more.",
     ["U.S. Rivers Office", "U.S. Rivers Office"]),
    ("Anna Orla told Radio Amber so. He left, she said.", ["Anna Orla", "Anna Orla"]),
    ("The Ministry of Rivers informed that two are missing.", ["Ministry of Rivers"]),
    ("“Two are missing,” highlighted Anna Orla.", ["Anna Orla"]),
    ("It sold at a price from Rs293 reported two weeks ago.", []),
    ("The Central Bank of Kenya governor, Anna Orla, said so.", ["Anna Orla"]),
    ("Minister of Rivers Hon Anna Orla told us so. The Minister said more.",
     ["Anna Orla", "Anna Orla"]),
    ("Anna Orla, a mayor, said so. Ben Amber, a mayor, said no. The mayor said more.",
     ["Anna Orla", "Ben Amber", "the mayor"]),
    ("Anna Orla told Mayor Umber so. The mayor said more.", ["Anna Orla", "the mayor"]),
    ("Two are missing, according to a daily update from the River Office.", ["River Office"]),
    ("The text was copied to the Amber Agency said to have it.", []),
    ("According to the mayor Amber municipality, Mr Ben Orla, two are missing.", ["Ben Orla"]),
    ("Mr Anna Orla, a resident of Amber town council said two are missing.", ["Anna Orla"]),
    ("The Amber Office in a statement confirmed the loss.", ["Amber Office"]),
    ("Amber magistrates heard that two are missing.", ["Amber magistrates"]),
    ("Two are missing, according to local leaders.", ["local leaders"]),
    ("An eyewitness was quoted by the Amber Post as saying two are missing.", ["eyewitness"]),
    ("Anna Orla spoke. It hit the Amber District. She said two are missing.", ["Anna Orla"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), SPEAKERS)
def test_who_says_something_is_found(text, names):
    assert [one.value for one in read(text, "speaker")] == names


def test_a_number_has_the_speaker_whose_verb_governs_it_and_no_other():
    said = "Anna Orla said 12 people were hurt."
    assert read(said, "number")[0].asserted_by == "Anna Orla"
    apart = "Anna Orla said the port is closed, but 12 people were hurt."
    assert read(apart, "number")[0].asserted_by == ""
    two = "Anna Orla said 12 people were hurt, and Ben Amber said 15 people were."
    assert {one.asserted_by for one in read(two, "number")} == {""}
    after = "After 12 people were hurt, Anna Orla said the port is closed."
    assert read(after, "number")[0].asserted_by == ""
    vowed = "Anna Orla vowed to mend a dam that left 12 people dead."
    assert read(vowed, "number")[0].asserted_by == ""
    more = "Forty were aboard, and Anna Orla said more were due."
    assert read(more, "number")[0].asserted_by == ""
    crowd = "Anna Orla told 300 people that the port is closed."
    assert read(crowd, "number")[0].asserted_by == ""
    toll = "Anna Orla said the port is closed, bringing the toll to 12."
    assert read(toll, "number")[0].asserted_by == ""
    later = "Anna Orla said after 12 people died that the port is closed."
    assert read(later, "number")[0].asserted_by == ""
    which = "It is the worst storm in a port which lost 12 boats, where two sank, Anna Orla said."
    assert read(which, "number")[0].asserted_by == ""
    own = "Anna Orla, who has 3 sons, said the port is closed."
    assert read(own, "number")[0].asserted_by == ""


NOT_SURE = [
    "The firm reported a 12 percent gain.",
    "Anna Orla said the 12 boats are safe.",
    "Anna Orla said the port was closed by Monday’s 12 storms.",
    "Rebels and agencies said 12 people were hurt.",
    "Anna Orla said it reached Amber, a town of 12 people.",
    "''It was close,'' Anna Orla said. ''It is over.'' Amber lies about 12 miles off.",
    "Anna Orla denied that 12 people were hurt.",
    "If Anna Orla says 12 people were hurt, it is so.",
    "Did Anna Orla say that 12 people were hurt?",
    "Anna Orla said reports that 12 people were hurt were wrong.",
    "Anna Orla said it was not true that 12 people were hurt.",
    "Anna Orla said she had been told 12 people were hurt.",
    "“She told me, ‘12 people died’,” Anna Orla said.",
    "The company said 12 people were hurt.",
    "The man said 12 people were hurt.",
    "Nobody said 12 people were hurt.",
    "No officials said 12 people were hurt.",
    "Some said 12 people were hurt.",
    "Officials said he told them 12 people were hurt.",
    "The port, which lost 12 boats, is closed, Anna Orla said.",
    "A spokesman for the River Office said 12 people were hurt.",
    "Police and witnesses said 12 people were hurt.",
]


@pytest.mark.parametrize("text", NOT_SURE)
def test_a_number_that_may_be_told_by_another_has_no_speaker(text):
    assert {one.asserted_by for one in read(text, "number")} == {""}


SURE = [
    ("Gov. Anna Orla told reporters on Thursday that 12 people were hurt.", "Anna Orla"),
    ("Police said 12 people were hurt.", "Police"),
    ("Sgt. Anna Orla of Ft. Amber said 12 people were hurt.", "Anna Orla"),
    ("At 10 a.m. Sen. Anna Orla said 12 people were hurt.", "Anna Orla"),
    ("Officials told Reuters by telephone that 12 people were hurt.", "Officials"),
    ("The River Office wrote on its page that 12 people were hurt.", "River Office"),
    ("In a statement, the River Office said 12 people were hurt.", "River Office"),
    ("Twelve people were hurt, Anna Orla, who leads the Office, said on Monday.", "Anna Orla"),
]


@pytest.mark.parametrize(("text", "name"), SURE)
def test_a_number_has_its_speaker_beyond_a_title_and_its_point(text, name):
    assert {one.asserted_by for one in read(text, "number")} == {name}


def test_a_pronoun_is_the_last_who_has_a_name_where_nobody_else_has():
    first = "Anna Orla said the port is closed."
    values = [one.value for one in read(first, "speaker", "en", "She said 12 people were hurt.")]
    assert values == ["Anna Orla", "Anna Orla"]
    body = "The ministry said the port is closed."
    values = [one.value for one in read(body, "speaker", "en", "She said 12 people were hurt.")]
    assert values == ["the ministry"]
    other = "She met Ben Amber. He said 12 people were hurt."
    assert [one.value for one in read(first, "speaker", "en", other)] == ["Anna Orla", "Ben Amber"]
    assert [one.asserted_by for one in read(first, "number", "en", other)] == [""]
    again = "Ben Amber said so. Anna Orla said more. Amber left. She said 12 people were hurt."
    assert [one.asserted_by for one in read(again, "number")] == [""]


def test_who_was_only_named_before_a_quote_is_proposed_and_fills_no_number():
    texts = (
        "Anna Orla, the mayor, came to the port.",
        "“We are back. It is over.",
        "“12 came,” she said.",
    )
    assert [one.value for one in read(texts[0], "speaker", "en", *texts[2:])] == ["Anna Orla"]
    assert [one.asserted_by for one in read(texts[0], "number", "en", *texts[2:])] == [""]
    two = "Anna Orla and Ben Amber came to the port."
    assert read(two, "speaker", "en", texts[2]) == []


def test_a_short_name_is_the_one_that_stood_in_full():
    text = "Anna Orla said it was over. Orla added that the port is closed."
    assert [one.value for one in read(text, "speaker")] == ["Anna Orla", "Anna Orla"]


def test_places_are_countries_their_people_regions_and_towns():
    text = "The Kenyan army went from Nairobi to Somalia."
    found = {one.value: one for one in read(text, "place")}
    assert {one.places[0].country for one in found.values()} == {"KEN", "SOM"}
    assert found["Nairobi"].chosen
    assert abs(found["Nairobi"].places[0].latitude + 1.28) < 0.2


def test_a_name_of_many_places_lists_them_and_chooses_none():
    [one] = read("A storm struck Springfield county.", "place")
    assert len(one.places) > 1
    assert not one.chosen


TOWNS = [
    ("They met in Springfield, Missouri.", "Springfield", "USA", True),
    ("FLORENCE, S.C. - It rained.", "FLORENCE", "USA", True),
    ("They met in the Polish town of Malbork.", "Malbork", "POL", True),
    ("They came from Dalfsen to rest.", "Dalfsen", "NLD", False),
    (
        "The Democratic Republic of the Congo is vast.",
        "Democratic Republic of the Congo",
        "COD",
        True,
    ),
    ("They flew to Amsterdam from South Africa.", "Amsterdam", "", False),
    ("They met in Kansas City, in Kansas.", "Kansas", "USA", True),
    ("They left Mexico City for Mexico.", "Mexico", "MEX", True),
    ("They went to Santa Teresa in Peru.", "Santa Teresa", "", False),
    ("In Congo it rained.", "Congo", "", False),
    ("It hit Iran as U.S. sanctions bar it.", "U.S.", "USA", True),
    ("A Dubai-based firm left.", "Dubai", "ARE", True),
    ("It rained in New York, New Jersey and Maryland.", "New York", "USA", False),
    ("It hit California and Santa Barbara County.", "Santa Barbara", "", False),
    ("They met near La Union province in the Philippines.", "La Union", "", False),
    ("Nagaur MP Ben Amber left India.", "Nagaur", "IND", True),
    ("The U.S. saw rain in rural Arizona.", "Arizona", "USA", True),
    ("It hit NSW in Australia.", "New South Wales", "AUS", True),
    ("They met in Bulgan soum, Orlava aimag, in Mongolia.", "Bulgan", "MNG", False),
    ("They met in Springfield county, Missouri.", "Springfield", "USA", False),
    ("It hit Rosedale. Australia is hot. Much of Australia is, not New Zealand.", "Rosedale", "",
     False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "country", "chosen"), TOWNS)
def test_a_town_is_known_by_its_region_and_chosen_where_no_other_is_likely(
    text, name, country, chosen
):
    [one] = [one for one in read(text, "place") if one.value == name]
    assert one.chosen is chosen
    assert not country or one.places[0].country == country


def test_villages_in_a_row_are_places_and_a_company_is_none():
    text = "They struck the villages of Orlava, Ambera and Portu in Kenya."
    assert [one.value for one in read(text, "place")][:3] == ["Orlava", "Ambera", "Portu"]
    text = "Worthington Industries is American. Shares in Worthington fell."
    assert [one.value for one in read(text, "place")] == ["American"]


def test_from_one_number_to_another_is_a_change_and_no_range():
    found = read("It rose from 8 to 12 houses.", "number")
    assert [one.value for one in found] == ["8", "12"]
    [one] = read("It cost sums ranging from 8 to 12 dollars.", "number")
    assert (one.low, one.high) == ("8", "12")


def test_a_longer_name_is_not_the_place_within_it():
    for text in ("They met in Freedom Square.", "They met at the Bank of Greece."):
        assert [one.places for one in read(text, "place") if one.places] == []


UNKNOWN = [
    ("It rained in Orlava.", ["Orlava"]),
    ("The residents of Orlava left.", ["Orlava"]),
    ("It rained in the capital, Orlava, and in Amberia.", ["Orlava", "Amberia"]),
    ("They left Nairobi, Orlava, by bus.", ["Nairobi", "Orlava"]),
    ("It hit the Orlava area and Amberia National Forest.", ["Orlava", "Amberia National Forest"]),
    ("Orlava County Sheriff Ben Amber said so.", ["Orlava"]),
    ("The Orla River Police district is large. Provincial airport staff left.", []),
    ("They met in Parliament. The Indian Ocean is warm. They left Asia.", []),
    ("The University of Orla and the shop Nairobi & Amber are shut.", []),
    ("It rained in Orlavas, in Kenya.", ["Orlavas", "Kenya"]),
    ("It sank off the Mediterranean island.", []),
    ("It rained at Orlava in Kenya.", ["Orlava", "Kenya"]),
    ("Orlava, Amberia, and Portu villages were cut off.", ["Orlava", "Amberia", "Portu"]),
    ("The 20 people are from Orlava.", ["Orlava"]),
    ("He is Ben Amber, of Umber Close, Orlava, who left.", ["Orlava"]),
    ("Nairobi — Prices rose.", ["Nairobi"]),
    ("B.C. officials left Canada.", ["British Columbia", "Canada"]),
    (
        "It came from Anna Amber and Jordan Umber. The 1Malaysia fund and Federal areas are shut.",
        [],
    ),
    ("The worst hit areas are Orlava, they say.", ["Orlava"]),
    ("It is the first in the Northeast Asian region. The fall of Brent crude hurt.", []),
    ("It is the oldest of the Fisheries Industry, they say.", []),
]


@pytest.mark.parametrize(("text", "names"), UNKNOWN)
def test_a_name_alone_is_a_place_where_its_words_say_so(text, names):
    assert [one.value for one in read(text, "place")] == names


def test_a_body_that_is_named_for_a_place_leaves_the_place_what_it_is():
    text = "The Kenya Office of Nairobi said so. It rained in Nairobi."
    assert "Nairobi" in [one.value for one in read(text, "place")]


def test_a_place_that_nobody_knows_is_one_where_only_a_place_can_stand():
    found = read(
        "ORLAVILLE, Kenya - It rained. Much of Kenya is wet. In Nairobi it rained.", "place"
    )
    assert [one.value for one in found] == ["ORLAVILLE", "Kenya", "Kenya", "Nairobi"]


def test_an_island_is_no_town_of_its_name_and_an_office_no_region():
    [one] = read("They sailed to the island of Nairobi.", "place")
    assert not one.chosen
    assert read("The Interior Department said so.", "place") == []


def test_people_and_sentences_begin_with_no_place():
    text = "Paris Orla said so. Most of them left. Nice people came."
    assert [one.value for one in read(text, "place") if one.chosen] == []


def test_what_is_found_stands_where_it_says():
    text = "On Monday Anna Orla said 12 people in Kenya were hurt."
    found = read_candidates((text,), "en", PUBLISHED)
    words = {one.kind: text[one.start : one.end] for one in found}
    assert words == {
        "date": "Monday", "speaker": "Anna Orla", "number": "12 people", "place": "Kenya",
    }  # fmt: skip


def test_an_unread_language_has_numbers_and_no_speakers():
    found = read_candidates(("Powódź zalała 300 domów.",), "pl", PUBLISHED)
    assert {one.kind for one in found} <= {"number", "place"}


@pytest.mark.parametrize("file", ARTICLES, ids=lambda file: file.stem)
def test_an_annotation_holds_spans_and_hashes_and_no_words_of_its_article(file):
    article = json.loads(file.read_text(encoding="utf-8"))
    assert re.fullmatch("[0-9a-f]{64}", article["sha256"])
    for kind in ("quantities", "dates", "places", "speakers"):
        for one in article[kind]:
            assert 0 <= one["start"] < one["end"]
            assert 1 <= one["paragraph"] <= article["paragraphs"]
            texts = [value for value in one.values() if isinstance(value, str)]
            assert all(len(text) <= 21 for text in texts), one


def test_some_of_the_articles_were_tuned_on_and_some_were_not():
    parts = [json.loads(file.read_text(encoding="utf-8"))["part"] for file in ARTICLES]
    assert (parts.count("tune"), parts.count("held")) == (196, 5)


def test_what_is_too_long_for_a_paragraph_is_refused_and_a_long_one_is_read():
    with pytest.raises(DossierError, match="paragraph 2: has 20,001 characters"):
        read_candidates(("Orla", "x" * 20_001))
    text = "At least 12 people came, Anna Orla said. " * 200
    assert sum(one.kind == "number" for one in read_candidates((text,))) == 200
