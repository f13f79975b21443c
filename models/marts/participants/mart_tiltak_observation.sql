select
    reports.product_code,
    cells.tiltak_key,
    tiltak.name as tiltak_name,
    tiltak.name_en as tiltak_name_en,
    min(cells.month_key) as first_printed_month_key,
    max(cells.month_key) as last_printed_month_key,
    min(case when cells.value_status = 'published' then cells.month_key end) as first_number_month_key,
    max(case when cells.value_status = 'published' then cells.month_key end) as last_number_month_key,
    cast(count(distinct cells.month_key) as integer) as printed_month_count,
    cast(count(distinct case when cells.value_status = 'published' then cells.month_key end) as integer)
        as number_month_count,
    cast(count(distinct case when cells.value_status = 'suppressed' then cells.month_key end) as integer)
        as hidden_month_count,
    cast(count(distinct case when cells.value_status = 'blank_zero' then cells.month_key end) as integer)
        as zero_month_count
from {{ ref('int_newest_cell') }} as cells
inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
inner join {{ ref('dim_tiltak') }} as tiltak on cells.tiltak_key = tiltak.tiltak_key
where cells.column_type = 'month' and tiltak.tiltak_level = 'tiltak'
group by reports.product_code, cells.tiltak_key, tiltak.name, tiltak.name_en
