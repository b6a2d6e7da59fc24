"""What Slack's own client refuses before it submits, as sentences for the person who fills in a form."""

import re
from collections.abc import Callable
from typing import cast

from bot.workspace.payload import Json, as_objects

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_WEB = re.compile(r"https?://[^\s/?#.][^\s/?#]*([/?#]\S*)?", re.IGNORECASE)
_WHOLE = re.compile(r"-?\d{1,300}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{0,300}\.?\d{1,300}", re.ASCII)
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def refusal(block: Json, value: object) -> str:
    """What an input block says to what its element keeps; nothing where it can be submitted."""
    element: Json = block["element"]
    if value in (None, "", []):
        return "" if block.get("optional") else _missing(element["type"])
    look = _LOOKS.get(element["type"])
    if look is not None and isinstance(value, str):
        return look(element, value)
    return _too_many(element, cast("list[object]", value)) if isinstance(value, list) else ""


def _missing(kind: str) -> str:
    if kind == "file_input":
        return "Add a file to go on."
    chosen = "select" in kind or "picker" in kind or kind in ("checkboxes", "radio_buttons")
    return f"{'Choose something here' if chosen else 'Fill this in'} to go on."


def _text(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Write at least {least} {_noun('character', least)}; there are {len(value)} so far."
    if len(value) > most:
        return f"Write at most {most} {_noun('character', most)}; {len(value) - most} are too many."
    return ""


def _email(_: Json, value: str) -> str:
    return "" if _EMAIL.fullmatch(value) else "Enter an e-mail address such as name@example.com."


def _url(_: Json, value: str) -> str:
    return "" if _WEB.fullmatch(value) else "Enter a web address that begins with https:// or http://."


def _number(element: Json, value: str) -> str:
    decimal = element.get("is_decimal_allowed")
    if not (_DECIMAL if decimal else _WHOLE).fullmatch(value):
        return f"Enter a number such as {'2.5' if decimal else '25'}{'' if decimal else ', without decimals'}."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"Enter a number that is not below {low}."
    if high is not None and float(value) > float(high):
        return f"Enter a number that is not above {high}."
    return ""


def _date(_: Json, value: str) -> str:
    return "" if _DATE.fullmatch(value) else "Enter a date such as 2026-01-31."


def _time(_: Json, value: str) -> str:
    return "" if _TIME.fullmatch(value) else "Enter a time such as 09:30."


def _too_many(element: Json, chosen: list[object]) -> str:
    if element["type"] == "file_input":
        return _files(element, as_objects(chosen))
    most = element.get("max_selected_items")
    return f"Choose at most {most}; {len(chosen) - most} are too many." if most and len(chosen) > most else ""


def _files(element: Json, files: list[Json]) -> str:
    most, kinds = element.get("max_files", 10), [kind.lower() for kind in element.get("filetypes", ())]
    if len(files) > most:
        return f"Add at most {most} {_noun('file', most)}; {len(files) - most} are too many."
    for file in files:
        name = str(file.get("name") or "")
        if kinds and name and name.rpartition(".")[2].lower() not in kinds:
            return f"Add only files of these types: {', '.join(kinds)}. {name} is none."
    return ""


def _noun(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


_LOOKS: dict[str, Callable[[Json, str], str]] = {
    "plain_text_input": _text,
    "email_text_input": _email,
    "url_text_input": _url,
    "number_input": _number,
    "datepicker": _date,
    "timepicker": _time,
}
