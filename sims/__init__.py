"""SIM cards, lines and equipment: issuing, measuring, throttling, and getting cards back (chapter 8 and MA)."""
