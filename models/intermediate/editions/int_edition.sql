-- One row per edition: its place in time, the edition that replaces all of it, and the rule of its symbols.
with replaced as (
    select
        report_id,
        count(*) = count(newer_report_id) as is_replaced,
        max(month_key) as last_month_key
    from {{ ref('int_edition_month') }}
    group by report_id
)

select
    editions.report_id,
    editions.product_code,
    year(editions.period_end_date) as year,
    editions.edition_order,
    case when replaced.is_replaced then last_months.newer_report_id end as newer_report_id,
    editions.known_from_date,
    editions.known_from_basis,
    case when reports.legend_text is null then 'NONE' else legends.suppression_rule end as suppression_rule,
    legends.law
from {{ ref('int_edition_order') }} as editions
inner join {{ ref('stg_report') }} as reports on editions.report_id = reports.report_id
inner join replaced on editions.report_id = replaced.report_id
inner join {{ ref('int_edition_month') }} as last_months
    on replaced.report_id = last_months.report_id and replaced.last_month_key = last_months.month_key
left join {{ ref('legend') }} as legends
    on {{ normalise_label('reports.legend_text') }} = legends.legend_label
