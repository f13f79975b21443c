select
    exceptions.exception_code,
    exceptions.check_key,
    exceptions.report_key,
    exceptions.reason,
    exceptions.evidence,
    exceptions.status
from {{ ref('accepted_exception') }} as exceptions
inner join {{ ref('stg_report') }} as reports on exceptions.report_key = reports.report_id
