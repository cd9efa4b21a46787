-- Where nodes listen for one another, so that the same database means the same cluster. Written
-- before a node is a member, and by nobody in its name: an address is a place to knock, no more.

CREATE TABLE cluster_peer (
  address text NOT NULL,
  port    integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (address, port)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON cluster_peer TO backlot_app;
