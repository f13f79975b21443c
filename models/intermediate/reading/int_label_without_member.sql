-- One row per printed row whose label is known and leads to a code that is in no code list.
with members as (
    select
        dimension,
        member_key as member_code
    from {{ ref('int_member') }}
    union
    select
        'region' as dimension,
        region_code as member_code
    from {{ ref('region') }}
),

lists as (
    select distinct
        label_list,
        dimension
    from {{ ref('dimension') }}
)

select
    printed.report_id,
    printed.table_no,
    printed.cell_id,
    printed.label,
    labels.member_code,
    lists.dimension
from {{ ref('int_row') }} as printed
inner join {{ ref('stg_label') }} as labels on printed.member_label = labels.label
inner join lists on labels.dimension = lists.label_list
left join members on lists.dimension = members.dimension and labels.member_code = members.member_code
where members.member_code is null
