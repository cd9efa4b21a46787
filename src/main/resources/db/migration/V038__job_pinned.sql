-- What a job takes of earlier ones, as the provider names it, and the account that made it: only that
-- one may run the job. {"account": ..., "ids": {"<where the input names it>": "<the provider's id>"}}
ALTER TABLE job ADD COLUMN pinned jsonb;
