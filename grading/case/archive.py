"""Refuse a workbook that would unpack to far more than it weighs, before anything unpacks it."""

import io
import zipfile
import zlib

from grading.case.rules import Place, fault
from grading.faults import InputError

MOST_BYTES = 200_000_000
MOST_MEMBERS = 10_000
MOST_RATIO = 100
SMALL_BYTES = 5_000_000
MEGABYTE = 1_000_000
# What the zip module raises on damaged bytes; it has no common parent.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def open_archive(data: bytes, file: str) -> zipfile.ZipFile:
    """Return the archive of a workbook after checking what it claims to unpack to, and that the claim is true.

    Raises:
        InputError: not an archive, a damaged one, or one that no honest workbook looks like.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        if reason := _reason(archive):
            raise InputError([fault("zip_bomb", Place(file), expected=reason)])
        damaged = archive.testzip()
    except BROKEN as broken:
        raise InputError([fault("unreadable_file", Place(file), expected=str(broken))]) from broken
    if damaged:
        raise InputError([fault("unreadable_file", Place(file), expected=damaged)])
    return archive


def _reason(archive: zipfile.ZipFile) -> str:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MOST_MEMBERS:
        return f"n = {len(members)} > {MOST_MEMBERS}"
    if unpacked > MOST_BYTES:
        return f"{unpacked / MEGABYTE:.0f} MB > {MOST_BYTES / MEGABYTE:.0f} MB"
    if unpacked > SMALL_BYTES and unpacked > MOST_RATIO * max(packed, 1):
        return f"{unpacked / max(packed, 1):.0f}:1 > {MOST_RATIO}:1"
    return ""
