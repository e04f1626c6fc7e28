"""The headless OpenCV counts as OpenCV.

PaddleX looks up the distribution `opencv-contrib-python` before it imports `cv2`. That build needs
libGL, which a server has not; the headless build is the same library without windows, under another
name. A finder on `sys.meta_path` may answer `importlib.metadata`; ours stands last, so that a real one
is found first.
"""

import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, DistributionFinder

_WANTED = "opencv-contrib-python"
_INSTALLED = "opencv-contrib-python-headless"
_ANY = DistributionFinder.Context()


class _HeadlessOpenCV(DistributionFinder):
    def find_spec(self, *_: object) -> None:
        """Nothing: no module is imported through here."""

    def find_distributions(
        self, context: DistributionFinder.Context = _ANY
    ) -> Iterable[Distribution]:
        return Distribution.discover(name=_INSTALLED) if context.name == _WANTED else ()


def answer_for_opencv() -> None:
    """Let PaddleX find the headless OpenCV. Harmless when repeated or when the full build is there."""
    if not any(isinstance(finder, _HeadlessOpenCV) for finder in sys.meta_path):
        sys.meta_path.append(_HeadlessOpenCV())
