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
        facts.hovedgruppe_key,
        facts.participants
    from {{ ref('fct_monthly_participants') }} as facts
    inner join {{ ref('dim_month') }} as months on facts.month_key = months.month_key
    where
        facts.breakdown_key in ('TOTAL', 'HOVEDGRUPPE')
        and months.month_no = 1
),

compared as (
    select
        januaries.year,
        januaries.hovedgruppe_key,
        januaries.participants,
        totals.participants as total_participants,
        lag(januaries.participants) over (
            partition by januaries.hovedgruppe_key
            order by januaries.year
        ) as earlier_participants
    from januaries
    inner join januaries as totals on januaries.year = totals.year and totals.hovedgruppe_key = '_T'
)

select
    compared.year,
    hovedgruppe.name as hovedgruppe_name,
    hovedgruppe.name_en as hovedgruppe_name_en,
    compared.participants,
    round(100.0 * compared.participants / compared.total_participants, 1) as share_percent,
    compared.participants - compared.earlier_participants as change,
    round(
        100.0 * (compared.participants - compared.earlier_participants) / compared.earlier_participants, 1
    ) as change_percent
from compared
inner join {{ ref('dim_hovedgruppe') }} as hovedgruppe
    on compared.hovedgruppe_key = hovedgruppe.hovedgruppe_key
order by compared.year, hovedgruppe.sort_order
