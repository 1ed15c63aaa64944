"""Two plans side by side: who changes, by how much, why, and who stays though something was changed for him."""

from optimizer.contrast.model import Contrast
from optimizer.contrast.plans import contrast

__all__ = ["Contrast", "contrast"]
