import csv
import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest

from helpers.files import collect_seldom

ROOT = Path(__file__).parents[1]

collect_seldom()
# With it jsonschema, which nbformat brings in, would check addresses, of which no notebook has one;
# each process of a run would import it, for three seconds, as no command does.
sys.modules.setdefault("rfc3987_syntax", None)  # None: not to be had

# Those that run notebooks and commands, and those in a browser; the longest first.
SLOW = (
    "test_workers.py", "test_cluster.py", "test_kernels.py", "test_machine.py",
    "test_remaking.py", "test_current_folder.py", "test_hostile.py", "test_numbers.py",
    "test_batch.py", "test_wheel.py", "test_guide.py", "test_stories.py", "test_exporter.py",
    "test_cli.py", "test_render.py", "test_difference.py", "test_printing.py",
    "test_explorer.py", "test_errors.py", "test_kept_pictures.py", "test_startup.py",
)  # fmt: skip
BROWSER = (
    "test_jupyterlab.py", "test_author.py", "test_accessibility.py", "test_page.py",
    "test_validity.py", "test_firefox.py", "test_hostile.py",
)  # fmt: skip


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """The fast tests first, and those in a browser last: Playwright leaves an event loop behind."""
    for item in items:
        if item.path.name in SLOW:
            item.add_marker("slow")
    done = yield  # what is not asked for is gone
    count = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    kinds = {"fast": {}, "slow": {}, "browser": {}}
    for item in items:
        is_slow = item.path.name in SLOW
        kind = "browser" if item.path.parent.name == "browser" else "slow" if is_slow else "fast"
        kinds[kind].setdefault(item.path, []).append(item)
    items[:] = [item for tests in kinds.pop("fast").values() for item in tests]
    for names, files in zip((SLOW, BROWSER), kinds.values(), strict=True):
        longest = sorted(files, key=lambda file, names=names: (*names, file.name).index(file.name))
        items += _deal([files[file] for file in longest], count)
    return done


