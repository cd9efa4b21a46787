-- A node that does not migrate looks whether somebody has, as the application.
GRANT SELECT ON flyway_schema_history TO backlot_app;
