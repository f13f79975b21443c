-- Entries of the registers of corrections and accepted exceptions that no longer fit: what they name is not
-- printed so, or nothing needs them any more: no check, and no other file of the edition that prints what is
-- corrected. A correction that no single check needs may be one that all need together: the audit looks.
with corrections as (
    select
        corrections.correction_code,
        corrections.cell_id,
        corrections.printed_text as expected_text,
        corrections.corrected_text,
        cells.cell_id is not null as is_cell_found,
        cells.printed_text,
        cell_values.participants_min,
        cell_values.participants_max,
        cell_values.printed_min,
        cell_values.printed_max,
        cell_values.value_status
    from {{ ref('cell_correction') }} as corrections
    inner join {{ ref('stg_report') }} as reports
        on corrections.cell_id like reports.report_id || ':%'
    left join {{ ref('stg_cell') }} as cells on corrections.cell_id = cells.cell_id
    left join {{ ref('int_cell_value') }} as cell_values on cells.cell_id = cell_values.cell_id
),

-- Every check of a corrected cell, as it would be with the printed text.
uncorrected as (
    select
        corrections.correction_code,
        checks.rule_type,
        checks.is_testable,
        case
            when terms.term_role = 'part'
                then checks.parts_min - corrections.participants_min + corrections.printed_min
            else checks.parts_min
        end as parts_min,
        case
            when terms.term_role = 'part'
                then checks.parts_max - corrections.participants_max + corrections.printed_max
            else checks.parts_max
        end as parts_max,
        case
            when terms.term_role = 'whole' then checks.whole_weight * corrections.printed_min
            else checks.whole_min
        end as whole_min,
        case
            when terms.term_role = 'whole' then checks.whole_weight * corrections.printed_max
            else checks.whole_max
        end as whole_max,
        checks.tolerance
    from corrections
    inner join {{ ref('int_rule_term') }} as terms on corrections.cell_id = terms.cell_id
    inner join {{ ref('int_rule_check') }} as checks on terms.check_key = checks.check_key
),

judged as (
    select
        correction_code,
        {{ rule_outcome(
            'rule_type', 'is_testable', 'parts_min', 'parts_max', 'whole_min', 'whole_max', 'tolerance'
        ) }} as outcome
    from uncorrected
),

explaining as (
    select correction_code
    from judged
    where outcome = 'impossible'
    union
    select corrections.correction_code
    from corrections
    inner join {{ ref('int_witness_agreement') }} as agreed on corrections.cell_id = agreed.lead_cell_id
),

correction_problems as (
    select
        corrections.correction_code as entry_code,
        corrections.cell_id as concerns,
        case
            when not corrections.is_cell_found then 'no_such_cell'
            when corrections.printed_text <> corrections.expected_text then 'printed_text_differs'
            when corrections.value_status is null then 'corrected_text_has_no_meaning'
            when explaining.correction_code is null then 'explains_no_failing_check'
        end as problem,
        corrections.printed_text as seen
    from corrections
    left join explaining on corrections.correction_code = explaining.correction_code
),

exception_problems as (
    select
        exceptions.exception_code as entry_code,
        exceptions.check_key as concerns,
        case
            when checks.check_key is null then 'no_such_check'
            when checks.report_id <> exceptions.report_key then 'check_is_of_another_report'
            when checks.outcome <> 'impossible' then 'check_is_not_impossible'
        end as problem,
        checks.outcome as seen
    from {{ ref('accepted_exception') }} as exceptions
    inner join {{ ref('int_edition') }} as editions
        on exceptions.report_key = editions.report_id and editions.newer_report_id is null
    left join {{ ref('int_rule_check') }} as checks on exceptions.check_key = checks.check_key
)

select
    'cell_correction' as register,
    entry_code,
    concerns,
    problem,
    seen
from correction_problems
where problem is not null
union all
select
    'accepted_exception' as register,
    entry_code,
    concerns,
    problem,
    seen
from exception_problems
where problem is not null
