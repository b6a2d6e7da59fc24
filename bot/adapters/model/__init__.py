"""Models behind the port: rules for working offline, scripts for tests, and whatever a server offers."""
