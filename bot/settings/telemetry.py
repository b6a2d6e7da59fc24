"""What the bot shows of itself: `[telemetry]`."""

from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.domain.declared.word import odd
from bot.settings.host import is_here, web_address
from bot.settings.section import Section
from bot.settings.slack import LOOPBACK

LONGEST = 500


def _collector(url: str) -> str:
    parts = web_address(url)
    if parts is None or not url.isascii() or len(url) > LONGEST:
        raise odd(f"is “{url[:80]}”, which is no address. Write it like http://127.0.0.1:4318")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise odd("has more than a place in it. A key goes into the variable OTEL_EXPORTER_OTLP_HEADERS.")
    if parts.scheme == "http" and not is_here(parts.hostname or ""):
        raise odd("sends traces where everybody can read them. Write https://, or an address of this machine.")
    return url.rstrip("/")


def _host(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise odd(f"is “{text[:60]}”, which is no address of a machine. Write it like 127.0.0.1") from None


class Telemetry(Section):
    """`[telemetry]`. Nothing is shown or sent unless it says so."""

    otlp: Annotated[str, AfterValidator(_collector)] | None = Field(default=None, examples=['"http://127.0.0.1:4318"'])
    """Where traces are sent, over OTLP and HTTP."""
    metrics_port: int | None = Field(default=None, ge=1, le=65_535, examples=["9464"])
    """Where `/metrics` is; it is nobody else's port."""
    metrics_host: Annotated[str, AfterValidator(_host)] = Field(default=LOOPBACK, examples=['"127.0.0.1"'])
