"""The anchors' own environment: other people's engines are never installed beside the bot."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = Path(__file__).parent / "requirements-anchors.lock"
ENVIRONMENT = ROOT / ".venv-anchors"


def prepared() -> Path:
    """The Python that has exactly the locked anchors, made anew when the lock has changed."""
    python, made_from = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "made-from"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not made_from.exists() or made_from.read_text() != wanted:
        print(f"Installing the anchors into {ENVIRONMENT.name}, once ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        install = ["install", "--quiet", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([str(python), "-m", "pip", *install, "--requirement", str(LOCK)], check=True)
        made_from.write_text(wanted)
    return python
