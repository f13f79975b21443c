{{ config(materialized='view') }}

with bounds as (
    select
        cast(min(period_start_date) as date) as first_date,
        cast(max(period_end_date) as date) as last_date
    from {{ ref('stg_report') }}
),

days as (
    {{ day_series('(select bounds.first_date from bounds)', '(select bounds.last_date from bounds)') }}
)

select day_date
from days
