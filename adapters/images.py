"""Files from outside, told apart by their first bytes. Nothing here opens them: `adapters.decoding` does."""

from enum import StrEnum

from domain.errors import Invalid

HEAD_BYTES = 64
"""How much of a file tells its type."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


class FileType(StrEnum):
    """Values are file name extensions."""

    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"

    @property
    def content_type(self) -> str:
        return "application/pdf" if self is FileType.PDF else f"image/{self.name.lower()}"


class ImageTooLarge(Invalid):
    code = "IMAGE_TOO_LARGE"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The file is larger than {max_bytes} bytes.")


class ImageTypeNotSupported(Invalid):
    code = "IMAGE_TYPE_NOT_SUPPORTED"


def type_of(head: bytes) -> FileType:
    """What a file that begins like this is, whatever it is called. Refuses: `ImageTypeNotSupported`."""
    if head.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if head.startswith(b"RIFF") and head.startswith(b"WEBP", 8):
        return FileType.WEBP
    if head.startswith(b"ftyp", 4) and head[8:12] in _HEIC_BRANDS:
        return FileType.HEIC
    if head.startswith(b"%PDF-"):
        return FileType.PDF
    raise ImageTypeNotSupported("The file is not a JPEG, PNG, WebP or HEIC image, nor a PDF.")
