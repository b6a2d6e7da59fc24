"""Running Alembic on one file, in one transaction: a migration that is killed has not begun.

Loaded only where there is something to migrate.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from bot.adapters.store.sqlite import BEGIN, connect
from bot.domain.errors import StoreFailed

HERE = Path(__file__).parent


def upgrade(path: Path, *, to: str = "head", versions: tuple[Path, ...] = (HERE / "versions",)) -> None:
    """Bring the file to a revision. StoreFailed where a newer version of Countersign has written it."""
    engine = _engine(path)
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection, versions), to)
    except CommandError as error:
        raise StoreFailed(
            f"This database was written by a newer version of Countersign. Install that one again. ({error})"
        ) from error
    finally:
        engine.dispose()


def _engine(path: Path) -> Engine:
    """A connection without the authorizer, which would refuse every migration; the triggers stay in force."""
    engine = create_engine("sqlite://", creator=lambda: connect(path, guarded=False), poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(BEGIN)


def _config(connection: Connection, versions: tuple[Path, ...]) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(one) for one in versions).replace("%", "%%"))
    return config
