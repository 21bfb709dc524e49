-- Whoever writes rows that figures rest on leaves a mark, in the same transaction: form, import, COPY, raw SQL.
-- What a mark means: reports/models/cache.py.

CREATE FUNCTION reports_mark_villages() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- Rows count in reports of their year and, where things accumulate, of every later one.
    IF TG_OP = 'INSERT' THEN
        INSERT INTO reports_villagemark (region_id, year)
        SELECT region_id, min(year) FROM new_values GROUP BY region_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO reports_villagemark (region_id, year)
        SELECT region_id, min(year) FROM old_values GROUP BY region_id;
    ELSE
        -- A row may have moved: both its places are marked.
        INSERT INTO reports_villagemark (region_id, year)
        SELECT region_id, min(year) FROM (
            SELECT region_id, year FROM old_values UNION ALL SELECT region_id, year FROM new_values
        ) AS written GROUP BY region_id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION reports_mark_everywhere() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- An enterprise lies in no village of those that it brings along. Which these are is not to be known: somebody may
    -- be adding one whose row is not to be seen yet. So all are marked, from the first year on.
    IF EXISTS (
        SELECT 1 FROM old_values o JOIN new_values n ON n.id = o.id WHERE o.kind IS DISTINCT FROM n.kind
    ) THEN
        INSERT INTO reports_villagemark (region_id, year) VALUES (NULL, 2000);
    END IF;
    RETURN NULL;
END $$;
