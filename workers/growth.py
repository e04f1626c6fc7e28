"""A process that holds more memory than it should, noticed where nothing is lost by beginning anew."""

import threading

from dramatiq.middleware import Middleware

from core import machine


class Growth(Middleware):
    """Looks after each job, so that whoever begins anew has done one: a low limit makes slow, not useless."""

    def __init__(self, most_mib: int) -> None:
        self._most_mib = most_mib
        self.noticed = threading.Event()

    def after_process_message(self, *_: object, **__: object) -> None:
        if machine.resident_mib() > self._most_mib:
            self.noticed.set()
