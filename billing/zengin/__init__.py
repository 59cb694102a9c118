"""The banks' files of fixed length (Zengin): one table of fields by which they are read, written and checked. Pure."""
