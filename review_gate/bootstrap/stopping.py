"""How a process learns that it shall end: from a signal that the server around it handles, or from its parent's end."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable

SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
SERVER = "_REVIEW_GATE_SERVER"
"""The variable in which `web` tells its workers its own process id."""
LOOK_SECONDS = 0.5
END_SECONDS = 6.0
"""What a worker may take to finish its requests, a second more than `web` itself gives it."""


def told_to_stop() -> threading.Event:
    """Set once this process gets SIGTERM or SIGINT, whoever handles them: Python itself notes the number of each.

    Outside of the main thread nothing can be heard, and the event stays as it is.
    """
    told = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        return told
    hears, noted = socket.socketpair()
    noted.setblocking(False)  # Python wants it so
    signal.set_wakeup_fd(noted.detach(), warn_on_full_buffer=False)  # stays open as long as the process

    def listen() -> None:
        while True:
            if SIGNALS.intersection(hears.recv(64)):
                told.set()

    threading.Thread(target=listen, daemon=True, name="told-to-stop").start()
    return told


def follow(parent: int, end: Callable[[], None]) -> None:
    """Calls `end` (from a thread) when the process `parent`, which started this one, is gone, even killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        end()

    threading.Thread(target=watch, daemon=True, name="follow-parent").start()


def end_with_the_server() -> None:
    """Lets this worker end when `web` was killed (for want of memory, say). Left alone it would go on answering at the
    port, with the program and the settings of then, beside those that are started in its place. Under another WSGI
    server nothing is done."""

    def end() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(END_SECONDS)
        os._exit(1)

    server = os.environ.get(SERVER)
    if server is not None:
        follow(int(server), end)
