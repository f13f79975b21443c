-- How large a share of the participants were women, by tiltaksgruppe, in 2013?
--
-- How to read the answer: means of the eleven months that the report prints, January to November. The
-- lowest and the highest month say how steady the share is. All numbers are printed, group totals
-- included; the 2013 report hides nothing, and a blank in it means nobody, which is why the bounds are
-- used rather than `participants`, which a blank leaves empty. Gender is printed for 2013 (all measures)
-- and 2024 (Arbeidspraksis), so this is a picture, not a series.
with months as (
    select
        facts.tiltak_key,
        facts.month_key,
        sum(facts.participants_min) as participants,
        sum(case when facts.gender_key = 'F' then facts.participants_min else 0 end) as women
    from {{ ref('fct_monthly_participants') }} as facts
    inner join {{ ref('dim_month') }} as months on facts.month_key = months.month_key
    where
        facts.breakdown_key in ('GENDER', 'TILTAKSGRUPPE.GENDER')
        and months.year = 2013
    group by facts.tiltak_key, facts.month_key
)

select
    tiltak.name as tiltaksgruppe_name,
    tiltak.name_en as tiltaksgruppe_name_en,
    round(avg(months.participants), 0) as mean_participants,
    round(avg(months.women), 0) as mean_women,
    round(100.0 * sum(months.women) / sum(months.participants), 1) as women_percent,
    round(min(100.0 * months.women / months.participants), 1) as lowest_month_percent,
    round(max(100.0 * months.women / months.participants), 1) as highest_month_percent
from months
inner join {{ ref('dim_tiltak') }} as tiltak on months.tiltak_key = tiltak.tiltak_key
group by tiltak.tiltak_key, tiltak.name, tiltak.name_en, tiltak.sort_order
order by tiltak.sort_order
