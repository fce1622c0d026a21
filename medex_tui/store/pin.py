"""The PIN that a locked screen asks a login for: a salted slow hash in a file of the person's own folder.

It keeps a passer-by from an unattended screen. It is no key to the records: whoever has the login has those.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from msgspec import Struct

from medex_tui.store.files import make_folder, write_new

FILE = "pin"
SHORTEST = 4
COST, BLOCK, LANES = 1 << 15, 8, 1
"""scrypt's figures: some 32 MiB and a tenth of a second a try."""
MEMORY = 256 * COST * BLOCK


class Pin(Struct, frozen=True):
    """What is kept of a PIN, and how it was made: a later medex may make new ones dearer."""

    salt: str
    hash: str
    kdf: str = "scrypt"
    n: int = COST
    r: int = BLOCK
    p: int = LANES

    def holds(self, typed: str) -> bool:
        """Whether this is what was typed. Takes its time: never on the thread that draws."""
        from hmac import compare_digest

        return compare_digest(bytes.fromhex(self.hash), _slow(typed, self))


class UnreadablePin(Exception):
    """There is a PIN, and its file cannot be read; the sentence says what to do."""


def keep_pin(folder: Path, typed: str, salt: bytes) -> Path:
    """Keep a PIN in a person's folder, in place of the one before; the file. OSError where it cannot be written."""
    made = Pin(salt=salt.hex(), hash="")
    make_folder(folder)
    path = folder / FILE
    kept = msgspec.structs.replace(made, hash=_slow(typed, made).hex())
    write_new(path, msgspec.json.encode(kept) + b"\n", 0o600)
    return path


def drop_pin(folder: Path) -> bool:
    """Ask for no PIN any more; whether there was one."""
    try:
        (folder / FILE).unlink()
    except FileNotFoundError:
        return False
    return True


def read_pin(folder: Path) -> Pin | None:
    """The PIN of a person's folder, None where none is kept. UnreadablePin where it is damaged or not theirs."""
    path = folder / FILE
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            pin = msgspec.json.decode(os.read(fd, 4096), type=Pin)
        finally:
            os.close(fd)
        if pin.kdf != "scrypt" or 256 * pin.n * pin.r > 4 * MEMORY or not bytes.fromhex(pin.hash):
            raise ValueError(pin.kdf)
        bytes.fromhex(pin.salt)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as fault:
        said = "The file of your PIN cannot be read: set it anew with `medex pin` at another login."
        raise UnreadablePin(said) from fault
    return pin


def refused_pin(typed: str) -> str | None:
    """What is wrong with a PIN to be kept, in a sentence; None when nothing is."""
    if len(typed) < SHORTEST:
        return f"A PIN has {SHORTEST} characters or more; digits, letters, anything."
    if len(set(typed)) == 1:
        return "A PIN of one and the same character is seen from across the room."
    return None


def _slow(typed: str, pin: Pin) -> bytes:
    salt = bytes.fromhex(pin.salt)
    from hashlib import scrypt  # OpenSSL, which no start waits for

    return scrypt(
        typed.encode("utf-8", "replace"),
        salt=salt,
        n=pin.n,
        r=pin.r,
        p=pin.p,
        maxmem=2 * MEMORY * 4,
    )
