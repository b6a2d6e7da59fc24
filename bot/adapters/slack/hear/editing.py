"""What is pressed inside the form in which an action is edited: which of several, and before and after."""

from collections.abc import Mapping
from dataclasses import replace

from bot.adapters.slack.draw.modal.preview import PREVIEW
from bot.adapters.slack.draw.modal.typed import WHICH
from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.hear.asked import entered, opened, previewed
from bot.adapters.slack.hear.cards import Live, live_card
from bot.adapters.slack.hear.forms import Form, Forms, form_in
from bot.adapters.slack.hear.press import first_pressed, part, text
from bot.adapters.slack.hear.surface import Surface
from bot.application.decide import foresee
from bot.application.parts import Parts
from bot.domain.errors import Refused, Unfit
from bot.domain.person import PersonId
from bot.domain.plain import Plain
from bot.ports.cards import CardId
from bot.ports.store import Delivery


class Editing:
    """The form of an edit, while it is open. Nothing here decides anything."""

    def __init__(self, parts: Parts, surface: Surface, forms: Forms) -> None:
        self._parts = parts
        self._surface = surface
        self._forms = forms

    async def hear(self, delivery: Delivery) -> None:
        """Show what was asked for in place of the form, with everything that was typed."""
        form, view = form_in(delivery.body), part(delivery.body, "view")
        if form is None:
            return
        try:
            shown = self._shown(form, await live_card(self._parts, CardId(form.meta.card)), delivery)
        except Refused:
            return  # it is said once they submit what is there
        if shown is not None:
            await self._surface.update(text(view, "id"), text(view, "hash"), shown)

    def _shown(self, form: Form, live: Live, delivery: Delivery) -> Block | None:
        action = first_pressed(delivery)
        match text(action, "action_id"):
            case name if name == WHICH:
                n = _chosen(action)
                meta = replace(form.meta, n=n) if n is not None else None
                return opened(live.run, live.terms, live.step, "edit", meta) if meta is not None else None
            case name if name == PREVIEW:
                late = self._forms.who_was_faster(form, live)
                return late if late is not None else self._preview(form, live, delivery.actor)
            case _:
                return None

    def _preview(self, form: Form, live: Live, who: str) -> Block:
        person, run = self._parts.directory.person(PersonId(who)), live.run
        broken = ""
        read = entered(run, live.terms, live.step, "edit", form.meta.n, form.state)
        try:
            if person is not None and not read.errors:
                wish = live.wish("edit", person, form.meta.version)
                foresee(self._parts, run, replace(wish, values=read.values, proposal=form.meta.n))
        except Unfit as unfit:
            broken = unfit.message
        return previewed(run, live.terms, live.step, form.meta, form.state, broken=broken)


def _chosen(action: Mapping[str, Plain]) -> int | None:
    """The action of a plan that was chosen."""
    chosen = text(part(action, "selected_option"), "value")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 4 else None
