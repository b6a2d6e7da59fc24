"""Copies of the database: made while the bot runs, put back while it does not."""

import argparse
import asyncio
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.store.audit_key import audit_key
from bot.adapters.store.lock import file_lock
from bot.adapters.store.restoring import make_ready, swap
from bot.adapters.store.sqlite import backup
from bot.adapters.store.store import SqliteStore
from bot.application.look_back import ORDERED, put_back
from bot.application.seal import SYSTEM, seal
from bot.commands.shell.failure import data_folder
from bot.commands.shell.screen import Screen
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.words import size
from bot.domain.audit.entry import Entry, EntryKind, Field, Note
from bot.domain.errors import NotAllowed, Refused, StoreFailed, Unfit
from bot.domain.person import Actor, ActorKind, Door, person_actor
from bot.ports.clock import Clock
from bot.settings import Settings, read_settings
from bot.wiring import AUDIT_KEY, DATABASE, Wall, opened
