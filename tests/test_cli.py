import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.reports import find_notebook

pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `dossier` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(*words):
        return CliRunner().invoke(main, [str(word) for word in words], color=True)

    return invoke


WRONG_USE = [
    (["render", "kazakstan-2022"], "no such dossier or folder (did you mean 'kazakhstan-2022'?)"),
    (["render", "../nowhere"], "no such dossier or folder"),
    (["render", ""], "expected a dossier's name"),
    (["render", "-n", "reprot"], "no such notebook or file (did you mean 'report'?)"),
    (["render", "-p", "as_of", "2022-02-30"], "parameter as_of '2022-02-30': not a date"),
    (["render", "-p", "place_names", "sw"], "parameter place_names 'sw': not a language"),
    (["render", "-p", "sources", "recrd"], "not a source here (did you mean 'record'?)"),
    (["render", "-o", ""], "expected a file name that ends in .html"),
    (["render", "-o", "facts.csv"], "facts.csv: not written; expected a file name that ends in"),
    (["render", "-o", "."], "is a directory"),
    (["figures", "-o", "x", "--sources", "recrd"], "not a source here (did you mean 'record'?)"),
    (["render", "--keep-notebook", "facts.csv"], "expected a file name that ends in .ipynb"),
    (["render", "-p", "as_off", "2022"], "the notebook has none (did you mean 'as_of'?)"),
    (["render", "-p", "as_of", "2022", "-p", "as_of", "2023"], "a parameter is given twice"),
    (["render", "-p", "dossier", "x"], "give the dossier as the argument"),
    (["figures"], "Missing option '-o'"),
    (["figures", "-o", "x", "--format", "gif"], "is not one of 'svg', 'png'"),
    (["verify", "--text", "article"], "--text takes SOURCE=PATH"),
    (["check", "nowhere"], "no such dossier or folder"),
    (["batch", "--timeout", "inf"], "expected at most 10,000,000 seconds"),
    (["batch", "--timeout", "nan"], "expected at most 10,000,000 seconds"),
    (["unknown"], "No such command 'unknown'"),
]


@pytest.mark.parametrize(("words", "message"), WRONG_USE)
def test_wrong_use_exits_with_2_and_writes_nothing(run, tmp_path, words, message):
    result = run(*words)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == []


def test_check_tells_every_fault_and_exits_with_1(run, copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "facts", "a01", topic="casualtys", value="13")
    result = run("check", folder)
    assert result.exit_code == 1
    assert (
        "facts.csv row 2, topic 'casualtys': not a topic (did you mean 'casualties'?)"
        in result.output
    )
    assert "facts.csv row 2, value '13': does not stand in the anchor" in result.output
    assert "story: 2 faults" in result.output


def test_check_finds_a_place_whose_coordinates_are_swapped(run, copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "places", "aktau", latitude="51.17392", longitude="43.66105")
    result = run("check", folder)
    assert result.exit_code == 1
    assert "places.csv row 4, latitude" in result.output
    assert "swapped" in result.output


def test_check_passes_the_shipped_dossier(run):
    result = run("check", "kazakhstan-2022")
    assert (result.exit_code, result.stdout) == (
        0,
        "kazakhstan-2022: 203 facts, 8 places, 81 sources; no fault\n",
    )


def test_render_writes_the_page_below_the_current_folder(run, tmp_path):
    result = run("render", "-p", "place_names", "ru", "-p", "as_of", "2022-01-06")
    assert result.exit_code == 0, result.output
    assert result.stdout == "reports/kazakhstan-2022.html\n"
    page = (tmp_path / result.stdout.strip()).read_text()
    assert "as of 6 January 2022</title>" in page


def test_render_twice_gives_the_same_bytes(run, tmp_path, render_once):
    assert run("render", "-o", "again.html").exit_code == 0
    page = (tmp_path / "again.html").read_bytes()
    assert page == render_once("report").read_bytes()
    assert str(Path(__file__).parents[1]).encode() not in page


