"""What makes a page self-contained: our own style and script inside, and a policy that lets nothing else in."""

import base64
import hashlib
from functools import cache
from importlib.resources import files


@cache
def static(*names: str) -> str:
    """Return our own style sheets or scripts, joined in the order given."""
    folder = files("reports").joinpath("static")
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


@cache
def policy(style: str, script: str) -> str:
    """Return the policy; `style-src-attr` lets charts keep their inline attributes, which can load nothing."""
    hashes = {
        kind: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for kind, text in (("style", style), ("script", script))
    }
    return (
        "default-src 'none'; "
        f"style-src-elem 'sha256-{hashes['style']}'; style-src-attr 'unsafe-inline'; "
        f"script-src 'sha256-{hashes['script']}'; base-uri 'none'; form-action 'none'"
    )
