"""One play: somebody uses a verb on a card, whoever they are, whatever the card is. What is found wrong is a line."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.adapters.slack.draw.modal.frame import Meta
from bot.domain.run import Gate, GateStatus, Run, RunState, Source, card_id
from bot.workspace.control.driver import Seen
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.log import Way
from bot.workspace.payload import Json, as_object
from tests.scenarios.slack.invariants import broken
from tests.scenarios.slack.oracle import AT_ONCE, FORMS, KINDS, SAYING, Kind, Met, verdict
from tests.scenarios.slack.stage import Stage
from tests.scenarios.slack.world import look

STEP = "approved"


@dataclass(frozen=True)
class Came:
    """What came of a delivery: whether it was taken, how it was answered, what somebody alone was told."""

    taken: bool
    answer: Json
    told: str
    opened: bool


@dataclass
class Scene:
    """A card in some state, and who stands before it."""

    stage: Stage
    state: str
    run: Run
    place: Seen
    version: int

    @property
    def block(self) -> str:
        return f"decide:{card_id(self.run.id, STEP)}:{self.version}"

    def meta(self) -> Meta:
        return Meta(card_id(self.run.id, STEP), STEP, self.version)


async def bring(stage: Stage, payload: Json) -> Came:
    """Bring something to the bot as Slack does, and wait until it is seen to."""
    desk = stage.both.running.desk
    after = desk.log.lines[-1].n if desk.log.lines else 0
    command = "command" in payload
    sent = Delivery(
        app=next(iter(desk.workspace.apps.values())),
        kind=DeliveryKind.COMMAND if command else DeliveryKind.INTERACTION,
        name=str(payload["command"] if command else payload["type"]),
        payload=payload,
    )
    answer = await desk.courier.deliver(sent)
    await stage.settle()
    new = [line for line in desk.log.lines if line.n > after and line.way is Way.CALL]
    asked = [as_object(line.request) or {} for line in new]
    told = [str(one["text"]) for one in asked if _is_alone(one)]
    opened = any(line.name == "views.open" and line.status == "ok" for line in new)
    return Came(answer.ok, answer.body, "\n".join(told), opened)


def _is_alone(request: Json) -> bool:
    return "text" in request and "metadata" not in request and "ts" not in request


# --- cards in every state ------------------------------------------------------------------------------------------


async def scene(stage: Stage, state: str, workflow: str = "suggest_tag") -> Scene:
    """A card in this state: asked for by the requester, edited by the editor."""
    run = await stage.run_of(workflow, KINDS["requester"].who)
    first = Scene(stage, state, run, await stage.card_of(run), 1)
    await submit(first, KINDS["editor"], "edit", {"tag": {"type": "plain_text_input", "value": "edited"}})
    second = Scene(stage, state, await stage.run(run.id), first.place, 2)
    match state:
        case "stale":
            second.version = 1
        case "decided":
            await press(second, KINDS["reviewer"], "approve")
        case "rejected":
            await submit(second, KINDS["reviewer"], "reject")
        case "expired":
            await stage.pass_time(minutes=4, seconds=5)
            stage.clock.by = timedelta()  # what has run out has run out, and a signature is good for five minutes
        case "copied":
            general = stage.both.running.desk.workspace.channel_named("general")
            assert general is not None
            second.place = Seen({**first.place.raw, "channel": general.id})
        case _:
            pass
    second.run = await stage.run(run.id)
    assert second.run.gates[STEP].status is _STATUS.get(state, GateStatus.OPEN), (state, second.run.reason)
    return second


_STATUS = {"decided": GateStatus.APPROVED, "rejected": GateStatus.REJECTED, "expired": GateStatus.EXPIRED}


async def press(scene: Scene, kind: Kind, verb: str) -> Came:
    """Press a button of the card."""
    stage, user = scene.stage, scene.stage.user_of(kind.who)
    desk = stage.both.running.desk
    payload = stage.press_of(user, scene.place, verb, scene.block, team=kind.team)
    came = await bring(stage, payload)
    for open_views in desk.workspace.modals.values():
        open_views.clear()
    return came


async def submit(scene: Scene, kind: Kind, verb: str, entered: dict[str, Json] | None = None) -> Came:
    """Send the form of a verb in, whether or not it was ever opened."""
    stage, user = scene.stage, scene.stage.user_of(kind.who)
    return await bring(stage, stage.form_of(user, verb, scene.meta(), entered or FORMS[verb], team=kind.team))


# --- what must come of it ------------------------------------------------------------------------------------------


async def played(stage: Stage, state: str, pairs: list[tuple[str, str]]) -> AsyncIterator[str]:
    """Each verb of these by each kind of person on cards in one state; everything that is not as it should be."""
    now = await scene(stage, state)
    for verb, name in pairs:
        kind = KINDS[name]
        for by_form in (False,) if verb in AT_ONCE or state == "copied" else (False, True):
            came = await (submit if by_form else press)(now, kind, verb)
            after = await stage.run(now.run.id)
            said = [*_judged(now, came, after, verb, kind, by_form=by_form), *broken(look(stage, disk=False))]
            for one in said:
                yield f"{name} → {verb}{' by form' if by_form else ''} on what is {state}: {one}"
            if stands(after) != stands(now.run):
                now = await scene(stage, state)
            else:
                now.run = after


def _judged(scene: Scene, came: Came, after: Run, verb: str, kind: Kind, *, by_form: bool) -> Iterator[str]:
    wanted = of_form(kind, verb, scene.state) if by_form else verdict(kind, verb, scene.state)
    opens = (wanted is Met.DONE and verb not in AT_ONCE and not by_form) or wanted is Met.OPENS
    if wanted is Met.DONE and not opens:
        if not _is_done(verb, scene.run, after):
            yield f"it should have been done; {came}"
        return
    if stands(after) != stands(scene.run):
        yield f"nothing should have changed; {wanted}"
    over_socket = scene.stage.over == "socket"
    if not (came.opened if opens else _is_met(came, wanted, by_form=by_form, over_socket=over_socket)):
        yield f"{'a form should have opened' if opens else wanted}; {came}"


def _is_met(came: Came, wanted: Met, *, by_form: bool, over_socket: bool) -> bool:
    """Whether somebody who was refused met what they should, and nothing else."""
    match wanted:
        case Met.AT_THE_DOOR:
            return came.taken is over_socket and not came.told and not came.opened
        case Met.GIVEN_BACK:
            return came.answer.get("response_action") == "update" and not came.told
        case Met.NOT_KNOWN if by_form:
            return not came.told  # a form stands nowhere, and Slack brings nobody a message whom it does not know
        case _:
            return wanted in f"{came.told} {came.answer}" and not came.opened


def of_form(kind: Kind, verb: str, state: str) -> Met:
    """The same of a form. What came too late is given back at once, with what was typed, whoever sent it."""
    met = verdict(kind, verb, state)
    if met is Met.OPENS:
        return Met.BY_THE_BOT
    if met is Met.AT_THE_DOOR or verb in SAYING:
        return met
    if state == "live":
        return Met.NOTHING_TO_FILL_IN if verb == "answer" and met is not Met.NOT_KNOWN else met
    if (state, verb) == ("decided", "reject") or verb == "undo":
        return met  # it may have been in time still, and only the gate can say
    return Met.GIVEN_BACK


def stands(run: Run) -> object:
    """All of a run that says anything."""
    return run.state, run.gates, run.questions, run.actions, {name: one.status for name, one in run.steps.items()}


def _is_done(verb: str, before: Run, after: Run) -> bool:
    """Whether what the verb says has happened, and nothing else."""
    old, new = before.gates[STEP], after.gates[STEP]
    return _DONE[verb](old, new, after) and (new.version == old.version) is (verb not in _NEW_VERSION)


_NEW_VERSION = frozenset({"edit", "redraft", "correct"})
_DONE: Mapping[str, Callable[[Gate, Gate, Run], bool]] = {
    "approve": lambda _, new, run: new.status is GateStatus.APPROVED and run.state is RunState.DONE,
    "edit": lambda old, new, _: new.proposals[0].data["tag"] == "another" and not new.approvals,
    "reject": lambda _, new, run: new.status is GateStatus.REJECTED and run.state is RunState.STOPPED,
    "reassign": lambda old, new, _: new.holder != old.holder and new.status is GateStatus.OPEN,
    "escalate": lambda old, new, _: new.escalations > old.escalations and new.status is GateStatus.OPEN,
    "take-over": lambda _, new, run: new.status is GateStatus.CLOSED and run.state is RunState.STOPPED,
    "redraft": lambda old, new, _: new.redrafts == old.redrafts + 1 and new.status is GateStatus.OPEN,
    "correct": lambda _, new, run: run.steps["suggestion"].source is Source.PERSON and new.status is GateStatus.OPEN,
    "comment": lambda old, new, _: len(new.remarks) == len(old.remarks) + 1 and new.status is old.status,
    "more": lambda old, new, _: len(new.remarks) == len(old.remarks) + 1 and new.status is old.status,
    "undo": lambda _, new, run: new.status is GateStatus.APPROVED and run.state is RunState.UNDONE,
}
