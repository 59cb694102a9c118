"""An app to the right of `contracts`, installed in tests only: what SIMs and billing will be, in small."""