def test_a_cell_that_fails_exits_with_1_and_leaves_a_failed_page(run, tmp_path):
    shutil.copy(find_notebook("report"), tmp_path / "mine.ipynb")
    mine = tmp_path / "mine.ipynb"
    mine.write_text(mine.read_text().replace("passages.caveats", "passages.caveat"))
    result = run("render", "-n", "mine.ipynb")
    assert result.exit_code == 1
    assert "has no attribute 'caveat'" in result.output
    files = [path.name for path in (tmp_path / "reports").iterdir()]
    assert files == ["kazakhstan-2022-mine.failed.html"]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_figures_writes_every_picture_that_the_story_has(run, tmp_path, kind):
    result = run("figures", "-o", "pictures", "--format", kind)
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    numbers = [f"numbers-{topic}" for topic in ("casualties", "cause", "mandate", "troops")]
    parts = ("chronicle", "claims", "map", *numbers, "operation", "timeline")
    assert names == [f"kazakhstan-2022-{part}.{kind}" for part in parts]


def test_figures_of_nothing_fail(run, copy_dossier):
    folder = copy_dossier()
    lines = (folder / "facts.csv").read_text().splitlines()
    kept = [line for line in lines if line.startswith(("fact_id", "a04"))]
    (folder / "facts.csv").write_text("\n".join(kept) + "\n")
    result = run("figures", folder, "-o", "pictures")
    assert result.exit_code == 1
    assert "dossier story: no picture was written" in result.output
    assert not (folder.parent / "pictures").exists()


def test_list_names_dossiers_and_notebooks(run):
    result = run("list")
    assert result.exit_code == 0
    assert "dossier   kazakhstan-2022" in result.output
    assert "notebook  report\n" in result.output


def test_describe_and_codebook_write_what_is_committed(run, copy_dossier, tmp_path):
    folder = copy_dossier("kazakhstan-2022")
    before = (folder / "datapackage.json").read_text()
    assert run("describe", folder).exit_code == 0
    assert (folder / "datapackage.json").read_text() == before
    assert run("codebook", "-o", "README.md").exit_code == 0
    assert (tmp_path / "README.md").read_text() == run("codebook").output


