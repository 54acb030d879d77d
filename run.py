#!/usr/bin/env python3
"""Solmu with one command: `python3 run.py` opens it, `python3 run.py test` runs every check and test.

Needs Python 3.11 and nothing else. Everything lands in this folder: packages in `.venv`, data in `var`. This file uses
the standard library alone, and only syntax that an older Python can read, so that an older Python can be told so.
"""

import sys

NEEDED = (3, 11)

import argparse  # noqa: E402 (the version is named first)
import errno  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import socket  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402
from typing import Dict, List, Optional, Tuple  # noqa: E402

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "solmu-installed.json")
GROUPS = {"run": [], "test": ["test", "quality"]}  # type: Dict[str, List[str]]


class Problem(Exception):
    """Something that stops us, as one plain sentence for the person at the terminal."""


def say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


# --- The right Python ------------------------------------------------------------------------------------------------


def find_newer_python() -> Optional[str]:
    for minor in range(14, NEEDED[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        if found:
            return found
    return None


def use_right_python() -> None:
    """Go on with a newer Python when the machine has one beside the one that was called."""
    if sys.version_info >= NEEDED:
        return
    newer = find_newer_python()
    if newer is None:
        raise Problem(
            "Solmu needs Python %d.%d or newer, and this is Python %d.%d." % (NEEDED + tuple(sys.version_info[:2]))
        )
    os.execv(newer, [newer, os.path.abspath(__file__), *sys.argv[1:]])  # found on our own path # nosec B606


# --- Packages --------------------------------------------------------------------------------------------------------


def fingerprint() -> str:
    """What the installed packages depend on: the lock, the project's file, the interpreter and the place."""
    digest = hashlib.sha256(("%s %s" % (ROOT, sys.version)).encode())
    for name in ("uv.lock", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def installed_level() -> str:
    """'', 'run' or 'test': what a former run installed, if nothing it stood on has changed."""
    try:
        with open(STAMP) as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return ""
    current = os.path.exists(PYTHON) and stamp.get("fingerprint") == fingerprint()
    return str(stamp.get("level", "")) if current else ""


def run_quietly(command: List[str], env: Optional[Dict[str, str]] = None) -> Tuple[bool, str]:
    merged = dict(os.environ)
    merged.pop("VIRTUAL_ENV", None)
    merged.pop("PYTHONPATH", None)
    merged.update(env or {})
    done = subprocess.run(
        command, cwd=ROOT, env=merged, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


def make_venv() -> None:
    if os.path.exists(PYTHON) and run_quietly([PYTHON, "-m", "pip", "--version"])[0]:
        return
    say("Making .venv ...")
    shutil.rmtree(VENV, ignore_errors=True)
    made, output = run_quietly([sys.executable, "-m", "venv", VENV])
    if not made:
        raise_if_disk(output)
        raise Problem(
            "Python could not make a virtual environment; on Debian and Ubuntu `apt install python3-venv` "
            "adds what it needs."
        )


def raise_if_disk(output: str) -> None:
    for text, code in (
        ("No space left", errno.ENOSPC),
        ("os error 28", errno.ENOSPC),
        ("Read-only file system", errno.EROFS),
        ("os error 30", errno.EROFS),
        ("Permission denied", errno.EACCES),
        ("os error 13", errno.EACCES),
    ):
        if text in output:
            raise OSError(code, text, ROOT)
    # Not every tool tells why it failed; a disk with nothing left does.
    if shutil.disk_usage(ROOT).free < 20 * 1024 * 1024:
        raise OSError(errno.ENOSPC, "No space left", ROOT)


def install(level: str) -> None:
    """By uv from the lock; where uv cannot be had or cannot reach what the lock names, by pip from the same hashes."""
    had = installed_level()
    if had in (level, "test"):
        return
    make_venv()
    began = time.monotonic()
    say("Installing packages (the first time takes a minute or so) ...")
    ok, output = install_by_uv(level)
    if not ok:
        raise_if_disk(output)
        say("  not with uv; trying pip ...")
        ok, pip_output = install_by_pip(level)
        output += pip_output
    if not ok:
        raise_if_disk(output)
        write_log(output)
        network = ("resolve", "resolution", "dns", "connect", "network", "timed out", "fetch", "not find a version")
        if any(word.lower() in output.lower() for word in network):
            raise Problem(
                "The packages could not be fetched: is there a network, or must a proxy be named in HTTPS_PROXY? "
                "(Details: .venv/install.log)"
            )
        raise Problem("The packages could not be installed; the reason stands in .venv/install.log.")
    with open(STAMP, "w") as file:
        json.dump({"fingerprint": fingerprint(), "level": level}, file)
    say("  done in %.0f s" % (time.monotonic() - began))


def write_log(output: str) -> None:
    with open(os.path.join(VENV, "install.log"), "w", encoding="utf-8") as file:
        file.write(output)


def install_by_uv(level: str) -> Tuple[bool, str]:
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    ok, output = run_quietly([*pip, "--require-hashes", "-r", os.path.join("requirements", "uv.txt")])
    if not ok:
        return False, output
    command = [PYTHON, "-m", "uv", "sync", "--quiet", "--frozen", "--inexact", "--no-python-downloads"]
    command += ["--system-certs", "--python", PYTHON]
    for group in GROUPS[level]:
        command += ["--group", group]
    return run_quietly(command, {"UV_PROJECT_ENVIRONMENT": VENV})


def install_by_pip(level: str) -> Tuple[bool, str]:
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    ok, output = run_quietly([*pip, "--require-hashes", "-r", os.path.join("requirements", level + ".txt")])
    if not ok:
        return False, output
    # The project itself needs no build: two folders on the path, as an editable install would put them.
    ok, site = run_quietly([PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    if not ok:
        return False, site
    with open(os.path.join(site.strip(), "solmu.pth"), "w", encoding="utf-8") as file:
        file.write("%s\n%s\n" % (ROOT, os.path.join(ROOT, "platform")))
    script = os.path.join(BIN, "solmu")
    with open(script, "w", encoding="utf-8") as file:
        file.write("#!%s\nfrom config.cli import main\n\nmain()\n" % PYTHON)
    os.chmod(script, 0o755)  # everybody may run it # nosec B103
    return True, output


# --- The two commands ------------------------------------------------------------------------------------------------


def check_port(port: int) -> None:
    """Tell at once, before anything is installed, that the port cannot be had."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            if problem.errno == errno.EACCES:
                raise Problem("Port %d is reserved for the system; choose one above 1023 with --port." % port) from None
            raise Problem(
                "Port %d is taken by another program; choose another: python3 run.py --port %d" % (port, port + 1)
            ) from None


def hand_over(command: List[str], env: Dict[str, str]) -> None:
    """Become the command, so that signals and the exit code are its own."""
    os.environ.update(env)
    os.environ.pop("PYTHONPATH", None)
    os.environ.pop("VIRTUAL_ENV", None)
    os.chdir(ROOT)
    if os.name == "nt":
        sys.exit(subprocess.call([PYTHON, *command]))
    os.execv(PYTHON, [PYTHON, *command])  # our own command # nosec B606


def serve(port: int) -> None:
    check_port(port)
    install("run")
    env = {"SOLMU_EMBEDDED": "1"}
    if not os.path.exists(os.path.join(ROOT, ".env")) and "SOLMU_DEMO" not in os.environ:
        # With no installation described, this is the demo.
        env["SOLMU_DEMO"] = "1"
    if env.get("SOLMU_DEMO") and "SITE_URL" not in os.environ:
        env["SITE_URL"] = "http://127.0.0.1:%d" % port
    hand_over(["-m", "config.cli", "serve", "--port", str(port)], env)


def test(arguments: List[str]) -> None:
    install("test")
    hand_over([os.path.join(".ci", "checks.py"), *arguments], {})


def port_number(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a number from 1 to 65535, not %r" % text)


def main() -> None:
    use_right_python()
    parser = argparse.ArgumentParser(prog="run.py", description="Open Solmu on this machine, or test it.")
    parser.add_argument(
        "command", nargs="?", choices=["serve", "test"], default="serve", help="serve (default) or test"
    )
    parser.add_argument("--port", type=port_number, default=8000, help="serve on this port (8000)")
    options, rest = parser.parse_known_args()
    if options.command == "test":
        test(rest)
    if rest:
        parser.error("unknown: %s" % " ".join(rest))
    serve(options.port)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit("run.py: %s" % problem)
    except KeyboardInterrupt:
        sys.exit("\nrun.py: stopped.")
    except OSError as problem:
        sentences = {
            errno.ENOSPC: "The disk is full; about 1 GB is needed.",
            errno.EROFS: "This folder cannot be written to (a read-only file system); copy it somewhere that can.",
            errno.EACCES: "This folder cannot be written to by you; copy it to a folder of your own.",
        }
        if problem.errno not in sentences:
            raise
        sys.exit("run.py: %s" % sentences[problem.errno])
