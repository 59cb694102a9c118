"""What a page may load and run (Content-Security-Policy): one strict rule for all paths, one that the theme needs."""

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

STRICT: dict[str, list[str]] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    # Pictures may stand in the page itself: a second factor's QR code does.
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "object-src": [NONE],
    "frame-ancestors": [NONE],
}

THEME: dict[str, list[str]] = {
    # Alpine makes functions of the theme's x- attributes.
    "script-src": [SELF, UNSAFE_EVAL],
    # The theme writes its colours into the page, and widths into style attributes.
    "style-src": [SELF, UNSAFE_INLINE],
}
"""What the console's paths are granted beyond it."""
