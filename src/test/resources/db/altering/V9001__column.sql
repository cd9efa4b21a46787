ALTER TABLE transfer ADD COLUMN of_a_test int;
