"""The external systems the bot can reach: one module each, and the embedded back office in `sandbox`."""
