-- What a total label or table heading says: the label is consumed member by member, and what is left is
-- kept to be accounted for.
{% set steps = ['total'] + (dimension_names() | sort) %}
with texts as (
    select distinct
        total_label as label,
        slice_tiltak_level
    from {{ ref('int_table') }}
    union
    select distinct
        table_heading_label as label,
        slice_tiltak_level
    from {{ ref('int_table') }}
    where table_heading_label is not null
),

members as (
    select
        label,
        dimension,
        member_code,
        {{ slice_words('label') }} as words
    from {{ ref('stg_label') }}
),

step_0 as (
    select
        label,
        slice_tiltak_level,
        {{ slice_words('label') }} as rest
    from texts
),
{% for dimension in steps %}
found_{{ dimension }} as (
    select
        step.label,
        step.slice_tiltak_level,
        members.member_code,
        members.words,
        row_number() over (
            partition by step.label, step.slice_tiltak_level
            order by length(members.words) desc, members.member_code
        ) as preference
    from step_{{ loop.index0 }} as step
    inner join members
        on
            members.dimension = {% if dimension == 'tiltak' %}step.slice_tiltak_level
            {%- else %}'{{ dimension }}'{% endif %}

            and instr(step.rest, members.words) {% if dimension == 'total' %}= 1{% else %}> 0{% endif %}

),

step_{{ loop.index }} as (
    select
        step.label,
        step.slice_tiltak_level,
        {% for earlier in steps[: loop.index0] %}
        step.{{ earlier }}_code,
        {% endfor %}
        found.member_code as {{ dimension }}_code,
        case
            when found.words is null then step.rest
            else {{ remove_first('step.rest', 'found.words') }}
        end as rest
    from step_{{ loop.index0 }} as step
    left join found_{{ dimension }} as found
        on
            step.label = found.label
            and step.slice_tiltak_level = found.slice_tiltak_level
            and found.preference = 1
),
{% endfor %}
named as (
    select
        *,
        concat_ws(
            '+',
            {% for dimension in steps[1:] %}
            case
                when {{ dimension }}_code is not null
                    then {{ 'slice_tiltak_level' if dimension == 'tiltak' else "'" ~ dimension ~ "'" }}
            end{% if not loop.last %},{% endif %}

            {% endfor %}
        ) as slice_dimensions
    from step_{{ steps | length }}
)

select
    label,
    slice_tiltak_level,
    {% for dimension in steps %}
    {{ dimension }}_code,
    {% endfor %}
    slice_dimensions,
    trim(replace(rest, ',', ' ')) as leftover
from named
