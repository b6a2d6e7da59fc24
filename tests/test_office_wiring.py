"""Where the back office's page is shown: on this machine alone, unless the settings say otherwise."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.adapters.web.serving import bound
from bot.ports.store import Delivery
from bot.runtimes.inbox import InboxWorker
from bot.settings import Settings, read_settings
from bot.wiring import opened
from bot.wiring.web import doors, office_at

HERE = "http://127.0.0.1:8080"
PEOPLE = '[people.mia]\nname = "Mia"\nhandle = "@mia"\n'


def settings(folder: Path, web: str) -> Settings:
    file = folder / "countersign.toml"
    file.write_text(f"{PEOPLE}[web]\n{web}\n", "utf-8")
    flows = folder / "flows"
    flows.mkdir()
    return read_settings({"COUNTERSIGN_FILE": str(file)}, data=str(folder / "data"), workflows=str(flows), account="")


@pytest.mark.parametrize(
    ("web", "address", "shown"),
    [
        ("", HERE, f"{HERE}/office"),
        ("port = 8080", HERE, f"{HERE}/office"),
        ('host = "::1"', "http://[::1]:8080", "http://[::1]:8080/office"),
        ('host = "0.0.0.0"', "http://0.0.0.0:8080", f"{HERE}/office"),
        ('url = "https://bot.example.com"', HERE, ""),
        ('url = "https://bot.example.com"\noffice = true', HERE, "https://bot.example.com/office"),
        ("office = false", HERE, ""),
        ("office = true", HERE, f"{HERE}/office"),
    ],
)
def test_the_page_is_where_the_settings_show_it(tmp_path: Path, web: str, address: str, shown: str) -> None:
    assert office_at(settings(tmp_path, web), address) == shown


async def nobody(delivery: Delivery) -> None:
    raise AssertionError(delivery.id)


@pytest.mark.parametrize(("web", "status"), [("", 403), ("office = true", 200), ("office = false", 404)])
async def test_the_doors_show_it_to_a_name_from_elsewhere_only_when_told_to(
    tmp_path: Path, web: str, status: int
) -> None:
    async with opened(settings(tmp_path, web)) as bot, ClientSession() as session:
        with bound("127.0.0.1", 0) as listening:
            async with doors(bot, InboxWorker(bot.store, nobody), listening) as address:
                headers = {"Host": "bot.example.com"}
                async with session.get(f"{address}/office", headers=headers) as response:
                    assert response.status == status
