"""Which code made a run: package version and a digest over the source files of the library."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import cocontrol

WITHOUT_EFFECT = ("cli", "reports")
"""Packages that print results and cannot change them; they stay out of the digest."""


@lru_cache(maxsize=1)
def code_version() -> str:
    """Package version and twelve hex digits of a SHA-256 over names and bytes of the source and data files.

    Two runs with the same code version were computed by the same code, whatever the version number says.
    The reference data are left out: they are pinned by the parameter version.
    """
    root = Path(str(files(cocontrol)))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        is_source = path.suffix in {".py", ".csv", ".toml"} and relative.parts[0] not in WITHOUT_EFFECT
        if is_source and relative.parts[:2] != ("reference", "data"):
            digest.update(relative.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{cocontrol.__version__}+{digest.hexdigest()[:12]}"
