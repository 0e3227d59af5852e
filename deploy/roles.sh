#!/bin/sh
# Runs once, when the database's volume is new: the owner and the application's role.
set -eu
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" \
    --set=owner_password="$OWNER_PASSWORD" --set=app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE dakehu_app LOGIN PASSWORD :'app_password';
CREATE ROLE dakehu_owner LOGIN PASSWORD :'owner_password';
CREATE DATABASE dakehu OWNER dakehu_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
SQL
