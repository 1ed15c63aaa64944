"""Where the sample cases lie: in the wheel, or in the checkout's live `fixtures/`."""

from importlib.resources import files
from pathlib import Path


def samples_dir() -> Path:
    """Return the folder of sample inputs.

    A checkout is preferred: an editable install leaves a frozen copy in site-packages that edits never reach.
    """
    checkout = Path(__file__).resolve().parent.parent / "fixtures"
    return checkout if checkout.is_dir() else Path(str(files("lantian"))) / "sample_inputs"


def demo_case() -> Path:
    """Return the embedded demo city."""
    return samples_dir() / "cases" / "demo"
