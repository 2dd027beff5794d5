"""The command `dossier`. Exit codes: 0 all well, 1 something failed, 2 wrong use."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path

import click

import helpers.dossier as dossiers
import helpers.figures as pictures
from helpers import authoring, files, geography, kernels, reports, words
from helpers.errors import DossierError, NoFactsError, ParameterError, UserError

DEFAULT = "kazakhstan-2022"
_LONGEST_S = 10_000_000


@contextmanager
def plain_errors():
    """Errors as one message: wrong use exits with 2, what failed with 1, never a traceback."""
    try:
        yield
    except BrokenPipeError:
        raise  # click ends quietly where the reader of a pipe has left
    except (click.ClickException, UserError, OSError) as error:
        kind = click.UsageError if isinstance(error, ParameterError) else click.ClickException
        file, reason = (getattr(error, name, None) for name in ("filename", "strerror"))
        shown = kind(f"{file}: {reason or error}" if file else str(reason or error))
        if isinstance(error, click.ClickException):
            shown = error  # each kind shows its message in a way of its own
        shown.message = words.escape_unseen(shown.message)  # type: ignore[misc]  # final on paper
        raise shown from None


def _find_folder(typed):
    try:
        return dossiers.find_dossier(typed)
    except DossierError as error:
        raise click.BadParameter(str(error)) from error


def _find_limit(context, parameter, value):
    """A limit of time that a clock can keep."""
    if not value <= _LONGEST_S:  # nor is it NaN
        raise click.BadParameter(f"{value:g}: expected at most {_LONGEST_S:,} seconds")
    return value


_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE_HERE = click.Path(path_type=Path, dir_okay=False, exists=True)
_PIPED = click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True)


def option(spelled: str, told: str, default=None, **more):
    """An option: '-n --name dest METAVAR', and what the help says of it, with any default."""
    names = [part for part in spelled.split() if not part[0].isupper()]
    more["metavar"] = " ".join(part for part in spelled.split() if part[0].isupper()) or None
    if default is not None:  # click takes a None that is named for a value that is given
        more |= {"default": default, "show_default": bool(default)}
    return click.option(*names, help=told, **more)


flag = partial(option, default=False, is_flag=True)
text_option = partial(option, default="")
output_option = partial(option, "-o --output", type=_FILE)
dossier_argument = partial(click.argument, "dossier", metavar="[DOSSIER]", type=_find_folder)
paragraphs_option = option(
    "--paragraphs",
    "What parts the paragraphs of a text: blank lines, or every line break.",
    type=click.Choice(["blocks", "lines"]),
)


class PlainGroup(click.Group):
    """A group whose commands never end in a traceback over a file or a folder."""

    def main(self, *args, **options):
        if "stdout" in reports.fill_standard_streams():
            say("Error: standard output is closed; it may be /dev/null", err=True)
            raise SystemExit(1)
        return super().main(*args, **options)

    def make_context(self, *args, **options):
        with plain_errors():
            return super().make_context(*args, **options)

    def invoke(self, ctx):
        with plain_errors():
            return super().invoke(ctx)


def say(text: object, *, err: bool = False, nl: bool = True) -> None:
    """Print a text in which no name, path or cell can act on the terminal."""
    click.echo(words.escape_unseen(str(text)), err=err, nl=nl)


@click.group(
    cls=PlainGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@click.version_option(package_name="dossier-notebooks", prog_name="dossier")
def main():
    """Tell a news story from its facts, each with the words it came from and who said it.

    A DOSSIER is a folder with facts.csv, places.csv and sources.csv: give its name, where it
    lies in data/, or its path. Without one, kazakhstan-2022 is meant.

    \b
    First steps:
      dossier render                    write reports/kazakhstan-2022.html
      dossier new my-story --text FILE  begin a dossier of your own from an article
      dossier check data/my-story       find what is wrong in a dossier of your own
      dossier render data/my-story      write reports/my-story.html
    """
    try:
        reports.leave_out_current_folder()
    except FileNotFoundError as error:
        raise click.ClickException("the current folder was removed: go to another") from error
    reports.speed_up_imports()


@main.command()
@click.argument("dossier", metavar="[DOSSIER]", required=False)
@option(
    "-n --notebook NOTEBOOK", "A notebook that ships, by name, or the path of your own.", "report"
)
@option(
    "-p --parameter parameters NAME VALUE",
    "A parameter of the notebook, e.g. -p as_of 2022-01-06 or -p items '[3, 4]'.",
    type=(str, str),
    multiple=True,
)
@output_option("The page to write, or a PDF.  [default: reports/<dossier>.html]")
@option("--keep-notebook", "Write the executed notebook too.", type=_FILE)
@option(
    "--cwd",
    "The folder that the notebook runs in.  [default: the current one]",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@text_option("--kernel NAME", "What runs the notebook.  [default: the kernel that it names]")
@flag("--force", "Replace whatever stands in their places.")
def render(dossier, notebook, parameters, *, output, keep_notebook, cwd, kernel, force):
    """Write a dossier's report as one HTML page, or as a PDF.

    papermill runs the notebook; the page opens offline and runs no script. If a cell fails, no
    page is written, an older one is left as it is, and <name>.failed.html beside it shows where
    and why. A notebook of your own need not have a parameter `dossier`.

    With -o NAME.pdf the page is printed on A4 by the Chromium, Chrome or Edge that is installed:
    tagged, with outline and links. The same browser makes the same bytes. It runs in its own
    sandbox, save for root, to whom Chromium gives none.

    \b
    Examples:
      dossier render
      dossier render -o kazakhstan.pdf
      dossier render -p as_of 2022-01-06 -p place_names ru -o as-of-the-6th.html
    """
    given = dict(parameters)
    if len(given) < len(parameters):
        raise click.UsageError("a parameter is given twice")
    if "dossier" in given:
        raise click.UsageError("give the dossier as the argument DOSSIER, not as a parameter")
    with kernels.warm_kernels(reports.PRELOAD):  # the kernel's imports run while ours do
        file = reports.find_notebook(notebook)
        stem = file.stem
        if dossier is not None or "dossier" in reports.read_notebook(file).fill_ours({}):
            given["dossier"] = DEFAULT if dossier is None else dossier
            name = _find_folder(given["dossier"]).name
            stem = name if stem == "report" else f"{name}-{stem}"
        page = output or Path("reports") / f"{stem}.html"
        for path in [] if force else filter(None, (page, keep_notebook)):
            reports.refuse_foreign(path)
        reports.remove_leftovers(page.parent.glob(".*.tmp"))
        reports.render(file, given, page, keep_notebook=keep_notebook, cwd=cwd, kernel=kernel)
    say(page)


@main.command()
@click.argument("plan", metavar="[FILE]", default="reports.yaml", type=_FILE_HERE)
@output_option("The folder to write to.", type=_FOLDER, default="reports")
@option(
    "-j --jobs N",
    "How many reports are rendered at once.  [default: one a processor]",
    type=click.IntRange(min=1),
)
@flag("--force", "Render all, and replace whatever stands there.")
@flag("--dry-run", "Only tell which reports are due.")
@option(
    "--timeout timeout_s S",
    "After how many seconds a report fails.",
    600,
    type=click.FloatRange(min=0, min_open=True),
    callback=_find_limit,
)
@option(
    "--scheduler ADDRESS", "Render on the workers of this Dask scheduler, e.g. tcp://10.0.0.1:8786."
)
def batch(plan, output, *, jobs, force, dry_run, timeout_s, scheduler):
    """Render the reports that FILE declares, as far as they are due.

    A report is due where its page is missing, or where anything that it is made from has changed:
    notebook, parameters, dossier, boundaries, this package or the libraries. What was interrupted
    is taken up by the next run. index.html in the folder lists all reports.

    \b
    Examples:
      dossier batch
      dossier batch my-reports.yaml -o out --jobs 4
    """
    if scheduler and jobs:
        raise click.UsageError("--jobs is for this machine, --scheduler for a cluster: give one")
    if dry_run:
        progress = reports.open_batch(plan, output, force=force)
        for report in progress.due:
            say(f"due       {report.output}")
        say(progress.summary())
        return
    warm = nullcontext() if scheduler else kernels.warm_kernels(reports.PRELOAD_MANY)
    with _ending_on_signals(), reports.hold_folder(output), warm:  # its imports run while ours do
        progress = reports.open_batch(plan, output, force=force)
        run = _find_workers(jobs, scheduler)
        with closing(reports.render_batch(progress, output, run, timeout_s=timeout_s)) as results:
            _tell(results, progress)
        progress.look_again(output)
        reports.write_index(progress, plan, output)
    say(progress.summary(), err=bool(progress.failures))
    raise SystemExit(int(bool(progress.failures)))


def _find_workers(jobs, scheduler):
    if not scheduler:
        allowed = getattr(os, "sched_getaffinity", None)  # there may be more processors
        count = jobs or (len(allowed(0)) if allowed else os.cpu_count() or 1)
        return partial(reports.run_here, count=count)
    try:
        return partial(reports.run_on_cluster, address=scheduler)
    except ImportError as error:
        needed = f"--scheduler needs Dask ({error}): install dossier-notebooks[cluster]"
        raise click.UsageError(needed) from error


def _tell(results, progress) -> None:
    """Tell what comes of each report: by a bar in a terminal, by a line each elsewhere."""
    from tqdm import tqdm

    quiet = not sys.stderr.isatty()
    with tqdm(total=len(progress.due), unit="report", disable=quiet, dynamic_ncols=True) as bar:
        for report, failure in results:
            done = f"rendered  {report.output}"
            told = f"failed    {report.output}: {failure}" if failure else done
            if quiet:
                say(told)
            elif failure:
                bar.write(words.escape_unseen(told), file=sys.stderr)
            bar.set_postfix(failed=len(progress.failures), refresh=False)
            bar.update()


@contextmanager
def _ending_on_signals():
    """Ctrl-C, a hang-up and SIGTERM end the work in good order, and the command with 1."""

    def end(number, _):
        ended = f"ended by {signal.Signals(number).name}"
        raise click.ClickException(f"{ended}: the same command goes on from here")

    with ExitStack() as undo:
        for name in {"SIGINT", "SIGTERM", "SIGHUP"} & set(dir(signal)):
            number = getattr(signal, name)
            undo.callback(signal.signal, number, signal.signal(number, end))
        yield


@main.command()
@dossier_argument(default=DEFAULT)
@output_option("The folder to write to.", type=_FOLDER, required=True)
@option(
    "--format kind", "The format of the pictures.", type=click.Choice(["svg", "png"]), default="svg"
)
@option("--place-names LANGUAGE", "The language of the place names on the map, such as fr.", "en")
@option(
    "--sources SOURCES", "Whose facts: article, record or all, or the id of one source.", "article"
)
def figures(dossier, output, kind, place_names, sources):
    """Write every figure that a dossier has as a picture.

    They are those of the report and of the record: the map, the numbers of each topic, how it
    works, the timeline, the measure with the most numbers and the calendar. Each picture has its
    title and its source line in it.
    """
    os.environ.pop("MPLBACKEND", None)  # no window is opened, and it may name what is not there
    story = dossiers.load_dossier(dossier)
    try:
        story = story.from_sources(sources)
        geography.check_place_names(story, place_names)
    except DossierError as error:
        raise click.UsageError(str(error)) from error
    drawn: dict[str, Callable] = {"map": partial(pictures.locator_map, place_names=place_names)}
    for topic in story.words.topics:
        drawn[f"numbers-{words.slugify(topic)}"] = partial(pictures.numbers, topic=topic)
    drawn |= {"operation": pictures.operation, "timeline": pictures.timeline}
    drawn |= {"claims": pictures.claims_over_time, "chronicle": pictures.chronicle}
    written = 0
    for name, draw in drawn.items():
        try:
            say(draw(story).save(output / f"{story.name}-{name}.{kind}"))
            written += 1
        except NoFactsError as error:
            if not name.startswith("numbers-"):  # most topics have none
                say(f"{name}: {error}", err=True)
    if not written:
        raise DossierError(f"dossier {story.name}: no picture was written")


@main.command()
@dossier_argument(required=False)
def check(dossier):
    """Find the faults of a dossier's tables.

    All are found in one pass, each told with what was expected. Where the text of an article is
    kept in the dossier, an anchor that has no footing in it is a fault too.

    Without a DOSSIER, all that have a name here are checked.
    """
    failed = False
    for folder in [dossier] if dossier else dossiers.list_dossiers():
        story, faults = dossiers.read_dossier(folder)
        faults += geography.check_places(story) + dossiers.check_texts(story)
        for fault in dossiers.sort_faults(faults):
            say(fault)
        tables = {"fact": story.facts, "place": story.places, "source": story.sources}
        counts = [words.format_count(len(frame), noun) for noun, frame in tables.items()]
        told = (
            words.format_count(len(faults), "fault") if faults else f"{', '.join(counts)}; no fault"
        )
        say(f"{story.name}: {told}", err=bool(faults))
        failed |= bool(faults)
    raise SystemExit(int(failed))


@main.command()
@click.argument("dossier", metavar="[DOSSIER | PAGE.html]", default=DEFAULT)
@option(
    "--text texts SOURCE=PATH",
    "The text of a source, e.g. article=article.txt.  [default: <dossier>/sources/<source>.txt]",
    multiple=True,
)
@option(
    "--notebook PATH",
    "Your own notebook, which made the page: it is run.  [default: the one that ships]",
    type=_FILE_HERE,
)
@paragraphs_option
@flag("--fix", "Write first each paragraph, and each text's hash and number of paragraphs.")
def verify(dossier, texts, notebook, *, paragraphs, fix):
    """Hold the facts against the text, or a page against its data.

    Of a DOSSIER: an anchor must stand exactly once in its paragraph, and a value in its anchor.
    With --fix the paragraph is written where the anchor stands in one alone; else all stays as it
    is.

    Of a PAGE: it is made again from the data that it carries, by the notebook that ships, and each
    difference is told, with what has changed here since it was made. Nothing that lies in the
    current folder is run.
    """
    if dossier.lower().endswith(".html"):
        if texts or paragraphs or fix:
            options = "--text, --paragraphs and --fix"
            raise click.UsageError(f"{options} are for a dossier, not for a page")
        page = Path(dossier)
        if not page.is_file():
            raise click.UsageError(f"page {str(page)!r}: no such file")
        with kernels.warm_kernels(reports.PRELOAD):  # the kernel's imports run while ours do
            result = reports.verify_page(page, notebook)
    elif notebook:
        raise click.UsageError("--notebook is for a page, not for a dossier")
    else:
        result = _verify_texts(_find_folder(dossier), texts, paragraphs or "", fix)
    say(result)
    raise SystemExit(0 if result.is_well else 1)


def _verify_texts(folder, texts, paragraphs, fix):
    pairs = [text.partition("=") for text in texts]
    if not all(source and path for source, _, path in pairs):
        raise click.UsageError("--text takes SOURCE=PATH, e.g. article=article.txt")
    given = {source: Path(path) for source, _, path in pairs}
    if fix:
        counts, left = dossiers.fix_evidence(folder, given, paragraphs)
        for file, count in counts.items():
            say(f"{file}: {words.format_count(count, 'cell')} written")
        if left:
            raise DossierError("\n".join(left))
    return dossiers.verify_texts(dossiers.load_dossier(folder), given, paragraphs)


@main.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@output_option("A page that tells it too, in .html.")
@flag("--force", "Replace whatever stands in its place.")
def diff(old, new, *, output, force):
    """Tell what changed from OLD to NEW, each a page made here or a dossier.

    Facts that were added, changed, superseded or retracted since, or are told no longer, with
    their words and who says them; then the cells of places and sources. Of a page its own rows are
    read; a dossier is held against it by the sources that the page tells of. The exit code is 0
    whether anything differs or not.

    \b
    Examples:
      dossier diff mailed.html kazakhstan-2022
      dossier diff monday.html tuesday.html -o changes.html
    """
    for name in (old, new):
        if not reports.is_page(name):
            _find_folder(name)
        elif not Path(name).is_file():
            raise click.UsageError(f"page {name!r}: no such file")
    if output and not force:
        reports.refuse_foreign(output)
    say(reports.compare_states(old, new, output))
    if output:
        say(output)


@main.command()
@click.argument("name")
@option("--country CODE", "Of this country alone: KAZ (ISO 3166-1 alpha-3).")
def place(name, country):
    """Find a place by its name, in any language: a country, a region or a town.

    All of the name are told, the likeliest first: kind, country, latitude and longitude, the
    radius within which a town lies, people, GeoNames' number, and other names.
    """
    if country is not None and country not in geography.list_countries():
        hint = words.did_you_mean(country, geography.list_countries()) or "expected one like KAZ"
        raise click.UsageError(f"--country {country!r}: not a country of ISO 3166-1 ({hint})")
    found = geography.find_places(name, country)
    if not found:
        raise click.ClickException(f"{name!r}: the gazetteer has no place of this name")
    for known in found:
        where = f"{known.latitude:.4f}, {known.longitude:.4f}"
        within = f" within {known.precision_km} km" if known.precision_km else ""
        people = f", {known.population:,} people" if known.population else ""
        number = f", GeoNames {known.geonames_id}" if known.geonames_id else ""
        say(f"{known.name} ({known.kind}, {known.country}): {where}{within}{people}{number}")
        if known.other_names:
            say(f"    also {', '.join(known.other_names)}")


@main.command()
@click.argument("name")
@option(
    "--text FILE", "The article's text, in UTF-8; - for what is typed or piped in.", type=_PIPED
)
@text_option("--title", "Its headline.  [default: the first line]")
@text_option("--publisher", "Who published it.")
@text_option("--published DATE", "When, e.g. 2031-05-06.")
@option("--language CODE", "Its language.", default="en")
@text_option("--country CODE", "Where the story is, e.g. KAZ.")
def new(name, text, **about):
    """Begin a dossier: data/NAME with its tables, and the text that is kept beside them.

    The text stays on this machine: git and the wheel pass its folder over. Nothing that is there
    already is written over.

    \b
    Example:
      dossier new orla-flood --text post.txt --publisher "The Orla Post" --published 2031-05-06
    """
    given = sys.stdin.buffer.read() if text == Path("-") else None
    folder = authoring.start_dossier(name, dossiers.read_text(text, given) if text else "", **about)
    say(folder)
    if not text:
        say(f"next: keep the text as {folder / 'sources' / 'article.txt'}, then")
        say(f"      dossier verify {name} --fix")
    elif not about["published"]:
        say("note: without --published no 'on Monday' is told; it may be put in sources.csv")
    say(f"next: jupyter lab {folder / 'author.ipynb'}     # tell what the text says")
    say(f"      dossier render {name}                        # the page")


@main.command()
@dossier_argument()
@option(
    "--from given FILE.csv",
    "Rows that somebody, or a language model, proposes; - for what is piped in.",
    type=_PIPED,
)
@flag("--prompt", "Print what to ask a colleague or a model for rows by.")
def draft(dossier, given, *, prompt):
    """Propose facts from the text that is kept with a DOSSIER.

    They are written to sources/draft.csv, where a person takes or leaves each in author.ipynb. None
    is a fact before. With --from, rows whose words or number do not stand in the text are set apart
    in sources/refused.csv, each with the reason.
    """
    if prompt:
        say(authoring.format_prompt(dossier))
    elif given:
        data = sys.stdin.buffer.read() if given == Path("-") else given.read_bytes()
        kept, refused = authoring.take_rows(dossier, data, given.name)
        waiting = words.format_count(len(kept), "row")
        say(f"{dossier / 'sources' / 'draft.csv'}: {waiting} added, for a person to judge")
        for row in refused:
            say(f"row {row['row']}: set apart: {row['reason']}", err=True)
        raise SystemExit(int(bool(refused)))
    else:
        rows = authoring.draft_facts(dossier)
        say(f"{dossier / 'sources' / 'draft.csv'}: {words.format_count(len(rows), 'row')} proposed")


@main.command(name="list")
def list_all():
    """List dossiers and notebooks."""
    for folder in dossiers.list_dossiers():
        story, faults = dossiers.read_dossier(folder)
        count = words.format_count(len(faults), "fault")
        state = f"{count}: see dossier check" if faults else story.title
        say(f"dossier   {folder.name:<20} {state}")
    for name in sorted(reports.list_notebooks()):
        say(f"notebook  {name}")


@main.command()
@dossier_argument(default=DEFAULT)
@text_option("--title", "The title that its report has.")
@paragraphs_option
def describe(dossier, *, title, paragraphs):
    """Write datapackage.json from the schema, and the ids of facts that have none.

    The head that a person wrote, its title above all, is kept, and so is every cell.
    """
    if count := dossiers.write_ids(dossier):
        say(f"{dossier / 'facts.csv'}: {words.format_count(count, 'id')} written")
    package = dossiers.format_package(dossier, title, paragraphs or "")
    say(files.write_whole(dossier / "datapackage.json", package))


@main.command()
@flag("--empty", "Remove them all.")
def cache(empty):
    """Tell where pictures and passages are kept between runs, and how large they are.

    What was made before of the same rows is taken from there. DOSSIER_CACHE names another folder,
    or turns it off: DOSSIER_CACHE=off.
    """
    store = pictures.find_store()
    if store is None:
        say("Nothing is kept: DOSSIER_CACHE is off.")
        return
    if empty:
        store.tidy(most_bytes=0)
    count, size = store.measure()
    say(f"{store.folder}: {words.format_count(count, 'piece')}, {size / 1e6:.1f} MB", nl=False)
    say(f" (at most {pictures.MOST_BYTES / 1e6:,.0f} MB)")


@main.command()
@output_option("The file to write.  [default: the terminal]")
def codebook(output):
    """Tell what every column means.

    The codebook is derived from the schema: table, column, type, unit, terms and meaning.
    """
    text = dossiers.format_codebook()
    say(files.write_whole(output, text) if output else text, nl=bool(output))
