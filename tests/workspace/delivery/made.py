"""Deliveries of every kind, as the acts and the announcer make them."""

from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.payload import Json
from bot.workspace.state.app import App
from tests.workspace.made import MIA, SUPPORT


def event(app: App, text: str = "hello") -> Delivery:
    payload: Json = {
        "token": app.verification_token,
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "message", "channel": SUPPORT, "user": MIA, "text": text},
    }
    return Delivery(app=app, kind=DeliveryKind.EVENT, name="message.channels", payload=payload)


def command(app: App, text: str = "run & x=1") -> Delivery:
    payload: Json = {"token": app.verification_token, "command": "/ops", "text": text, "channel_id": SUPPORT}
    return Delivery(app=app, kind=DeliveryKind.COMMAND, name="/ops", payload=payload, person=MIA)


def click(app: App, kind: str = "block_actions", *, wants_options: bool = False) -> Delivery:
    payload: Json = {"token": app.verification_token, "type": kind, "channel": {"id": SUPPORT}, "actions": ["é"]}
    return Delivery(
        app=app, kind=DeliveryKind.INTERACTION, name=kind, payload=payload, person=MIA, wants_options=wants_options
    )
