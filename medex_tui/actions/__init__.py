"""What the practice can do, each action once: above store and reports, below the app and the command line.

An action takes an `ActionContext` and typed input and returns the records to save, or a `Refusal` that names the field.
The app, the command line and imports only ask, tell and save.
"""
