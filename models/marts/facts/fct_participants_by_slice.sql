{#- Each partition: where its rows come from, and the dimensions in which they are not the total. -#}
{% set partitions = [
    ('TOTAL', 'totals', []),
    ('HOVEDGRUPPE', ref('mart_participants_by_hovedgruppe'), ['hovedgruppe']),
    ('TILTAKSGRUPPE', ref('mart_participants_by_tiltaksgruppe'), ['tiltak']),
    ('TILTAK', ref('mart_participants_by_tiltak'), ['tiltak']),
    ('COUNTY', ref('mart_participants_by_county'), ['tiltak', 'region']),
    ('AGE_GROUP', 'ages', ['age_group']),
    ('TILTAK_AND_AGE_GROUP', ref('mart_participants_by_age_group'), ['tiltak', 'age_group']),
    ('GENDER', 'genders', ['gender']),
    ('TILTAK_AND_GENDER', ref('mart_participants_by_gender'), ['tiltak', 'gender']),
] -%}

with totals as (
    {{ printed_partition([], level='population') | indent(4) }}
),

ages as (
    {{ printed_partition(['age_group'], level='population') | indent(4) }}
),

genders as (
    {{ printed_partition(['gender'], level='population') | indent(4) }}
),

partitions as (
    {% for partition_key, relation, dimensions in partitions %}
    select
        '{{ partition_key }}' as partition_key,
        '{{ partition_key }}:' || scope_tiltak_key as slice_key,
        scope_tiltak_key,
        cast(null as string) as structure_key,
        month_date,
        month_key,
        {% for dimension in ['hovedgruppe', 'tiltak', 'region', 'age_group', 'gender'] %}
        {% if dimension in dimensions %}
        {{ dimension }}_key,
        {% elif dimension == 'tiltak' %}
        scope_tiltak_key as tiltak_key,
        {% else %}
        '_T' as {{ dimension }}_key,
        {% endif %}
        {% endfor %}
        participants,
        participants_min,
        participants_max,
        cast(null as double) as participants_estimate,
        cast(null as double) as participants_estimate_min,
        cast(null as double) as participants_estimate_max
    from {{ relation }}

    union all

    {% endfor %}
    select
        'COUNTY_STRUCTURE' as partition_key,
        'COUNTY_STRUCTURE:' || structure_key || ':' || hovedgruppe_key || ':' || tiltak_key as slice_key,
        tiltak_key as scope_tiltak_key,
        structure_key,
        month_date,
        month_key,
        hovedgruppe_key,
        tiltak_key,
        region_key,
        '_T' as age_group_key,
        '_T' as gender_key,
        participants,
        participants_min,
        participants_max,
        participants_estimate,
        participants_estimate_min,
        participants_estimate_max
    from {{ ref('mart_participants_by_county_structure') }}
)

select
    partition_key,
    slice_key,
    scope_tiltak_key,
    structure_key,
    month_date,
    month_key,
    hovedgruppe_key,
    tiltak_key,
    region_key,
    age_group_key,
    gender_key,
    participants,
    participants_min,
    participants_max,
    participants_estimate,
    participants_estimate_min,
    participants_estimate_max
from partitions
