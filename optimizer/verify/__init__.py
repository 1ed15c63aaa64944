"""The check without the solver; nothing here is shared with the model builder."""

from optimizer.verify.checks import verify

__all__ = ["verify"]
