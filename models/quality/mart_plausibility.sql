with findings as (
    select
        findings.*,
        bounds.measured_as,
        bounds.lowest,
        bounds.highest,
        bounds.severity,
        bounds.statement,
        bounds.statement_en,
        answers.exception_code,
        answers.reason,
        coalesce(cells.table_no, findings.table_no) as place_table_no,
        cells.source_place
    from {{ ref('int_plausibility_finding') }} as findings
    inner join {{ ref('plausibility') }} as bounds on findings.plausibility_code = bounds.plausibility_code
    left join {{ ref('accepted_plausibility') }} as answers on findings.finding_key = answers.finding_key
    left join {{ ref('stg_cell') }} as cells on findings.cell_id = cells.cell_id
)

select
    finding_key,
    report_id as report_key,
    plausibility_code,
    severity,
    month_key,
    month_count,
    place_table_no as table_no,
    source_place,
    cell_id,
    concerns,
    seen,
    expected,
    measured,
    lowest,
    highest,
    surprise,
    statement,
    statement_en,
    concat(
        statement_en,
        ': ',
        concerns,
        coalesce(', ' || cast(month_key as string), ''),
        case
            when month_count > 1 then ' and in ' || cast(month_count - 1 as string) || ' more months'
            else ''
        end,
        ': ',
        {{ short_number('seen') }},
        ' seen, ',
        {{ short_number('expected') }},
        ' expected'
    ) as sentence_en,
    exception_code is not null as is_answered,
    reason as answer
from findings
