"""A made-up dossier, `ferry`, held against its made-up text."""

import shutil
from pathlib import Path

import pytest

from helpers.dossier import load_dossier, read_dossier, verify_texts as verify
from helpers.dossier._texts import hash_text, read_text, split_paragraphs
from helpers.errors import DossierError

FIXTURES = Path(__file__).parents[1] / "fixtures"
TEXT = FIXTURES / "ferry.txt"


@pytest.fixture
def ferry():
    return load_dossier(FIXTURES / "ferry")


@pytest.fixture
def verify_changed(ferry, tmp_path):
    """Hold the dossier against its text with one piece replaced by another."""

    def change(old: str, new: str):
        text = TEXT.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "changed.txt"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return verify(ferry, {"report": path})

    return change


@pytest.fixture
def kept(tmp_path, write_tables):
    """A made-up dossier of one fact, with the text of its article in it."""

    def keep(anchor: str, text: str, language: str = "en", value: str = ""):
        source = {"source_id": "article", "kind": "article", "title": "Storm", "paragraphs": "1"}
        source |= {"publisher": "The Post", "language": language}
        fact = {"fact_id": "f1", "source_id": "article", "paragraph": 1, "anchor": anchor}
        fact |= {"topic": "event", "statement": "It was so", "stated": "2031-05-04"}
        fact |= {"asserted_by": "the office", "value": value}
        fact |= {"measure": "things", "unit": "things"} if value else {}
        folder = write_tables(tmp_path / "kept", facts=[fact], sources=[source])
        (folder / "sources").mkdir()
        (folder / "sources" / "article.txt").write_text(text, encoding="utf-8")
        return folder

    return keep


def reasons(verification) -> dict[str, str]:
    return dict(zip(verification.lost["fact_id"], verification.lost["reason"], strict=True))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("reprot", "text 'reprot': no such source in ferry (did you mean 'report'?)"),
        ("x", "text 'x': no such source in ferry (the sources are report, bulletin)"),
        (
            "bulletin",
            "text 'bulletin': the source is a record, which is not held against a text",
        ),
    ],
)
def test_a_text_of_no_article(ferry, name, message):
    with pytest.raises(DossierError) as error:
        verify(ferry, {name: TEXT})
    assert str(error.value) == message


def test_no_text_for_an_article(ferry):
    with pytest.raises(DossierError) as error:
        verify(ferry)
    assert str(error.value) == (
        "source 'report': there is no text to hold it against (give one with --text report=PATH, "
        "or keep it as sources/report.txt in the dossier)"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "there is no such file"),
        (b"", "is empty"),
        (b"caf\xe9", "byte 0xe9 is not UTF-8"),
        (b"a\0b", "is binary; expected a text in UTF-8"),
        ("ab".encode("utf-16"), "is in UTF-16; expected UTF-8"),
    ],
)
def test_a_file_that_is_no_text(ferry, tmp_path, data, message):
    path = tmp_path / "text.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(DossierError) as error:
        verify(ferry, {"report": path})
    assert str(error.value).startswith("text '")
    assert str(error.value).endswith(f"text.txt': {message}")


def test_a_folder_is_no_text(ferry, tmp_path):
    with pytest.raises(DossierError, match="is not a file"):
        verify(ferry, {"report": tmp_path})


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        (
            "At least 12",
            "At least 13",
            {"f1": "'At least 12 passengers' does not stand in paragraph 2"},
        ),
        (
            "two-fold fares",
            "two-fold fares, or two-fold fares,",
            {"f3": "'two-fold fares' stands 2 times in paragraph 2"},
        ),
        (
            "two-fold fares",
            "thirty-two-fold fares",
            {"f3": "value 2 does not stand in 'two-fold fares'"},
        ),
        (
            "two-fold fares",
            "two-fold farest",
            {"f3": "'two-fold fares' is only a part of other words in paragraph 2"},
        ),
        (
            "two-fold fares",
            "forty-two-fold fares",
            {"f3": "value 2 does not stand in 'two-fold fares'"},
        ),
        (
            "Around 2,500",
            "around 2,500",
            {"f2": "'Around 2,500 people wait' does not stand in paragraph 3"},
        ),
        (
            "10 and 15 boats",
            "10 and 15  boots",
            {"f4": "'Between 10 and 15 boats' does not stand in paragraph 3"},
        ),
    ],
)
def test_a_changed_word_costs_a_fact_its_footing(verify_changed, old, new, lost):
    verification = verify_changed(old, new)
    assert reasons(verification) == lost
    assert not verification.is_well
    assert verification.texts[0].has_changed
    assert str(verification).splitlines()[-3:-1] == [
        *(f"fact {fact}: {reason}" for fact, reason in lost.items()),
        f"3 of 4 facts found in their text; 1 lost its footing: {', '.join(lost)}",
    ]


@pytest.mark.parametrize(
    ("anchor", "printed", "told"),
    [
        ("co-op", "co\u2011op", "the text has U+2011 NON-BREAKING HYPHEN where the anchor has '-'"),
        (
            "café",
            "cafe\u0301",
            "LETTER E and U+0301 COMBINING ACUTE ACCENT where the",
        ),
        (
            "office",
            "o\ufb03ce",
            "the text has U+FB03 LATIN SMALL LIGATURE FFI where the",
        ),
        ("it’s", "it's", 'the text has "\'" where the anchor has U+2019 RIGHT SINGLE'),
        ("office", "off\u00adice", "the text has U+00AD SOFT HYPHEN where the anchor has nothing"),
        ("office", "off\u200eice", "the text has U+200E LEFT-TO-RIGHT MARK where the anchor has n"),
    ],
)
def test_the_odd_character_is_told_with_its_place(kept, anchor, printed, told):
    story, _ = read_dossier(kept(anchor, f"The {printed} stands."))
    (reason,) = reasons(verify(story)).values()
    assert reason.startswith(f"{anchor!r} does not stand in paragraph 1: ")
    assert told in reason
    assert "(character " in reason


