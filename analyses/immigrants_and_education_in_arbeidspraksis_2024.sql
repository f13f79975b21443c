-- Do participants in arbeidstrening and in arbeidsforberedende trening differ in immigrant background and
-- education? (December 2024, and the mean of the year)
--
-- How to read the answer: one row per tiltak and characteristic. The December columns are the stock at the
-- end of the month; the year columns are the average of the twelve months that NAV prints, rounded to
-- whole people. Shares are of all participants in the tiltak, as printed. NAV makes one member of people
-- whose education is not stated and people who completed none, so that row says little about either.
-- Nothing is hidden in these tables; if a number were, its row would show no number and no share.
with cells as (
    select
        'december' as measure,
        tiltak_key,
        immigrant_background_key,
        education_key,
        participants
    from {{ ref('fct_monthly_participants') }}
    where
        month_key = 202412
        and breakdown_key in ('TILTAK', 'TILTAK.IMMIGRANT_BACKGROUND', 'TILTAK.EDUCATION')
    union all
    select
        'year' as measure,
        tiltak_key,
        immigrant_background_key,
        education_key,
        participants_average as participants
    from {{ ref('fct_year_to_date_average') }}
    where
        month_key = 202412
        and breakdown_key in ('TILTAK', 'TILTAK.IMMIGRANT_BACKGROUND', 'TILTAK.EDUCATION')
),

pairs as (
    select
        tiltak_key,
        immigrant_background_key,
        education_key,
        max(case when measure = 'december' then participants end) as december,
        max(case when measure = 'year' then participants end) as year_average
    from cells
    group by tiltak_key, immigrant_background_key, education_key
)

select
    tiltak.name as tiltak_name,
    case
        when pairs.education_key <> '_T' then 'education'
        when pairs.immigrant_background_key <> '_T' then 'immigrant background'
        else 'all'
    end as characteristic,
    case
        when pairs.education_key <> '_T' then education.name_en
        else immigrant_background.name_en
    end as member,
    pairs.december,
    round(100.0 * pairs.december / wholes.december, 1) as december_percent,
    pairs.year_average,
    round(100.0 * pairs.year_average / wholes.year_average, 1) as year_percent
from pairs
inner join pairs as wholes
    on
        pairs.tiltak_key = wholes.tiltak_key
        and wholes.immigrant_background_key = '_T'
        and wholes.education_key = '_T'
inner join {{ ref('dim_tiltak') }} as tiltak on pairs.tiltak_key = tiltak.tiltak_key
inner join {{ ref('dim_education') }} as education on pairs.education_key = education.education_key
inner join {{ ref('dim_immigrant_background') }} as immigrant_background
    on pairs.immigrant_background_key = immigrant_background.immigrant_background_key
order by
    tiltak.sort_order,
    characteristic,
    immigrant_background.sort_order,
    education.sort_order
