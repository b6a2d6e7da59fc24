"""What people read where their doors have no page of their own to give: a calm one, in place of JSON for machines."""

from aiohttp import web

from bot.adapters.web.answer import LATER, MANY, Hear, place_of
from bot.adapters.web.page import note

PLACES = ("forms", "inquiries")
NOT_FOUND, NOT_SO = 404, 405
NO_PAGE = "Look whether the link is complete, or ask whoever gave it to you for a new one."
NOT_SHOWN = "This cannot be shown just now. Try again in a few minutes."
NOT_TAKEN = "This cannot be taken in just now. Go back, and send it again in a few minutes."
NOT_HERE = "Open the link that you were given once more."


@web.middleware
async def paging(request: web.Request, handler: Hear) -> web.StreamResponse:
    """Where people come, an answer for machines becomes a page: same status, same time to come again, calm words."""
    answer = await handler(request)
    if place_of(request) not in PLACES or answer.content_type != "application/json":
        return answer
    title, said = _words(answer.status, request.method)
    told = note(title, said, status=answer.status, again=int(answer.headers.get("Retry-After", "0")))
    if "Allow" in answer.headers:
        told.headers["Allow"] = answer.headers["Allow"]
    if answer.keep_alive is False:
        told.force_close()
    return told


def _words(status: int, method: str) -> tuple[str, str]:
    if status == NOT_FOUND:
        return "This page does not exist", NO_PAGE
    if status in (MANY, LATER):
        return "Not just now", NOT_TAKEN if method == "POST" else NOT_SHOWN
    return ("This cannot be done here" if status == NOT_SO else "This could not be read"), NOT_HERE
