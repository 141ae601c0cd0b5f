"""What was signed never changes: the database itself refuses it, whoever asks.

A row is final when its version is signed. The check locks that version's row (FOR SHARE), so that nothing
slips in between the last look at a draft and its signing.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION agreements_refuse(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is signed and never changes; start a new version', what
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION agreements_is_signed(wanted bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE found_state text;
BEGIN
    SELECT state INTO found_state FROM agreements_agreementversion WHERE id = wanted FOR SHARE;
    RETURN found_state = 'signed';
END $$;

CREATE FUNCTION agreements_version_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'signed' THEN
        PERFORM agreements_refuse('agreement version ' || OLD.id);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER agreement_version_is_final BEFORE UPDATE OR DELETE ON agreements_agreementversion
    FOR EACH ROW EXECUTE FUNCTION agreements_version_is_final();

CREATE FUNCTION agreements_part_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND agreements_is_signed(OLD.version_id) THEN
        PERFORM agreements_refuse('agreement version ' || OLD.version_id);
    END IF;
    IF TG_OP <> 'DELETE' AND agreements_is_signed(NEW.version_id) THEN
        PERFORM agreements_refuse('agreement version ' || NEW.version_id);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER commitment_is_final BEFORE INSERT OR UPDATE OR DELETE ON agreements_commitment
    FOR EACH ROW EXECUTE FUNCTION agreements_part_is_final();
CREATE TRIGGER calendar_use_is_final BEFORE INSERT OR UPDATE OR DELETE ON agreements_calendaruse
    FOR EACH ROW EXECUTE FUNCTION agreements_part_is_final();
CREATE TRIGGER signature_is_final BEFORE INSERT OR UPDATE OR DELETE ON agreements_signature
    FOR EACH ROW EXECUTE FUNCTION agreements_part_is_final();

CREATE FUNCTION agreements_calendar_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM agreements_agreementversion v
        WHERE v.id IN (SELECT version_id FROM agreements_commitment WHERE calendar_id = OLD.id
                       UNION SELECT version_id FROM agreements_calendaruse WHERE calendar_id = OLD.id)
          AND v.state = 'signed' LIMIT 1;
    IF FOUND THEN
        PERFORM agreements_refuse('an agreement that uses calendar version ' || OLD.id);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER calendar_version_is_final BEFORE UPDATE OR DELETE ON agreements_calendarversion
    FOR EACH ROW EXECUTE FUNCTION agreements_calendar_is_final();
"""

BACKWARD = """
DROP TRIGGER calendar_version_is_final ON agreements_calendarversion;
DROP TRIGGER signature_is_final ON agreements_signature;
DROP TRIGGER calendar_use_is_final ON agreements_calendaruse;
DROP TRIGGER commitment_is_final ON agreements_commitment;
DROP TRIGGER agreement_version_is_final ON agreements_agreementversion;
DROP FUNCTION agreements_calendar_is_final, agreements_part_is_final, agreements_version_is_final,
    agreements_is_signed, agreements_refuse;
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_ground")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
