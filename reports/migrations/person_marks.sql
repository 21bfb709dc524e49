-- Whoever corrects a person's sex or birth date leaves a mark. What it means: reports/models/cache.py.

CREATE FUNCTION reports_mark_people() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- Of every year in which the person is a member somewhere. EXECUTE plans by the number of rows at hand.
    EXECUTE $marks$
        INSERT INTO reports_villagemark (person_id, year)
        SELECT n.id, 2000 FROM old_values o JOIN new_values n ON n.id = o.id
        WHERE (o.sex, o.birth_date) IS DISTINCT FROM (n.sex, n.birth_date)
    $marks$;
    RETURN NULL;
END $$;

CREATE TRIGGER figures_on_update AFTER UPDATE ON households_person
REFERENCING OLD TABLE AS old_values NEW TABLE AS new_values
FOR EACH STATEMENT EXECUTE FUNCTION reports_mark_people();
