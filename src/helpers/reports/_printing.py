"""A page as a PDF: tagged, with outline, title, language and links, by a browser that is here."""

import os
import re
import shutil
import signal
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from tempfile import TemporaryDirectory

from helpers.errors import RenderError
from helpers.files import write_whole

_BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)  # fmt: skip
_FLAGS = (
    "--headless", "--no-pdf-header-footer", "--export-tagged-pdf",
    "--generate-pdf-document-outline", "--no-first-run", "--disable-breakpad", "--disable-gpu",
    "--disable-dev-shm-usage", "--disable-extensions",
    # Nothing is asked of any host, whatever the browser would like to know.
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--proxy-server=127.0.0.1:9", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_LONGEST_S = 120
_PAPER = "<style>@page{size:A4}</style></head>"
# What leads to a neighbouring page, or holds a table, would lead to this machine's folders.
_LOCAL_LINK = re.compile(r'(<a\b[^>]*?) href="(?!https?://|mailto:|#)[^"]*"')
# When it was made. What stands in its place is as long: a PDF tells where each of its parts begins.
_DATES = re.compile(rb"/CreationDate \(D:[^()]*\)\s/ModDate \(D:[^()]*\)")
_ORIGIN = re.compile(rb"/Origin \([0-9a-f]{64}\)")
_HEAD = 4096  # bytes in which either stands


def find_browser() -> str:
    """The Chromium, Chrome or Edge that is here; a RenderError where there is none."""
    for name in _BROWSERS:
        if found := shutil.which(name):
            return found
    needed = "a PDF is made by Chromium, Chrome or Edge, and none is installed here"
    raise RenderError(f"{needed}; a page in .html can be printed by any browser")


def print_page(html: str) -> bytes:
    """A page as a PDF on A4, made by a browser with a profile of its own, and no network.

    The same page makes the same bytes by the same browser: its SHA-256 stands in place of a date.
    A RenderError where there is no browser, or it makes no PDF.
    """
    # Chromium has no sandbox for root: then the page's own safety holds, which runs no script.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, pdf = Path(folder, "page.html"), Path(folder, "page.pdf")
        write_whole(page, _LOCAL_LINK.sub(r"\1", html).replace("</head>", _PAPER, 1), sync=False)
        told = _run([
            find_browser(), *_FLAGS, *["--no-sandbox"] * is_root,
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf}", page.as_uri(),
        ])  # fmt: skip
        content = pdf.read_bytes() if pdf.exists() else b""
    if not content.rstrip().endswith(b"%%EOF"):
        last = (told.strip().splitlines() or ["it does not say why"])[-1]
        raise RenderError(f"{find_browser()} made no PDF: {last}")

    origin = f"/Origin ({sha256(html.encode()).hexdigest()})".encode()
    dates = _DATES.search(content)
    if dates and len(origin) <= len(dates[0]):
        content = content.replace(dates[0], origin.ljust(len(dates[0])), 1)
    return content


def is_printed(pdf: Path) -> bool:
    with pdf.open("rb") as file:
        head = file.read(_HEAD)
    return head.startswith(b"%PDF-") and bool(_ORIGIN.search(head))


def _run(argv: list[str]) -> str:
    """Run a browser, and end it with all its processes, however it goes; what it says of errors."""
    with Popen(
        argv, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, errors="replace", start_new_session=True
    ) as browser:
        try:
            return browser.communicate(timeout=_LONGEST_S)[1]
        except TimeoutExpired:
            return f"not done after {_LONGEST_S} s"
        finally:
            if sys.platform == "win32":
                browser.kill()
            else:
                with suppress(ProcessLookupError):  # all of them have ended
                    os.killpg(browser.pid, signal.SIGKILL)
