"""The doors that are not Slack's, as the settings say it; and the secrets of hooks, which stand in no such file."""

import base64
from pathlib import Path

import pytest

from bot.domain.errors import Misdeclared
from bot.settings import Settings, read_settings
from bot.settings.web import WebUse
from bot.wiring import redactor_of

PEOPLE = '[people.mia]\nname = "Mia"\nhandle = "@mia"\n'
LONG, OLD = "a-long-enough-secret", "the-one-that-was-before"


def read(folder: Path, said: str = "", **env: str) -> Settings:
    file = folder / "countersign.toml"
    file.write_text(f"{PEOPLE}[web]\n{said}\n", encoding="utf-8")
    own = {f"COUNTERSIGN_{name}": value for name, value in env.items()}
    return read_settings({"COUNTERSIGN_FILE": str(file), **own}, account="mia")


def refusal(folder: Path, said: str = "", **env: str) -> str:
    with pytest.raises(Misdeclared) as caught:
        read(folder, said, **env)
    return caught.value.message


def test_no_door_is_open_unless_the_file_names_a_port(tmp_path: Path) -> None:
    assert read(tmp_path).file.web == WebUse(port=None, host="127.0.0.1", url=None)
    assert read(tmp_path, 'port = 8080\nurl = "https://bot.example.com/"').file.web.url == "https://bot.example.com"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("port = 0", "must be at least 1"),
        ("port = 70000", "must be at most 65535"),
        ('host = "bot.example.com"', "no address of a machine"),
        ('url = "bot.example.com"', "no address"),
        ('url = "http://bot.example.com"', "can be read by everybody on the way"),
        ('url = "https://bot.example.com/?a=b"', "no address"),
        ('proxies = "10.0.0.0/8"', "must be a list"),
        ("proxies = [10]", "must be text in quotes"),
        ('proxies = [""]', "which is no network"),
        ('proxies = ["proxy.example.com"]', "which is no network"),
        ('proxies = ["10.0.0.0/33"]', "which is no network"),
        ('proxies = ["10.0.0.0/255.0.0.0"]', "which is no network"),
        ('proxies = ["10.0.0"]', "which is no network"),
        ('proxies = ["fd00::/8", "fe80::1%eth0"]', "which is no network"),
        ('proxies = ["10.0.0.2/8"]', "Write 10.0.0.0/8"),
        ('proxies = ["0.0.0.0/0"]', "which is everybody"),
        ('proxies = ["::/0"]', "which is everybody"),
        ('proxies = ["::ffff:10.0.0.0/104"]', "which is of IPv4"),
    ],
)
def test_what_is_no_place_is_refused(tmp_path: Path, said: str, why: str) -> None:
    assert why in refusal(tmp_path, said)


def test_proxies_are_networks_or_single_machines(tmp_path: Path) -> None:
    said = ("10.0.0.0/8", "192.0.2.7", "fd00::/8", "2001:db8::7")
    assert read(tmp_path, f"proxies = {list(said)}").file.web.proxies == said
    assert read(tmp_path).file.web.proxies == ()


def test_secrets_of_hooks_come_from_the_environment_or_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{LONG}\n")
    found = read(tmp_path, HOOK_SHOP=LONG, HOOK_SHOP_OLD=OLD, HOOK_TICKETS_FILE=str(tmp_path / "secret"), HOOK_NONE="")
    shown = {name: [one.get_secret_value() for one in both] for name, both in found.hook_secrets.items()}
    assert shown == {"shop": [LONG, OLD], "tickets": [LONG]}
    assert LONG not in repr(found)
    assert LONG not in redactor_of(found).clean(f"It said {LONG} and {OLD}.")


def test_a_secret_of_standard_webhooks_is_looked_at(tmp_path: Path) -> None:
    sound = "whsec_" + base64.b64encode(b"x" * 24).decode()
    assert read(tmp_path, HOOK_SHOP=sound).hook_secrets["shop"][0].get_secret_value() == sound
    for odd in ("whsec_", "whsec_####", "whsec_" + base64.b64encode(b"short").decode()):
        said = refusal(tmp_path, HOOK_SHOP=odd)
        assert said.startswith("COUNTERSIGN_HOOK_SHOP is no secret of Standard Webhooks.")


@pytest.mark.parametrize("odd", ["little", "with spaces in the middle", "ünïcödé-letters-everywhere", "x" * 513])
def test_what_is_no_secret_is_refused_and_not_quoted(tmp_path: Path, odd: str) -> None:
    said = refusal(tmp_path, HOOK_SHOP=odd)
    assert said.startswith("COUNTERSIGN_HOOK_SHOP is too short, or has something in it that no secret has.")
    assert odd not in said


def test_an_old_secret_alone_is_a_mistake(tmp_path: Path) -> None:
    assert "no new secret" in refusal(tmp_path, HOOK_SHOP_OLD=OLD)
    assert "are both set" in refusal(tmp_path, HOOK_SHOP=LONG, HOOK_SHOP_FILE="somewhere")
