"""Which machine a name means, and what an address on the web consists of."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def web_address(url: str) -> SplitResult | None:
    """The parts of an address on the web; None where it is none."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    sound = parts.scheme in ("http", "https") and host and url.isprintable() and " " not in url
    return parts if sound else None


def is_here(host: str) -> bool:
    """Whether this is a name of this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
