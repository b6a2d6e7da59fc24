"""What the bot shows of itself, as countersign.toml says it: nothing, unless it says so."""

from pathlib import Path

import pytest

from bot.domain.errors import Misdeclared
from bot.settings import Settings, read_settings
from bot.settings.telemetry import Telemetry

PEOPLE = '[people.mia]\nname = "Mia"\nhandle = "@mia"\n'


def read(folder: Path, said: str) -> Settings:
    file = folder / "countersign.toml"
    file.write_text(f"{PEOPLE}[telemetry]\n{said}\n", encoding="utf-8")
    return read_settings({"COUNTERSIGN_FILE": str(file)}, account="mia")


def refusal(folder: Path, said: str) -> str:
    with pytest.raises(Misdeclared) as caught:
        read(folder, said)
    return caught.value.message


def test_nothing_is_shown_unless_the_file_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, "").file.telemetry == Telemetry(otlp=None, metrics_port=None, metrics_host="127.0.0.1")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:4318",
        "http://localhost:4318",
        "http://[::1]:4318",
        "https://traces.example.com",
        "https://traces.example.com:8443/of/us",
    ],
)
def test_traces_go_to_this_machine_or_over_tls(tmp_path: Path, address: str) -> None:
    assert read(tmp_path, f'otlp = "{address}/"').file.telemetry.otlp == address


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "no address"),
        ("127.0.0.1:4318", "no address"),
        ("grpc://127.0.0.1:4317", "no address"),
        ("http://", "no address"),
        ("http://[::1", "no address"),
        ("http://127.0.0.1:port", "no address"),
        ("https://traces.example.com/a b", "no address"),
        ("https://träces.example.com", "no address"),
        (f"https://traces.example.com/{'x' * 500}", "no address"),
        ("http://traces.example.com", "where everybody can read them"),
        ("http://10.0.0.1:4318", "where everybody can read them"),
        ("https://key@traces.example.com", "OTEL_EXPORTER_OTLP_HEADERS"),
        ("https://:key@traces.example.com", "OTEL_EXPORTER_OTLP_HEADERS"),
        ("https://traces.example.com?key=1", "OTEL_EXPORTER_OTLP_HEADERS"),
        ("https://traces.example.com#key", "OTEL_EXPORTER_OTLP_HEADERS"),
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused_with_the_reason(tmp_path: Path, address: str, why: str) -> None:
    assert why in refusal(tmp_path, f'otlp = "{address}"')


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "10.1.2.3"])
def test_figures_are_shown_where_the_file_says(tmp_path: Path, host: str) -> None:
    shown = read(tmp_path, f'metrics_port = 9464\nmetrics_host = "{host}"').file.telemetry
    assert (shown.metrics_host, shown.metrics_port) == (host, 9464)


@pytest.mark.parametrize(
    "said",
    ["metrics_port = 0", "metrics_port = 65536", 'metrics_port = "x"', 'metrics_host = "x"', 'metrics_host = ""'],
)
def test_a_place_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    assert "metrics_" in refusal(tmp_path, said)


@pytest.mark.parametrize("said", ["content = true", "prompts = true", 'otpl = "http://127.0.0.1:4318"'])
def test_there_is_no_setting_that_lets_words_out(tmp_path: Path, said: str) -> None:
    assert said.partition(" ")[0] in refusal(tmp_path, said)
