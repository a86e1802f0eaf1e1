-- database.sql - Linden's role and database, once, on the primary as its superuser:
--
--   sudo -u postgres psql -v password="$LINDEN_PASSWORD" -f database.sql
--
-- The role owns its tables and nothing else.
CREATE ROLE linden LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE DATABASE linden OWNER linden ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE linden FROM PUBLIC;
