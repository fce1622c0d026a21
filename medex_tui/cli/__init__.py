"""The command `medex`, one module a family of commands: the room that exits, prints errors and reads the clock."""