def _deal(files: list[list], count: int) -> list:
    """As many stretches of tests as there are processes, each with long ones in front.

    xdist gives each process a stretch, and to one that is done with its own the end of another's.
    """
    rest = [item for tests in files[2 * count :] for item in tests]
    size = sum(map(len, files)) // count
    dealt = []
    for first in range(count):
        hand = [item for tests in files[first : 2 * count : count] for item in tests]
        some = max(0, size - len(hand)) if first < count - 1 else len(rest)
        dealt += hand + rest[:some]
        del rest[:some]
    return dealt


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of one run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def make_once(shared):
    """Make a file once in a run: make_once('page.html', make), where make(path) writes it.

    Or once in several, where a folder is named to them.
    """
    folder = Path(os.environ.get("DOSSIER_TESTS_SHARED", shared))

    def make_file(name: str, make) -> Path:
        path = folder / name
        with path.with_name(f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be at it
            if not path.exists():
                make(path)
        return path

    return make_file


@pytest.fixture(autouse=True, scope="session")
def _jupyter_keeps_to_itself(tmp_path_factory, shared):
    """Kernels and the store of pictures write below the tests' own folder.

    The processes of one run share a store, as batches do: what one drew, no other draws again.
    """
    patch = pytest.MonkeyPatch()
    patch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    patch.setenv("DOSSIER_CACHE", str(shared / "store"))
    patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
    patch.setattr(os, "fsync", lambda handle: None)  # no test cuts the power
    yield
    patch.undo()


@pytest.fixture(scope="session")
def quick_kernels():
    """A context in which notebooks have kernels of one server, as the reports of a batch have.

    A page is the same from an ordinary kernel, which each command has that is run as a process.
    """
    from helpers.kernels import ADDRESS, KernelServer
    from helpers.reports import PRELOAD_MANY

    with ExitStack() as stack:
        server = cache(lambda: stack.enter_context(KernelServer(PRELOAD_MANY)))  # once it is needed

        @contextmanager
        def fork():
            with pytest.MonkeyPatch.context() as patch:
                if sys.platform == "linux":
                    patch.setenv(ADDRESS, server().address)
                yield

        yield fork


@pytest.fixture(scope="module")
def forked(quick_kernels):
    """The notebooks of a module have kernels that are forked."""
    with quick_kernels():
        yield


@pytest.fixture(scope="session")
def render_once(make_once, quick_kernels):
    """The page of a story by a notebook, rendered once: render_once('record', 'winston-2016')."""
    from helpers.reports import find_notebook, render

    def render_page(name: str, story: str = "kazakhstan-2022", **given: str) -> Path:
        def make(page: Path) -> None:
            with quick_kernels():
                render(find_notebook(name), given | {"dossier": story}, page)

        words = [Path(story).name, name, *(f"{key}={value}" for key, value in given.items())]
        return make_once(f"{'-'.join(words)}.html", make)

    return render_page


@pytest.fixture
def copy_dossier(tmp_path):
    """Copy the shipped dossier to a folder of its own, for a test to spoil."""

    def copy(name: str = "story") -> Path:
        return shutil.copytree(ROOT / "data" / "kazakhstan-2022", tmp_path / name)

    return copy


@pytest.fixture
def edit_cells():
    """Change cells of a table: edit_cells(folder, 'facts', 'a01', value='13')."""
    import pandas as pd

    def edit(folder: Path, table: str, key: str, **cells: str) -> None:
        file = folder / f"{table}.csv"
        frame = pd.read_csv(file, dtype=str, keep_default_na=False).set_index(table[:-1] + "_id")
        frame.loc[key, list(cells)] = list(cells.values())
        frame.to_csv(file)

    return edit


@pytest.fixture(scope="session")
def write_tables():
    """Write a dossier's tables, an empty cell where a row has none: write_tables(folder, facts=…).

    One source, 'record', stands before those that are given.
    """
    from helpers.dossier import TABLES
    from helpers.files import write_whole

    record = {"source_id": "record", "kind": "record", "title": "River report"}
    record |= {"publisher": "River Office", "language": "en"}

    def write(folder: Path, **rows: list[dict]) -> Path:
        rows["sources"] = [record, *rows.get("sources", [])]
        for table in TABLES:
            text = io.StringIO()
            given = rows.get(table.name, [])
            names = dict.fromkeys([*table.names, *(name for row in given for name in row)])
            writer = csv.DictWriter(text, names)
            writer.writeheader()
            writer.writerows(given)
            write_whole(folder / table.file, text.getvalue())
        return folder

    return write


@pytest.fixture
def build_dossier(tmp_path, write_tables):
    """Load a made-up dossier of some facts: build_dossier(dict(topic='troops', ...), ...).

    What a fact leaves out is filled in: f1, f2, ... as its id, one record as its source, 4 May 2031
    as its day, 'the ministry' as its speaker.
    """
    from helpers.dossier import load_dossier

    def build(*facts: dict):
        usual = {"source_id": "record", "stated": "2031-05-04", "asserted_by": "the ministry"}
        rows = [{"fact_id": f"f{n}"} | usual | fact for n, fact in enumerate(facts, start=1)]
        return load_dossier(write_tables(tmp_path / "made-up", facts=rows))

    return build


# A speaker, a group, a place and a statement with a word in Latin letters in it.
RIGHT_TO_LEFT = {
    "he": ("משרד הבריאות", "מפגינים", "נמל חיפה", "דוברת CSTO מסרה הודעה"),
    "ar": ("وزارة الصحة", "متظاهرون", "ميناء حيفا", "أصدرت CSTO بيانا رسميا"),
}


@pytest.fixture(params=RIGHT_TO_LEFT, scope="session")
def right_to_left(request, tmp_path_factory, write_tables) -> tuple[Path, tuple[str, ...]]:
    """A dossier whose words are Hebrew or Arabic, and the four that stand in it."""
    words = speaker, group, place, statement = RIGHT_TO_LEFT[request.param]
    said = {"source_id": "paper", "stated": "2031-05-05", "date": "2031-05-05", "note": statement}
    said |= {"asserted_by": speaker, "place_id": "port", "statement": statement}
    people = {"unit": "people", "measure": group, "of_whom": group, "topic": "casualties"}
    facts = [
        said | people | {"fact_id": "f1", "value": 12},
        said | people | {"fact_id": "f2", "value": 15, "asserted_by": f"{group}; {speaker}"},
        said | {"fact_id": "f3", "topic": "cause", "role": "trigger", "position": 1},
    ]
    port = {"place_id": "port", "name": place, "kind": "site", "role": group, "country": "ISR"}
    port |= {"latitude": 32.8, "longitude": 35, "precision_km": 1, "coordinate_source": place}
    paper = {"source_id": "paper", "kind": "record", "title": statement, "publisher": speaker}
    folder = tmp_path_factory.mktemp("dossiers") / request.param
    paper |= {"language": request.param, "published": "2031-05-05"}
    return write_tables(folder, facts=facts, places=[port], sources=[paper]), words


@pytest.fixture(scope="session")
def hostile_dossier(tmp_path_factory, write_tables) -> Path:
    """A dossier with each hostile text that loads in every column of free text.

    A text has two facts: `f-…` has a number, `a-…` an anchor where the text is short enough.
    """
    from helpers.dossier import FACTS, TABLES, read_dossier

    file = ROOT / "tests" / "fixtures" / "hostile.json"
    kept = json.loads(file.read_text(encoding="utf-8"))["kept"]
    free = {t.name: [c.name for c in t.columns if c.kind == "text"] for t in TABLES}
    topics = ("casualties", "troops", "placement", "cause")
    roles = FACTS["role"].terms
    rows = {"facts": [], "places": [], "sources": []}
    for number, (name, text) in enumerate(kept.items()):
        ids = {"source_id": f"s-{name}", "place_id": f"p-{name}"}
        said = dict.fromkeys(free["facts"], text) | ids | {"stated": "2031-05-04"}
        said |= {"topic": topics[number % 4], "date": "2031-05-04"}
        people = {"unit": "people", "measure": "deaths"} if number % 4 < 2 else {}
        role = roles[number] if number < len(roles) else ""
        numbered = people | {"value": number + 1, "role": role, "anchor": ""}
        rows["facts"] += [
            said | {"fact_id": f"f-{name}"} | numbered,
            said | {"fact_id": f"a-{name}"},
        ]
        at = {"latitude": 45 + number % 9 * 0.8, "longitude": 55 + number // 9 * 3}
        at |= {"place_id": f"p-{name}", "kind": "town", "country": "KAZ", "precision_km": 1}
        rows["places"].append(dict.fromkeys(free["places"], text) | at)
        source = {"source_id": f"s-{name}", "kind": "record", "language": "en"}
        rows["sources"].append(dict.fromkeys(free["sources"], text) | source)
    folder = write_tables(tmp_path_factory.mktemp("dossiers") / "hostile", **rows)
    for fault in read_dossier(folder)[1]:  # an anchor that is too long
        rows["facts"][fault.row - 2][fault.column] = ""
    return write_tables(folder, **rows)


@pytest.fixture(scope="session")
def wheel(make_once, tmp_path_factory) -> Path:
    """A wheel of a checkout that keeps the text of a source."""
    checkout = tmp_path_factory.mktemp("checkout")
    return make_once("dossier.whl", lambda wheel: _build_wheel(checkout, wheel))


def _build_wheel(checkout: Path, wheel: Path) -> None:
    for name in ("src", "data", "notebooks"):
        shutil.copytree(ROOT / name, checkout / name)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, checkout)
    texts = checkout / "data" / "kazakhstan-2022" / "sources"
    texts.mkdir(exist_ok=True)
    (texts / "article.txt").write_text("The publisher's own words.")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    subprocess.run(build, cwd=checkout, check=True, capture_output=True)
    shutil.move(next((checkout / "dist").glob("*.whl")), wheel)


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder
