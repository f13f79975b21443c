-- One row per edition and thing measured of it as a whole: how many months after its period it was known, how
-- far its year is from those in which any product was seen and in which its law was quoted, and how much of
-- it is hidden.
with editions as (
    select
        reports.report_id,
        reports.period_end_date,
        coalesce(reports.published_date, reports.updated_date) as known_date,
        year(reports.period_end_date) as year,
        editions.law
    from {{ ref('stg_report') }} as reports
    inner join {{ ref('int_edition') }} as editions on reports.report_id = editions.report_id
),

laws as (
    select
        law,
        min(first_year_seen) as first_year_seen,
        max(last_year_seen) as last_year_seen
    from {{ ref('legend') }}
    group by law
),

products as (
    select
        min(first_year_seen) as first_year_seen,
        max(last_year_seen) as last_year_seen
    from {{ ref('product') }}
),

hidden as (
    select
        report_id,
        -- An engine keeps only some decimals of a mean of decimals.
        avg(cast(case when participants_min < participants_max then 1 else 0 end as double)) as hidden_share
    from {{ ref('int_newest_cell') }}
    group by report_id
),

measures as (
    select
        'MONTHS_AFTER_PERIOD' as plausibility_code,
        report_id,
        cast(
            12 * (year(known_date) - year(period_end_date))
            + month(known_date) - month(period_end_date) as double
        ) as measured,
        cast(0 as double) as expected
    from editions
    where known_date is not null
    union all
    select
        'YEARS_FROM_PRODUCTS' as plausibility_code,
        editions.report_id,
        cast(
            greatest(
                products.first_year_seen - editions.year, editions.year - products.last_year_seen, 0
            ) as double
        ) as measured,
        cast(0 as double) as expected
    from editions
    cross join products
    union all
    select
        'YEARS_FROM_LAW' as plausibility_code,
        editions.report_id,
        cast(
            greatest(laws.first_year_seen - editions.year, editions.year - laws.last_year_seen, 0) as double
        ) as measured,
        cast(0 as double) as expected
    from editions
    inner join laws on editions.law = laws.law
    union all
    select
        'HIDDEN_SHARE' as plausibility_code,
        report_id,
        cast(hidden_share as double) as measured,
        cast(0 as double) as expected
    from hidden
)

select
    plausibility_code,
    report_id,
    cast(null as integer) as month_key,
    cast(null as integer) as table_no,
    cast(null as string) as cell_id,
    'the edition' as concerns,
    measured as seen,
    expected,
    measured
from measures
