-- What share of each tiltaksgruppe are women, in November 2013?
select
    tiltak.tiltak_key,
    tiltak.name as tiltak_name,
    sum(case when facts.gender_key = 'F' then facts.participants end) as women,
    sum(facts.participants) as participants,
    cast(sum(case when facts.gender_key = 'F' then facts.participants end) as double precision)
    / cast(sum(facts.participants) as double precision) as share_of_women
from fct_monthly_participants as facts
inner join dim_tiltak as tiltak on facts.tiltak_key = tiltak.tiltak_key
where
    facts.breakdown_key = 'TILTAKSGRUPPE.GENDER'
    and facts.month_key = 201311
group by tiltak.tiltak_key, tiltak.name, tiltak.sort_order
order by tiltak.sort_order
