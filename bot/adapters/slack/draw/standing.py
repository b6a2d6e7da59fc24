"""Where a card stands: who is asked and who has said yes; afterwards who decided, when, and what came of it."""

from collections.abc import Collection, Iterator

from bot.adapters.slack.draw.safe import (
    NOTHING,
    Block,
    Blocks,
    Mention,
    bullets,
    inline,
    link,
    moment,
    people,
    pieces,
    rich,
    section,
)
from bot.domain.content import Around, Card, Outcome, Voice
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, Ask, GateStatus
from bot.domain.text import one_line

MOST_VOTES = 12
MOST_OUTCOMES = 12
_LONGEST_REASON = 600
_CAME_OF_IT = {
    ActionStatus.PLANNED: "is on its way",
    ActionStatus.BEGUN: "is being carried out",
    ActionStatus.DONE: "done",
    ActionStatus.FAILED: "failed",
    ActionStatus.IN_DOUBT: "it is not known whether it happened",
    ActionStatus.UNDOING: "is being taken back",
    ActionStatus.UNDONE: "was taken back",
    ActionStatus.STUCK: "could not be taken back",
}


def standing(card: Card, mention: Mention, hosts: Collection[str]) -> Block:
    """One block: what it waits for, or how it was decided and what came of it."""
    around = card.around
    if around is None:
        return rich([section(inline(card.standing))])
    parts: Blocks = [*_stands(around, mention), *_votes(around, mention)]
    if around.outcomes:
        shown = around.outcomes[:MOST_OUTCOMES]
        parts.append(bullets(_outcome(one, hosts) for one in shown))
    whose = [*_whose(around, mention, hosts)]
    parts += [section(whose)] if whose else []
    return rich(parts)


def _whose(around: Around, mention: Mention, hosts: Collection[str]) -> Iterator[Plain]:
    """Who asked for it, about what, and who has changed it since."""
    if around.requester:
        yield from [*pieces("Asked for by "), mention(around.requester)]
        if around.record:
            yield from [*pieces(", about "), *link(around.record, "the source record", hosts)]
        yield from pieces(". ")
    if around.editors and around.status is not None:
        yield from [*pieces("Edited by "), *people(around.editors[:MOST_VOTES], mention), *pieces(".")]


def _stands(around: Around, mention: Mention) -> Iterator[Block]:
    match around.status:
        case GateStatus.OPEN:
            yield section(*_waits(around, mention))
        case GateStatus.APPROVED:
            yield section(pieces("Approved", "bold"), *_by(around, "approved", mention))
        case GateStatus.REJECTED:
            yield section(pieces("Rejected", "bold"), *_by(around, "rejected", mention))
        case GateStatus.EXPIRED:
            yield section(pieces("Ran out of time. ", "bold"), pieces("Nobody decided, so nothing was done."))
        case GateStatus.CLOSED:
            when = [*pieces(" on "), moment(around.decided_at)] if around.decided_at else []
            yield section(pieces("Closed", "bold"), when, pieces(" without a decision. Nothing more happens here."))
        case None:
            yield section(pieces("Waits", "bold"), inline(f" for {asked_of(around)}."))


def asked_of(around: Around) -> str:
    """Who is to answer a question, and what."""
    whose = {"requester": "whoever asked for it", "owner": "the owner"}.get(around.group, around.group)
    return f"{whose} to say what they did" if around.ask is Ask.OBSERVE else whose


def _waits(around: Around, mention: Mention) -> Iterator[Blocks]:
    given = len({vote.person for vote in around.votes if vote.did == "approved"})
    missing = max(0, around.needed - given)
    what = "one approval" if missing == 1 else f"{missing} approvals"
    yield pieces("Waits", "bold")
    yield pieces(f" for {what} by ")
    yield [mention(around.holder)] if around.holder else inline(around.group, "bold")
    yield pieces(f". {given} of {around.needed} given." if around.needed > 1 else ".")
    others = _not_heard(around, mention)
    if given and around.needed > 1 and others:
        yield [*pieces(" Still to be heard: "), *people(others[:MOST_VOTES], mention), *pieces(".")]


def _not_heard(around: Around, mention: Mention) -> list[str]:
    """Who may still approve, of those the brief names. One person may go by several names, so drawings are compared."""
    out = [mention(who) for who in (*(vote.person for vote in around.votes), *around.barred)]
    return [who for who in around.members if mention(who) not in out]


def _by(around: Around, did: str, mention: Mention) -> Iterator[Blocks]:
    who = list(dict.fromkeys(vote.person for vote in around.votes if vote.did == did))[:MOST_VOTES]
    yield pieces(" by ")
    yield people(who, mention) if who else pieces("the policy of the brief")
    if around.decided_at is not None:
        yield [*pieces(" on "), moment(around.decided_at)]
    yield pieces(".")


def _votes(around: Around, mention: Mention) -> Iterator[Block]:
    """Votes that are worth a line: those of a quorum, and those that gave a reason."""
    told = [vote for vote in around.votes if vote.reason or vote.text or around.needed > 1]
    if len(told) == 1 and around.status in (GateStatus.APPROVED, GateStatus.REJECTED):
        words = _words_of(told[0])
        yield section(pieces("Reason  ", "bold"), inline(words or NOTHING))
        return
    if told:
        yield bullets(_vote(vote, mention) for vote in told[:MOST_VOTES])
    if len(told) > MOST_VOTES:
        yield section(pieces(f"And {len(told) - MOST_VOTES} more.", "italic"))


def _vote(vote: Voice, mention: Mention) -> Blocks:
    words = _words_of(vote)
    said = f": {words}" if words else ""
    return [
        *inline(f"{vote.did.capitalize()} by "),
        mention(vote.person),
        *pieces(", "),
        moment(vote.at),
        *inline(said),
    ]


def _words_of(vote: Voice) -> str:
    return ". ".join(part for part in (vote.reason, one_line(vote.text, _LONGEST_REASON)) if part)


def _outcome(one: Outcome, hosts: Collection[str]) -> Blocks:
    runs = [*inline(f"{one_line(one.title, 200)}: "), *pieces(_CAME_OF_IT[one.status], "bold")]
    if one.id:
        runs += inline(f", {one_line(one.id, 200)}")
    if one.link:
        runs += [*pieces(" "), *link(one.link, "Open record", hosts)]
    return [*runs, *inline(f". {one_line(one.error, _LONGEST_REASON)}" if one.error else ".")]
