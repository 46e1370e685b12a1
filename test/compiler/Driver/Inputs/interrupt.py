"""Runs a command and sends it an interrupt as soon as a file is there. usage: interrupt.py FILE COMMAND..."""
import os
import signal
import subprocess
import sys
import time

process = subprocess.Popen(sys.argv[2:], stderr=subprocess.PIPE, text=True)
while process.poll() is None and not os.path.exists(sys.argv[1]):
    time.sleep(0.001)
process.send_signal(signal.SIGINT)
message = process.communicate()[1]
if process.returncode == 0:
    sys.exit("it was done before it could be interrupted")
if process.returncode != 130 or "interrupted in epoch" not in message:
    sys.exit(f"exit code {process.returncode}: {message}")
