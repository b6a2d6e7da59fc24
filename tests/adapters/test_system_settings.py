"""How systems are reached is said in a few lines; each slip is told with its line, and no credential with it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.errors import Misdeclared
from bot.settings import Settings, read_settings
from bot.settings.systems import McpUse, RestUse, SandboxUse, SmtpUse, pace_of

HEAD = '[people.sam]\nname = "Sam"\nhandle = "@sam"\n'
SECRET = "sk_live_0123456789"
REST = '[systems.billing]\nuse = "rest"\ndescription = "stripe"\n'
SMTP = '[systems.mail]\nuse = "smtp"\nhost = "smtp.example.com"\nfrom = "Desk <desk@example.com>"\n'
MCP = '[systems.crm]\nuse = "mcp"\ncommand = "crm-mcp"\n'

Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str = "", **env: str) -> Settings:
        file = tmp_path / "countersign.toml"
        file.write_text(HEAD + text, "utf-8")
        told = {f"COUNTERSIGN_{name}": value for name, value in env.items()}
        return read_settings({"COUNTERSIGN_FILE": str(file), **told}, account="sam")

    return read


def refused(read: Read, text: str, **env: str) -> str:
    with pytest.raises(Misdeclared) as caught:
        read(text, **env)
    assert SECRET not in caught.value.message
    return caught.value.message


def test_each_way_to_reach_a_system_has_fields_of_its_own(read: Read) -> None:
    systems = read(REST + SMTP + MCP + "[systems.helpdesk]\n").file.systems
    assert isinstance(systems["billing"], RestUse)
    assert isinstance(systems["mail"], SmtpUse)
    assert systems["mail"].sender == "Desk <desk@example.com>"
    assert isinstance(systems["crm"], McpUse)
    assert systems["helpdesk"] == SandboxUse()


SLIPS = [
    ('[systems.crm]\nuse = "rset"\n', ":4: `systems.crm` must be a section whose `use` is “sandbox”, “rest”,"),
    ("[systems]\ncrm = 3\n", ":5: `systems.crm` must be a section whose `use` is"),
    ("[systems.crm]\nuse = 3\n", ":4: `systems.crm` must be a section whose `use` is"),
    ('[systems.crm]\nuse = "rest"\n', "`systems.crm.description` is missing: which interface it is"),
    (REST + 'ulr = "https://x.example"\n', ":7: `systems.billing.ulr` is not known here. Did you mean `url`?"),
    (REST + 'url = "http://x.example"\n', ":7: `systems.billing.url` sends everything where everybody can read it."),
    (REST + f'url = "https://sam:{SECRET}@x.example"\n', "set COUNTERSIGN_SYSTEM_… in the environment."),
    (REST + 'url = "ftp://x.example"\n', "is no address of a server."),
    (REST + 'url = "https://x.example/?a=1"\n', "has something behind the path."),
    (REST + 'url = "https://x.example"\nhosts = ["y.example"]\n', "which is not among its `hosts`. Add “x.example”"),
    (REST + 'url = "http://127.0.0.1:80"\n', "write under it: private = true"),
    (REST + 'hosts = ["A b"]\n', "has “A b”, which is no name of a host."),
    (REST + 'rate = "fast"\n', "is “fast”, which is no pace."),
    (REST + "per_day = { Refund = 0 }\n", "`systems.billing.per_day.Refund` must be at least 1, not 0."),
    (SMTP + 'security = "none"\n', "`systems.mail.security` is none, and smtp.example.com is another machine"),
    (
        SMTP.replace("smtp.example.com", "127.0.0.1") + 'security = "none"\nuser = "desk"\n',
        "`systems.mail.user` would be sent with its password where everybody could read it.",
    ),
    (SMTP.replace("desk@", "desk"), "which is no address. Write it like desk@example.com"),
    (MCP + 'url = "https://x.example/mcp"\n', "names a command and a url."),
    ('[systems.crm]\nuse = "mcp"\nurl = "http://127.0.0.1:80/mcp"\n', "write under it: private = true"),
    ('[systems.crm]\nuse = "mcp"\n', "names neither a command nor a url."),
    ("[systems.my-crm]\n", "“my-crm” is no name of a system."),
]


@pytest.mark.parametrize(("text", "said"), SLIPS)
def test_a_slip_is_told_with_its_line(read: Read, text: str, said: str) -> None:
    assert said in refused(read, text)


def test_what_is_not_named_is_played_as_long_as_nothing_real_is_named(read: Read) -> None:
    assert isinstance(read().use_of("crm"), SandboxUse)
    assert isinstance(read("[systems.helpdesk]\n").use_of("crm"), SandboxUse)
    assert read(REST).use_of("crm") is None
    assert read(REST + "[systems.crm]\n").use_of("crm") == SandboxUse()
    assert read("[systems]\n").use_of("crm") is None


@pytest.mark.parametrize(("rate", "seconds"), [("10/s", 0.1), ("60/min", 1.0), ("1/h", 3600.0)])
def test_a_pace_is_the_time_between_two_calls(rate: str, seconds: float) -> None:
    assert pace_of(rate) == pytest.approx(seconds)


# --- credentials ------------------------------------------------------------------------------------------------------


def test_a_credential_stays_where_it_is_until_somebody_reads_it(read: Read, tmp_path: Path) -> None:
    there_in_a_moment = tmp_path / "credential"
    settings = read(REST, SYSTEM_BILLING_FILE=str(there_in_a_moment))
    assert SECRET not in repr(settings)
    there_in_a_moment.write_text(SECRET + "\n")
    secret = settings.credentials["billing"].read()
    assert secret is not None
    assert secret.get_secret_value() == SECRET


def test_a_credential_is_read_from_the_environment_and_never_shown(read: Read) -> None:
    credential = read(REST, SYSTEM_BILLING=SECRET).credentials["billing"]
    secret = credential.read()
    assert secret is not None
    assert SECRET not in repr(secret) + repr(credential)
    assert read(REST).credentials["billing"].read() is None


def test_what_cannot_be_a_credential_is_refused_without_being_shown(read: Read) -> None:
    with pytest.raises(Misdeclared, match="COUNTERSIGN_SYSTEM_BILLING is no credential") as caught:
        read(REST, SYSTEM_BILLING=f"{SECRET}\nX-Evil: 1").credentials["billing"].read()
    assert SECRET not in caught.value.message


@pytest.mark.parametrize(
    ("variable", "mend"),
    [
        ("SYSTEM_BILING", "Did you mean COUNTERSIGN_SYSTEM_BILLING?"),
        ("SYSTEM_Q_FILE", "There could be: COUNTERSIGN_SYSTEM_BILLING."),
    ],
)
def test_a_credential_of_no_system_is_refused(read: Read, variable: str, mend: str) -> None:
    said = refused(read, REST, **{variable: SECRET})
    assert f"The environment has COUNTERSIGN_{variable}, and no such system is named" in said
    assert mend in said


def test_a_credential_is_not_told_twice(read: Read) -> None:
    credential = read(REST, SYSTEM_BILLING=SECRET, SYSTEM_BILLING_FILE=os.devnull).credentials["billing"]
    with pytest.raises(Misdeclared, match="are both set"):
        credential.read()
