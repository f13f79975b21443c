-- When in the year are people on measures? (2013, January to November)
--
-- How to read the answer: one row per series and month. `seasonal_index` is the month in percent of the
-- mean of the eleven printed months; 100 is an ordinary month. July is the trough of every hovedgruppe:
-- measures pause in summer. The last series shows the opposite, job seekers in Utdanning, of whom there
-- are five times as many in June as in an ordinary month. One year shows a pattern and does not prove one:
-- season and trend cannot be told apart in eleven months, and December is not in the report.
with series as (
    select
        facts.month_key,
        facts.hovedgruppe_key,
        facts.tiltak_key,
        facts.participants
    from {{ ref('fct_monthly_participants') }} as facts
    inner join {{ ref('dim_month') }} as months on facts.month_key = months.month_key
    where
        months.year = 2013
        and (
            facts.breakdown_key in ('TOTAL', 'HOVEDGRUPPE')
            or (
                facts.breakdown_key = 'HOVEDGRUPPE.TILTAK'
                and facts.hovedgruppe_key = 'ARBEIDSSOKERE'
                and facts.tiltak_key = 'UTDANNING'
            )
        )
)

select
    hovedgruppe.name as hovedgruppe_name,
    tiltak.name as tiltak_name,
    months.month_no,
    months.month_name_en,
    series.participants,
    round(
        100.0 * series.participants
        / avg(series.participants) over (partition by series.hovedgruppe_key, series.tiltak_key),
        1
    ) as seasonal_index
from series
inner join {{ ref('dim_month') }} as months on series.month_key = months.month_key
inner join {{ ref('dim_hovedgruppe') }} as hovedgruppe
    on series.hovedgruppe_key = hovedgruppe.hovedgruppe_key
inner join {{ ref('dim_tiltak') }} as tiltak on series.tiltak_key = tiltak.tiltak_key
order by tiltak.tiltak_level_no, hovedgruppe.sort_order, months.month_no
