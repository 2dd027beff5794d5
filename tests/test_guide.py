"""docs/your-own-story.md, from its first command to its last, in an empty folder."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.cli import main

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "your-own-story.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
pytestmark = pytest.mark.usefixtures("forked")


def run(command: str, folder: Path) -> subprocess.CompletedProcess:
    """What came of a command: of `dossier` in this process, of another in one of its own."""
    program, *words = shlex.split(command)
    if program != "dossier":
        return subprocess.run(
            [program, *words], cwd=folder, capture_output=True, text=True, check=False
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        told = CliRunner().invoke(main, words)
    return subprocess.CompletedProcess(command, told.exit_code, told.stdout, told.stderr)


@pytest.fixture(scope="module")
def sitting(forked, tmp_path_factory) -> tuple[Path, list[tuple[str, subprocess.CompletedProcess]]]:
    """The folder of a person who does all that the guide says, and what came of each command."""
    folder, done = tmp_path_factory.mktemp("sitting"), []
    for kind, file, text in BLOCKS:
        if file:
            (folder / file).write_text(text, encoding="utf-8")
            continue
        assert kind == "sh", text
        done += [(command, run(command, folder)) for command in text.splitlines()]
    return folder, done


def test_its_commands_work_in_the_order_in_which_they_stand(sitting):
    assert len(sitting[1]) == 12
    assert [(c, r.stdout, r.stderr) for c, r in sitting[1] if r.returncode] == []


def test_a_slip_of_the_pen_is_told_with_the_words_there_are(sitting, tmp_path):
    story = shutil.copytree(sitting[0] / "data" / "orla-flood", tmp_path / "orla-flood")
    facts = story / "facts.csv"
    facts.write_text(facts.read_text().replace(",water,", ",watr,"))
    told = run(f"dossier check {story}", tmp_path)
    assert (told.stdout, told.stderr) == (
        "facts.csv row 2, topic 'watr': not a topic (did you mean 'water'?)\n",
        "orla-flood: 1 fault\n",
    )


def test_without_the_word_of_a_line_the_next_command_asks(sitting, tmp_path):
    story = shutil.copytree(sitting[0] / "data" / "orla-flood", tmp_path / "orla-flood")
    sources = story / "sources.csv"
    sources.write_text(re.sub(r",[0-9a-f]{64},5$", ",,", sources.read_text(), flags=re.MULTILINE))
    run(f"dossier describe {story} --paragraphs blocks", tmp_path)
    told = run(f"dossier verify {story} --fix", tmp_path)
    assert told.returncode == 1
    assert "no blank line in 5 lines: is each line a paragraph?" in told.stderr


def test_what_it_says_is_written_is_written(sitting):
    folder, done = sitting
    assert {path.name for path in (folder / "reports").glob("*.html")} == {
        "orla-flood.html", "orla-flood-facts.html", "orla-flood-record.html", "orla.html",
    }  # fmt: skip
    assert "The flood on the Orla, May 2031" in (folder / "reports/orla-flood.html").read_text()
    assert (folder / "reports" / "pictures" / "orla-flood-map.svg").is_file()
    [verified] = [result.stdout for command, result in done if command.endswith("--fix")]
    assert "7 of 7 facts found in their text" in verified
    assert "facts.csv: 7 cells written\nsources.csv: 2 cells written\n" in verified


def test_a_person_types_no_id_paragraph_or_hash():
    tables = {file.rpartition("/")[2]: text for _, file, text in BLOCKS if file.endswith(".csv")}
    headers = {name: text.partition("\n")[0].split(",") for name, text in tables.items()}
    assert not {"paragraph", "stated"} & set(headers["facts.csv"])
    assert not {"sha256", "paragraphs"} & set(headers["sources.csv"])
    assert [row.partition(",")[0] for row in tables["facts.csv"].splitlines()[1:]].count("") == 6
