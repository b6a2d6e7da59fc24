"""The record in plain columns, for whoever looks at the database with any tool: one row per entry."""

AUDIT_LOG = """
CREATE VIEW audit_log AS
SELECT
    entry.at AS at,
    entry.run AS run,
    run.workflow AS workflow,
    entry.step AS step,
    entry.kind AS event,
    run.door || ': ' || run.key AS trigger_event,
    coalesce(entry.records, entry.source, run.record) AS source_records,
    entry.prompt AS prompt_version,
    entry.model AS model,
    CASE WHEN entry.kind = 'model.asked' THEN entry.outcome END AS output_status,
    CASE WHEN entry.kind IN ('gate.decided', 'gate.expired', 'gate.voided', 'policy.ruled', 'question.answered')
        THEN coalesce(entry.outcome, entry.standing) END AS decision,
    entry.reason AS reason,
    CASE WHEN entry.kind LIKE 'action.%' OR entry.kind LIKE 'compensation.%'
        THEN entry.kind || coalesce(' ' || entry.outcome, '') || coalesce(' ' || entry.ext_ref, '')
        END AS external_action,
    entry.key AS idempotency_key,
    coalesce(entry.error, failure.value_json) AS error,
    entry.attempt AS attempt,
    entry.until AS next_try,
    entry.actor AS actor,
    run.owner AS owner,
    CASE WHEN entry.kind LIKE 'gate.%' OR entry.kind LIKE 'question.%'
        THEN CASE entry.actor_kind WHEN 'user' THEN entry.actor ELSE coalesce(entry.reviewer, entry."group") END
        END AS reviewer,
    entry.chain AS chain,
    entry.seq AS seq
FROM entry
LEFT JOIN run ON run.id = entry.run
LEFT JOIN entry_field AS failure ON failure.entry = entry.id AND failure.name = 'error'
"""
