"""Routing tables and cadences that do not fit the steps, in one way each."""

from dataclasses import replace

from bot.adapters.directory.listed import Listed
from bot.authoring import Fact, Lookup, Workflow, act, look_up, propose, review, trigger
from bot.domain.checks import Code
from bot.domain.declared.toml import read_toml
from bot.domain.person import Person, PersonId
from bot.domain.routing.reading import read_tables
from bot.domain.terms import Terms
from bot.intents import cadence, crm, helpdesk, routes
from tests.domain.checks.wrong import Wrong, small
from tests.domain.sample import Category, mark


class Asked(Fact):
    """Something to be given to somebody."""

    category: Category
    urgent: bool
    shops: int
    note: str | None = None
    tags: tuple[str, ...] = ()
    owner: str = ""


class Next(Fact):
    """A next touch without its records."""

    why: str = ""


class Silent(Fact):
    """A next touch that does not say why."""

    records: tuple[crm.Touch, ...] = ()


def told(ticket: Asked, route: routes.Route) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.owner, tag=route.to)


class Routed(Workflow, version=1):
    """What is asked goes to somebody."""

    ticket = trigger(Asked)
    route = look_up(routes.route("asks", Asked), ticket)
    tag = propose(told, ticket, route)
    approved = review(tag, by="support")
    tagged = act(approved)


def tag_of(touch: crm.Touch) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=touch.deal_id, tag="touched")


def _touched(gives: type[Fact], takes: type[Fact] = crm.Touch) -> type[Workflow]:
    class Touched(Workflow, version=1):
        """One touch after the other."""

        ticket = trigger(helpdesk.Ticket)
        touch = look_up(crm_touch(takes), ticket)
        following = look_up(cadence.next_of(takes, gives), touch)
        tag = propose(mark, ticket)
        approved = review(tag, by="support")
        tagged = act(approved)

    return Touched


def crm_touch(takes: type[Fact]) -> Lookup[helpdesk.Ticket, Fact]:
    return Lookup("helpdesk", "touch_of", takes=helpdesk.Ticket, gives=takes)


READS = {"helpdesk": ["state_of"], "routes": ["asks"]}
TOUCHES = {"helpdesk": ["state_of", "touch_of"], "cadence": ["next"]}
CADENCE = {"intervals": ["2d", "5d"], "stop_when": "the customer has answered"}
PEOPLE = Listed(
    [
        Person(PersonId("acme/mia"), "Mia", "@mia"),
        Person(PersonId("acme/leo"), "Leo", "@leo", active=False),
        Person(PersonId("acme/nora"), "Nora", "@nora"),
        Person(PersonId("acme/tom"), "Tom", "@tom", groups=frozenset({"leads"})),
    ]
)
PROOF = {"read": "helpdesk.state_of", "of": "ticket", "field": "status", "is": "answered"}
LOOKUPS = {"helpdesk.state_of": Lookup("helpdesk", "state_of", takes=Asked, gives=helpdesk.TicketState)}
REST = '[[asks]]\nrule = "Rest"\nto = "@mia"\n'


def routed(text: str, **changed: object) -> Terms:
    """The workflow with these tables."""
    settings: dict[str, object] = {"reads": READS, "done_when": PROOF, **changed}
    tables = read_tables(read_toml(text, file="routes.toml"))
    return replace(small(Routed.definition, **settings), routes=tables, lookups=LOOKUPS)


def rule(when: str = "", to: str = '"@mia"') -> Terms:
    """One rule before the rest."""
    said = f"when = {{ {when} }}\n" if when else ""
    return routed(f'[[asks]]\nrule = "First"\n{said}to = {to}\n{REST}')


def touched(gives: type[Fact] = crm.NextTouch, takes: type[Fact] = crm.Touch, **changed: object) -> Terms:
    settings: dict[str, object] = {"reads": TOUCHES, "cadence": CADENCE, **changed}
    return small(_touched(gives, takes).definition, **settings)


UNUSED = frozenset({Code.UNUSED_STEP})
R, C = Code.WRONG_ROUTE, Code.WRONG_CADENCE

WRONG = (
    Wrong(R, "goes by the table “asks”, and routes.toml has none", routed(REST.replace("asks", "ask"))),
    Wrong(R, "No step goes by the table “deals”", routed(REST + REST.replace("asks", "deals"))),
    Wrong(R, "“First” goes by “categry”, which is no field of Asked", rule('categry = "billing"')),
    Wrong(R, "waits for category to be invoice, and that cannot be", rule('category = ["billing", "invoice"]')),
    Wrong(R, "waits for urgent to be yes, and that cannot be", rule('urgent = "yes"')),
    Wrong(R, "waits for shops to be True, and that cannot be", rule("shops = true")),
    Wrong(R, "waits for note to be 3, and that cannot be", rule("note = 3")),
    Wrong(R, "waits for shops to be filled in, and it always is", rule('shops = "*"')),
    Wrong(R, "compares note with a number, and it is none", rule("note = { above = 1 }")),
    Wrong(R, "compares urgent with a number, and it is none", rule("urgent = { below = 1 }")),
    Wrong(R, "looks for words in category, which is no text", rule('category = { has = ["bug"] }')),
    Wrong(R, "looks for words in shops, which is no text", rule('shops = { has = ["bug"] }')),
    Wrong(R, "compares tags with a value, and it is a list", rule('tags = "vip"')),
    Wrong(R, "goes to whoever shops names, and that is no text", rule('owner = "*"', '"shops"')),
    Wrong(R, "goes by “keeper”, which is no field of Asked", rule('owner = "*"', '"keeper"')),
    Wrong(
        Code.UNKNOWN_PERSON,
        "“Rest” gives work to @sam, whom nobody here knows",
        routed(REST.replace("@mia", "@sam")),
        people=PEOPLE,
    ),
    Wrong(
        Code.HAS_LEFT,
        "“Rest” gives work to Leo, whose account is deactivated",
        routed(REST.replace('"@mia"', '["@mia", "@leo"]')),
        people=PEOPLE,
    ),
    Wrong(R, "The owner, leads, is a group", routed(REST, owner="leads"), people=PEOPLE),
    Wrong(
        Code.WRONG_PROOF,
        "reads what the bot itself chose, which proves nothing",
        routed(REST, done_when={"read": "routes.asks", "of": "ticket", "field": "to", "is": "@mia"}),
        also=frozenset({Code.UNUSED_SYSTEM}),
    ),
    Wrong(C, "“following” asks for the next touch, and the brief has no [cadence]", touched(cadence=None), also=UNUSED),
    Wrong(C, "The brief has a [cadence], and no step asks for the next touch", small(cadence=CADENCE)),
    Wrong(C, "Asked has no whole number `n` and time `due`", touched(takes=Asked), also=UNUSED),
    Wrong(C, "Next has no `records` of Touch", touched(Next), also=UNUSED),
    Wrong(C, "Silent has no text `why`", touched(Silent), also=UNUSED),
)

RIGHT = (
    rule('category = "BILLING", urgent = true, note = "*", shops = { above = 1, below = 9 }', '["@mia", "@leo"]'),
    rule('tags = { has = ["vip"] }, note = { has = ["bike"] }', '"owner"'),
    rule('tags = "*", note = ["a", "b"], shops = [1, 2]'),
)
