"""What the database itself refuses about applications for recognition, as triggers.

Whoever writes, by a page, a crafted POST, the admin or bare SQL: no application begins decided, no
level is skipped, nobody decides their own, and what approvers look at does not change meanwhile.
"""

# Columns that both sides of the table look at: they stand still while an application waits.
CONTENT = (
    "origin", "reasons", "trading_policy", "type_asked", "tier_asked", "expected_volume",
    "general_survey_id", "field_survey_id", "material", "facts", "verdict", "tier_policy_id",
    "principles_met", "levels", "waiver_allowed", "number", "applicant_id",
)  # fmt: skip
SAME = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in CONTENT)


OWN_STEPS = "SELECT 1 FROM development_recognitionstep AS e WHERE e.application_id = NEW.id"


def refuse(constraint: str, text: str) -> str:
    return (
        f"RAISE EXCEPTION '{constraint}: {text}' "
        f"USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"
    )


def _approved(level: str, around: str = "") -> str:
    """Whether that level was approved, by a step of this application."""
    return f"EXISTS ({OWN_STEPS} AND e.verb = 'approved' AND e.level = {level}{around})"


def _answered(verb: str) -> str:
    here = "e.level = OLD.level AND e.round = OLD.round"
    return f"EXISTS ({OWN_STEPS} AND e.verb = '{verb}' AND {here})"


STEPS = f"""
IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'draft' OR NEW.round <> 0 THEN
        {refuse("recognition_begins_as_a_draft", "an application begins as a draft")}
    END IF;
    RETURN NEW;
END IF;
IF NEW.applicant_id <> OLD.applicant_id THEN
    {refuse("recognition_keeps_its_applicant", "the applicant does not change")}
END IF;
IF OLD.status NOT IN ('draft', 'sent_back') AND NOT ({SAME}) THEN
    {refuse("recognition_stands_still", "what waits or is decided does not change")}
END IF;
IF OLD.status = 'sent_back' AND NEW.levels <> OLD.levels THEN
    {refuse("recognition_ends_as_it_began", "its levels do not change")}
END IF;
IF (NEW.status, NEW.level, NEW.round)
    IS NOT DISTINCT FROM (OLD.status, OLD.level, OLD.round) THEN
    RETURN NEW;
END IF;
IF NOT (CASE OLD.status || '>' || NEW.status
    WHEN 'draft>submitted' THEN NEW.level = 0 AND NEW.round = 1
    WHEN 'sent_back>submitted' THEN NEW.level = OLD.level AND NEW.round = OLD.round + 1
    WHEN 'submitted>submitted' THEN
        NEW.level = OLD.level + 1 AND NEW.round = OLD.round AND {_answered("approved")}
    WHEN 'submitted>approved' THEN
        OLD.level = jsonb_array_length(OLD.levels) - 1 AND {_answered("approved")}
        AND NOT EXISTS (
            SELECT 1 FROM generate_series(0, OLD.level) AS passed (n) WHERE NOT {_approved("n")}
        )
        AND {_approved("OLD.level", " AND e.round = OLD.round AND e.actor_id = NEW.decided_by_id")}
    WHEN 'submitted>refused' THEN {_answered("refused")}
    WHEN 'submitted>sent_back' THEN
        NEW.level = OLD.level AND NEW.round = OLD.round AND {_answered("sent_back")}
    WHEN 'draft>withdrawn' THEN true
    WHEN 'submitted>withdrawn' THEN true
    WHEN 'sent_back>withdrawn' THEN true
    ELSE false
END) THEN
    {refuse("recognition_step_is_possible", "no such step from here")}
END IF;
IF NEW.status = 'submitted' AND NEW.post IS DISTINCT FROM (NEW.levels ->> NEW.level::int) THEN
    {refuse("recognition_waits_for_its_level", "it waits for the post of its level")}
END IF;
RETURN NEW;
"""  # noqa: S608

DECLARED = [("case_", "record"), ("post_", "text")]
DECISIONS = f"""
IF NEW.verb NOT IN ('approved', 'refused', 'sent_back') THEN
    RETURN NEW;
END IF;
SELECT * INTO case_ FROM development_recognitionapplication
    WHERE id = NEW.application_id FOR UPDATE;
IF case_.status <> 'submitted' OR NEW.level IS DISTINCT FROM case_.level
    OR NEW.round <> case_.round THEN
    {refuse("recognition_decided_where_it_waits", "it does not wait at this level")}
END IF;
IF case_.applicant_id IN (NEW.actor_id, coalesce(NEW.acting_for_id, 0)) THEN
    {refuse("recognition_no_self_approval", "nobody decides their own application")}
END IF;
IF EXISTS (
    SELECT 1 FROM development_recognitionstep AS e
    WHERE e.application_id = NEW.application_id AND e.actor_id = NEW.actor_id
    AND (e.verb = 'submitted' OR e.verb = 'edited' AND e.round > 0)
) THEN
    {refuse("recognition_not_decided_by_its_editor", "whoever edited it does not decide it")}
END IF;
IF EXISTS (
    SELECT 1 FROM development_recognitionstep AS e
    WHERE e.application_id = NEW.application_id AND e.actor_id = NEW.actor_id
    AND e.verb = 'approved' AND e.level <> NEW.level
) THEN
    {refuse("recognition_two_levels_two_people", "one person decides one level")}
END IF;
SELECT role INTO post_ FROM staff_user WHERE id = coalesce(NEW.acting_for_id, NEW.actor_id);
IF post_ IS DISTINCT FROM (case_.levels ->> NEW.level::int) THEN
    {refuse("recognition_decided_by_its_post", "another post decides at this level")}
END IF;
IF NEW.acting_for_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM development_deputy AS d
    WHERE d.absent_id = NEW.acting_for_id AND d.deputy_id = NEW.actor_id AND d.ended_at IS NULL
    AND current_date BETWEEN d.starts_on - 1 AND d.ends_on + 1
) THEN
    {refuse("recognition_deputy_is_named", "nobody named this deputy")}
END IF;
RETURN NEW;
"""  # noqa: S608

LINES = f"""
IF EXISTS (
    SELECT 1 FROM development_recognitionapplication AS a
    WHERE a.id = coalesce(NEW.application_id, OLD.application_id)
    AND a.status NOT IN ('draft', 'sent_back')
) THEN
    {refuse("recognition_stands_still", "what waits or is decided does not change")}
END IF;
RETURN coalesce(NEW, OLD);
"""  # noqa: S608
