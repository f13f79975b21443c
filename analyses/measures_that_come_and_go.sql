-- Which tiltak appear and disappear between the reports of 2013, 2020 and 2022?
--
-- How to read the answer: one row per tiltak that is printed in one of the three reports that list all of
-- them. A report prints a tiltak if it shows a number or a star for it in any month; a star may stand for
-- 0, and a row of blanks does not count. The 2020 report covers two months only. No report is loaded for
-- the years between, so `appears` means at some time between two reports. Validity is from the code list
-- and says when intake began or ended; people may stay in a tiltak for years after its end.
with printed as (
    select
        facts.tiltak_key,
        max(case when months.year = 2013 then 1 else 0 end) as in_2013,
        max(case when months.year = 2020 then 1 else 0 end) as in_2020,
        max(case when months.year = 2022 then 1 else 0 end) as in_2022
    from {{ ref('fct_monthly_participants') }} as facts
    inner join {{ ref('dim_month') }} as months on facts.month_key = months.month_key
    inner join {{ ref('dim_report') }} as reports on facts.report_key = reports.report_key
    where
        facts.value_status <> 'blank_zero'
        and reports.scope_tiltak_key = '_T'
    group by facts.tiltak_key
)

select
    tiltak.tiltaksgruppe_name,
    tiltak.name as tiltak_name,
    tiltak.arena_code,
    printed.in_2013 = 1 as is_printed_2013,
    printed.in_2020 = 1 as is_printed_2020,
    printed.in_2022 = 1 as is_printed_2022,
    case
        when printed.in_2013 + printed.in_2020 + printed.in_2022 = 3 then 'in all three'
        when printed.in_2013 = 1 and printed.in_2022 = 0 then 'disappears'
        when printed.in_2013 = 0 and printed.in_2022 = 1 then 'appears'
        when printed.in_2013 = 1 then 'away in 2020'
        else 'in 2020 only'
    end as course,
    tiltak.first_observed_month_key,
    tiltak.last_observed_month_key,
    tiltak.valid_from_date,
    tiltak.valid_to_date
from printed
inner join {{ ref('dim_tiltak') }} as tiltak on printed.tiltak_key = tiltak.tiltak_key
where tiltak.tiltak_level = 'tiltak'
order by tiltak.sort_order
