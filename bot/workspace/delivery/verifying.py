"""Whether an address is an app's own: Slack sends it a word and wants the same word back."""

from bot.workspace.delivery.courier import Answer, Courier, Delivery, DeliveryKind
from bot.workspace.payload import Json
from bot.workspace.state.app import App, Reached
from bot.workspace.state.workspace import Workspace


async def verify(workspace: Workspace, courier: Courier, app: App) -> str:
    """Verify where an app wants its events; what is wrong with it, as a sentence, else nothing."""
    if app.reached is Reached.SOCKET:
        return ""
    challenge = workspace.ids.secret(40)
    payload: Json = {"token": app.verification_token, "challenge": challenge, "type": "url_verification"}
    said = Delivery(app=app, kind=DeliveryKind.EVENT, name="url_verification", payload=payload)
    return _judged(app, await courier.deliver(said), challenge)


def _judged(app: App, answer: Answer, challenge: str) -> str:
    address = app.events_url or app.url
    if answer.trouble is not None:
        return f"{app.name} could not be verified at {address}: {answer.detail}. Start it, then verify again."
    if challenge in (answer.body.get("challenge"), str(answer.body.get("text", "")).strip()):
        return ""
    return f"{app.name} did not send the challenge back from {address}. Check that events go to this address."
