"""A system that is entered with a token: asked for once, renewed in time, and never seen anywhere."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.adapters.systems.rest import bind
from bot.adapters.systems.rest.answer import is_sure
from bot.adapters.systems.rest.description import parse
from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.system import Rest
from bot.adapters.systems.rest.token import Token
from bot.adapters.systems.rest.wire import Changing, Host
from bot.domain.errors import BotError, Broken, Misdeclared, Transient
from bot.domain.intent import Receipt
from bot.intents.mail import SendMail
from bot.settings.systems import RestUse
from bot.wiring.rest import described, refuse_incomplete, rest_of
from tests.adapters.systems.rest.remote import DESK, KEY, OPEN, Answering, Noon, Remote, half, hangs_up, says, serving

SECRET = "s3cret/of+ours"
MAIL = SendMail(to="ada@example.com", subject="Hello", body="We found it.")
SENT, REFUSED = says({}, 202), says({"error": {"code": "InvalidAuthenticationToken"}}, 401)


def grants(token: str, lives: object = 3600, **more: object) -> Answering:
    return says({"access_token": token, "token_type": "Bearer", "expires_in": lives, **more})


@dataclass
class Both:
    """A mailbox and its sign-in, each a server of its own, and the time."""

    mailbox: Remote = field(default_factory=lambda: Remote([SENT]))
    sign_in: Remote = field(default_factory=lambda: Remote([grants("t-1"), grants("t-2"), grants("t-3")]))
    now: float = 0.0

    def carried(self) -> list[str]:
        return [heard.headers["Authorization"] for heard in self.mailbox.heard]


@asynccontextmanager
async def graph(both: Both, *, at: str = "", sure: bool = True, ask_by: str = "body") -> AsyncGenerator[Rest]:
    async with serving(both.mailbox) as mailbox, serving(both.sign_in) as sign_in:
        token = Token(
            Host(name="The sign-in of Mail", url=at or str(sign_in.make_url("/acme/token")), private=True, seconds=0.5),
            client="app-1",
            secret=SECRET,
            scope="mail/.default",
            ask_by="basic" if ask_by == "basic" else "body",
            now=lambda: both.now,
        )
        url = str(mailbox.make_url("")).rstrip("/")
        host = Host(name="Mail", url=url, private=True, entrance=token, sure=sure)
        bound = bind("mail", "graph", {"mailbox": "desk@example.com", "tenant": "acme"})
        rest = Rest(bound, Changing(host, Pace(0)), clock=Noon())
        try:
            yield rest
        finally:
            await rest.close()


async def error_of(both: Both, *, at: str = "") -> BotError:
    async with graph(both, at=at) as rest:
        with pytest.raises(BotError) as caught:
            await rest.execute(MAIL, KEY)
    assert SECRET not in caught.value.message
    assert "t-1" not in caught.value.message
    return caught.value


async def test_a_token_is_asked_for_with_id_secret_and_scope_and_carried_by_every_call_until_its_end() -> None:
    both = Both()
    async with graph(both) as rest:
        assert both.sign_in.heard == []
        for both.now in (0.0, 3539.0, 3541.0):  # a minute before its end it is renewed
            assert await rest.execute(MAIL, KEY) == Receipt(id=KEY)
    assert both.carried() == ["Bearer t-1", "Bearer t-1", "Bearer t-2"]
    asked = both.sign_in.heard[0]
    assert (asked.method, asked.path, len(both.sign_in.heard)) == ("POST", "/acme/token", 2)
    assert parse_qs(asked.body) == {
        "grant_type": ["client_credentials"],
        "scope": ["mail/.default"],
        "client_id": ["app-1"],
        "client_secret": [SECRET],
    }


async def test_a_secret_may_go_in_a_header_instead() -> None:
    both = Both()
    async with graph(both, ask_by="basic") as rest:
        await rest.execute(MAIL, KEY)
    assert both.sign_in.heard[0].headers["Authorization"] == "Basic YXBwLTE6czNjcmV0JTJGb2YlMkJvdXJz"
    assert "client_secret" not in both.sign_in.heard[0].body


@pytest.mark.parametrize(("lives", "good_for"), [(20, 10), ("90", 45), (None, 240), ("soon", 240), (True, 240)])
async def test_a_short_life_is_halved_and_an_unsaid_one_is_five_minutes(lives: object, good_for: int) -> None:
    both = Both()
    both.sign_in.script[0] = grants("t-1", lives)
    async with graph(both) as rest:
        for both.now in (0.0, good_for - 1.0, good_for + 1.0):
            await rest.execute(MAIL, KEY)
    assert both.carried() == ["Bearer t-1", "Bearer t-1", "Bearer t-2"]


async def test_many_at_once_ask_for_one_token() -> None:
    both = Both()
    async with graph(both) as rest:
        await asyncio.gather(*(rest.execute(MAIL, KEY) for _ in range(5)))
    assert len(both.sign_in.heard) == 1
    assert set(both.carried()) == {"Bearer t-1"}


async def test_who_gives_up_waiting_takes_the_token_from_nobody() -> None:
    both = Both()
    async with graph(both) as rest:
        first, second = (asyncio.create_task(rest.execute(MAIL, KEY)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == Receipt(id=KEY)
    assert (len(both.sign_in.heard), both.carried()) == (1, ["Bearer t-1"])


async def test_a_token_that_is_refused_is_renewed_once_and_the_call_repeated() -> None:
    both = Both()
    both.mailbox.script = [REFUSED, SENT]
    async with graph(both) as rest:
        await rest.execute(MAIL, KEY)
        await rest.execute(MAIL, KEY)
    assert both.carried() == ["Bearer t-1", "Bearer t-2", "Bearer t-2"]
    assert both.mailbox.heard[0].body == both.mailbox.heard[1].body


async def test_a_new_token_that_is_refused_too_ends_the_call() -> None:
    both = Both()
    both.mailbox.script = [REFUSED]
    error = await error_of(both)
    assert isinstance(error, Broken)
    assert "Microsoft 365 answered 401 (InvalidAuthenticationToken). It does not accept our credential" in error.message
    assert both.carried() == ["Bearer t-1", "Bearer t-2"]


async def test_where_a_401_may_mean_that_it_happened_nothing_is_repeated() -> None:
    both = Both()
    both.mailbox.script = [REFUSED]
    async with graph(both, sure=False) as rest:
        for _ in range(2):
            with pytest.raises(Broken):
                await rest.execute(MAIL, KEY)
    assert both.carried() == ["Bearer t-1", "Bearer t-2"]


async def test_two_that_were_refused_at_once_renew_once() -> None:
    both = Both()
    both.mailbox.script = [REFUSED, REFUSED, SENT]
    async with graph(both) as rest:
        await asyncio.gather(*(rest.execute(MAIL, KEY) for _ in range(2)))
    assert len(both.sign_in.heard) == 2


async def never(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


async def page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<h1>Back soon</h1>", content_type="text/html")


FAULTS: list[tuple[str, Answering, type[BotError], str]] = [
    ("down", says({}, 503), Transient, "The sign-in of Mail answered 503. No token came, and nothing was done."),
    ("slow", never, Transient, "The sign-in of Mail did not answer in time."),
    ("hangs up", hangs_up, Transient, "The line to The sign-in of Mail broke before it had answered."),
    ("half", half, Transient, "broke before it had answered"),
    ("a page", page, Transient, "something that is no JSON"),
    ("redirect", says({}, 302, Location="https://evil.example.com/"), Broken, "leads elsewhere"),
    ("refused", says({"error": "invalid_client"}, 401), Broken, "it gives no token for our credential."),
    ("no token", says({"token_type": "Bearer"}), Broken, "without a token of the kind “Bearer”"),
    ("another kind", says({"access_token": "t-1", "token_type": "mac"}), Broken, "of the kind “Bearer”"),
    ("two lines", says({"access_token": "t-1\r\nX: y", "token_type": "Bearer"}), Broken, "of the kind “Bearer”"),
]


@pytest.mark.parametrize(("answer", "kind", "said"), [one[1:] for one in FAULTS], ids=[one[0] for one in FAULTS])
async def test_a_sign_in_that_fails_is_told_and_nothing_was_sent(
    answer: Answering, kind: type[BotError], said: str
) -> None:
    both = Both()
    both.sign_in.script = [answer]
    error = await error_of(both)
    assert isinstance(error, kind)
    assert said in error.message
    assert both.mailbox.heard == []


async def test_a_sign_in_that_cannot_be_reached_is_tried_again() -> None:
    error = await error_of(Both(), at=f"http://127.0.0.1:{unused_port()}/token")
    assert isinstance(error, Transient)
    assert "The sign-in of Mail could not be reached" in error.message


async def test_a_sign_in_that_asks_for_time_is_left_alone_for_so_long() -> None:
    both = Both()
    both.sign_in.script = [says({}, 429, Retry_After="60")]
    async with graph(both) as rest:
        for _ in range(2):
            with pytest.raises(Transient) as caught:
                await rest.execute(MAIL, KEY)
            assert (caught.value.retry_after or timedelta()) > timedelta(seconds=50)
    assert len(both.sign_in.heard) == 1


async def test_after_a_failure_the_next_call_asks_again() -> None:
    both = Both()
    both.sign_in.script = [says({}, 503), grants("t-2")]
    async with graph(both) as rest:
        with pytest.raises(Transient):
            await rest.execute(MAIL, KEY)
        await rest.execute(MAIL, KEY)
    assert both.carried() == ["Bearer t-2"]


# --- as it is declared ------------------------------------------------------------------------------------------------


def signed(tmp_path: Path, auth: str, more: str = "") -> str:
    file = tmp_path / "desk.toml"
    auth = f'[auth]\nby = "token"\n{auth}\n' if auth.startswith("token_url") else auth
    file.write_text(f"{DESK.read_text('utf-8')}\n{auth}{more}", "utf-8")
    return str(file)


def use_of(description: str, **how: object) -> RestUse:
    return RestUse.model_validate({"use": "rest", "description": description, **how})


async def test_the_settings_make_such_an_entrance(tmp_path: Path) -> None:
    both = Both()
    both.mailbox.script = [says({"status": "solved", "count": 3})]
    async with serving(both.sign_in) as sign_in:
        url = str(sign_in.make_url("/{values.tenant}/token"))
        url = url.replace("%7B", "{").replace("%7D", "}")
        use = use_of(
            signed(tmp_path, f'token_url = "{url}"'), url="http://127.0.0.1:9", private=True, values={"tenant": "a/b"}
        )
        rest = rest_of(use, described("helpdesk", use), f"app-1:{SECRET}", Noon())
        with pytest.raises(Transient, match="could not be reached"):
            await rest.execute(OPEN, KEY)
        await rest.close()
    assert both.sign_in.heard[0].path == "/a%2Fb/token"
    assert SECRET not in repr(rest.__dict__)


@pytest.mark.parametrize(
    ("auth", "how", "said"),
    [
        (
            'token_url = "https://login.example.com/t"',
            {"hosts": ["desk.example.com"]},
            "login.example.com, which is not",
        ),
        ('token_url = "http://login.example.com/t"', {}, "without https"),
        ('token_url = "https://127.0.0.1:x/t"', {}, "Nothing says where The sign-in of Desk is."),
        ('token_url = "https://login.example.com/{values.tenant}"', {}, "{values.tenant} is no place here."),
        ('token_url = ""', {}, "A token is asked for at its token_url"),
        ('[auth]\ntoken_url = "https://login.example.com/t"\n', {}, "A token is asked for at its token_url"),
    ],
)
def test_a_sign_in_obeys_the_rules_of_every_address(
    tmp_path: Path, auth: str, how: dict[str, object], said: str
) -> None:
    with pytest.raises(Misdeclared, match=said.replace("{", r"\{")):
        described("helpdesk", use_of(signed(tmp_path, auth), url="https://desk.example.com", **how))


def test_a_credential_of_an_application_has_two_parts() -> None:
    use = use_of("graph", values={"mailbox": "desk@example.com", "tenant": "acme"})
    refuse_incomplete("mail", use, "client-id:secret", variable="MAIL")
    with pytest.raises(Misdeclared, match="MAIL is not the credential of an application") as caught:
        refuse_incomplete("mail", use, "just-a-token", variable="MAIL")
    assert "just-a-token" not in str(caught.value)


@pytest.mark.parametrize(("means", "sure"), [("uncertain", False), ("broken", True)])
def test_what_the_description_says_of_a_401_decides(means: str, sure: bool) -> None:
    text = f'{DESK.read_text("utf-8")}\n[[errors]]\nstatus = 401\nmeans = "{means}"\n'
    assert is_sure(parse(text, file="desk.toml")[0]) is sure
