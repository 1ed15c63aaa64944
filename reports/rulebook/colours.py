"""Fills of the evidence statuses: from light (certain) to dark, blue to orange, so they part in grey and to any eye."""

from grading.law.pack import Status

STATUS_FILL: dict[Status, str] = {
    "verified": "#F7FBFE",
    "reported": "#CFE6F6",
    "unverified": "#EFBB73",
    "unknown": "#C58F45",
}
