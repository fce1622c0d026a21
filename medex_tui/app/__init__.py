"""The full-screen app, the only package that imports Textual. `start.run` opens it.

Imports run one way, from the top of this list to its bottom; import-linter holds it (pyproject.toml):

- `start`: opens the store, writes the first screen, then loads and runs the app
- `app`: the Textual app; hosts the context
- `screen_table`: turns a route into its screen
- `screens`, then `screens.base`: full screens and what they share
- `forms`: dialogs that change one kind of record
- `terminal`: output, input and the first screen, before and below Textual
- `dialogs`: pickers, prompts, texts
- `views`: records as styled lines, without Textual
- `widgets`: lists and line inputs
- `screen_mixin`, `context`: what every screen and dialog may use of the app
- `keymap`, `commands`, `state`, `navigation`, `row_keys`, `styled_lines`: values and files, without Textual
"""
