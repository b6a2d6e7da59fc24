"""Staff requests.

A colleague needs something of IT, of the people team or of procurement. What their department may have is given to
them; everything else goes to the team that does it, with all it needs to know.
"""

from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, ask, choose, decide, look_up, propose, review, stop, trigger
from bot.intents import accounts


class Team(StrEnum):
    IT = "it"
    PEOPLE = "people"
    PROCUREMENT = "procurement"


class Triage(Fact):
    """What a colleague asks for."""

    team: Team
    tool: str = Field(default="", max_length=80)
    """The tool they want to use, by its name; empty where they ask for something else."""
    urgent: bool
    title: str = Field(min_length=1, max_length=120)


class Standing(StrEnum):
    OPEN = "open"
    SETTLED = "settled"


class Way(StrEnum):
    GRANT = "give it to them"
    HAND_OVER = "hand it over"


def standing_of(request: accounts.RequestState) -> Standing:
    return Standing.OPEN if request.status == "open" else Standing.SETTLED


def tool_in(triage: Triage, colleague: accounts.Colleague) -> str:
    """The tool as it is called where it is kept; empty where their department may not have it without asking."""
    return next((tool for tool in colleague.allowed if tool.casefold() == triage.tool.strip().casefold()), "")


def way_of(triage: Triage, colleague: accounts.Colleague) -> Way:
    """Easy is what their department may have and they do not have yet; only IT gives tools."""
    tool = tool_in(triage, colleague)
    easy = triage.team is Team.IT and tool and tool not in colleague.tools
    return Way.GRANT if easy else Way.HAND_OVER


def grant(request: accounts.StaffRequest, triage: Triage, colleague: accounts.Colleague) -> accounts.GrantTool:
    """Who gets it is who asked, as the system knows them; the model only named the tool."""
    return accounts.GrantTool(
        request_id=request.id, requester=request.requester, tool=tool_in(triage, colleague) or triage.tool
    )


def hand_over(request: accounts.StaffRequest, triage: Triage, colleague: accounts.Colleague) -> accounts.PassOn:
    """The request in the colleague's own words, below what a team has to know about them."""
    urgent = "URGENT: " if triage.urgent else ""
    known = f"{colleague.name}, {colleague.department}."
    tools = f" Uses {', '.join(colleague.tools)}." if triage.team is Team.IT and colleague.tools else ""
    return accounts.PassOn(
        request_id=request.id,
        team=triage.team.value,
        title=f"{urgent}{triage.title}"[:200],
        body=f"{known}{tools}\n\n{request.text}"[:4000],
    )


def goes_to_who_asked(given: accounts.GrantTool, request: accounts.StaffRequest) -> bool:
    return (given.request_id, given.requester) == (request.id, request.requester)


def is_on_their_list(given: accounts.GrantTool, colleague: accounts.Colleague) -> bool:
    return given.tool in colleague.allowed and given.tool not in colleague.tools


def stays_whole(job: accounts.PassOn, request: accounts.StaffRequest) -> bool:
    """The team reads what the colleague wrote, not what somebody made of it."""
    return request.text[:3000] in job.body and job.request_id == request.id


class StaffRequests(Workflow, version=1):
    request = trigger(accounts.StaffRequest)
    before = look_up(accounts.request_state, request)
    standing = decide(before, by=standing_of)
    settled = stop("This request was dealt with already; nothing was done.", when=standing.is_(Standing.SETTLED))
    colleague = look_up(accounts.colleague_of, request, when=standing.is_(Standing.OPEN))
    triage = ask(Triage, about=request)
    team = decide(triage, by=lambda it: it.team)
    way = decide(triage, colleague, by=way_of)

    given = propose(grant, request, triage, colleague, when=way.is_(Way.GRANT))
    granted = review(given, by="it")
    tool = act(granted)

    job = propose(hand_over, request, triage, colleague, when=way.is_(Way.HAND_OVER))
    taken = review(job, by=choose(team, {Team.IT: "it", Team.PEOPLE: "people"}, otherwise="procurement"))
    handed = act(taken)
