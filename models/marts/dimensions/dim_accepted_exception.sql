select
    exceptions.exception_code,
    exceptions.check_key,
    exceptions.report_key,
    checks.month_key,
    exceptions.reason,
    exceptions.evidence,
    exceptions.status
from {{ ref('accepted_exception') }} as exceptions
inner join {{ ref('stg_report') }} as reports on exceptions.report_key = reports.report_id
left join {{ ref('int_rule_check') }} as checks on exceptions.check_key = checks.check_key
