"""Cleaning images beside the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from adapters import images
from adapters.images import CleanImage


class Cleaner:
    """Cleans at most `threads` images at once: each takes up to ten bytes of memory per pixel."""

    def __init__(self, *, max_bytes: int, max_pixels: int, threads: int = 2) -> None:
        self.max_bytes = max_bytes
        self._clean = partial(images.clean, max_bytes=max_bytes, max_pixels=max_pixels)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="images")

    async def clean(self, data: bytes) -> CleanImage:
        """Refuses what `images.clean` refuses."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._clean, data)

    def close(self) -> None:
        self._threads.shutdown()
