"""Forked kernels against real processes: what they see, how they end, and what outlives whom."""

import asyncio
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from helpers.kernels import (
    ADDRESS,
    KernelServer,
    QuickKernelManager,
    _provisioner as kernels,
    _server as kernel_server,
    warm_kernels,
)
from helpers.kernels._outputs import MOST_SHOWN
from helpers.kernels._provisioner import QuickKernelClient, fork_kernel
from helpers.kernels._server import FORKS, make_scratch, make_short_folder
from helpers.reports import PRELOAD, PRELOAD_MANY, find_notebook, render

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not FORKS, reason="kernels are forked on Linux only")

# What a notebook may see of its process, less what differs in any two, and less the thread with
# which an ordinary kernel looks whether its parent lives.
STATE = """
import decimal, json, locale, os, resource, signal, sys, threading, warnings
state = {
    "globals": sorted(name for name in globals() if not name.startswith("_")),
    "environment": {name: value for name, value in os.environ.items()
                    if not name.startswith(("JPY_", "DOSSIER_", "PYDEVD_"))},
    "folder": os.getcwd(),
    "mask": os.umask(os.umask(0)),
    "path": sys.path,
    "arguments": [a for a in sys.argv[1:] if not a.endswith(".json")],
    "main": sys.modules["__main__"].__name__,
    "signals": {str(s): str(signal.getsignal(s)) for s in (1, 2, 10, 15, 17)},
    "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "threads": sorted(thread.name for thread in threading.enumerate()
                      if "Thread-" not in thread.name),
    "decimals": decimal.getcontext().prec,
    "locale": locale.setlocale(locale.LC_ALL),
    "limits": resource.getrlimit(resource.RLIMIT_NOFILE),
    "recursion": sys.getrecursionlimit(),
    "sockets_open": sum("socket:" in os.readlink(f"/proc/self/fd/{n}")
                        for n in os.listdir("/proc/self/fd")
                        if os.path.islink(f"/proc/self/fd/{n}")),
    "leader": os.getsid(0) == os.getpid() == os.getpgid(0),
}
import matplotlib, pandas
state["rcParams"] = {k: str(v) for k, v in matplotlib.rcParams.items()}
state["float_format"] = str(pandas.get_option("display.float_format"))
print(json.dumps(state))
"""

WORD = "үй =\n"

SPOIL = """
import builtins, decimal, locale, os, random, signal, sys, tempfile, warnings
import matplotlib, numpy, pandas
leaked = builtins.leaked = 1
matplotlib.rcParams["font.size"] = 77
pandas.set_option("display.float_format", str)
os.environ["LEAKED"] = "1"
os.chdir("/")
os.umask(0o777)
random.seed(1); numpy.random.seed(1)
decimal.getcontext().prec = 3
sys.path.insert(0, "/leaked")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
file = open(os.devnull)
import helpers.dossier._loading
helpers.dossier._loading.leaked = 1
"""


@pytest.fixture(scope="module")
def server():
    """One server, which the module's tests share as the workers of a batch would."""
    with KernelServer(PRELOAD) as server:
        yield server


@pytest.fixture
def warm(server, monkeypatch):
    monkeypatch.setenv(ADDRESS, server.address)


@pytest.fixture
def no_server(monkeypatch):
    """No server is named, and this process has none of its own: before the test, and after."""
    monkeypatch.delenv(ADDRESS, raising=False)
    kernels.start_own_server.cache_clear()
    yield
    if kernels.start_own_server.cache_info().currsize:
        kernels.start_own_server("").close()
        kernels.start_own_server.cache_clear()


def client_of(*cells, **options):
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    usual = {"shutdown_kernel": "immediate", "kernel_name": "python3", "iopub_timeout": 60}
    return NotebookClient(notebook, kernel_manager_class=QuickKernelManager, **usual | options)


def run(*cells, **options):
    """Run cells in a kernel of their own; what each printed."""
    executed = client_of(*cells, **options).execute()
    return ["".join(o.get("text", "") for o in cell.outputs) for cell in executed.cells]


