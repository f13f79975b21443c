-- One row per edition and month of its period, and the next newer edition of the product that holds this
-- month. An edition of other months says nothing about it, and replaces nothing.
with edition_months as (
    select
        editions.report_id,
        editions.product_code,
        editions.edition_rank,
        editions.edition_order,
        cast(year(editions.period_end_date) * 100 + months.month_no as integer) as month_key
    from {{ ref('int_edition_order') }} as editions
    inner join {{ ref('month') }} as months
        on months.month_no between month(editions.period_start_date) and month(editions.period_end_date)
),

followed as (
    select
        report_id,
        product_code,
        month_key,
        min(edition_order) over (
            partition by product_code, month_key
            order by edition_rank asc
            range between 1 following and unbounded following
        ) as newer_edition_order
    from edition_months
)

select
    followed.report_id,
    followed.month_key,
    newer.report_id as newer_report_id
from followed
left join {{ ref('int_edition_order') }} as newer on followed.newer_edition_order = newer.edition_order
