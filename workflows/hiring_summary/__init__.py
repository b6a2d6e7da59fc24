"""Hiring summary.

An application has come in: the hiring manager gets what the role asks for beside what the application says, in the
applicant's own words, and what is left to ask. It scores nobody, recommends nobody, and leaves out who somebody is.
"""

import re
from enum import StrEnum
from typing import Annotated

from bot.authoring import Fact, Field, Workflow, act, ask, decide, look_up, propose, review, stop, trigger
from bot.intents import hiring


class Standing(StrEnum):
    NEW = "nothing shared yet"
    SHARED = "shared already"


Quote = Annotated[str, Field(min_length=1, max_length=240)]


class Finding(Fact):
    """What the application says about one thing the role asks for."""

    quotes: tuple[Quote, ...] = Field(min_length=1, max_length=3)
    """Passages of the application, word for word."""
    wanted: str = Field(default="", max_length=300)
    """The line of the role it belongs to, word for word; empty where it belongs to none, and matters for the work."""


class Summary(Fact):
    """What the application shows of what the role asks for, and what to ask in the interview."""

    findings: tuple[Finding, ...] = Field(default=(), max_length=15)
    questions: tuple[str, ...] = Field(default=(), max_length=6)


def standing_of(shared: hiring.Shared) -> Standing:
    return Standing.SHARED if shared.summaries else Standing.NEW


# --- what is shared: the role's own lines, the applicant's own words -------------------------------------------------

NOTHING = "Nothing in the application says so."


def sharing(application: hiring.Application, summary: Summary) -> hiring.ShareSummary:
    """Every line of the role stands there, in its order, so that nothing is passed over; what has no quote is asked."""
    silent = [line for line in application.wanted if not _quotes(application, summary, line)]
    asked = [*summary.questions, *(f"What can you tell us about this: {line}?" for line in silent)]
    return hiring.ShareSummary(
        application_id=application.application_id,
        summary=_text(application, summary)[:3_000],
        questions="\n".join(f"- {_one_line(question)}" for question in asked)[:1_500],
    )


def _text(application: hiring.Application, summary: Summary) -> str:
    lines = [f"{application.role}: what the role asks for, and what the application says."]
    for wanted in application.wanted:
        quotes = _quotes(application, summary, wanted)
        lines += ["", _one_line(wanted), *(quotes or [NOTHING])]
    others = dict.fromkeys(one.wanted for one in summary.findings if one.wanted not in application.wanted)
    besides = [quote for line in others for quote in _quotes(application, summary, line)]
    lines += ["", "Also in the application", *besides] if besides else []
    return "\n".join(lines)


def _quotes(application: hiring.Application, summary: Summary, wanted: str) -> list[str]:
    """A passage that also says who somebody is stays out: whoever may read that has the application."""
    found = [quote for one in summary.findings if one.wanted == wanted for quote in one.quotes]
    each = dict.fromkeys(map(_one_line, found))
    return [f"“{quote}”" for quote in each if quote and not _says_who(quote, application)]


def _one_line(text: str) -> str:
    return " ".join(text.replace("“", '"').replace("”", '"').split())


# --- what always holds -----------------------------------------------------------------------------------------------

