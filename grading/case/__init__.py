"""Reading a case folder: files in, accepted tables and a list of every fault out."""

from grading.case.model import Case, InputFile
from grading.case.read import read_case
from grading.case.rejected import rejected_frame, write_rejected

__all__ = ["Case", "InputFile", "read_case", "rejected_frame", "write_rejected"]
