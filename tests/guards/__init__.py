"""The generic guards: what no page, no command and no mistake gets past."""
