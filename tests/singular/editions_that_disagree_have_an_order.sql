-- Fails for each figure that two editions of a product print differently, of which nothing says which is
-- newer: they were known on one day and end with one month, or one prints its date, the other none, and
-- that may have come out before or after.
with cells as (
    select
        cells.column_type,
        cells.fact_key,
        cells.cell_id,
        cells.value_status,
        cells.participants,
        reports.source_file,
        editions.product_code,
        editions.edition_rank,
        editions.edition_order,
        editions.known_from_date,
        editions.period_end_date,
        editions.known_from_basis <> 'period_end' as is_dated
    from {{ ref('int_cell_edition') }} as cells
    inner join {{ ref('int_edition_order') }} as editions on cells.report_id = editions.report_id
    inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
)

select
    one.source_file,
    other.source_file as other_file,
    one.fact_key,
    one.cell_id,
    other.cell_id as other_cell_id,
    one.participants,
    other.participants as other_participants,
    'say in reports.yml when each was published' as next_step
from cells as one
inner join cells as other
    on
        one.product_code = other.product_code
        and one.column_type = other.column_type
        and one.fact_key = other.fact_key
        and one.edition_order < other.edition_order
where
    (one.value_status <> other.value_status or coalesce(one.participants <> other.participants, false))
    and (
        one.edition_rank = other.edition_rank
        or (
            other.is_dated and not one.is_dated
            and other.known_from_date > one.period_end_date
            and other.period_end_date <= one.period_end_date
        )
    )
