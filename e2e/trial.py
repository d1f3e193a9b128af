"""What the tests with real clients share: tests named by sentences, the program with a server of its own, the real data."""

import atexit
import os
import pathlib
import re
import socket
import subprocess
import threading
import time
import traceback

TESTS = []


class Skipped(Exception):
    """What a test needs is not here; the text says what."""


def test(body):
    """Adds a test; its name is a sentence."""
    TESTS.append(body)
    return body


def equal(found, wanted, what):
    """Fails with both values."""
    if found != wanted:
        raise AssertionError(f"{what}: {repr(found)[:2000]} instead of {repr(wanted)[:2000]}")


def eventually(what, ask, patience=30.0):
    """Asks again until the answer is true, and gives it."""
    end = time.monotonic() + patience
    while not (answer := ask()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {patience:.0f} s")
        time.sleep(0.1)
    return answer


def real_data(name):
    """A file of the real data, in the folder that BARAZA_REAL_DATA names or in the nearest `shared/data` above the project."""
    if "BARAZA_REAL_DATA" in os.environ:
        folder = pathlib.Path(os.environ["BARAZA_REAL_DATA"])
    else:
        folders = [above / "shared/data" for above in pathlib.Path(__file__).resolve().parents]
        folder = next((folder for folder in folders if folder.is_dir()), folders[0])
    file = folder / name
    if file.is_file():
        return file
    if os.environ.get("CI") == "true":
        raise AssertionError(f"{file} is missing, and CI needs it")
    raise Skipped(f"no {file}; set BARAZA_REAL_DATA")


class Baraza:
    """The built program with a data folder of its own; `serve` gives it a server, whose log it keeps."""

    def __init__(self, program, folder):
        self.program, self.folder, self.log = program, pathlib.Path(folder), []

    def run(self, *arguments, given=""):
        """Runs one command and gives what it printed."""
        call = [self.program, *arguments, "--data", str(self.folder)]
        done = subprocess.run(call, input=given, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"baraza {' '.join(arguments)}: {done.returncode}\n{done.stderr or done.stdout}")
        return done.stdout.strip()

    def add_user(self, email, password, *, name, role="admin"):
        """Adds a person and gives a token of theirs."""
        self.run("user", "add", "--email", email, "--name", name, "--role", role, "--password-stdin", given=password + "\n")
        return self.run("token", "create", "--email", email)

    def serve(self, *arguments):
        """Starts the server and gives its address."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.server = subprocess.Popen(
            [self.program, "serve", "--data", str(self.folder), "--listen", f"127.0.0.1:{port}", "--rate-limit", "0", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        atexit.register(self.server.kill)
        for line in self.server.stdout:
            self.log.append(line)
            if found := re.search(r"listening on (http://[^\s\"]+)", line):
                break
        else:
            raise RuntimeError(f"baraza serve ended before it listened\n{''.join(self.log)}")
        # The log is read on, or the pipe would fill and the server wait.
        threading.Thread(target=lambda: self.log.extend(self.server.stdout), daemon=True).start()
        return found[1].rstrip("/")

    def stop(self):
        """Asks the server to end and waits for it."""
        self.server.terminate()
        self.server.wait(timeout=30)


def run(*world):
    """Runs every test on what it needs, prints a line each, and gives what the command ends with."""
    passed = failed = skipped = 0
    for body in TESTS:
        name, began = body.__name__.replace("_", " "), time.monotonic()
        try:
            body(*world)
        except Skipped as why:
            skipped += 1
            print(f"skipped {name}: {why}")
        except Exception:  # a failed test must not keep the others from running
            failed += 1
            print(f"FAILED  {name}\n{traceback.format_exc()}")
        else:
            passed += 1
            print(f"ok      {name} ({(time.monotonic() - began) * 1000:.0f} ms)")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0
