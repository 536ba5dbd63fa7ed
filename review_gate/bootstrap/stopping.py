"""How a web process learns that it shall end while the server around it handles the signals."""

from __future__ import annotations

import signal
import socket
import threading

SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})


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
