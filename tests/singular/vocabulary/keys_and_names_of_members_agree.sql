-- Fails for each member whose key does not say its name, or whose name does not say what its other columns
-- say.
{% set as_key = "replace(replace(replace(upper(name), 'Æ', 'AE'), 'Ø', 'O'), 'Å', 'A')" %}
{% set as_key = "trim(" ~ regexp_replace_all(as_key, '[^0-9A-Z]+', '_') ~ ", '_')" %}
with measures as (
    select
        tiltak_key,
        name,
        case when level = 'tiltaksgruppe' then 'GRP_' else '' end || {{ as_key }} as wanted_key
    from {{ ref('tiltak') }}
    -- A key does not begin with a digit.
    where level <> 'total' and not {{ matches_pattern('name', '[0-9].*') }}
),

statuses as (
    select
        hovedgruppe_key,
        name,
        {{ as_key }} as long_key
    from {{ ref('hovedgruppe') }}
    where level <> 'total'
),

ages as (
    select
        age_group_key,
        name,
        name_en,
        age_from,
        age_to,
        lag(age_to) over (order by sort_order asc) as age_before
    from {{ ref('age_group') }}
    where level <> 'total'
)

select
    tiltak_key as member_key,
    name
from measures
where tiltak_key <> wanted_key
union all
select
    hovedgruppe_key as member_key,
    name
from statuses
where substr(long_key, 1, length(hovedgruppe_key)) <> hovedgruppe_key
union all
select
    age_group_key as member_key,
    name
from ages
where
    age_group_key <> case
        when age_from is null then 'Y_LE' || cast(age_to as string)
        when age_to is null then 'Y_GE' || cast(age_from as string)
        else 'Y' || cast(age_from as string) || 'T' || cast(age_to as string)
    end
    or substr(name, 1, 2) <> cast(coalesce(age_from, age_to) as string)
    or substr(name_en, 1, 2) <> cast(coalesce(age_from, age_to) as string)
    or (age_from is not null and age_to is not null)
    <> (
        instr(name, '-' || cast(age_to as string)) > 0 and instr(name_en, '-' || cast(age_to as string)) > 0
    )
    -- Nobody is between two groups or in both.
    or coalesce(age_from, 0) <> coalesce(age_before + 1, 0)
union all
select
    age_group_key as member_key,
    name
from {{ ref('age_group') }}
where level = 'total' and (age_from is not null or age_to is not null)
union all
select
    cast(months.month_no as string) as member_key,
    months.name
from {{ ref('month') }} as months
left join {{ ref('header_label') }} as headers
    on
        months.month_no = headers.month_no
        and {{ normalise_label('months.name') }} = headers.label
        and headers.kind = 'official'
where
    headers.label is null
    or substr({{ normalise_label('months.name') }}, 1, 3) <> months.short_name
    or substr(months.name_en, 1, 3) <> months.short_name_en
