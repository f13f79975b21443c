"""Which reader a file is for, told from its bytes; what none can read is refused by its name."""

import io
import zipfile

from loaders.errors import UnreadableFileError
from loaders.readers.pdf import PdfReader
from loaders.readers.reader import Reader
from loaders.readers.text import TextReader
from loaders.readers.workbook import WorkbookReader

READERS: tuple[Reader, ...] = (TextReader(), WorkbookReader(), PdfReader())
REPORT_SUFFIXES = tuple(suffix for reader in READERS for suffix in reader.suffixes)
TEXT, WORKBOOK, PDF = READERS
ZIP_SIGNATURE = b"PK\x03\x04"
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF_SIGNATURE = b"%PDF-"
# A PDF may have some bytes before its signature; readers of PDF look as far as this.
PDF_SIGNATURE_WITHIN = 1024
# Parts that only one kind of Office file has, in the order in which they tell: macros are in a workbook too.
OFFICE_PARTS = {
    "xl/vbaProject.bin": ("a workbook with macros (.xlsm)", "save it in Excel as .xlsx"),
    "xl/workbook.bin": ("a binary workbook (.xlsb)", "save it in Excel as .xlsx"),
    "word/document.xml": ("a Word document", "fetch NAV's workbook (.xlsx) or PDF"),
    "ppt/presentation.xml": ("a presentation", "fetch NAV's workbook (.xlsx) or PDF"),
    "content.xml": ("an OpenDocument file", "save it as .xlsx"),
}
# Streams of an OLE file by name, written as it writes them.
OLE_STREAMS = {
    "EncryptedPackage": (
        "a workbook protected by a password",
        "open it in Excel and save it without password",
    ),
    "Workbook": ("a workbook of the old kind (.xls)", "save it in Excel as .xlsx"),
    "Book": ("a workbook of the old kind (.xls)", "save it in Excel as .xlsx"),
    "WordDocument": ("a Word document of the old kind", "fetch NAV's workbook (.xlsx) or PDF"),
}
OTHER_SIGNATURES = {
    b"<!doctype html": ("a web page", "download the report itself, not the page it is on"),
    b"<html": ("a web page", "download the report itself, not the page it is on"),
    b"{\\rtf": ("a rich text file", "fetch NAV's workbook (.xlsx) or PDF"),
    b"\x1f\x8b": ("a compressed file (gzip)", "unpack it first"),
    b"7z\xbc\xaf": ("a compressed file (7-Zip)", "unpack it first"),
    b"\x89png": ("a picture", "fetch NAV's workbook (.xlsx) or PDF"),
    b"\xff\xd8\xff": ("a picture", "fetch NAV's workbook (.xlsx) or PDF"),
}


def reader_of(content: bytes, name: str) -> Reader:
    """Return the reader for a file's bytes.

    Raises:
        UnreadableFileError: it is a file of another kind, whatever its name.
    """
    start = content[:PDF_SIGNATURE_WITHIN]
    if start.startswith(ZIP_SIGNATURE):
        _check_parts(content, name)
        return WORKBOOK
    if PDF_SIGNATURE in start:
        return PDF
    if start.startswith(OLE_SIGNATURE):
        streams = (told for stream, told in OLE_STREAMS.items() if stream.encode("utf-16-le") in content)
        raise _refused(*next(streams, ("an old Office file", "save it as .xlsx")), name)
    lowered = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for signature, told in OTHER_SIGNATURES.items():
        if lowered.startswith(signature.lower()):
            raise _refused(*told, name)
    return TEXT


def _check_parts(content: bytes, name: str) -> None:
    """Check that a ZIP file is a workbook without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableFileError(
            f"the file begins as a workbook and cannot be opened: {error}",
            "it is cut or damaged: fetch it again",
            name,
        ) from error
    for part, told in OFFICE_PARTS.items():
        if part in parts:
            raise _refused(*told, name)
    if "xl/workbook.xml" not in parts:
        raise _refused("a ZIP file without a workbook", "unpack it, and give the files in it", name)


def _refused(kind: str, next_step: str, name: str) -> UnreadableFileError:
    return UnreadableFileError(f"the file is {kind}, which is not read", next_step, name)
