with editions as (
    select
        reports.*,
        products.title_en,
        products.nav_code,
        products.scope_tiltak_key,
        case when reports.legend_text is null then 'NONE' else legends.suppression_rule end as suppression_rule,
        legends.law,
        row_number() over (
            partition by reports.product_code, year(reports.period_end_date)
            order by
                reports.period_end_date desc,
                coalesce(reports.updated_date, date '1900-01-01') desc,
                reports.report_id desc
        ) as edition_rank
    from {{ ref('stg_report') }} as reports
    inner join {{ ref('product') }} as products on reports.product_code = products.product_code
    left join {{ ref('legend') }} as legends
        on {{ normalise_label('reports.legend_text') }} = legends.legend_label
)

select
    editions.report_id as report_key,
    editions.product_code,
    editions.product_title,
    editions.title_en as product_title_en,
    editions.nav_code,
    editions.scope_tiltak_key,
    editions.period_start_date,
    editions.period_end_date,
    editions.updated_date,
    editions.edition_rank = 1 as is_newest_edition,
    editions.suppression_rule,
    editions.legend_text,
    editions.law,
    symbols.symbol_name,
    symbols.meaning as symbol_meaning,
    symbols.participants_min as symbol_min,
    symbols.participants_max as symbol_max,
    editions.table_count,
    editions.fragment_count,
    editions.cell_count,
    editions.line_count,
    editions.text_format,
    editions.source_file,
    editions.sha256
from editions
left join {{ ref('symbol') }} as symbols on editions.suppression_rule = symbols.suppression_rule
