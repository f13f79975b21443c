-- One row per distinct published cell: in how many ways it is checked together with other cells, where the
-- children of a level are a way.
with covered as (
    select
        terms.report_id,
        terms.column_type,
        terms.fact_key,
        count(distinct terms.rule_code || ':' || terms.part_level) as rule_count
    from {{ ref('int_rule_term') }} as terms
    inner join {{ ref('int_rule_check') }} as checks on terms.check_key = checks.check_key
    where checks.is_testable
    group by terms.report_id, terms.column_type, terms.fact_key
)

select
    cells.report_id,
    cells.column_type,
    cells.fact_key,
    cells.cell_id,
    cast(coalesce(covered.rule_count, 0) as integer) as rule_count
from {{ ref('int_newest_cell') }} as cells
left join covered
    on
        cells.report_id = covered.report_id
        and cells.column_type = covered.column_type
        and cells.fact_key = covered.fact_key
