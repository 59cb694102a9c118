"""PostgreSQL without installing one: the server of a wheel, on a folder of the project, behind Django's usual backend.

Used where no DATABASE_URL is given, so that development and tests have the constraints, locks and plans of production.
"""
