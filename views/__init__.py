"""What is shown: figures, reports and the app."""

if __name__ != "defection.views":
    raise ImportError("import defection.views, not views: or all classes exist twice")
