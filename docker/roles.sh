#!/bin/sh
# The two roles of the database and the database itself, once, as its superuser: see "Two database roles" in the README.
set -eu
psql --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set=owner="$OWNER_PASSWORD" --set=site="$SITE_PASSWORD" << 'SQL'
CREATE ROLE backoffice_owner LOGIN PASSWORD :'owner';
CREATE ROLE backoffice LOGIN PASSWORD :'site';
CREATE DATABASE backoffice OWNER backoffice_owner;
SQL
