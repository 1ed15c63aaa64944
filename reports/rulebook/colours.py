"""Fills of the evidence statuses: from light (certain) to dark, blue to orange, so they part in grey and to any eye."""

from grading.law.pack import Status

STATUS_FILL: dict[Status, str] = {
    "verified": "#F7FBFE",
    "reported": "#D9EAF6",
    "unverified": "#F3CF94",
    "unknown": "#E2AE6C",
}
