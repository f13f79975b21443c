-- What each printed cell says: a number, or an interval where the edition's rule hides it. A correction on
-- record takes the place of the text it names; the bounds of the printed text stay beside it.
with cells as (
    select
        cells.cell_id,
        cells.report_id,
        cells.printed_text,
        corrections.correction_code,
        coalesce(corrections.corrected_text, cells.printed_text) as read_text,
        editions.suppression_rule
    from {{ ref('stg_cell') }} as cells
    left join {{ ref('cell_correction') }} as corrections
        on cells.cell_id = corrections.cell_id and cells.printed_text = corrections.printed_text
    left join {{ ref('int_edition') }} as editions on cells.report_id = editions.report_id
),

numbered as (
    select
        cell_id,
        report_id,
        printed_text,
        correction_code,
        read_text,
        suppression_rule,
        {{ number_of('read_text') }} as read_number,
        {{ number_of('printed_text') }} as printed_number
    from cells
)

select
    numbered.cell_id,
    numbered.report_id,
    numbered.printed_text,
    numbered.correction_code,
    numbered.suppression_rule,
    numbered.read_number as participants,
    case when numbered.read_number is not null then 'published' else symbols.value_status end as value_status,
    coalesce(numbered.read_number, symbols.participants_min) as participants_min,
    coalesce(numbered.read_number, symbols.participants_max) as participants_max,
    coalesce(numbered.printed_number, printed_symbols.participants_min) as printed_min,
    coalesce(numbered.printed_number, printed_symbols.participants_max) as printed_max
from numbered
left join {{ ref('symbol') }} as symbols
    on
        numbered.suppression_rule = symbols.suppression_rule
        and numbered.read_text = coalesce(symbols.printed_text, '')
left join {{ ref('symbol') }} as printed_symbols
    on
        numbered.suppression_rule = printed_symbols.suppression_rule
        and numbered.printed_text = coalesce(printed_symbols.printed_text, '')