def test_a_word_that_differs_is_no_odd_character(kept):
    story, _ = read_dossier(kept("cafe", "The bar stands."))
    assert reasons(verify(story)) == {"f1": "'cafe' does not stand in paragraph 1"}


@pytest.mark.parametrize(
    ("language", "anchor", "value", "told"),
    [
        ("pl", "dwanaście osób", "12", "1 not checked: f1"),
        ("ja", "1.2万人", "12000", "1 not checked: f1"),
        ("en", "two thirds", "2", "1 not checked: f1"),
        ("en", "No one was hurt", "1", "1 lost its footing: f1"),
    ],
)
def test_a_number_that_is_not_read_is_neither_found_nor_lost(kept, language, anchor, value, told):
    story, _ = read_dossier(kept(anchor, f"{anchor}.", language=language, value=value))
    verification = verify(story)
    assert verification.lines()[-1] == f"0 of 1 fact found in its text; {told}"
    assert verification.is_well == ("not checked" in told)


def test_a_paragraph_more_moves_every_fact_behind_it(verify_changed):
    verification = verify_changed("A storm hit", "By our own staff.\n\nA storm hit")
    assert reasons(verification) == {
        "f1": "'At least 12 passengers' does not stand in paragraph 2, but in paragraph 3",
        "f2": "'Around 2,500 people wait' does not stand in paragraph 3, but in paragraph 4",
        "f3": "'two-fold fares' does not stand in paragraph 2, but in paragraph 3",
        "f4": "'Between 10 and 15 boats' does not stand in paragraph 3, but in paragraph 4",
    }
    assert "source report: 4 paragraphs; the dossier states 3" in verification.lines()


def test_a_paragraph_that_is_gone(verify_changed):
    verification = verify_changed("paid back.\n\nAround", "paid back.\nAround")
    assert reasons(verification) == {
        "f2": "there is no paragraph 3: the text has 2",
        "f4": "there is no paragraph 3: the text has 2",
    }


def test_a_changed_text_in_which_all_stands(verify_changed):
    verification = verify_changed("on Monday", "on Tuesday")
    assert not verification.is_well
    first, *rest = verification.lines()
    assert first.startswith("source report: the text has changed: its SHA-256 is ")
    assert rest == [
        "source report: 3 paragraphs",
        "source report: every anchor still stands in it",
        "4 of 4 facts found in their text",
        "2 facts of the record are not held against a text",
    ]


def test_the_very_text(ferry):
    verification = verify(ferry, {"report": str(TEXT)})
    assert verification.is_well
    digest = hash_text(read_text(TEXT))
    assert verification.lines() == [
        f"source report: the text is the one the dossier was made from (SHA-256 {digest})",
        "source report: 3 paragraphs",
        "4 of 4 facts found in their text",
        "2 facts of the record are not held against a text",
    ]
    found = verification.facts["found"]
    assert (int(found.sum()), found.isna().to_list()) == (4, [False] * 4 + [True] * 2)
    assert list(verification.facts) == [
        "fact_id",
        "source_id",
        "paragraph",
        "anchor",
        "found",
        "reason",
    ]


def test_a_text_that_is_kept_with_the_dossier(tmp_path):
    folder = shutil.copytree(FIXTURES / "ferry", tmp_path / "ferry")
    (folder / "sources").mkdir()
    shutil.copy(TEXT, folder / "sources" / "report.txt")
    assert verify(load_dossier(folder)).is_well


def test_a_source_without_a_hash_is_told_its_hash(tmp_path):
    folder = shutil.copytree(FIXTURES / "ferry", tmp_path / "ferry")
    digest = hash_text(read_text(TEXT))
    sources = (folder / "sources.csv").read_text().replace(f"{digest},3", ",")
    (folder / "sources.csv").write_text(sources)
    verification = verify(load_dossier(folder), {"report": TEXT})
    assert verification.is_well
    assert verification.lines()[:2] == [
        f"source report: the dossier states no hash; write sha256 {digest} "
        "and paragraphs 3 in sources.csv",
        "source report: 3 paragraphs; the dossier states no number",
    ]


def test_a_part_of_a_dossier(ferry):
    verification = verify(ferry.select(topic="casualties"), {"report": TEXT})
    assert verification.lines()[2:] == [
        "1 of 1 fact found in its text",
        "2 facts of the record are not held against a text",
    ]
    record = verify(ferry.select(fact_id="f5"))
    assert record.is_well
    assert record.lines() == [
        "there is no fact of an article",
        "1 fact of the record is not held against a text",
    ]


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: b"\n\n " + data + b" \n",
        lambda data: data.rstrip(),
    ],
    ids=["byte order mark", "CRLF", "CR", "white space around", "no last line end"],
)
def test_the_same_text_has_the_same_hash(ferry, tmp_path, rewrite):
    path = tmp_path / "text.txt"
    path.write_bytes(rewrite(TEXT.read_bytes()))
    assert verify(ferry, {"report": path}).is_well


def test_paragraphs_are_the_blocks_between_blank_lines():
    assert split_paragraphs("Head\n\nA  line\nbroken\n \t\n\n\nlast\u00a0one") == (
        "Head",
        "A line broken",
        "last one",
    )


def test_a_value_with_decimals_is_found(kept):
    folder = kept("turnout was 78.4 per cent", "The turnout was 78.4 per cent.", value="78.4")
    [found] = verify(load_dossier(folder)).facts["found"]
    assert found
