"""A system behind HTTP, as its description says."""

from collections.abc import Mapping

from bot.adapters.systems.rest.answer import (
    Answer,
    Changed,
    Judged,
    Meaning,
    asked_for,
    changed,
    judge,
    receipt_of,
    value_of,
)
from bot.adapters.systems.rest.bound import KEY, NOW, Bound
from bot.adapters.systems.rest.description import Change, Find, Look
from bot.adapters.systems.rest.template import MISSING, at, fill, fill_path, fill_text
from bot.adapters.systems.rest.wire import Call, Changing, Looking, form_body, json_body
from bot.domain.binding import Binding, Retry
from bot.domain.declared.fault import is_list
from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.intent import Fact, Intent, Promised, Receipt
from bot.domain.plain import is_object
from bot.ports.clock import Clock
from bot.ports.system import Preview, ReadOnly

SEEN = (200,)


class RestReader:
    """A system as far as it can be looked at: over a way that has no verb to change anything."""

    def __init__(self, bound: Bound, line: Looking, *, clock: Clock) -> None:
        self._bound, self._looking, self._clock = bound, line, clock
        self._called = bound.description.name

    async def read(self, lookup: str, about: Fact) -> Fact:
        """One record. Broken where there is none, or where it has another form than the description says."""
        read = self._bound.description.reads.get(lookup.partition(".")[2])
        declared = self._bound.lookups.get(lookup)
        if read is None or declared is None:
            raise Broken(f"The description of {self._called} does not say how {lookup} is read.")
        values = {**about.model_dump(mode="json"), **self._bound.values}
        answer = await self._look(read, values)
        record = at(answer.data, read.among)
        if read.among and is_list(record):
            record = record[0] if record else MISSING
            if record is MISSING:
                raise Broken(f"{self._called} has no such record.")
        found = {name: value_of(self._called, value, record, values) for name, value in read.fields.items()}
        try:
            return declared.gives.model_validate({name: it for name, it in found.items() if it is not MISSING})
        except ValueError:
            raise Changed(changed(self._called, f"what it says of {lookup} does not fit any more")) from None

    async def preview(self, intent: Intent) -> Preview:
        """What `execute` would change."""
        change, title = self._change(intent), (type(intent).__doc__ or "").partition("\n")[0]
        fields = {name: str(value) for name, value in intent if not isinstance(value, Promised)}
        promised = len(fields) < len(type(intent).model_fields)
        if change.preview is None or promised:
            return Preview(title, {}, fields)
        values, shown = self._values(intent, ""), change.preview
        answer = await self._look(shown, values)
        before = {name: value_of(self._called, value, answer.data, values) for name, value in shown.before.items()}
        return Preview(
            fill_text(shown.sentence, values) or title,
            {name: str(value) for name, value in before.items() if value is not MISSING},
            {name: fill_text(template, values) for name, template in shown.after.items()} or fields,
        )

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        """The effect this key had. Uncertain where the system cannot tell, or shows more than one."""
        change = self._change(intent)
        if change.find is None:
            if change.retry is Retry.IDEMPOTENT:
                return None  # nothing shows it; the same key again does no harm
            raise Uncertain(f"{self._called} cannot be asked whether it happened.")
        values = self._values(intent, key)
        answer = await self._look(change.find, values, none=(404,))
        found = [
            one
            for one in _records(self._called, change.find, answer)
            if _is_ours(self._called, change.find, one, values)
        ]
        if change.find.gone:
            return None if found else receipt_of(self._called, change.find.receipt or change.receipt, {}, values)
        if len(found) > 1:
            raise Uncertain(f"{self._called} shows {len(found)} records where there should be one.")
        if not found and change.find.most and len(_records(self._called, change.find, answer)) >= change.find.most:
            raise Uncertain(f"{self._called} shows more records than can be looked through.")
        receipt = change.find.receipt or change.receipt
        return receipt_of(self._called, receipt, found[0], values) if found else None

    async def _look(self, look: Look, values: Mapping[str, object], *, none: tuple[int, ...] = ()) -> Answer:
        """An answer that can be read. Transient or Broken otherwise."""
        body = json_body(fill(look.send, values)) if look.method == "POST" else None
        call = Call(look.method, fill_path(look.path, values), _query(look.query, values), _typed("json", body), body)
        answer = await self._looking.look(call, safe=look.safe)
        if answer.status in none:
            return Answer(answer.status, {})
        judged = judge(self._bound.description, answer, done=SEEN)
        if judged.meaning is Meaning.DONE and answer.data is MISSING:
            raise Transient(f"{self._called} answered with something that is no JSON.")
        if judged.meaning is not Meaning.DONE:
            raise self._error(judged, answer, looking=True)
        return answer

    def _error(self, judged: Judged, answer: Answer, *, looking: bool) -> BotError:
        asked = asked_for(answer, self._clock.now())
        if asked is not None and judged.meaning is Meaning.TRANSIENT:
            self._looking.hold(asked)
        if judged.meaning is Meaning.BROKEN:
            return Broken(judged.words)
        if judged.meaning is Meaning.TRANSIENT or looking:
            return Transient(judged.words, retry_after=asked)
        return Uncertain(judged.words)

    def _change(self, intent: Intent) -> Change:
        change = self._bound.change(intent)
        if change is None:
            raise Broken(f"The description of {self._called} does not say how {intent.kind()} is carried out.")
        return change

    def _values(self, intent: Intent, key: str) -> dict[str, object]:
        now = self._clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        return {**intent.model_dump(mode="json"), **self._bound.values, KEY: key, NOW: now}


