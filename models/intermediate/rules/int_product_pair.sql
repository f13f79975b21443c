-- One row per distinct cell that several products print, and product whose newest edition is not the newest
-- of all: its cell, and the cell of the newest product that it is held against. A product may have been
-- revised since the other was printed: of its editions since then, one that says the same goes before the
-- newest.
with cells as (
    select
        *,
        max(edition_order) over (partition by product_code, column_type, fact_key) as newest_of_product,
        max(edition_order) over (partition by column_type, fact_key) as newest_of_all
    from {{ ref('int_product_cell') }}
),

others as (
    select *
    from cells
    where edition_order = newest_of_product and newest_of_product < newest_of_all
),

newest as (
    select
        *,
        coalesce(
            lead(edition_order) over (
                partition by product_code, column_type, fact_key
                order by edition_order asc
            ),
            edition_order + 1
        ) as replaced_order
    from cells
    where newest_of_product = newest_of_all
),

ranked as (
    select
        others.fact_key,
        others.month_key,
        others.column_type,
        newest.report_id,
        newest.cell_id as whole_cell_id,
        newest.participants_min as whole_min,
        newest.participants_max as whole_max,
        others.cell_id as part_cell_id,
        others.participants_min as part_min,
        others.participants_max as part_max,
        row_number() over (
            partition by others.cell_id
            order by
                case
                    when
                        others.participants_min = newest.participants_min
                        and others.participants_max = newest.participants_max
                        then 0
                    else 1
                end asc,
                newest.edition_order desc
        ) as preference
    from others
    inner join newest
        on
            others.column_type = newest.column_type
            and others.fact_key = newest.fact_key
            and others.edition_order < newest.replaced_order
)

select
    'product' as part_level,
    fact_key,
    month_key,
    column_type,
    report_id,
    whole_cell_id,
    whole_min,
    whole_max,
    part_cell_id,
    part_min,
    part_max
from ranked
where preference = 1