_WHO = (
    r"he|she|his|hers?|him|himself|herself|mr|mrs|male|female|m[ae]n|wom[ae]n|girls?|boys?|gender|transgender|gay|lesbian",
    r"age|aged|young|younger|elderly|years old|year[- ]old|born|birthday|date of birth|retired|pensioner|im Alter von",
    r"married|husband|wife|spouse|divorced|mothers?|fathers?|as a parent|parents|parental|children|kids?|sons?",
    r"daughters?|famil(?:y|ies)|pregnan\w+|maternity|paternity|verheiratet|Mutter|Vater|Kinder|Familie\w*|Elternzeit",
    r"nationalit\w+|citizen\w*|native speaker|origin|ethnic\w*|racial|migrants?|immigrants?|refugees?|foreigners?",
    r"passport|work visa|Staatsangehörigkeit|Herkunft|geboren\w*|Jahre alt|schwanger\w*",
    r"religi\w+|church|mosque|christian|muslim|jewish|hindu|trade union|union member|Kirche",
    r"health|healthy|ill|illness|sick\w*|disab\w+|handicap\w*|wheelchair|diabet\w+|depressi\w+|burn-?out",
    r"krank\w*|Gesundheit|behindert|Schwerbehind\w*|photos?|photograph\w*|picture of me|appearance|Foto",
)
_WHO_IT_IS = re.compile(rf"\b(?:{'|'.join(_WHO)})\b", re.IGNORECASE)
_JUDGEMENT = re.compile(
    r"\b(?:scor(?:e|es|ed|ing)|rated|ratings?|rank(?:s|ed|ing)?|\d+ (?:points|stars)|\d+ ?/ ?(?:5|10|100)"
    r"|out of (?:5|10|100)"
    r"|recommend\w*|hir(?:e|ed) (?:them|the applicant)|shortlist\w*|reject\w*|invite (?:them|the applicant)"
    r"|(?:strong|weak|ideal|perfect|best|excellent|outstanding|poor|great|good|bad) (?:candidate|applicant|fit|match)"
    r"|(?:un)?suit(?:able|ed)|(?:un|over|under)?qualified|impressive|convincing)\b",
    re.IGNORECASE,
)


def is_about_the_application(share: hiring.ShareSummary, application: hiring.Application) -> bool:
    return share.application_id == application.application_id


def has_every_line_of_the_role(share: hiring.ShareSummary, application: hiring.Application) -> bool:
    lines = share.summary.splitlines()
    return all(_one_line(wanted) in lines for wanted in application.wanted)


def quotes_word_for_word(share: hiring.ShareSummary, application: hiring.Application) -> bool:
    whole = _one_line("\n".join((application.resume, application.letter, *application.answers)))
    return all(quote in whole for quote in re.findall("“([^”]*)”", share.summary))


def says_nothing_of_who_it_is(share: hiring.ShareSummary, application: hiring.Application) -> bool:
    """Age, gender, origin, family, health, faith, looks: in no quote and in no question either."""
    return not _says_who(f"{share.summary}\n{share.questions}", application)


def judges_nobody(share: hiring.ShareSummary, application: hiring.Application) -> bool:
    """What the role and the applicant say may have any word; what is said beside it may not judge."""
    said = re.sub("“[^”]*”", "", f"{share.summary}\n{share.questions}")
    return not _JUDGEMENT.search(_beside_the_role(said, application))


def _beside_the_role(text: str, application: hiring.Application) -> str:
    for own in (application.role, *map(_one_line, application.wanted)):
        text = text.replace(own, "")
    return text


def _says_who(text: str, application: hiring.Application) -> bool:
    """Words of the role itself, as in “health and safety”, say nothing of who somebody is."""
    needed = " ".join((application.role, *application.wanted)).casefold()
    said = _beside_the_role(text, application).casefold()
    return any(not _is_of(needed, said, found) for found in _WHO_IT_IS.finditer(said))


def _is_of(needed: str, said: str, found: re.Match[str]) -> bool:
    """Whether the role has this word beside the same one before or after it."""
    before = re.search(r"\w+\W+$", said[: found.start()])
    after = re.match(r"\W+\w+", said[found.end() :])
    together = [before[0] + found[0]] if before else []
    together += [found[0] + after[0]] if after else []
    return any(re.search(rf"\b{re.escape(one)}\b", needed) for one in together)


class HiringSummary(Workflow, version=1):
    applied = trigger(hiring.Applied)
    shared = look_up(hiring.shared_of, applied)
    standing = decide(shared, by=standing_of)
    twice = stop("The hiring manager has a summary already; nothing was shared.", when=standing.is_(Standing.SHARED))
    application = look_up(hiring.application_of, applied, when=standing.is_(Standing.NEW))
    summary = ask(Summary, about=application)
    share = propose(sharing, application, summary)
    approved = review(share, by="people")
    given = act(approved)
