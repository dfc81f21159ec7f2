"""Where the site keeps its own files, and the secrets in them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

_KEY_FILE = "signing_key"


def var_folder(environment: dict[str, str] | None = None) -> Path:
    """The folder for the database, secrets, uploads and compiled translations.

    ``COCONTROL_VAR`` names it; otherwise it is ``var`` in the checkout, or in the current folder when
    the package is installed without one.
    """
    named = (os.environ if environment is None else environment).get("COCONTROL_VAR")
    if named:
        return Path(named).resolve()
    checkout = PACKAGE.parents[1]
    return (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / "var"


def secret_key(var: Path) -> str:
    """The signing key that set-up wrote; a new one for this process only where set-up has not run."""
    path = var / _KEY_FILE
    return path.read_text(encoding="ascii").strip() if path.is_file() else secrets.token_urlsafe(50)


def write_secret_key(var: Path) -> bool:
    """Make the signing key once, readable by its owner only; tells whether it was made now."""
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(var / _KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(50))
    return True


def flag(name: str) -> bool:
    """Whether an environment variable says yes (``1``, ``true``, ``yes``)."""
    return os.environ.get(name, "").strip().casefold() in {"1", "true", "yes"}
