"""Traces over OTLP, by the official SDK: batched and sent in a thread of its own, which nothing here ever waits for.

What sends them is an extra, and is imported only where the settings ask for it. The provider is this bot's own.
"""

import asyncio
import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.adapters.telemetry.spans import Clean, SpanOf, call_spans, question_span
from bot.adapters.telemetry.watched import Asked
from bot.domain.errors import Misdeclared

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
    from opentelemetry.trace import Span, SpanKind

PATH = "v1/traces"
WITHIN = 5.0
"""Seconds that the collector may take for one batch."""
EVERY_MS = 2_000
LAST_WORDS = 0.5
"""Seconds that what is left may take as the bot stops."""
MOST_WAITING = 2_048
"""Spans that are kept for a collector that does not take them; more than these are forgotten."""

logger = logging.getLogger(__name__)
_TALKATIVE = ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal")


class Said:
    """Whether the collector takes what it is sent: said once when it does not, and once when it does again."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._down = False
        self._over = False

    def end(self) -> None:
        """From now on nothing more is said: the bot has stopped, and a thread may still be at it."""
        self._over = True

    def heard(self, *, taken: bool) -> None:
        """Note how a batch fared."""
        if taken == self._down and not self._over:
            self._down = not taken
            if taken:
                logger.info("%s takes traces again.", self._address, extra={"action": "telemetry.sent"})
            else:
                said = "%s takes no traces. They are dropped until it does; nothing else changes."
                logger.warning(said, self._address, extra={"action": "telemetry.not_sent"})


class Traces:
    """A trace for each question."""

    def __init__(self, address: str, *, instance: str, clean: Clean) -> None:
        """Misdeclared where what sends traces is not installed."""
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError as error:
            raise Misdeclared(
                "The settings ask for traces ([telemetry] otlp), and what sends them is not installed.",
                mend="Install countersign[otel], or take `otlp` away.",
            ) from error
        for name in _TALKATIVE:  # they say each time what `Said` says once
            logging.getLogger(name).addFilter(_nothing)
        self._clean, self._said = clean, Said(address)
        sending = OTLPSpanExporter(endpoint=f"{address.rstrip('/')}/{PATH}", timeout=WITHIN)
        named = {"service.name": "countersign", "service.instance.id": instance}
        self._provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
        self._provider.add_span_processor(
            BatchSpanProcessor(
                _noting(sending, self._said), max_queue_size=MOST_WAITING, schedule_delay_millis=EVERY_MS
            )
        )
        self._tracer = self._provider.get_tracer("countersign")

    def told(self, asked: Asked) -> None:
        """Record a question with its calls."""
        from opentelemetry.trace import SpanKind, set_span_in_context

        parent = question_span(asked)
        whole = self._begun(parent, SpanKind.INTERNAL)
        for call in call_spans(asked, self._clean):
            _end(self._begun(call, SpanKind.CLIENT, set_span_in_context(whole)), call)
        _end(whole, parent)

    async def close(self) -> None:
        """Send what is left, if that is done soon. A collector that hangs is not waited for."""
        through, loop = asyncio.Event(), asyncio.get_running_loop()

        def shut() -> None:
            self._provider.shutdown()
            with suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(through.set)

        threading.Thread(target=shut, name="last traces", daemon=True).start()
        try:
            async with asyncio.timeout(LAST_WORDS):
                await through.wait()
        except TimeoutError:
            self._said.heard(taken=False)
        self._said.end()

    def _begun(self, span: SpanOf, kind: "SpanKind", context: "Context | None" = None) -> "Span":
        attributes = dict(span.attributes)
        return self._tracer.start_span(
            span.name, context=context, kind=kind, attributes=attributes, start_time=span.begun_ns
        )


def _end(span: "Span", said: SpanOf) -> None:
    from opentelemetry.trace import Status, StatusCode

    if said.error:
        span.set_status(Status(StatusCode.ERROR, said.error))
    span.end(end_time=said.ended_ns)


def _nothing(record: logging.LogRecord) -> bool:
    del record
    return False


def _noting(exporter: "SpanExporter", said: Said) -> "SpanExporter":
    """The exporter, with somebody told how each batch fared."""
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Noting(SpanExporter):
        def export(self, spans: "Sequence[ReadableSpan]") -> "SpanExportResult":
            try:
                result = exporter.export(spans)
            except Exception:  # whatever goes wrong in there, it goes wrong in a thread that nobody reads
                result = SpanExportResult.FAILURE
            said.heard(taken=result is SpanExportResult.SUCCESS)
            return result

        def shutdown(self) -> None:
            exporter.shutdown()

    return Noting()
