"""A request as it comes in: query string, form and JSON body made into one set of arguments, however hostile."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import cast
from urllib.parse import parse_qsl

from aiohttp import web

from bot.workspace.api.call import SlackError
from bot.workspace.payload import Json, from_json, whole

LARGEST = 2 * 1024 * 1024
MOST_FIELDS = 1_000
JSON, FORM, PARTS, PLAIN = "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"
CHARSETS = ("", "utf-8", "utf8", "iso-8859-1")


class TooLarge(Exception):
    """A body that Slack's servers would not take in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A call as it came in, before anybody asked whether it may be made."""

    method: str
    token: str = ""
    query: Mapping[str, object] = field(default_factory=dict[str, object])
    """From the address or a form."""
    body: Mapping[str, object] = field(default_factory=dict[str, object])
    """From a JSON body, which some methods do not read."""
    warning: str = ""
    """What Slack has to say about how it was sent."""
    trouble: str = ""
    """Why it could not be read; it is refused with this, whatever it asked for."""


async def read(request: web.Request) -> Incoming:
    """Read a call; TooLarge for a body that is too large."""
    method = request.match_info["method"]
    content = await read_body(request, LARGEST) if request.can_read_body else b""
    try:
        query = _form(request.rel_url.raw_query_string)
        form, body, warning = _body(request, content) if content else ({}, {}, "")
    except SlackError as error:
        return Incoming(method=method, trouble=error.code)
    query |= form
    token, credentials = _authorised(request.headers.get("Authorization", ""))
    query |= credentials
    given = token or query.get("token") or body.get("token") or ""
    token = given if isinstance(given, str) else ""
    return Incoming(method=method, token=token, query=query, body=body, warning=warning)


async def read_body(request: web.Request, most: int) -> bytes:
    """The whole body; TooLarge as soon as that is clear."""
    if (request.content_length or 0) > most:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > most:
            raise TooLarge
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _body(request: web.Request, content: bytes) -> tuple[Json, Json, str]:
    """The fields of a form, the fields of a JSON body, and a warning."""
    header = request.headers.get("Content-Type", "")
    kind, charset = request.content_type, _charset(header)
    if not header:
        raise SlackError("missing_post_type")
    if charset not in CHARSETS:
        raise SlackError("invalid_charset")
    if kind == JSON:
        return {}, _json(content), "" if charset else "missing_charset"
    if kind == FORM:
        return _form(content.decode("utf-8", "replace")), {}, "superfluous_charset" if charset else ""
    if kind == PARTS:
        return _multipart(header, content), {}, ""
    if kind == PLAIN:
        return {}, {}, ""
    raise SlackError("invalid_post_type")


def _charset(header: str) -> str:
    _, _, rest = header.partition("charset=")
    return rest.partition(";")[0].strip(' "').lower()


def _json(content: bytes) -> Json:
    try:
        found = from_json(content.decode("utf-8"))
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(found, dict):
        raise SlackError("json_not_object")
    return cast("Json", found)


def _form(text: str) -> Json:
    if not text:
        return {}
    try:
        pairs = parse_qsl(whole(text), keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise SlackError("invalid_form_data") from None
    return dict(pairs)


def _multipart(header: str, content: bytes) -> Json:
    return {name: value.decode("utf-8", "replace") for name, is_file, value in _parts(header, content) if not is_file}


def first_part(request: web.Request, content: bytes) -> bytes:
    """The file in a body: all of it, or the first part of a form."""
    if request.content_type != PARTS:
        return content
    try:
        return next((value for _, _, value in _parts(request.headers["Content-Type"], content)), b"")
    except SlackError:
        return b""


def _parts(header: str, content: bytes) -> list[tuple[str, bool, bytes]]:
    """Each part of a form: its name, whether it is a file, its content."""
    head = f"Content-Type: {whole(header)}\r\n\r\n".encode()
    found: list[tuple[str, bool, bytes]] = []
    try:
        message = message_from_bytes(head + content, policy=policy.HTTP)
        for part in message.iter_parts():
            name, value = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(value, bytes):
                found.append((whole(name), part.get_filename() is not None, value))
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError):
        # The parser is made for mail and trips over some of what nobody would mail.
        raise SlackError("invalid_form_data") from None
    if not found:
        raise SlackError("invalid_form_data")
    return found


def _authorised(header: str) -> tuple[str, Json]:
    """The token of a header, or the id and the secret of an app."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip(), {}
    if scheme.lower() != "basic":
        return "", {}
    try:
        id, _, secret = base64.b64decode(rest, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "", {}
    return "", {"client_id": id, "client_secret": secret}
