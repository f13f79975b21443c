-- Fails for each section heading that names other dimensions than its tables are said to have, in rows or
-- totals. A variant names a dimension by another word, or is above other tables than it names, and is not
-- compared.
{% set label_lists = dimensions().values() | sum(start=[]) | sort %}
with sections as (
    select
        label,
        row_dimension,
        coalesce(slice_dimensions, '') as slice_dimensions,
        slice_member_code,
        kind,
        '+' || row_dimension || '+' || coalesce(slice_dimensions, '') || '+' as used,
        ' ' || replace(label, ',', ' ') || ' ' as words
    from {{ ref('label_section') }}
),

-- A dimension is named by one of its levels, in the plural too, or by a member.
compared as (
    select
        sections.label,
        sections.row_dimension,
        levels.label_list,
        instr(sections.used, '+' || levels.label_list || '+') > 0 as is_used,
        max(
            case
                when instr(sections.words, ' ' || {{ normalise_label('levels.name') }} || ' ') > 0 then 1
                when instr(sections.words, ' ' || {{ normalise_label('levels.name') }} || 'r ') > 0 then 1
                when instr(sections.label, members.label) = 1 then 1
                else 0
            end
        ) = 1 as is_named
    from sections
    cross join {{ ref('dimension') }} as levels
    left join {{ ref('stg_label') }} as members
        on
            sections.slice_member_code = members.member_code
            and levels.label_list = members.dimension
            and members.kind = 'official'
    where sections.kind = 'official'
    group by sections.label, sections.row_dimension, levels.label_list, sections.used
),

in_order as (
    select
        label,
        row_dimension,
        slice_dimensions,
        concat_ws(
            '+',
            {% for label_list in label_lists %}
            case
                when instr('+' || slice_dimensions || '+', '+{{ label_list }}+') > 0 then '{{ label_list }}'
            end{% if not loop.last %},{% endif %}

            {% endfor %}
        ) as known_dimensions
    from sections
)

select
    label,
    row_dimension
from compared
where is_named <> is_used
union all
select
    label,
    row_dimension
from in_order
where
    known_dimensions <> slice_dimensions
    or row_dimension not in (
        select levels.label_list
        from {{ ref('dimension') }} as levels
    )