def has_ended(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.02)


def fork(cwd="/"):
    """A bare kernel: its process, which nobody talks to."""
    folder = make_short_folder()
    arguments = ["-f", str(folder / "kernel.json"), "--log-level=CRITICAL"]
    try:
        return asyncio.run(fork_kernel("", arguments, cwd, dict(os.environ)))
    finally:
        shutil.rmtree(folder)


# What a kernel sees


def test_a_kernel_sees_what_an_ordinary_one_sees(monkeypatch, server):
    monkeypatch.delenv(ADDRESS, raising=False)
    ordinary = json.loads(run(STATE)[0])
    monkeypatch.setenv(ADDRESS, server.address)
    assert run(SPOIL) == [""]
    forked = json.loads(run(STATE)[0])
    assert "leaked" not in forked["globals"]
    assert {part: forked[part] for part in forked if forked[part] != ordinary[part]} == {}


def test_no_kernel_sees_what_another_left(warm):
    run(SPOIL)
    spoilt = (
        "import builtins, helpers.dossier\n"
        "print(hasattr(builtins, 'leaked'), hasattr(helpers.dossier, 'leaked'))"
    )
    assert run(spoilt) == ["False False\n"]


def test_random_numbers_differ_in_each_kernel(warm):
    cell = "import random, numpy as np; print(random.random(), *np.random.random(2))"
    numbers = [number for _ in range(3) for number in run(cell)[0].split()]
    assert len(set(numbers)) == 9


def test_a_kernel_holds_no_open_file_of_the_server_or_of_another_kernel(warm):
    cell = (
        "import collections, os\n"
        "links = [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')\n"
        "         if os.path.islink(f'/proc/self/fd/{n}')]\n"
        "print(sorted(collections.Counter(link.split(':')[0] for link in links).items()))"
    )
    alone = run(cell)
    others = [fork(), fork()]
    assert run(cell) == alone
    for other in others:
        other.kill()
        other.wait()


