"""The keys the record is sealed with: a file of their own, never in the database.

A record begins with one key, and the file with its 32 bytes. Once it was rotated, the file has a line for each.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bot.domain.audit.keys import KEY_BYTES, Keys, first_keys, mark_of
from bot.domain.errors import StoreFailed

TITLE = "countersign audit keys, the newest last. Whoever has them can write the record anew: keep a copy elsewhere."


class KeyFile:
    """The keys in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self) -> Keys:
        """The keys for a new record; the first is made, for its owner alone, where there is none yet."""
        try:
            if not self.path.exists():
                self._write_first(secrets.token_bytes(KEY_BYTES))
        except OSError as error:
            raise StoreFailed(f"The audit key cannot be made: {error}. Look at the rights of its folder.") from error
        return self.read()

    def read(self) -> Keys:
        """The keys. StoreFailed where they are not there, or where something else is."""
        try:
            return keys_in(self.path.read_bytes())
        except OSError as error:
            said = f"The audit key {self.path} cannot be read: {error.strerror}. The record cannot go on without it."
            raise StoreFailed(f"{said} Put it back.") from error
        except ValueError as error:
            raise StoreFailed(f"{self.path} is not the key of a record: {error}. Put it back.") from None

    def add(self, current: str) -> str:
        """Make a key that is to follow the current one; its mark. Newer ones, which nobody took up, are set aside."""
        keys, new = self.read(), secrets.token_bytes(KEY_BYTES)
        unused = keys.after(current)
        signing = tuple(key for key in keys.signing if key not in unused)
        self._write(replace(keys, signing=(*signing, new), aside=(*keys.aside, *unused)))
        return mark_of(new)

    def drop_before(self, mark: str) -> int:
        """Let go of the keys before this one; how many those were."""
        keys = self.read()
        kept = next(((key, *keys.after(mark)) for key in keys.signing if mark_of(key) == mark), keys.signing)
        if len(kept) < len(keys.signing):
            self._write(replace(keys, signing=kept))
        return len(keys.signing) - len(kept)

    def _write_first(self, key: bytes) -> None:
        """Under another name first: a key that is half written must never be taken for one."""
        new = self._ready(key)
        try:
            with suppress(FileExistsError):  # another process was faster: then its key counts
                os.link(new, self.path)
        finally:
            new.unlink()

    def _write(self, keys: Keys) -> None:
        try:
            self._ready(text_of(keys).encode()).replace(self.path)
            _sync(self.path.parent)
        except OSError as error:
            said = f"The audit keys cannot be written to {self.path}: {error.strerror}. Nothing was changed."
            raise StoreFailed(said) from error

    def _ready(self, data: bytes) -> Path:
        """What is to stand in the file, on the disk, beside it."""
        new = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        handle = os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        return new


def keys_in(data: bytes) -> Keys:
    """The keys that stand in a file; ValueError where it holds something else."""
    if len(data) == KEY_BYTES:
        return first_keys(data)
    title, *lines = data.decode("ascii", "replace").splitlines()
    if title != TITLE:
        raise ValueError(f"it has {len(data)} bytes, not {KEY_BYTES}")
    said: dict[str, list[str]] = {"record": [], "pseudonyms": [], "key": [], "aside": []}
    for line in lines:
        word, _, value = line.partition(" ")
        if word not in said:
            raise ValueError("it has a line that says something else")
        said[word].append(value)
    if [len(said[word]) for word in ("record", "pseudonyms")] != [1, 1] or not said["key"]:
        raise ValueError("a line of it is missing")
    signing, aside = tuple(map(_key, said["key"])), tuple(map(_key, said["aside"]))
    return Keys(said["record"][0], _key(said["pseudonyms"][0]), signing, aside)


def text_of(keys: Keys) -> str:
    """What stands in a file of several keys."""
    lines = [f"record {keys.record}", f"pseudonyms {keys.names.hex()}"]
    lines += [f"aside {key.hex()}" for key in keys.aside] + [f"key {key.hex()}" for key in keys.signing]
    return "\n".join([TITLE, *lines]) + "\n"


def _key(text: str) -> bytes:
    with suppress(ValueError):
        key = bytes.fromhex(text)
        if len(key) == KEY_BYTES:
            return key
    raise ValueError(f"a key in it is not {KEY_BYTES} bytes in hexadecimal")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
