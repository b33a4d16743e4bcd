"""The command line: one file a group of commands."""

if __name__ != "defection.commands":
    raise ImportError("import defection.commands, not commands: or all classes exist twice")
