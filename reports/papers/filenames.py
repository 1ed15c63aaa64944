"""File names from enterprise numbers: plain letters on every system, never two enterprises in one file."""

import hashlib
import re

PLAIN = re.compile(r"[0-9A-Z_-]{1,64}")


def file_stem(enterprise_id: str) -> str:
    """Return the part of a file name that stands for an enterprise.

    A number that is not plain capitals and digits keeps what is, and gets a hash, so that neither a path nor a letter
    case can make two names one.
    """
    if PLAIN.fullmatch(enterprise_id):
        return enterprise_id
    kept = re.sub(r"[^0-9A-Za-z_-]+", "_", enterprise_id)[:40]
    return f"{kept}-{hashlib.sha256(enterprise_id.encode()).hexdigest()[:10]}"
