-- What each printed cell says: a number, or an interval where the edition's rule hides it.
with cells as (
    select
        cell_id,
        report_id,
        printed_text,
        case
            when {{ matches_pattern('printed_text', '[0-9 ]+') }}
                then cast(replace(printed_text, ' ', '') as integer)
        end as number
    from {{ ref('stg_cell') }}
)

select
    cells.cell_id,
    cells.report_id,
    cells.printed_text,
    editions.suppression_rule,
    cells.number as participants,
    case when cells.number is not null then 'published' else symbols.value_status end as value_status,
    coalesce(cells.number, symbols.participants_min) as participants_min,
    coalesce(cells.number, symbols.participants_max) as participants_max
from cells
left join {{ ref('int_edition') }} as editions on cells.report_id = editions.report_id
left join {{ ref('symbol') }} as symbols
    on
        editions.suppression_rule = symbols.suppression_rule
        and cells.printed_text = coalesce(symbols.printed_text, '')
