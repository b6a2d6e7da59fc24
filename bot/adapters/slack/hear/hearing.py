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
from bot.adapters.slack.hear.forms import Forms
from bot.adapters.slack.hear.heard import ON_MESSAGE, START
from bot.adapters.slack.hear.home import Home
from bot.adapters.slack.hear.mentions import Mentions
from bot.adapters.slack.hear.ops.commands import Commands
from bot.adapters.slack.hear.press import channel_of, first_block, part, text
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
from bot.domain.person import PersonId
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
        self._surface, starting = surface, Starting(parts, surface, samples)
        self._commands = Commands(parts, surface, samples)
        self._presses = Presses(parts, surface)
        self._forms = Forms(parts, surface, starting)
        self.loading = surface.loading
        self._directory, self._names = parts.directory, Names(parts.store, parts.clock)
        editing = Editing(parts, surface, self._forms)
        home, mentions = Home(parts, surface, samples), Mentions(parts, surface, samples)
        replies, settling = Replies(parts, surface), Settling(parts, surface)
        spoken = PlainWords(parts, mentions, replies)
        self._clicks: Mapping[str, Hear] = {
            WHICH: editing.hear,
            PREVIEW: editing.hear,
            SETTLE: settling.hear,
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
        self._views: Mapping[str, tuple[Check, Hear]] = {
            **dict.fromkeys(OWNING, (home.owning.check, home.owning.hear)),
            **dict.fromkeys(SETTLING, (settling.check, settling.submitted)),
            CHOOSE: (self._forms.chosen, self._forms.hear),
        }
        """By their callback id, how they are looked at and heard; all others are forms of cards."""

    async def handle(self, delivery: Delivery) -> None:
        """See to one. Whatever it comes to, it is through with this."""
        await self.loading.begun(delivery)
        hear = self._whoever_hears(delivery)
        if hear is not None:
            await hear(delivery)
        await self.loading.ended(delivery)
        await self._names.note(self._directory.person(PersonId(delivery.actor)))

    async def give_up(self, delivery: Delivery) -> None:
        """Tell whoever sent it that it was not done. What nobody sent needs no answer."""
        if not delivery.actor:
            return
        said = NOT_DONE.format(reference=delivery.id[-8:])
        await self._surface.whisper(channel_of(delivery), delivery.actor, said)

    def _whoever_hears(self, delivery: Delivery) -> Hear | None:
        match delivery.kind:
            case Kind.COMMAND:
                return self._commands.hear
            case Kind.CLICK:
                return self._clicks.get(first_block(delivery).partition(":")[0], self._presses.hear)
            case Kind.SUBMITTED:
                return self._view(text(part(delivery.body, "view"), "callback_id"))[1]
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
        verb = sent.text(sent.part(envelope.payload, "view"), "callback_id")
        return await self._view(verb)[0](envelope)

    def _view(self, verb: str) -> tuple[Check, Hear]:
        return self._views.get(verb, (self._forms.check, self._forms.hear))
