"""The frame of the partner API: what is the same for every resource that the apps offer to other systems."""

PREFIX = "/api/"
"""Below this address systems are answered, not people: in JSON, without sessions."""


def is_for_systems(path: str) -> bool:
    """Whether an address belongs to the API."""
    return path.startswith(PREFIX)
