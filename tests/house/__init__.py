"""The rules of the house: they hold for what there is now and for what comes later."""
