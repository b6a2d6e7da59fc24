"""Everything that was kept, to whoever sees to it."""

from collections.abc import Awaitable, Callable, Mapping

from bot.adapters.slack.draw.home.owning import FORMS as OWNING
from bot.adapters.slack.draw.modal.choice import CHOOSE, Samples
from bot.adapters.slack.draw.modal.preview import PREVIEW
from bot.adapters.slack.draw.modal.settling import SETTLING
from bot.adapters.slack.draw.modal.typed import WHICH
from bot.adapters.slack.draw.offering import BEGIN
from bot.adapters.slack.draw.trouble import SETTLE
from bot.adapters.slack.draw.understood import REWORDING, WORDS
from bot.adapters.slack.hear.cards import Presses
from bot.adapters.slack.hear.editing import Editing
from bot.adapters.slack.hear.forms import Forms, form_in
from bot.adapters.slack.hear.heard import ON_MESSAGE, START
from bot.adapters.slack.hear.home import Home
from bot.adapters.slack.hear.mentions import Mentions
from bot.adapters.slack.hear.ops.commands import Commands
from bot.adapters.slack.hear.press import first_block, part, text
from bot.adapters.slack.hear.replies import Replies
from bot.adapters.slack.hear.settling import Settling
from bot.adapters.slack.hear.starting import Starting
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.hear.triggered import Listener, Messages, Reactions
from bot.adapters.slack.hear.words import MENTION, PlainWords
from bot.adapters.slack.intake import envelope as sent
from bot.adapters.slack.intake.envelope import Envelope, Kind
from bot.adapters.slack.intake.intake import Checked
from bot.adapters.slack.post.names import Names
from bot.application.parts import Parts
from bot.domain.person import ChannelId, PersonId
from bot.ports.store import Delivery

NOT_DONE = (
    "Something in the bot failed, so I cannot say that this was done. Look at it again before you repeat it; if it"
    " fails again, tell whoever runs Countersign the reference {reference}."
)
Hear = Callable[[Delivery], Awaitable[None]]
Check = Callable[[Envelope], Awaitable[Checked]]


class Hearing:
    """What is done with each kind of delivery."""

    def __init__(self, parts: Parts, surface: Surface, samples: Samples) -> None:
        self._surface = surface
        self._starting = starting = Starting(parts, surface, samples)
        self._commands = Commands(parts, surface, samples)
        self._presses = Presses(parts, surface)
        self._forms = Forms(parts, surface, starting)
        self.loading = surface.loading
        self._directory, self._names = parts.directory, Names(parts.store, parts.clock)
        editing = Editing(parts, surface, self._forms)
        home, mentions = Home(parts, surface, samples), Mentions(parts, surface, samples)
        replies, self._settling = Replies(parts, surface), Settling(parts, surface)
        spoken = PlainWords(parts, mentions, replies)
        self._clicks: Mapping[str, Hear] = {
            WHICH: editing.hear,
            PREVIEW: editing.hear,
            SETTLE: self._settling.hear,
            BEGIN: starting.from_button,
            "home": home.pressed,
            WORDS: mentions.press,
            REWORDING: replies.press,
        }
        """By the word before the colon in the name of their block; all others are those of cards."""
        self._shortcuts: Mapping[str, Hear] = {
            START.callback_id: starting.from_menu,
            ON_MESSAGE.callback_id: starting.from_message,
        }
        """By their callback id."""
        self._events: Mapping[str, tuple[Listener, ...]] = {
            "app_home_opened": (home,),
            "message": (spoken, Messages(parts, surface, starting)),
            MENTION: (spoken,),
            "reaction_added": (Reactions(parts, surface),),
        }
        """By their type; each listener says what of it is anything to them."""
        self._submitted: Mapping[str, Hear] = {
            **dict.fromkeys(OWNING, home.owning.hear),
            **dict.fromkeys(SETTLING, self._settling.submitted),
        }
        self._checks: Mapping[str, Check] = dict.fromkeys(OWNING, home.owning.check)
        """By the callback id of their form; all others are those of cards."""

    async def handle(self, delivery: Delivery) -> None:
        """See to one. Whatever it comes to, it is through with this."""
        await self.loading.begun(delivery)
        await self._names.note(self._directory.person(PersonId(delivery.actor)))
        hear = self._whoever_hears(delivery)
        if hear is not None:
            await hear(delivery)
        await self.loading.ended(delivery)

    async def give_up(self, delivery: Delivery) -> None:
        """Tell whoever sent it that it was not done. What nobody sent needs no answer."""
        if not delivery.actor:
            return
        place = text(part(delivery.body, "container"), "channel_id") or text(delivery.body, "channel_id")
        channel = ChannelId(f"{delivery.team}/{place}" if place else "")
        await self._surface.whisper(channel, delivery.actor, NOT_DONE.format(reference=delivery.id[-8:]))

    def _whoever_hears(self, delivery: Delivery) -> Hear | None:
        match delivery.kind:
            case Kind.COMMAND:
                return self._commands.hear
            case Kind.CLICK:
                return self._clicks.get(first_block(delivery).partition(":")[0], self._presses.hear)
            case Kind.SUBMITTED:
                return self._submitted.get(text(part(delivery.body, "view"), "callback_id"), self._forms.hear)
            case Kind.CLOSED:
                return self._forms.closed
            case Kind.SHORTCUT | Kind.MESSAGE_SHORTCUT:
                return self._shortcuts.get(text(delivery.body, "callback_id"))
            case Kind.EVENT:
                return self._happened
            case _:
                return None

    async def _happened(self, delivery: Delivery) -> None:
        event = part(delivery.body, "event")
        for listener in self._events.get(text(event, "type"), ()):
            if await listener.wants(delivery.team, event):
                await listener.hear(delivery)

    async def wants(self, envelope: Envelope) -> bool:
        """Whether an event is kept: what nobody sees to is not stored."""
        event = sent.part(envelope.payload, "event")
        listeners = self._events.get(sent.text(event, "type"), ())
        return any([await listener.wants(envelope.team, event) for listener in listeners])

    async def check(self, envelope: Envelope) -> Checked:
        """What Slack is to do with a form that was sent."""
        form = form_in(envelope.payload)
        if form is not None and form.verb in SETTLING:
            return await self._settling.check(form)
        if form is not None and form.verb in self._checks:
            return await self._checks[form.verb](envelope)
        if form is None or form.verb != CHOOSE:
            return await self._forms.check(envelope)
        view = await self._starting.next_view(f"{envelope.team}/{envelope.user}", form.meta, form.state)
        return Checked({"response_action": "update", "view": view}, keep=False)