class Rest(RestReader):
    """The system itself."""

    def __init__(self, bound: Bound, line: Changing, *, clock: Clock, per_day: Mapping[str, int] | None = None) -> None:
        super().__init__(bound, line, clock=clock)
        self._line = line
        self.name: str = bound.system
        self.lookups: frozenset[str] = frozenset(bound.lookups)
        self.bindings: Mapping[str, Binding] = bound.bindings(per_day or {})
        self._eyes = Looking(line.host, line.pace)

    def go_by(self, bound: Bound) -> None:
        """Rely on answers of another form from now on; how it is called stays as it was."""
        self._bound, self._called = bound, bound.description.name
        self.lookups = frozenset(bound.lookups)

    def read_only(self) -> ReadOnly:
        """The same system over a way on which nothing can be changed."""
        return RestReader(self._bound, self._eyes, clock=self._clock)

    async def execute(self, intent: Intent, key: str) -> Receipt:
        """Carry it out. Transient: surely nothing happened. Uncertain: it may have. Broken: it never will."""
        change, values = self._change(intent), self._values(intent, key)
        answer = await self._line.change(_call(change, values))
        judged = judge(self._bound.description, answer, done=change.done)
        match judged.meaning:
            case Meaning.DONE:
                return self._receipt(change, answer, values)
            case Meaning.DUPLICATE:
                return await self._looked_up(intent, key, judged.words)
            case _:
                raise self._error(judged, answer, looking=False)

    async def close(self) -> None:
        """Let go of connections."""
        await self._eyes.close()
        await self._line.close()

    def _receipt(self, change: Change, answer: Answer, values: Mapping[str, object]) -> Receipt:
        if answer.data is MISSING:
            raise Uncertain(f"{self._called} answered {answer.status} with something that is no JSON.")
        try:
            for expected in change.expects.values():
                value_of(self._called, expected, answer.data, values)
            return receipt_of(self._called, change.receipt, answer.data, values)
        except Changed as other:
            raise Uncertain(
                f"{self._called} answered {answer.status}, so it may well have happened. {other.message}"
            ) from None

    async def _looked_up(self, intent: Intent, key: str, words: str) -> Receipt:
        """The receipt of what was done under this key before. Uncertain where it cannot be seen."""
        try:
            found = await self.find(intent, key)
        except BotError as error:
            raise Uncertain(f"{words} {error.message}") from None
        if found is None:
            raise Uncertain(f"{words} What was done under our key before cannot be seen.")
        return found


def _call(change: Change, values: Mapping[str, object]) -> Call:
    sent = fill(change.send, values)
    fields = sent if is_object(sent) else {}
    body = None if change.body == "none" else (json_body if change.body == "json" else form_body)(fields)
    headers = {name: fill_text(template, values) for name, template in change.headers.items()}
    keyed = {change.key_header: str(values[KEY])} if change.key_header else {}
    return Call(
        change.method,
        fill_path(change.path, values),
        _query(change.query, values),
        {**_typed(change.body, body), **headers, **keyed},
        body,
    )


def _typed(body: str, sent: bytes | None) -> dict[str, str]:
    kind = "application/json" if body == "json" else "application/x-www-form-urlencoded"
    return {"Content-Type": kind} if sent is not None else {}


def _query(query: Mapping[str, str], values: Mapping[str, object]) -> dict[str, str]:
    return {name: fill_text(template, values) for name, template in query.items()}


def _records(called: str, find: Find, answer: Answer) -> list[object]:
    """The records to look through; Changed where the list is not where it was."""
    if answer.status == 404:
        return []
    found = answer.data if find.among == "*" else at(answer.data, find.among)
    if not find.among:
        return [found]
    if not is_list(found):
        raise Changed(changed(called, f"its answer has no list “{find.among}” any more"))
    return [*found]


def _is_ours(called: str, find: Find, record: object, values: Mapping[str, object]) -> bool:
    holder, _, last = find.mark.rpartition(".")
    if at(record, holder or last) is MISSING:  # taken for absent, it would be done a second time
        raise Changed(changed(called, f"a record has no “{holder or last}” any more, by which ours was known"))
    mark = at(record, find.mark)
    text = "" if mark is MISSING or mark is None else str(mark)
    if find.equals:
        return text == fill_text(find.equals, values)
    return fill_text(find.contains, values) in text
