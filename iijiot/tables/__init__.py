"""Tables that people send: CSV and workbooks read row by row, their columns found, what is wrong sent back to correct."""