def test_a_kernel_has_the_environment_folder_and_backend_asked_for(warm, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Almaty")
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("WORD", WORD)
    cell = (
        "import os, time, matplotlib\n"
        "print([os.getcwd(), os.environ['WORD'], time.timezone != 0, matplotlib.get_backend()])"
    )
    asked = run(cell, resources={"metadata": {"path": str(tmp_path)}})
    assert asked == [f"{[str(tmp_path), WORD, True, 'agg']}\n"]


def test_a_page_is_the_same_bytes_from_a_forked_kernel_as_from_a_cold_one(
    tmp_path, monkeypatch, render_once
):
    warm = render_once("report").read_bytes()  # by a forked one
    monkeypatch.delenv(ADDRESS, raising=False)
    given = {"dossier": "kazakhstan-2022"}
    assert render(find_notebook("report"), given, tmp_path / "cold.html").read_bytes() == warm


def test_the_first_output_is_never_lost(warm):
    async def first_outputs(number):
        cells = [f"print({number})", "import os; print(os.getppid())"]
        return (await client_of(*cells).async_execute()).cells

    async def run_all():
        found = []
        for start in range(0, 80, 4):
            batch = (first_outputs(number) for number in range(start, start + 4))
            found += await asyncio.gather(*batch)
        return found

    executed = asyncio.run(run_all())
    assert [shown(cells[0]) for cells in executed] == [[str(n)] for n in range(80)]
    assert len({*map(str, (shown(cells[1]) for cells in executed))}) == 1  # all of one server


SHOW = "for n in range({1}): {0}"
NUMBERS = {"display(n)": 2500, "print(n, flush=True)": 2500}


@pytest.fixture(params=["forked", "ordinary"])
def either(request, server, monkeypatch):
    """A kernel that is forked, then one that is not."""
    if request.param == "forked":
        monkeypatch.setenv(ADDRESS, server.address)
    else:
        monkeypatch.delenv(ADDRESS, raising=False)


def test_a_backend_that_matplotlib_does_not_have_is_passed_over(either, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    [backend] = run("import matplotlib; print(matplotlib.get_backend())")
    assert "inline" in backend


def shown(cell):
    """The words that a cell showed, in their order."""
    texts = [o.get("text") or o["data"]["text/plain"] + "\n" for o in cell.outputs]
    return "".join(texts).split()


@pytest.mark.parametrize(("call", "count"), NUMBERS.items())
def test_no_output_of_a_storm_is_lost_whether_it_is_the_last_cell_or_not(call, count, either):
    storm = SHOW.format(call, count)
    executed = client_of(storm, "print('between')", storm).execute()
    numbers = [str(n) for n in range(count)]
    assert [shown(cell) for cell in executed.cells] == [numbers, ["between"], numbers]


def test_no_output_is_lost_to_a_client_that_stops_listening_for_a_while(either):
    """The kernel waits: ZeroMQ alone would keep 1,000 messages and drop the rest."""
    stops = iter([1.0])

    class Slow(NotebookClient):
        def process_message(self, *arguments):
            time.sleep(next(stops, 0))
            return super().process_message(*arguments)

    notebook = client_of("for n in range(4000): display(n, metadata={'long': 'x' * 500})").nb
    options = {"kernel_manager_class": QuickKernelManager, "shutdown_kernel": "immediate"}
    Slow(notebook, kernel_name="python3", iopub_timeout=60, **options).execute()
    assert shown(notebook.cells[0]) == [str(n) for n in range(4000)]


def test_what_threads_show_and_one_huge_output_arrive(either):
    threads = """
from threading import Thread
def show(name):
    for n in range(500): print(f"{name}{n}\\n", end="", flush=True)
threads = [Thread(target=show, args=[name]) for name in "abcd"]
for thread in threads: thread.start()
for thread in threads: thread.join()
""".replace("\\\\", "\\")
    executed = client_of(threads, "print('x' * 5_000_000)").execute()
    words = shown(executed.cells[0])
    for name in "abcd":
        assert [w for w in words if w[0] == name] == [f"{name}{n}" for n in range(500)]
    assert len(words) == 2000
    assert shown(executed.cells[1]) == ["x" * 5_000_000], "not printed whole"


THREAD = """
from pathlib import Path
from threading import Thread
from time import sleep
def show():
    while not Path("go").exists(): sleep(0.01)
    for n in range(500): print(f"late{n}")
    display("shown late")
    Path("done").touch()
Thread(target=show).start()
"""


def test_what_a_thread_shows_between_two_cells_comes_with_the_next(either, tmp_path):
    def wait(cell, cell_index):
        if cell_index == 1:
            (tmp_path / "go").touch()
            wait_until((tmp_path / "done").exists)

    folder = {"metadata": {"path": str(tmp_path)}}
    client = client_of(THREAD, "print('next')", "1", resources=folder, on_cell_start=wait)
    cells = client.execute().cells
    assert cells[0].outputs == []
    numbers = [f"late{n}" for n in range(500)]
    assert sorted(shown(cells[1])) == sorted([*numbers, "'shown", "late'", "next"])
    assert shown(cells[2]) == ["1"]


def test_what_a_task_shows_after_its_cell_comes_with_the_one_that_runs(either):
    task = "import asyncio\nasync def show():\n    await asyncio.sleep(0)\n    print('late')\n"
    cells = [task + "task = asyncio.create_task(show())", "await task\nprint('next')"]
    first, second = client_of(*cells).execute().cells
    assert shown(first) + shown(second) == ["late", "next"]


def test_a_kernel_that_may_lose_outputs_fails_a_storm_and_nothing_else(warm, monkeypatch):
    """Such as one of another Python, where this package is missing."""
    monkeypatch.setattr(kernels, "_KEEP_OUTPUTS", "import not_installed_there")
    executed = client_of(SHOW.format("display(n)", 900), SHOW.format("display(n)", 900)).execute()
    assert [len(cell.outputs) for cell in executed.cells] == [900, 900]
    with pytest.raises(CellTimeoutError):
        client_of(SHOW.format("display(n)", 2000), raise_on_iopub_timeout=True).execute()


def test_half_a_character_is_shown_by_its_number(either):
    cells = [r"print('a\ud800b')", r"display({'text/plain': 'c\udfff'}, raw=True)", "print('é😀')"]
    executed = client_of(*cells, r"raise ValueError('d\ud800')", allow_errors=True).execute()
    assert [shown(cell) for cell in executed.cells[:3]] == [[r"a\ud800b"], [r"c\udfff"], ["é😀"]]
    assert executed.cells[3].outputs[0].evalue == r"d\ud800"


def test_two_clients_at_once_have_kernels_of_their_own(warm, tmp_path):
    """Each waits for the other: in one kernel, or in turns, neither would end."""
    cell = (
        "import os, pathlib, time\n"
        "pathlib.Path('{0}').write_text(str(os.getpid()))\n"
        "while not pathlib.Path('{1}').exists(): time.sleep(0.01)"
    )
    pair = [(tmp_path / "a", tmp_path / "b"), (tmp_path / "b", tmp_path / "a")]
    clients = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, cell.format(*names)], text=True)
        for names in pair
    ]
    assert [client.wait(120) for client in clients] == [0, 0]
    assert (tmp_path / "a").read_text() != (tmp_path / "b").read_text()


