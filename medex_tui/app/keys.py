"""Keys: which ones reach the app from every terminal, and how people write and read them."""

from __future__ import annotations

NAMED_KEYS = frozenset(
    (
        "enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "pageup", "pagedown",
        "home", "end", "space", "backspace",
    )
)  # fmt: skip
CTRL_LETTERS = frozenset("defgklnoprtuwxy")
ALIASES_ONLY = frozenset(["insert", "delete", *(f"f{n}" for n in range(1, 11))])
"""Keys that some terminals keep for themselves: never the only way to a command."""

PUNCTUATION = {
    "!": "exclamation_mark", '"': "quotation_mark", "#": "number_sign", "$": "dollar_sign",
    "%": "percent_sign", "&": "ampersand", "'": "apostrophe", "(": "left_parenthesis",
    ")": "right_parenthesis", "*": "asterisk", "+": "plus", ",": "comma", "-": "minus",
    ".": "full_stop", "/": "slash", ":": "colon", ";": "semicolon", "<": "less_than_sign",
    "=": "equals_sign", ">": "greater_than_sign", "?": "question_mark", "@": "at",
    "[": "left_square_bracket", "\\": "backslash", "]": "right_square_bracket",
    "^": "circumflex_accent", "_": "underscore", "`": "grave_accent", "{": "left_curly_bracket",
    "|": "vertical_line", "}": "right_curly_bracket", "~": "tilde",
}  # fmt: skip
"""Character -> Textual's name of its key."""

_SHOWN = {
    **{name: char for char, name in PUNCTUATION.items()},
    "escape": "Esc",
    "shift+tab": "S-Tab",
    "left": "←",
    "right": "→",
}
"""Textual's name of a key -> how people read it, where that is not the name itself."""

_TYPED = {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown"}
"""How people write a key -> Textual's name."""


def types_text(key: str) -> bool:
    """Whether a key puts a character into a text input."""
    return (len(key) == 1 and key.isalnum()) or key in PUNCTUATION.values() or key == "space"


def arrives(key: str, *, alone: bool = False) -> bool:
    """Whether every known terminal sends this key.

    `alone`: whether it may be the only key of a command.
    """
    ctrl = key.removeprefix("ctrl+")
    if ctrl != key:
        return ctrl in CTRL_LETTERS
    if types_text(key) and key.isascii():
        return True
    return key in NAMED_KEYS or (not alone and key in ALIASES_ONLY)


def key_names(key: str) -> str:
    """Textual's name of a key as people write it: `/`, `^g`, `Ctrl+G`, `F2`."""
    if len(key) == 1:
        return PUNCTUATION.get(key, "space" if key == " " else key)
    lower = key.lower().replace("^", "ctrl+").replace("ctrl-", "ctrl+")
    return _TYPED.get(lower, lower)


def shown_key(key: str) -> str:
    """A key, by Textual's name, as people read it: `^g`, `/`, `Enter`."""
    if key.startswith("ctrl+"):
        return f"^{key[5:]}"
    return _SHOWN.get(key, key if len(key) == 1 else key.capitalize())
