-- database.sql - Linden's role and database, once, on the primary as its superuser:
--
--   sudo -u postgres psql -v password="$LINDEN_PASSWORD" -f database.sql
--
-- The role owns its tables and nothing else; linden_node and linden_above are what
-- it becomes while it serves, for the walls between practices.
CREATE ROLE linden_node NOLOGIN;
CREATE ROLE linden_above NOLOGIN;
CREATE ROLE linden LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
GRANT linden_node, linden_above TO linden;
CREATE DATABASE linden OWNER linden ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE linden FROM PUBLIC;
