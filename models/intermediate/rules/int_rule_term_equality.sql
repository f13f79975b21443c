-- The cells of the checks that what is printed twice is printed alike. The whole is the cell that counts, the
-- part is the copy held against it: another place in the edition, the edition before, or another product.
with rules as (
    select
        rule_code,
        part_level,
        coalesce(from_month_key, 0) as from_month_key
    from {{ ref('consistency_rule') }}
    where rule_type = 'equality'
),

copies as (
    select
        'copy' as part_level,
        cells.fact_key,
        cells.month_key,
        cells.column_type,
        cells.report_id,
        cells.cell_id as whole_cell_id,
        cells.participants_min as whole_min,
        cells.participants_max as whole_max,
        places.cell_id as part_cell_id,
        cell_values.participants_min as part_min,
        cell_values.participants_max as part_max
    from {{ ref('int_product_cell') }} as cells
    inner join {{ ref('int_cell') }} as places
        on
            cells.report_id = places.report_id
            and cells.column_type = places.column_type
            and cells.fact_key = places.fact_key
            and cells.cell_id <> places.cell_id
    inner join {{ ref('int_cell_value') }} as cell_values on places.cell_id = cell_values.cell_id
    where cells.times_printed > 1
),

successions as (
    select
        'edition' as part_level,
        fact_key,
        month_key,
        column_type,
        lead(report_id) over cell_editions as report_id,
        lead(cell_id) over cell_editions as whole_cell_id,
        lead(participants_min) over cell_editions as whole_min,
        lead(participants_max) over cell_editions as whole_max,
        cell_id as part_cell_id,
        participants_min as part_min,
        participants_max as part_max
    from {{ ref('int_product_cell') }}
    window cell_editions as (
        partition by product_code, column_type, fact_key
        order by edition_order asc
    )
),

pairs as (
    select * from copies
    union all
    select * from successions
    where whole_cell_id is not null
    union all
    select * from {{ ref('int_product_pair') }}
),

checks as (
    select
        rules.rule_code,
        rules.rule_code || ':' || pairs.part_cell_id as check_key,
        pairs.*
    from pairs
    inner join rules
        on pairs.part_level = rules.part_level and pairs.month_key >= rules.from_month_key
)

select
    rule_code,
    check_key,
    part_level,
    'part' as term_role,
    column_type,
    fact_key as whole_fact_key,
    report_id,
    month_key,
    fact_key,
    part_cell_id as cell_id,
    part_min as participants_min,
    part_max as participants_max
from checks
union all
select
    rule_code,
    check_key,
    part_level,
    'whole' as term_role,
    column_type,
    fact_key as whole_fact_key,
    report_id,
    month_key,
    fact_key,
    whole_cell_id as cell_id,
    whole_min as participants_min,
    whole_max as participants_max
from checks
