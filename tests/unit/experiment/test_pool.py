import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from kidswear_brain.errors import WorkerError
from kidswear_brain.experiment.pool import lasting_crew, run_in_order, run_tasks


def square(x):
    return x, x * x, os.getpid(), os.environ.get("NUMBA_NUM_THREADS")


def process_of(x):
    return os.getpid()


def fail_at_three(x):
    if x == 3:
        raise ValueError("three")
    return x


def die(x):
    os.kill(os.getpid(), signal.SIGKILL)


def tell_who_and_linger(folder):
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(600)


def test_one_worker_stays_in_this_process():
    got = []
    run_tasks(square, [1, 2], 1, got.append)
    assert [x for x, *_ in got] == [1, 2]
    assert {pid for _, _, pid, _ in got} == {os.getpid()}


def test_workers_are_other_processes_with_one_thread():
    before = os.environ.get("NUMBA_NUM_THREADS")
    got = []
    run_tasks(square, [1, 2, 3], 2, got.append)
    assert sorted((x, y) for x, y, *_ in got) == [(1, 1), (2, 4), (3, 9)]
    assert os.getpid() not in {pid for _, _, pid, _ in got}
    assert {threads for *_, threads in got} == {"1"}
    assert os.environ.get("NUMBA_NUM_THREADS") == before


def test_an_error_of_a_task_comes_through():
    with pytest.raises(ValueError, match="three"):
        run_tasks(fail_at_three, [1, 2, 3], 2, lambda _: None)


def test_a_killed_worker_is_told_in_words():
    with pytest.raises(WorkerError, match="killed, or out of memory"):
        run_tasks(die, [1, 2], 2, lambda _: None)


def test_a_script_without_a_main_guard_is_not_run_again(tmp_path):
    script = tmp_path / "planner.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys
            sys.path.insert(0, {str(Path(__file__).parent)!r})
            print("begun", flush=True)
            from test_pool import square
            from kidswear_brain.experiment.pool import run_in_order, run_tasks
            got = []
            run_tasks(square, [1, 2], 2, got.append)
            print(sorted(x for x, *_ in got))
            """
        )
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["begun", "[1, 2]"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for workers in /proc")
def test_workers_end_with_a_killed_parent(tmp_path):
    code = f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_pool import tell_who_and_linger
        from kidswear_brain.experiment.pool import run_in_order, run_tasks
        run_tasks(tell_who_and_linger, [sys.argv[1]] * 2, 2, print)
        """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), tmp_path])
    until(lambda: len(list(tmp_path.iterdir())) == 2)
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert all(map(alive, workers))
    parent.kill()
    parent.wait()
    until(lambda: not any(map(alive, workers)))


def until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def alive(pid):
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def nap_then_square(x):
    """The earlier the task, the later it is done."""
    time.sleep(0.3 if x == 0 else 0)
    return x * x


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks_whoever_is_done_first(workers):
    told = []
    found = run_in_order(nap_then_square, range(4), workers, lambda *seen: told.append(seen))
    assert found == [0, 1, 4, 9]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_lasting_crew_works_for_several_calls() -> None:
    seen: list[int] = []
    with lasting_crew(2) as crew:
        for _ in range(3):
            run_tasks(process_of, range(4), crew, seen.append)
        assert run_in_order(abs, [-3, 2, -1], crew) == [3, 2, 1]
    assert len(seen) == 12
    assert 1 <= len(set(seen)) <= 2
    assert os.getpid() not in seen
    with lasting_crew(1) as alone:
        assert alone == 1
        run_tasks(process_of, range(2), alone, seen.append)
    assert seen[-2:] == [os.getpid()] * 2


def test_a_lasting_crew_that_dies_says_so() -> None:
    with pytest.raises(WorkerError, match="a worker process ended"), lasting_crew(2) as crew:
        run_tasks(die, range(2), crew, print)
