"""What fails because something is away is tried again as long as it takes, and is no failure of the job's."""

# pyright: reportUnknownMemberType=false
# dramatiq is half typed

import time
from typing import Any

from dramatiq import Broker, MessageProxy
from dramatiq.middleware import Retries

from core.troubles import Trouble, trouble

_PAUSE_SECONDS = 1.0
_LONGEST_MILLIS = 24 * 60 * 60 * 1000
_MILLIS = 1000


class PatientRetries(Retries):
    """Retries that do not count what fails because PostgreSQL or the storage is away, for a day.

    The thread pauses then, so that what waits behind the job is not put off one by one.
    """

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        if trouble(exception) is Trouble.UNAVAILABLE and _is_young(message):
            message.options["retries"] = message.options.get("retries", 0) - 1  # it adds one
            time.sleep(_PAUSE_SECONDS)
        super().after_process_message(broker, message, result=result, exception=exception)


def _is_young(message: MessageProxy) -> bool:
    return time.time() * _MILLIS < message.message_timestamp + _LONGEST_MILLIS
