"""A database folder made before there were two roles is handed over to the owner."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from iijiot.embedded import furnish
from tests.guards.superuser import superuser

OLD = f"{connection.settings_dict['NAME']}_of_before"
MADE_BY_THE_SUPERUSER = """
CREATE SCHEMA mine;
CREATE TABLE mine.things (id bigint GENERATED ALWAYS AS IDENTITY);
CREATE TABLE public.things (id bigserial);
CREATE VIEW public.seen AS SELECT 1 AS one;
CREATE FUNCTION public.counted(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';
"""
NOT_HANDED_OVER = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('public', 'mine') AND c.relowner <> 'iijiot_owner'::regrole
UNION ALL SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proowner <> 'iijiot_owner'::regrole
UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'mine' AND nspowner <> 'iijiot_owner'::regrole
"""


@pytest.fixture
def server(django_db_setup: None) -> Iterator[psycopg.Connection[Any]]:
    """The server, with a database of the superuser."""
    with superuser("postgres") as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(OLD)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(OLD)))
        yield server
        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(OLD)))


def test_what_the_superuser_made_goes_to_the_owner(server):
    with superuser(OLD) as old:
        old.execute(MADE_BY_THE_SUPERUSER)
        assert len(old.execute(NOT_HANDED_OVER).fetchall()) > 5
        assert OLD in furnish.databases_of_the_superuser(server)
        furnish.hand_over_tables(old)
        furnish.hand_over(server, OLD)
        assert old.execute(NOT_HANDED_OVER).fetchall() == []
    assert OLD not in furnish.databases_of_the_superuser(server)
    assert "template1" not in furnish.databases_of_the_superuser(server)
