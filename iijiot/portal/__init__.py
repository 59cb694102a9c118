"""The customers' portal: its frame. What stands on its pages is the apps'; none of them is imported here."""
