"""A table's live documents: as the snapshot's file has them, and as they came since."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from functools import cached_property

from medex_tui.store.snapshot import Snapshot


class TableIndex(MutableMapping[int, bytes]):
    """JSON documents by TinyDB id.

    Those of the file stay there until one is asked for: most are only ever read as records, all at once (`objects`).
    OSError where the file was changed under us.
    """

    def __init__(self, table: str = "", base: Snapshot | None = None) -> None:
        self._table, self._base = table, base
        self.since: dict[int, bytes] = {}
        self._out: set[int] = set()

    def objects(self) -> Iterator[memoryview]:
        """The documents of the file as JSON objects, of which those that came since or went count no more."""
        return self._base.live_objects(self._table) if self._base else iter(())

    def holds(self, doc_id: int) -> bool:
        """Whether a document of the file still counts."""
        return doc_id not in self.since and doc_id not in self._out

    @property
    def changed(self) -> bool:
        """Whether anything came or went since."""
        return bool(self.since or self._out)

    @cached_property
    def _places(self) -> dict[int, int]:
        """TinyDB id -> where the file has the document."""
        return self._base.live_places(self._table) if self._base else {}

    def __getitem__(self, doc_id: int) -> bytes:
        if (known := self.since.get(doc_id)) is not None:
            return known
        if self._base is None or doc_id in self._out:
            raise KeyError(doc_id)
        return self._base.document_at(self._places[doc_id])

    def __setitem__(self, doc_id: int, document: bytes) -> None:
        self.since[doc_id] = document

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self.since.pop(doc_id, None)
        self._out.add(doc_id)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self.since or (doc_id in self._places and doc_id not in self._out)

    def __iter__(self) -> Iterator[int]:
        yield from [doc_id for doc_id in self._places if self.holds(doc_id)]
        yield from list(self.since)

    def __len__(self) -> int:
        return sum(1 for _ in self)
