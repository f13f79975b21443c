-- One row per edition: its place in time, the edition that replaces it, and the rule its symbols follow. Of
-- two editions the one whose period ends later is newer, then the one updated later; the report's id makes
-- the order stable. An edition that prints no date of its own cannot have been known before its last month
-- had ended.
with ordered as (
    select
        reports.report_id,
        reports.product_code,
        year(reports.period_end_date) as year,
        coalesce(reports.updated_date, reports.period_end_date) as known_from_date,
        case when reports.updated_date is null then 'period_end' else 'updated_date' end as known_from_basis,
        row_number() over (
            order by
                reports.period_end_date asc,
                coalesce(reports.updated_date, date '1900-01-01') asc,
                reports.report_id asc
        ) as edition_order,
        case when reports.legend_text is null then 'NONE' else legends.suppression_rule end
            as suppression_rule,
        legends.law
    from {{ ref('stg_report') }} as reports
    left join {{ ref('legend') }} as legends
        on {{ normalise_label('reports.legend_text') }} = legends.legend_label
)

select
    report_id,
    product_code,
    year,
    edition_order,
    lead(report_id) over (partition by product_code, year order by edition_order asc) as newer_report_id,
    known_from_date,
    known_from_basis,
    suppression_rule,
    law
from ordered
