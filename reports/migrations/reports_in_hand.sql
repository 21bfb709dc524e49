-- Called by the triggers of reports/models/text.py, after the year's own guard.

CREATE FUNCTION reports_require_draft(place varchar, of_year integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever submits a report has locked the village's years before: a writer who waited for that sees it submitted.
    IF EXISTS (
        SELECT 1 FROM reports_report r
        WHERE r.region_id = place AND r.year = of_year AND r.state <> 'draft' AND NOT EXISTS (
            SELECT 1 FROM reports_report later
            WHERE (later.region_id, later.year, later.kind, later.first, later.part, later.since)
                = (r.region_id, r.year, r.kind, r.first, r.part, r.since) AND later.version > r.version
        )
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'report_in_draft',
            MESSAGE = format('the report of %s for %s is submitted, approved or sealed', place, of_year);
    END IF;
END $$;
