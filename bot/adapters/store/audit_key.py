"""The key the record is sealed with: a file of its own, never in the database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.domain.errors import StoreFailed

KEY_BYTES = 32


def audit_key(path: Path) -> bytes:
    """The key in this file; made, for its owner alone, where there is none yet."""
    with suppress(FileNotFoundError):
        return _read(path)
    try:
        _make(path)
    except OSError as error:
        raise StoreFailed(f"The audit key cannot be made: {error}. Look at the rights of its folder.") from error
    return _read(path)


def _make(path: Path) -> None:
    """Under another name first: a key that is half written must never be taken for one."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        os.write(handle, secrets.token_bytes(KEY_BYTES))
        os.fsync(handle)
        with suppress(FileExistsError):  # another process was faster: then its key counts
            os.link(new, path)
    finally:
        os.close(handle)
        new.unlink()


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise StoreFailed(f"{path} is not the key of a record: it has {len(key)} bytes, not {KEY_BYTES}. Put it back.")
    return key
