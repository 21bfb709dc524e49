-- Called by the triggers that funds/sum_guards.py declares: what is held while a row is added up, in the order of
-- funds/migrations/money.sql.

CREATE OR REPLACE FUNCTION funds_hold_appropriations(touched bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM funds_appropriation WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- Of appropriations whose level, year or region has changed: a payment holds its allocation, and nothing above it.
CREATE OR REPLACE FUNCTION funds_hold_allocations(touched bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM funds_allocation WHERE appropriation_id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- The allocations of payments. Their projects need not be held: what is paid for was approved, and stands as it was proposed.
CREATE OR REPLACE FUNCTION funds_hold_allocated(touched bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM funds_allocation WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
END $$;

CREATE OR REPLACE FUNCTION funds_hold_projects(touched bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM funds_project WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- The sums from nothing: after rows were written while the triggers slept.
CREATE OR REPLACE FUNCTION funds_rebuild_sums() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE funds_appropriation, funds_appropriationentry, funds_allocation, funds_payment, funds_project IN SHARE MODE;
    DELETE FROM funds_fundsum;
    INSERT INTO funds_fundsum (at, owner, year, level, category, source, kind, number, amount)
    SELECT at, owner, year, level, category, source, kind, sum(number), sum(amount)
    FROM (
            SELECT left(a.region_id, 9), a.region_id, a.year, a.level, '', '', '10', 1, a.amount FROM funds_appropriation a
            UNION ALL
            SELECT left(a.region_id, 9), a.region_id, a.year, a.level, '', '', e.kind, 1, e.amount FROM funds_appropriationentry e JOIN funds_appropriation a ON a.id = e.appropriation_id
            UNION ALL
            SELECT left(l.region_id, 9), a.region_id, a.year, a.level, left(p.category, 2), '', '11', 1, l.amount FROM funds_allocation l JOIN funds_appropriation a ON a.id = l.appropriation_id JOIN funds_project p ON p.id = l.project_id
            UNION ALL
            SELECT left(l.region_id, 9), a.region_id, a.year, a.level, left(p.category, 2), '', '12', 1, y.amount FROM funds_payment y JOIN funds_allocation l ON l.id = y.allocation_id JOIN funds_appropriation a ON a.id = l.appropriation_id JOIN funds_project p ON p.id = l.project_id
            UNION ALL
            SELECT left(p.region_id, 9), '', p.year, '', '', p.source, '13', 1, p.amount FROM funds_project p WHERE p.amount > 0 AND p.stage NOT IN ('01', '04') AND NOT EXISTS (SELECT 1 FROM funds_allocation l WHERE l.project_id = p.id)
    ) AS added (at, owner, year, level, category, source, kind, number, amount)
    GROUP BY at, owner, year, level, category, source, kind;
END $$;
