"""`Live` in a database: nothing is lost in a crash, and several processes share the work."""

from segkit.live.durable.delivery import Retries
from segkit.live.durable.durable_live import DurableLive
from segkit.live.durable.postgres import PostgresStorage
from segkit.live.durable.snapshots import restore, snapshot
from segkit.live.durable.sqlite import SQLiteStorage
from segkit.live.durable.storage import (
    ContactState,
    Delivery,
    FactTables,
    Storage,
    StorageTransaction,
    StoredMembership,
)

__all__ = [
    "ContactState",
    "Delivery",
    "DurableLive",
    "FactTables",
    "PostgresStorage",
    "Retries",
    "SQLiteStorage",
    "Storage",
    "StorageTransaction",
    "StoredMembership",
    "restore",
    "snapshot",
]
