"""Real disks for the tests, small enough to fill and to break: only root can have them, and not on every machine."""

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

SMALL = "2m"
"""As much as a database and a run need, and little more."""
_MOUNT = ("mount", "-o", "loop,errors=remount-ro")
_SHUTDOWN, _NOTHING_FLUSHED = 0x8004587D, 2
"""EXT4_IOC_SHUTDOWN, and that not even the journal is written out first."""
MAKE_EXT4 = shutil.which("mkfs.ext4")


@dataclass
class Disk:
    """A file system of its own, on which a bot keeps its data."""

    folder: Path
    image: Path | None = None

    def read_only(self) -> None:
        """Mount it anew, to read only; possible only while nobody has a file open for writing."""
        _run("mount", "-o", "remount,ro", str(self.folder))

    def writable(self) -> None:
        _run("mount", "-o", "remount,rw", str(self.folder))

    def fail(self) -> None:
        """Let the kernel find that the file system is broken: at once nobody can write, whoever has a file open."""
        device = next(line.split()[0] for line in mounts() if f" {self.folder} " in line)
        Path("/sys/fs/ext4", Path(device).name, "trigger_fs_error").write_text("test", "utf-8")

    def lose_power(self) -> None:
        """Let the file system stop where it stands: what was not made sure of is lost, as when the power goes."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, struct.pack("I", _NOTHING_FLUSHED))
        finally:
            os.close(handle)

    def repair(self) -> None:
        """As an administrator does it: unmount, check, mount."""
        _run("umount", str(self.folder))
        subprocess.run(["e2fsck", "-fy", str(self.image)], check=False, capture_output=True)
        self.mount()

    def mount(self) -> None:
        _run(*_MOUNT, str(self.image), str(self.folder))

    @contextmanager
    def filled(self) -> Generator[None]:
        """Somebody else has taken all the room there is."""
        ballast = self.folder / "ballast"
        with ballast.open("ab", buffering=0) as file:
            for size in (65_536, 4_096, 512, 1):
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))
        try:
            yield
        finally:
            ballast.unlink()


def mounts() -> list[str]:
    return Path("/proc/mounts").read_text("utf-8").splitlines()


@contextmanager
def memory_disk(folder: Path, size: str = SMALL) -> Generator[Disk]:
    """A file system in memory."""
    _refuse_without_root()
    folder.mkdir(parents=True)
    _try("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)


@contextmanager
def image_disk(folder: Path) -> Generator[Disk]:
    """A file system in a file, which can be broken for good."""
    _refuse_without_root()
    if MAKE_EXT4 is None or not Path("/sys/fs/ext4").exists():
        pytest.skip("no ext4 here, whose errors can be provoked")
    folder.mkdir(parents=True)
    image = folder.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(24 << 20)
    _run(MAKE_EXT4, "-q", "-F", str(image))
    _try(*_MOUNT, str(image), str(folder))
    disk = Disk(folder, image)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)


def _refuse_without_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk")


def _try(*words: str) -> None:
    try:
        _run(*words)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine mounts no disk for us: {error.stderr.strip()}")


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)
