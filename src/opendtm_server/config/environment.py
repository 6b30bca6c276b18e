"""Reads what the environment and the data folder say: the database and the secret key."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Give Django's settings for the database named by `url`; SQLite in `data_dir` when it is empty.

    ValueError where the address is of another kind than `postgres://` or `sqlite:///`.
    """
    if not url:
        return _sqlite(data_dir / "house.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(parts.path))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"OPENDTM_DATABASE_URL: {parts.scheme!r} is neither postgres nor sqlite")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # Django switches psycopg's prepared statements off; planning the intake's costs more than running it.
            "prepare_threshold": 5,
            # As on a disk without moving parts: else whole tables are read where an index finds a page's rows.
            # Compiling a question takes longer than any page may.
            "options": "-c random_page_cost=1.1 -c jit=off",
        },
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def secret_key(data_dir: Path) -> str:
    """Read the house's secret key, made at first start and readable by its owner alone."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")
