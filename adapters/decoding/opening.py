"""A file becomes a sheet, here and now: for the process that may die of it."""

from PIL import Image

from adapters.decoding.document import open_document
from adapters.decoding.photograph import open_photograph
from adapters.decoding.sheet import Limits, Sheet, Unopened
from adapters.images import HEAD_BYTES, FileType, type_of
from domain.receipt.failure import Failure


def opened(data: bytes, limits: Limits) -> Sheet:
    """Refuses (`Unopened`) whatever gives no sheet, but for what kills the process."""
    try:
        file_type = type_of(data[:HEAD_BYTES])
        if file_type is FileType.PDF:
            return open_document(data, limits)
        return open_photograph(data, file_type, limits)
    except Unopened:
        raise
    except MemoryError as error:
        raise Unopened(Failure.DECODER_OUT_OF_MEMORY) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Unopened(Failure.TOO_MANY_PIXELS) from bomb
    except Exception as error:  # a decoder raises anything on hostile bytes
        raise Unopened(Failure.IMAGE_UNREADABLE) from error
