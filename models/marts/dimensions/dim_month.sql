with bounds as (
    select
        cast(min(period_start_date) as date) as first_date,
        cast(max(period_end_date) as date) as last_date
    from {{ ref('stg_report') }}
),

months as (
    {{ month_series('(select bounds.first_date from bounds)', '(select bounds.last_date from bounds)') }}
)

select
    cast(year(months.month_start) * 100 + month(months.month_start) as integer) as month_key,
    months.month_start as first_date,
    last_day(months.month_start) as last_date,
    cast(year(months.month_start) as integer) as year,
    cast(quarter(months.month_start) as integer) as quarter,
    month_names.month_no,
    month_names.name || ' ' || cast(year(months.month_start) as string) as name,
    month_names.name_en || ' ' || cast(year(months.month_start) as string) as name_en,
    month_names.name as month_name,
    month_names.name_en as month_name_en
from months
inner join {{ ref('month') }} as month_names on month(months.month_start) = month_names.month_no
