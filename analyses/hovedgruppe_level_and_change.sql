-- How many people were on a measure in January 2013, 2020 and 2022, by hovedgruppe, and how did that
-- change?
--
-- How to read the answer: one row per year and hovedgruppe, in people at the end of January. The reports
-- of these years share January and February only, and comparing the same month keeps the season out of the
-- change. All numbers are printed. `change` is measured from the January above it in the list, seven and
-- two years earlier. The registration of job seekers changed in November 2018, so the change of
-- Arbeidssøkere from 2013 to 2020 is partly one of counting. The 2019 report prints no total by
-- hovedgruppe, and 2024 covers Arbeidspraksis alone: neither belongs here.
with januaries as (
    select
        months.year,
        changes.hovedgruppe_key,
        changes.group_name,
        changes.group_name_en,
        changes.participants,
        changes.change,
        changes.change_percent
    from {{ ref('mart_participants_change') }} as changes
    inner join {{ ref('dim_month') }} as months on changes.month_key = months.month_key
    where
        changes.partition_key in ('TOTAL', 'HOVEDGRUPPE')
        and changes.scope_tiltak_key = '_T'
        and months.month_no = 1
)

select
    januaries.year,
    januaries.group_name as hovedgruppe_name,
    januaries.group_name_en as hovedgruppe_name_en,
    januaries.participants,
    round(100.0 * januaries.participants / totals.participants, 1) as share_percent,
    januaries.change,
    round(januaries.change_percent, 1) as change_percent
from januaries
inner join januaries as totals on januaries.year = totals.year and totals.hovedgruppe_key = '_T'
inner join {{ ref('dim_hovedgruppe') }} as hovedgruppe
    on januaries.hovedgruppe_key = hovedgruppe.hovedgruppe_key
order by januaries.year, hovedgruppe.sort_order
