"""Runs a command whose files may grow to so many bytes, as on a disk that is full. usage: file_limit.py BYTES COMMAND..."""
import resource
import subprocess
import sys


def limit():
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)


# Python ignores SIGXFSZ, and so does what it starts: writing fails instead.
sys.exit(subprocess.run(sys.argv[2:], preexec_fn=limit, restore_signals=False).returncode)
