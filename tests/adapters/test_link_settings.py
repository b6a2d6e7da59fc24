"""Where cards may link, as countersign.toml says it."""

from pathlib import Path

import pytest

from bot.domain.errors import Misdeclared
from bot.settings import Settings, read_settings

PEOPLE = '[people.mia]\nname = "Mia"\nhandle = "@mia"\n'


def read(folder: Path, hosts: str) -> Settings:
    file = folder / "countersign.toml"
    file.write_text(f"{PEOPLE}[links]\nhosts = {hosts}\n", encoding="utf-8")
    return read_settings({"COUNTERSIGN_FILE": str(file)}, account="mia")


def test_cards_link_nowhere_unless_the_file_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, "[]").file.links.hosts == ()


def test_hosts_are_names_with_a_port_where_they_have_one(tmp_path: Path) -> None:
    hosts = read(tmp_path, '["desk.example.com", "crm.example.com:8443"]').file.links.hosts
    assert hosts == ("desk.example.com", "crm.example.com:8443")


@pytest.mark.parametrize(
    "host",
    [
        "",
        "*",
        "*.example.com",
        "desk",
        "localhost",
        "127.0.0.1",
        "https://desk.example.com",
        "desk.example.com/",
        "mia@desk.example.com",
        "Desk.example.com",
        "desk.example.com:",
        "desk..example.com",
        "-desk.example.com",
        "d\\u00e9sk.example.com",
        f"{'a.' * 130}example.com",
    ],
)
def test_what_is_no_plain_name_of_a_host_is_refused_with_its_line_and_what_to_write(tmp_path: Path, host: str) -> None:
    with pytest.raises(Misdeclared) as caught:
        read(tmp_path, f'["{host}"]')
    assert "countersign.toml:5: " in caught.value.message
    assert "such as desk.example.com" in caught.value.message
