"""A mail server for each test, and one certificate for all that nobody vouches for."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.adapters.systems.smtp import Server
from tests.adapters.systems.smtp.postoffice import PostOffice, open_for_mail


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def server(office: PostOffice) -> AsyncIterator[Server]:
    async with open_for_mail(office) as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC).replace(tzinfo=None)  # the builder compares without zones
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now)
    builder = builder.not_valid_after(now + timedelta(days=1)).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    )
    pem = builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
    file = tmp_path_factory.mktemp("tls") / "pair.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem)
    return file


@pytest.fixture
def encrypted(certificate: Path) -> ssl.SSLContext:
    """The server's half."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    """The half of somebody who trusts that certificate."""
    return ssl.create_default_context(cafile=str(certificate))
