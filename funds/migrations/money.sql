-- Called by the triggers that funds/money_guards.py declares. Each locks before it looks: the second statement of a function
-- sees what was committed while the first one waited.

CREATE OR REPLACE FUNCTION funds_check_appropriations(touched bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    -- NO KEY: a row that refers to one of these only is written without waiting.
    PERFORM 1 FROM funds_appropriation WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
    SELECT s.* INTO bad FROM (
        SELECT a.id, a.amount + coalesce(e.changed, 0) AS effective, a.amount + coalesce(e.granted, 0) AS granted,
            coalesce(e.arrived, 0) AS arrived, coalesce(l.allocated, 0) AS allocated
        FROM funds_appropriation a
        LEFT JOIN LATERAL (
            SELECT sum(CASE kind WHEN '01' THEN 0 WHEN '03' THEN amount ELSE -amount END) AS changed,
                sum(CASE kind WHEN '03' THEN amount WHEN '04' THEN -amount ELSE 0 END) AS granted,
                sum(amount) FILTER (WHERE kind = '01') AS arrived
            FROM funds_appropriationentry WHERE appropriation_id = a.id
        ) e ON true
        LEFT JOIN LATERAL (
            SELECT sum(amount) AS allocated FROM funds_allocation WHERE appropriation_id = a.id
        ) l ON true
        WHERE a.id = ANY(touched)
    ) s
    WHERE s.allocated > s.effective OR s.arrived > s.granted OR s.effective < 0
    ORDER BY s.id LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF bad.arrived > bad.granted THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'arrived_within_appropriation',
            MESSAGE = format('appropriation %s: %s arrived of %s', bad.id, bad.arrived, bad.granted);
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'allocated_within_appropriation',
        MESSAGE = format('appropriation %s: %s allocated of %s', bad.id, bad.allocated, bad.effective);
END $$;

CREATE OR REPLACE FUNCTION funds_check_allocations(touched bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    PERFORM 1 FROM funds_allocation WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
    SELECT l.id, l.amount, p.paid INTO bad
    FROM funds_allocation l
    CROSS JOIN LATERAL (SELECT sum(amount) AS paid FROM funds_payment WHERE allocation_id = l.id) p
    WHERE l.id = ANY(touched) AND p.paid > l.amount
    ORDER BY l.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'paid_within_allocation',
            MESSAGE = format('allocation %s: %s paid of %s', bad.id, bad.paid, bad.amount);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION funds_check_region(touched bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT l.id, l.region_id, r.code INTO bad
    FROM funds_allocation l
    JOIN funds_appropriation a ON a.id = l.appropriation_id
    JOIN fupin_region r ON r.code = a.region_id
    WHERE l.id = ANY(touched) AND NOT starts_with(l.region_id, r.prefix)
    ORDER BY l.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'allocated_within_region',
            MESSAGE = format('allocation %s: %s does not lie in %s', bad.id, bad.region_id, bad.code);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION funds_check_approval(touched bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    -- Whoever writes steps of a project has it locked FOR NO KEY UPDATE: one waits for the other, and then sees what it wrote.
    PERFORM 1 FROM funds_project WHERE id IN (
        SELECT l.project_id FROM funds_payment p JOIN funds_allocation l ON l.id = p.allocation_id
        WHERE p.id = ANY(touched)
    ) ORDER BY id FOR SHARE;
    SELECT p.id, p."on" INTO bad
    FROM funds_payment p
    JOIN funds_allocation l ON l.id = p.allocation_id
    WHERE p.id = ANY(touched) AND NOT EXISTS (
        SELECT 1 FROM funds_projectstep s
        WHERE s.project_id = l.project_id AND s.kind = '11' AND s.undone_at IS NULL AND s."on" <= p."on"
    )
    ORDER BY p.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'paid_after_approval',
            MESSAGE = format('payment %s: no approval by %s', bad.id, bad."on");
    END IF;
END $$;
