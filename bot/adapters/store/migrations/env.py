"""What Alembic runs: every revision on the connection it was given, within that connection's one transaction."""

from alembic import context

from bot.adapters.store.watched import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
