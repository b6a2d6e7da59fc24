"""Which machine a name means."""

from ipaddress import ip_address


def is_here(host: str) -> bool:
    """Whether this is a name of this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
