with witnesses as (
    select
        lead_report_id,
        {{ joined_text('text_format', ', ', 'text_format') }} as witness_formats
    from {{ ref('stg_report_file') }}
    where lead_report_id is not null
    group by lead_report_id
)

select
    reports.report_id as report_key,
    reports.product_code,
    reports.product_title,
    products.title_en as product_title_en,
    products.nav_code,
    products.statistic_code,
    products.unit_code,
    products.scope_tiltak_key,
    reports.period_start_date,
    reports.period_end_date,
    reports.updated_date,
    editions.newer_report_id is null as is_newest_edition,
    editions.suppression_rule,
    reports.legend_text,
    editions.law,
    symbols.symbol_name,
    symbols.meaning as symbol_meaning,
    symbols.participants_min as symbol_min,
    symbols.participants_max as symbol_max,
    reports.table_count,
    reports.fragment_count,
    reports.cell_count,
    reports.line_count,
    reports.text_format,
    witnesses.witness_formats,
    reports.source_file,
    reports.sha256,
    reports.publisher,
    reports.licence,
    reports.obtained,
    reports.notices
from {{ ref('stg_report') }} as reports
inner join {{ ref('int_edition') }} as editions on reports.report_id = editions.report_id
inner join {{ ref('product') }} as products on reports.product_code = products.product_code
left join witnesses on reports.report_id = witnesses.lead_report_id
left join {{ ref('symbol') }} as symbols on editions.suppression_rule = symbols.suppression_rule
