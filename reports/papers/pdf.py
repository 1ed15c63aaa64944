"""Papers as PDF by WeasyPrint, an extra: `pip install "lantian[pdf]"`. Printing from a browser needs no extra.

The printer reads nothing from outside the page: every request is refused.
"""

from pathlib import Path

from grading.faults import Fault, InputError
from grading.words import mark

FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC")
"""Families of the style sheet that hold Chinese; one of them must be installed, or a PDF shows boxes."""


class OutsideRequestError(Exception):
    """A page asked for something outside itself."""


def require_printer() -> None:
    """Raise InputError where the extra is not installed, before anything is worked out."""
    try:
        import weasyprint  # noqa: F401, PLC0415 - an extra, asked for only here
    except (ImportError, OSError) as missing:
        raise InputError(
            [
                Fault(
                    file="",
                    sheet="",
                    row=0,
                    column="--pdf",
                    rule="pdf_extra",
                    message=mark("PDF needs the extra pdf, which is not installed here: {value}."),
                    repair=mark('Install it with pip install "lantian[pdf]", or print the pages from a browser.'),
                    value=str(missing)[:200],
                    severity="fatal",
                    values={"value": str(missing)[:200]},
                )
            ]
        ) from missing


def write_pdf(html: str, path: Path) -> None:
    """Print one self-contained page to a PDF file without a clock inside."""
    from weasyprint import HTML  # noqa: PLC0415 - an extra, asked for only here

    HTML(string=html, url_fetcher=refuse).write_pdf(path, pdf_identifier=b"lantian", uncompressed_pdf=False)


def refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    """Refuse every request: a page has everything inside."""
    raise OutsideRequestError(url)