SCRIPT = """
import sys
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from helpers.kernels import QuickKernelManager
notebook = new_notebook(cells=[new_code_cell(cell) for cell in sys.argv[1:]])
NotebookClient(notebook, kernel_name="python3", kernel_manager_class=QuickKernelManager).execute()
"""


LISTENERS = """
import os
links = {os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
         if os.path.islink(f"/proc/self/fd/{n}")}
for name in ("tcp", "tcp6", "udp", "udp6"):
    for line in open(f"/proc/net/{name}").readlines()[1:]:
        if f"socket:[{line.split()[9]}]" in links:
            print(name, line)
print(sum(link.startswith("socket:") for link in links) > 5)
"""


def test_a_kernel_listens_on_no_port_and_yet_hears_its_forks(either):
    fork = (
        "import os\npid = os.fork()\nif not pid: print('a fork', flush=True); os._exit(0)\n"
        "os.waitpid(pid, 0); import time; time.sleep(1)"
    )
    assert run(LISTENERS, fork) == ["True\n", "a fork\n"]


def test_what_a_notebook_shows_is_cut_where_it_is_too_much(either):
    cells = [
        f"print('x' * {MOST_SHOWN - 100}, flush=True)",
        "print('y' * 30)\nfor n in range(10): print('z' * 30, flush=True)",
        "display('w')\n1 + 1",
        "raise ValueError('told')",
    ]
    executed = client_of(*cells, allow_errors=True).execute().cells
    assert executed[0].outputs[0].text == "x" * (MOST_SHOWN - 100) + "\n"
    words = "".join(output.text for output in executed[1].outputs).split()
    assert words[:3] == ["y" * 30, "z" * 30, "z" * 30]
    assert " ".join(words[4:]) == "Cut here: a notebook can show at most 64,000,000 characters."
    assert executed[2].outputs == []
    assert executed[3].outputs[0].evalue == "told"


def test_one_output_that_is_too_large_is_left_out(warm):
    large = f"display({{'text/plain': 'x' * {MOST_SHOWN + 1}}}, raw=True)"
    cut, after = run(large, "print(1)")
    assert cut.strip() == "Cut here: a notebook can show at most 64,000,000 characters."
    assert after == ""


def test_where_memory_runs_out_a_kernel_ends_before_who_asked_for_it(either):
    own = int(Path("/proc/self/oom_score_adj").read_text())
    assert int(run("print(open('/proc/self/oom_score_adj').read())")[0]) > min(own, 999)


# How a kernel ends


def test_an_interrupt_stops_the_cell_and_not_the_kernel(warm):
    cells = ["import time; a = 1", "time.sleep(600)", "print(a)"]
    client = client_of(*cells, timeout=2, interrupt_on_timeout=True, allow_errors=True)
    executed = client.execute()
    assert executed.cells[1].outputs[-1].ename == "KeyboardInterrupt"
    assert executed.cells[2].outputs[0].text == "1\n"


