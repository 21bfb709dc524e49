-- Called by the triggers that fupin/guards.py declares.

CREATE OR REPLACE FUNCTION fupin_require_open(place varchar, of_year integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    -- Years before a county's first are a baseline: they are written while that first year is open.
    -- FOR SHARE makes whoever closes the year wait for this transaction, and this one see the year closed
    -- once it was: it conflicts with any UPDATE of the row, raw SQL included.
    SELECT state, year INTO held FROM fupin_regionyear
    WHERE region_id = place
      AND year = greatest(of_year, (SELECT min(year) FROM fupin_regionyear WHERE region_id = place))
    FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'year_is_open',
            MESSAGE = format('%s年度尚未开设（区划代码 %s），不能写入。请联系县级办公室开设年度。', of_year, place);
    ELSIF held.state = 'closed' AND fupin_door(place, of_year) THEN
        RETURN; -- a correction of a closed year that two people stand for, and nothing else
    ELSIF held.state <> 'open' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'year_is_open',
            MESSAGE = format('%s年度%s（区划代码 %s），不能修改。如需修改，请%s。', held.year,
                CASE held.state WHEN 'closed' THEN '已关账' WHEN 'accepted' THEN '已审核通过'
                    WHEN 'passed' THEN '已上报县级审核' ELSE '已提交乡镇审核' END,
                place,
                CASE held.state WHEN 'closed' THEN '联系县级办公室重新打开' WHEN 'submitted' THEN '撤回，或请乡镇退回'
                    ELSE '联系县级办公室退回' END);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION fupin_refuse_truncate(name text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- A test database empties its tables between tests, and says so by this setting.
    IF coalesce(current_setting('fupin.may_truncate', true), '') <> 'on' THEN
        RAISE EXCEPTION 'TRUNCATE of % is not allowed: rows of the register are never removed wholesale', name;
    END IF;
END $$;