def test_the_help_is_quick_to_come():
    """Drawing and running libraries are not imported to say how the command is used."""
    code = (
        "import sys; from click.testing import CliRunner; from helpers.cli import main;"
        "CliRunner().invoke(main, ['--help']); print([m for m in sys.modules if m in "
        "('pandas', 'matplotlib', 'geopandas', 'shapely', 'papermill', 'nbconvert')])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"


# A colour, a window's title, the control sequences of C1, a return, directions, half a character.
UNSEEN = "\x1b[31mred\x1b[0m \x1b]0;owned\x07 \x9b2J a\rb a\u202eb \u2066a a\u200fb \udcff"
REPEATED = [
    ["check", "{}"],
    ["check", "no/{}/where"],
    ["render", "{}"],
    ["render", "-n", "{}"],
    ["render", "-n", "{}.ipynb"],
    ["render", "-p", "{}", "x"],
    ["render", "-p", "as_of", "{}"],
    ["render", "-p", "sources", "{}"],
    ["render", "-p", "place_names", "{}"],
    ["render", "-p", "dossier", "{}"],
    ["render", "-o", "{}"],
    ["render", "-o", "{}/x.csv"],
    ["render", "-o", "file/{}/x.html"],
    ["render", "--keep-notebook", "{}"],
    ["render", "--{}"],
    ["render", "x", "{}"],
    ["figures", "{}", "-o", "x"],
    ["figures", "-o", "file/{}"],
    ["figures", "-o", "x", "--format", "{}"],
    ["figures", "-o", "x", "--place-names", "{}"],
    ["figures", "-o", "x", "--sources", "{}"],
    ["verify", "{}"],
    ["verify", "--text", "{}"],
    ["verify", "--text", "{}=x"],
    ["verify", "--text", "article={}"],
    ["describe", "{}"],
    ["codebook", "-o", "file/{}"],
    ["list", "{}"],
    ["{}"],
    ["--{}"],
]


def acts(text: str) -> list[str]:
    """The characters that a terminal or the order of words would follow."""
    return [one for one in text if not one.isprintable() and one != "\n"]


@pytest.mark.parametrize("words", REPEATED, ids=" ".join)
def test_no_message_acts_on_the_terminal(run, tmp_path, words):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = run(*[word.format(UNSEEN) for word in words])
    assert result.exit_code in (1, 2)
    assert result.output
    assert acts(result.output) == []


def test_what_a_dossier_holds_and_where_it_lies_do_not_act(run, copy_dossier, edit_cells):
    folder = copy_dossier(f"below-{UNSEEN}/story")
    result = run("codebook", "-o", folder / f"{UNSEEN}.md")
    assert result.exit_code == 0
    assert acts(result.output) == []
    assert ascii(UNSEEN)[1:-1] in result.output
    text = UNSEEN.removesuffix("\udcff")
    edit_cells(folder, "facts", "a01", note=text, topic=text, value=text, replaces=text)
    page = folder / f"{UNSEEN}.html"
    page.write_text("no page")
    result = run("verify", page)
    assert result.output
    assert acts(result.output) == []
    for words in (["check"], ["verify"], ["figures", "-o", "x"], ["render"], ["describe"]):
        result = run(words[0], folder, *words[1:])
        assert result.output
        assert acts(result.output) == []


def test_a_failed_cell_s_message_does_not_act(run, tmp_path):
    from nbformat import write
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    code = "print('\\x1b]0;owned\\x07\\u202e')\nraise ValueError('\\x1b[31mred \\u202e \\x1b[2J')"
    parameters = new_code_cell("dossier: str = 'kazakhstan-2022'")
    parameters.metadata["tags"] = ["parameters"]
    cells = [new_markdown_cell("# T\n\nWhy?"), parameters, new_code_cell(code)]
    write(new_notebook(cells=cells), tmp_path / "own.ipynb")
    result = run("render", "-n", "own.ipynb", "-o", "own.html")
    assert result.exit_code == 1
    assert acts(result.output) == []
    assert r"\x1b[31mred \u202e" in result.output
    page = (tmp_path / "own.failed.html").read_text(encoding="utf-8")
    assert acts(page) == []
    assert r"\x1b[31mred \u202e" in page


# Where the surroundings are not as usual


def in_shell(script, folder):
    """What `dossier` says in a shell script: its exit code, and its last lines."""
    code = "import sys; sys.argv[0] = 'dossier'; from helpers.cli import main; main()"
    ran = subprocess.run(
        ["sh", "-c", script.replace("dossier", '"$0" -P -c "$1"'), sys.executable, code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize(
    ("script", "code", "line"),
    [
        ("dossier list >&-", 1, "Error: standard output is closed; it may be /dev/null\n"),
        ("dossier list >/dev/full", 1, "Error: No space left on device\n"),
        ("dossier list <&-", 0, ""),
        ("dossier list 2>&-", 0, ""),
        ("dossier check nowhere 2>&-", 2, ""),
        ("mkdir x; cd x; rmdir ../x; dossier list", 1, "Error: the current folder was removed"),
        ("TMPDIR=/proc dossier list", 0, ""),
    ],
)
def test_closed_streams_and_missing_folders_have_one_line(tmp_path, script, code, line):
    found, out, err = in_shell(script, tmp_path)
    assert found == code
    assert err.startswith(line)
    assert err.count("\n") == bool(line)
    assert ("notebook  report" in out) == (code == 0)


@pytest.fixture
def mine(tmp_path):
    """A notebook without a parameter `dossier`, and a plan of three reports by it."""
    from nbformat import write
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    parameters = new_code_cell("n: int = 0", metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# T\n\nWhy?"), parameters, new_code_cell("print('mine', n)")]
    write(new_notebook(cells=cells), tmp_path / "mine.ipynb")
    (tmp_path / "reports.yaml").write_text(
        "output: '{n}.html'\nreports:\n  - {notebook: mine.ipynb, matrix: {n: [1, 2, 3]}}\n"
    )


def test_a_notebook_without_a_dossier_is_rendered_but_of_no_dossier(run, tmp_path, mine):
    result = run("render", "-n", "mine.ipynb")
    assert (result.exit_code, result.output) == (0, "reports/mine.html\n")
    result = run("render", "kazakhstan-2022", "-n", "mine.ipynb")
    assert result.exit_code == 2
    assert "parameter 'dossier': the notebook has none (it has n)" in result.output


def test_a_page_replaces_no_file_that_is_none_unless_it_is_told_to(run, tmp_path, mine):
    page = tmp_path / "x.html"
    page.write_text("precious")
    left = tmp_path / ".y.html.abcd1234.tmp"
    left.touch()
    kept = shutil.copy(tmp_path / "mine.ipynb", tmp_path / "kept.ipynb")
    words = ["render", "-n", "mine.ipynb", "-o", "x.html"]
    refused = {
        "x.html: is not a page": words,
        "kept.ipynb: is not an executed notebook": [*words[:3], "--keep-notebook", kept],
    }
    for told, place in refused.items():
        result = run(*place)
        assert result.exit_code == 1
        assert f"{told} that was made here" in result.output
    assert page.read_text() == "precious"
    assert kept.read_bytes() == (tmp_path / "mine.ipynb").read_bytes()
    words += ["--keep-notebook", kept]
    for options in (["--force"], []):  # then it is ours
        assert run(*words, *options).exit_code == 0
        assert "mine 0" in page.read_text()
    assert not left.exists()


def test_a_loop_of_links_is_no_place_for_a_page(run, tmp_path, mine):
    (tmp_path / "a.html").symlink_to("b.html")
    (tmp_path / "b.html").symlink_to("a.html")
    result = run("render", "-n", "mine.ipynb", "-o", "a.html", "--force")
    assert result.exit_code == 1
    assert "Error: " in result.output
    assert "a.html: Too many levels of symbolic links" in result.output
    (tmp_path / "loop").symlink_to("loop")
    result = run("batch", "-o", "loop")
    assert result.exit_code in (1, 2)
    assert result.output.count("Error: ") == 1


def test_a_folder_that_is_removed_meanwhile_holds_no_report(run, tmp_path, mine, monkeypatch):
    from helpers.reports._job import Outcome

    counts = []

    def run_jobs(jobs, timeout_s, count):
        counts.append(count)
        for number, job in enumerate(jobs):
            if number == 2:
                shutil.rmtree(tmp_path / "reports")
            yield job, Outcome("<p>made</p>", "")

    monkeypatch.setattr("helpers.reports.run_here", run_jobs)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {1, 4, 5}, raising=False)
    result = run("batch")
    assert result.exit_code == 1
    assert "3 reports: 1 rendered, 2 failed" in result.output
    assert "1.html: its page was removed meanwhile: run it again" in result.output
    assert counts == [3]


def test_workers_without_shared_memory_are_refused_in_one_line(run, mine, monkeypatch):
    def refuse():
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("multiprocessing.Lock", refuse)
    result = run("batch")
    assert result.exit_code == 1
    assert "worker processes need shared memory (/dev/shm)" in result.output


def test_no_folder_for_temporary_files_is_told_in_one_line(run, mine, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied", "/nowhere")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    monkeypatch.delenv("DOSSIER_KERNEL_SERVER", raising=False)
    result = run("render", "-n", "mine.ipynb")
    assert (result.exit_code, result.output) == (1, "Error: /nowhere: Permission denied\n")


def test_a_text_whose_name_cannot_be_printed_is_a_fault(run, copy_dossier):
    folder = copy_dossier()
    (folder / "sources").mkdir(exist_ok=True)
    Path(os.fsdecode(os.fsencode(folder / "sources") + b"/caf\xe9.txt")).touch()
    result = run("check", folder)
    assert result.exit_code == 1
    assert "caf\\udce9.txt': expected a name that can be printed" in result.output


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_a_text_that_lies_elsewhere_or_is_no_file_is_a_fault(run, copy_dossier, kind):
    folder = copy_dossier()
    (folder / "sources").mkdir(exist_ok=True)
    text = folder / "sources" / "article.txt"
    {
        "pipe": lambda: os.mkfifo(text),
        "link": lambda: text.symlink_to("/etc/passwd"),
        "folder": text.mkdir,
    }[kind]()
    result = run("check", folder)
    assert result.exit_code == 1
    assert "sources/article.txt: expected a file that lies in this folder" in result.output


def test_place_tells_where_a_name_is(run):
    done = run("place", "Zhanaozen", "--country", "KAZ")
    assert done.exit_code == 0
    assert "Zhanaozen (city, KAZ): 43.34" in done.output
    assert "GeoNames 607610" in done.output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["No such place"], 1, "the gazetteer has no place of this name"),
        (["Rome", "--country", "XXX"], 2, "not a country of ISO 3166-1"),
    ],
)
def test_place_says_what_it_does_not_know(run, words, code, said):
    done = run("place", *words)
    assert done.exit_code == code
    assert said in done.output