def test_a_cell_that_takes_too_long_ends_the_kernel(warm):
    client = client_of("import os; print(os.getpid(), flush=True)", "while True: pass", timeout=2)
    with pytest.raises(CellTimeoutError):
        client.execute()
    pid = client.nb.cells[0].outputs[0].text.strip()
    wait_until(lambda: has_ended(pid))


@pytest.mark.parametrize("cell", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_kernel_s_death_fails_its_notebook_alone(cell, warm):
    with pytest.raises(DeadKernelError):
        run("import os", cell)
    assert run("print(1)") == ["1\n"]


def test_the_client_learns_how_a_kernel_ended(warm):
    with pytest.raises(RuntimeError, match="ended with code 1 before it listened"):
        fork(cwd="/there/is/no/such/folder")
    kernel = fork()
    assert kernel.poll() is None
    kernel.kill()
    assert kernel.wait() == -signal.SIGKILL == kernel.poll()
    kernel.send_signal(signal.SIGKILL)  # another process may have its id by now


def test_a_polite_end_lets_a_kernel_finish(warm, tmp_path):
    later = (
        f"import atexit, pathlib; atexit.register(pathlib.Path('{tmp_path}/end').write_text, 'x')"
    )
    run(later, shutdown_kernel="graceful")
    assert (tmp_path / "end").exists()


def test_a_kernel_can_be_restarted(warm):
    async def restart():
        manager = QuickKernelManager(kernel_name="python3")
        await manager.start_kernel()
        first = manager.provisioner.pid
        await manager.restart_kernel(now=True)
        second, alive = manager.provisioner.pid, await manager.is_alive()
        folder = Path(manager.connection_file).parent
        was_there = folder.exists()
        await manager.shutdown_kernel(now=True)
        return first, second, alive, was_there, folder.exists()

    first, second, alive, was_there, is_there = asyncio.run(restart())
    assert first != second
    assert (alive, was_there, is_there) == (True, True, False)
    assert has_ended(first)
    assert has_ended(second)


# Who outlives whom


def start_owner(script):
    """A process that prints the ids of its server, its kernel and the kernel's child, and waits."""
    code = f"""
import asyncio, os, sys, time
from helpers.kernels import ADDRESS, KernelServer
from helpers.kernels._server import make_short_folder
from helpers.kernels import QuickKernelManager
async def start():
    manager = QuickKernelManager(kernel_name="python3")
    await manager.start_kernel(extra_arguments=["--log-level=CRITICAL"])
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(60)
    told = []
    tell = lambda message: told.append(message["content"].get("text", ""))
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"
    await client.execute_interactive(code, output_hook=tell)
    print(manager.provisioner.pid, "".join(told).strip(), flush=True)
    await asyncio.sleep(600)
{script}
asyncio.run(start())
"""
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    return owner, [int(number) for number in owner.stdout.readline().split()]


def end(owner):
    owner.kill()
    owner.wait()
    owner.stdout.close()


def test_a_client_that_is_killed_leaves_no_kernel_behind(warm, server):
    client, processes = start_owner("")
    assert not any(map(has_ended, processes))
    end(client)
    wait_until(lambda: all(map(has_ended, processes)))
    assert server.is_alive()
    assert run("print(1)") == ["1\n"]


def test_an_owner_that_is_killed_leaves_nothing_behind(no_server):
    owner, processes = start_owner(
        "server = KernelServer(); os.environ[ADDRESS] = server.address;"
        "print(server._process.pid, end=' ')"
    )
    folder = Path(f"/proc/{processes[0]}/cwd").readlink()
    assert len(processes) == 3
    assert not any(map(has_ended, processes))
    end(owner)
    wait_until(lambda: all(map(has_ended, processes)))
    assert not folder.exists()


DAEMON = """
import os, subprocess, sys
code = "import os, time; os.fork() and os._exit(0); os.setsid(); print(os.getpid(), flush=True);"
code += "os.close(1); time.sleep(600)"
ran = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
print(ran.stdout)
"""


def test_a_daemon_that_a_notebook_left_ends_with_it_and_with_no_other(warm, server):
    pids = []

    def look(**_):
        pid = client.nb.cells[0].outputs[0].text.strip()
        run("print(1)")  # another kernel ends
        assert not has_ended(pid)
        pids.append(pid)

    client = client_of(DAEMON, "1", on_cell_start=lambda cell, cell_index: cell_index and look())
    client.execute()
    wait_until(lambda: has_ended(pids[0]))
    assert server.is_alive()


def test_a_daemon_ends_with_the_server(monkeypatch):
    with KernelServer() as server:
        monkeypatch.setenv(ADDRESS, server.address)
        client = client_of(DAEMON)
        with client.setup_kernel():
            client.execute_cell(client.nb.cells[0], 0)
            pid = client.nb.cells[0].outputs[0].text.strip()
            assert not has_ended(pid)
            server.close()
            assert has_ended(pid)


def test_a_server_that_is_closed_ends_its_kernels(monkeypatch):
    with KernelServer() as server:
        monkeypatch.setenv(ADDRESS, server.address)
        kernel = fork()
    assert kernel.wait() == -signal.SIGKILL
    assert has_ended(kernel.pid)
    assert not Path(server.address).parent.exists()


def test_a_server_that_is_killed_takes_its_kernels_along(no_server, monkeypatch, caplog):
    with KernelServer() as server:
        monkeypatch.setenv(ADDRESS, server.address)
        kernel = fork()
        cells = ["1", "import time; time.sleep(600)"]
        with pytest.raises(DeadKernelError):
            run(*cells, on_cell_executed=lambda **_: server._process.kill())
        assert kernel.wait() == -signal.SIGKILL
        wait_until(lambda: has_ended(kernel.pid))
        with caplog.at_level(logging.WARNING):
            parents = [run("import os; print(os.getppid())") for _ in range(2)]
        assert parents[0] == parents[1] != [f"{server._process.pid}\n"]
        assert sum("starts a kernel server of its own" in text for text in caplog.messages) == 1
    kernels.start_own_server("")._process.kill()
    kernels.start_own_server("")._process.wait()
    monkeypatch.delenv(ADDRESS)
    assert fork().poll() is None  # of a new server


def start_server(script, address):
    """A server of another script, which is given the number of its listening socket."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen(100)
        number = listener.fileno()
        command = [sys.executable, "-c", script, str(number)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[number])


def end_server(server):
    server.stdin.close()
    assert server.wait(60) == 0


def test_a_thousand_forks_each_answer():
    """Forks of a process with all libraries and Arrow's threads; each reads with Arrow and ends.

    Kernels would take minutes: eighty of them are started above.
    """
    script = """
import os, socket, sys
from helpers.kernels import _server as kernel_server
from pyarrow import BufferReader, csv
kernel_server.get_ready("helpers.reports:import_libraries")
csv.read_csv(BufferReader(b"a\\n1\\n"))
asked = kernel_server._Server(socket.socket(fileno=int(sys.argv[1]))).run()
if asked:
    csv.read_csv(BufferReader(b"a\\n1\\n"))
    os._exit(int(asked[1]["argv"]))
"""
    folder = make_short_folder()
    server = start_server(script, folder / "server")

    def answer(client):
        assert client.poll(120), "it hangs"
        with client:
            return json.loads(client.recv_bytes())["ended"]

    waiting, codes = [], []
    for number in range(1000):
        waiting.append(kernels.connect_to(str(folder / "server")))
        waiting[-1].send_bytes(json.dumps({"argv": str(number % 100)}).encode())
        if len(waiting) == 8:
            codes.append(answer(waiting.pop(0)))
    codes += map(answer, waiting)
    assert codes == [number % 100 for number in range(1000)]
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    wait_until(lambda: not children.read_text())
    assert len(list(Path(f"/proc/{server.pid}/fd").iterdir())) < 30
    end_server(server)
    shutil.rmtree(folder)


def test_the_process_that_forks_has_one_thread_of_python():
    """Any other would be missing in a kernel, with what it held."""
    script = (
        "import threading; from helpers.reports import draw_figures;"
        "draw_figures(); print(len(threading.enumerate()))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"


# Where a server cannot be had, or cannot fork


@pytest.fixture
def long_folder():
    """A temporary folder whose name has so many bytes."""
    base = tempfile.mkdtemp(dir="/tmp", prefix="x")

    def make(length):
        folder = Path(base) / ("x" * (length - len(base) - 1))
        folder.mkdir()
        return folder

    yield make
    shutil.rmtree(base)


def bind(path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def test_a_socket_has_room_below_a_temporary_folder_of_any_length(long_folder, monkeypatch):
    for length in range(40, 111):
        usual = long_folder(length)
        monkeypatch.setattr(tempfile, "tempdir", str(usual))
        outside = make_short_folder()
        scratch, held = make_scratch()
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        inside = make_short_folder()
        for path in (scratch / "server", outside / "kernel-ipc-12", inside / "kernel-ipc-12"):
            bind(path)
        assert inside.parent == scratch
        assert (outside.parent == usual) == (length <= 77)
        assert (scratch.parent == usual) == (length <= 60)
        os.close(held)
        for folder in (scratch, outside):
            shutil.rmtree(folder, ignore_errors=True)


def test_of_what_lies_there_only_what_was_made_here_is_removed(long_folder, monkeypatch):
    folder = long_folder(50)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    left, held = make_scratch()
    (left / "of-a-kernel").touch()
    os.close(held)  # its owner is dead
    for mine in ("dossier_mine", "dossier_12345678"):
        (folder / mine).mkdir()
        (folder / mine / "thesis.txt").touch()
    (folder / "dossier_export.csv").touch()
    scratch, held = make_scratch()
    os.close(held)
    found = {path.name for path in folder.iterdir()}
    assert found == {"dossier_mine", "dossier_12345678", "dossier_export.csv", scratch.name}
    assert (folder / "dossier_12345678" / "thesis.txt").exists()


@pytest.mark.parametrize("length", [60, 61, 77, 78, 110])
def test_a_long_name_of_the_temporary_folder_is_no_hindrance(
    length, long_folder, monkeypatch, no_server
):
    long = long_folder(length)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with warm_kernels():
        assert run("print(1)") == ["1\n"]
    assert ADDRESS not in os.environ
    assert run("print(2)") == ["2\n"]
    kernels.start_own_server("").close()
    kernels.start_own_server.cache_clear()
    assert not list(long.iterdir())


def test_the_folder_of_a_server_is_private(server):
    assert Path(server.address).parent.stat().st_mode & 0o777 == 0o700


def test_a_server_that_cannot_fork_says_so_and_goes_on():
    script = """
import os, socket, sys
from helpers.kernels import _server as kernel_server
def refuse():
    raise OSError("no memory left")
os.fork = refuse
kernel_server._Server(socket.socket(fileno=int(sys.argv[1]))).run()
"""
    folder = make_short_folder()
    server = start_server(script, folder / "server")
    for _ in range(2):
        with kernels.connect_to(str(folder / "server")) as client:
            client.send_bytes(b'{"argv": []}')
            assert json.loads(client.recv_bytes()) == {"refused": "no memory left"}
    end_server(server)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("command", "options", "reason"),
    [
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "x"], {"cwd": "/", "env": {}}, ""),
        (["R", "--slave"], {"env": {}}, "R --slave is not the kernel of this Python"),
        (["/else/python", "-m", "ipykernel_launcher"], {}, "/else/python -m ipykernel_launcher is"),
        ([sys.executable, "-m", "xeus", "-f", "x"], {}, "-m xeus is not the kernel of"),
        ([sys.executable, "-m", "ipykernel_launcher"], {"stdout": 1}, "does not take stdout"),
    ],
)
def test_only_this_python_s_kernels_are_forked(command, options, reason):
    found = kernels.why_not_forked(command, options)
    assert reason in found
    assert bool(reason) == bool(found)


def test_elsewhere_kernels_are_ordinary_ones_and_that_is_said_once(no_server, monkeypatch, caplog):
    kernels._warn_once.cache_clear()
    monkeypatch.setattr(kernels, "FORKS", False)
    monkeypatch.setattr(kernel_server, "FORKS", False)
    with caplog.at_level(logging.WARNING), warm_kernels(PRELOAD_MANY):
        assert ADDRESS not in os.environ
    assert caplog.messages == [f"kernels are ordinary ones on {sys.platform}"]
    caplog.clear()
    monkeypatch.setenv(ADDRESS, "/nowhere")
    with caplog.at_level(logging.WARNING):
        parents = [run("import os; print(os.getppid())") for _ in range(2)]
    assert parents == [[f"{os.getpid()}\n"]] * 2
    assert len([text for text in caplog.messages if "ordinary kernel" in text]) == 1


def test_a_client_is_ready_when_its_own_request_has_ended_on_iopub(monkeypatch):
    """And not by the end of another's: only then is it sure to hear what a cell publishes."""
    heard = [("", "idle"), ("other", "idle"), ("mine", "busy"), ("mine", "idle"), ("late", "busy")]

    async def hear(*_, **__):
        request, state = heard.pop(0)
        return {"parent_header": {"msg_id": request}, "content": {"execution_state": state}}

    async def reply(*_, **__):
        return {"content": {"protocol_version": "5.3"}}

    monkeypatch.setattr(QuickKernelClient, "kernel_info", lambda self: "mine")
    monkeypatch.setattr(QuickKernelClient, "_recv_reply", reply)
    monkeypatch.setattr(QuickKernelClient, "get_iopub_msg", hear)
    asyncio.run(QuickKernelClient().wait_for_ready())
    assert heard == [("late", "busy")]


def test_a_slow_kernel_is_waited_for_as_usual(warm, monkeypatch):
    answer = QuickKernelClient._recv_reply
    late = iter([True])

    async def answer_late(*arguments, **options):
        if next(late, False):
            raise TimeoutError
        return await answer(*arguments, **options)

    monkeypatch.setattr(QuickKernelClient, "_recv_reply", answer_late)
    client = client_of("print(1)")
    with client.setup_kernel():
        client.execute_cell(client.nb.cells[0], 0)
    assert client.nb.cells[0].outputs[0].text == "1\n"


def test_plain_papermill_takes_the_provisioner_by_its_name(tmp_path):
    """The entry point stands beside the tests, for an environment installed before it was one."""
    entry = tmp_path / "warm-1.dist-info" / "entry_points.txt"
    entry.parent.mkdir()
    (entry.parent / "METADATA").write_text("Metadata-Version: 2.1\nName: warm\nVersion: 1\n")
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    group = "jupyter_client.kernel_provisioners"
    lines = [f"{name} = {value}" for name, value in points[group].items()]
    entry.write_text("\n".join([f"[{group}]", *lines]))
    notebook = tmp_path / "notebook.ipynb"
    cells = [
        "name: str = 'world'",
        "print('Hello', name)\n1 + 1",
        "import os; print('kernels._server' in open(f'/proc/{os.getppid()}/cmdline').read())",
    ]
    content = new_notebook(cells=[new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(cells)])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "P", "language": "python"}
    nbformat.write(content, notebook)

    def outputs(**environment):
        output = tmp_path / "out.ipynb"
        path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
        run = subprocess.run(
            [sys.executable, "-m", "papermill", str(notebook), str(output)],
            env=os.environ | {"PYTHONPATH": path} | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert "Traceback" not in run.stderr
        return [cell.outputs for cell in nbformat.read(output, 4).cells]

    ordinary = outputs()
    forked = outputs(JUPYTER_DEFAULT_PROVISIONER_NAME="dossier-warm")
    assert forked[:2] == ordinary[:2]
    assert [run[2][0].text for run in (ordinary, forked)] == ["False\n", "True\n"]
