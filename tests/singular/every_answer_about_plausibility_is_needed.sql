-- Fails for an answer on record whose finding is no longer made: the report says otherwise, or the bounds do.
-- An answer about a report that is not loaded, or replaced by a newer edition, rests.
select
    answers.exception_code,
    answers.finding_key,
    answers.report_key
from {{ ref('accepted_plausibility') }} as answers
inner join {{ ref('int_edition') }} as editions
    on answers.report_key = editions.report_id and editions.newer_report_id is null
left join {{ ref('int_plausibility_finding') }} as findings on answers.finding_key = findings.finding_key
where findings.finding_key is null or findings.report_id <> answers.report_key
