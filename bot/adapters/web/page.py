"""The pages that people outside see: plain, calm, without a script, and with nothing from anywhere else."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from aiohttp import web

from bot.domain.field import Field, Kind
from bot.domain.plain import Plain
from bot.domain.text import visible

STYLE = """
:root{color-scheme:light dark;--ink:#1d1c1d;--soft:#616061;--line:#bbb;--paper:#fff;--go:#0b5c4a;--wrong:#b3261e}
@media (prefers-color-scheme:dark){
:root{--ink:#e8e8e8;--soft:#ababad;--line:#565856;--paper:#1a1d21;--go:#7fd1bd;--wrong:#ff9d94}
}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:38rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}
p{margin:.25rem 0 1rem}
label,.label{display:block;font-weight:600;margin-top:1.25rem}
.hint{color:var(--soft);font-size:.9rem;margin:0}
.wrong{color:var(--wrong);font-weight:600;margin:.25rem 0 0}
input,textarea,select{width:100%;font:inherit;color:inherit;
background:transparent;border:1px solid var(--line);border-radius:6px;padding:.55rem .7rem;margin-top:.3rem}
select option{color:#1d1c1d;background:#fff}
input[type=checkbox]{width:auto;margin-right:.5rem}
textarea{min-height:9rem;resize:vertical}
[aria-invalid=true]{border-color:var(--wrong)}
:focus-visible{outline:3px solid var(--go);outline-offset:2px}
button{margin-top:1.75rem;font:inherit;font-weight:600;
color:var(--paper);background:var(--go);border:0;border-radius:6px;padding:.7rem 1.4rem;cursor:pointer}
p.label{margin-bottom:0}
.fixed+p:not(.label){margin-top:1.5rem}
.fixed{margin:.3rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LONGEST_WORD = 100


def page(title: str, inside: str, *, status: int = 200, again: int = 0) -> web.Response:
    """A whole page; `inside` is HTML."""
    text = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{shown(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{shown(title)}</h1>{inside}</main></body></html>\n"
    )
    headers = {**_HEADERS, "Retry-After": str(again)} if again else _HEADERS
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status, headers=headers)


def note(title: str, said: str, *, status: int = 200, again: int = 0) -> web.Response:
    """A page that says one thing."""
    return page(title, f"<p>{shown(said)}</p>", status=status, again=again)


def form(
    fields: Sequence[Field],
    *,
    says: str,
    token: str,
    typed: Mapping[str, str],
    given: Mapping[str, Plain],
    errors: Mapping[str, str],
) -> str:
    """A form with what was typed so far, and with what is wrong beside each field."""
    whole = errors.get("", "")
    head = f'<p class="wrong" role="alert">{shown(whole)}</p>' if whole else ""
    if errors and not whole:
        head = '<p class="wrong" role="alert">Something is still missing or does not fit. It is said below.</p>'
    inputs = "".join(_field(one, typed.get(one.name, ""), given, errors.get(one.name, "")) for one in fields)
    hidden = f'<input type="hidden" name="token" value="{escape(token)}">'
    return f'<p>{shown(says)}</p>{head}<form method="post">{hidden}{inputs}<button>Send</button></form>'


def facts(about: Sequence[tuple[str, str]]) -> str:
    """What a form is about: names and values that nobody can change."""
    said = (f'<p class="label">{shown(name)}</p><p class="fixed">{shown(value)}</p>' for name, value in about)
    return "".join(said)


def shown(text: str) -> str:
    """A text as HTML; nothing in it is invisible, and nothing of it is markup."""
    return escape(visible(text))


def _field(one: Field, value: str, given: Mapping[str, Plain], wrong: str) -> str:
    if one.name in given:
        return f'<p class="label">{shown(one.label)}</p><p class="fixed">{shown(str(given[one.name]))}</p>'
    if one.kind is Kind.FIXED:
        return ""
    hint = f'<p class="hint" id="{one.name}-hint">{shown(one.hint)}</p>' if one.hint else ""
    said = f'<p class="wrong" id="{one.name}-wrong">{shown(wrong)}</p>' if wrong else ""
    told = " ".join(f"{one.name}-{what}" for what, is_there in (("hint", hint), ("wrong", said)) if is_there)
    described = f' aria-describedby="{told}"' if told else ""
    invalid = ' aria-invalid="true"' if wrong else ""
    common = f' id="{one.name}" name="{one.name}"{described}{invalid}'
    optional = "" if one.needed or one.kind is Kind.YES_NO else " (optional)"
    if one.kind is Kind.YES_NO:
        return f"<label>{_tick(common, value)}{shown(one.label)}</label>{hint}{said}"
    return f'<label for="{one.name}">{shown(one.label)}{optional}</label>{hint}{_input(one, value, common)}{said}'


def _tick(common: str, value: str) -> str:
    return f'<input type="checkbox" value="yes"{common}{" checked" if value else ""}>'


def _input(one: Field, value: str, common: str) -> str:
    bounds = "".join(_bounds(one))
    match one.kind:
        case Kind.LONG | Kind.LINES:
            # Browsers leave out the first line break, so that one is put in front.
            return f"<textarea{common}{bounds}>\n{escape(value)}</textarea>"
        case Kind.CHOICE:
            options = "".join(
                f'<option value="{escape(choice)}"{" selected" if choice == value else ""}>{shown(choice)}</option>'
                for choice in one.choices
            )
            return f'<select{common}{bounds}><option value=""></option>{options}</select>'
        case Kind.NUMBER:
            return f'<input inputmode="numeric" value="{escape(value)}"{common}{bounds}>'
        case Kind.DAY:
            return f'<input type="date" value="{escape(value)}"{common}{bounds}>'
        case _:
            return f'<input value="{escape(value)}"{common}{bounds}>'


def _bounds(one: Field) -> Iterator[str]:
    if one.needed:
        yield " required"
    if one.longest is not None and one.kind in (Kind.TEXT, Kind.LONG):
        yield f' maxlength="{one.longest}"'
    if one.shortest > 1 and one.kind in (Kind.TEXT, Kind.LONG):
        yield f' minlength="{one.shortest}"'
