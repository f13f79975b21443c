-- One row per edition: when it was known, and its place among all editions. Newer is the edition known
-- later: the day on its card, else the date of update that it prints, else the last day of its period,
-- before which it cannot have been known. Of two that were known on one day the one whose period ends later
-- is newer; what nothing orders has one rank and replaces nothing of each other. The order goes on
-- where the rank ends, for a stable choice between editions that say the same: the one of fewer months
-- first.
with dated as (
    select
        report_id,
        product_code,
        period_start_date,
        period_end_date,
        coalesce(published_date, updated_date, period_end_date) as known_from_date,
        case
            when published_date is not null then 'card'
            when updated_date is not null then 'updated_date'
            else 'period_end'
        end as known_from_basis
    from {{ ref('stg_report') }}
)

select
    report_id,
    product_code,
    period_start_date,
    period_end_date,
    known_from_date,
    known_from_basis,
    dense_rank() over (order by known_from_date asc, period_end_date asc) as edition_rank,
    row_number() over (
        order by
            known_from_date asc,
            period_end_date asc,
            period_start_date desc,
            product_code asc,
            report_id asc
    ) as edition_order
from dated
